"""Averages and spreads, and the forms that leave out what is no number."""

from __future__ import annotations

from typing import Any

import numpy as np


def median(a: Any, axis: Any = None, *, overwrite_input: Any = False, keepdims: Any = False) -> Any:
    """The median; what becomes of an array that may be overwritten is not known."""
    _kept(overwrite_input)
    return np.median(a, axis=axis, keepdims=keepdims)


def nanmedian(a: Any, axis: Any = None, *, overwrite_input: Any = False, keepdims: Any = False) -> Any:
    """The median of the numbers."""
    _kept(overwrite_input)
    return np.nanmedian(a, axis=axis, keepdims=keepdims)


def percentile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    overwrite_input: Any = False,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """The numbers below which lie so many in a hundred."""
    _kept(overwrite_input)
    _plain(weights)
    return np.percentile(a, q, axis=axis, method=method, keepdims=keepdims)


def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    overwrite_input: Any = False,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """The numbers below which lie such shares."""
    _kept(overwrite_input)
    _plain(weights)
    return np.quantile(a, q, axis=axis, method=method, keepdims=keepdims)


def nanpercentile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    overwrite_input: Any = False,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """The same among the numbers."""
    _kept(overwrite_input)
    _plain(weights)
    return np.nanpercentile(a, q, axis=axis, method=method, keepdims=keepdims)


def nanquantile(
    a: Any,
    q: Any,
    axis: Any = None,
    *,
    overwrite_input: Any = False,
    method: Any = "linear",
    keepdims: Any = False,
    weights: Any = None,
) -> Any:
    """The same among the numbers."""
    _kept(overwrite_input)
    _plain(weights)
    return np.nanquantile(a, q, axis=axis, method=method, keepdims=keepdims)


def _plain(weights: Any) -> None:
    if weights is not None:
        raise ValueError("quantiles with weights are not supported")


def _kept(overwrite_input: Any) -> None:
    if overwrite_input:
        raise ValueError("overwrite_input=True leaves anything in an argument; leave it out")


def ptp(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """The largest less the smallest."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def average(
    a: Any, axis: Any = None, weights: Any = None, returned: Any = False, *, keepdims: Any = False
) -> Any:
    """The mean with weights, and their sum if asked for."""
    x = np.asarray(a)
    if weights is None:
        mean = np.mean(x, axis=axis, keepdims=keepdims)
        if returned:
            return mean, np.full_like(mean, x.size / np.size(mean))
        return mean
    w = np.asarray(weights)
    if w.shape != x.shape:
        if w.ndim != 1 or axis is None:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        if len(w) != x.shape[axis]:
            raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
        w = np.reshape(w, _shape_along(x.ndim, axis % x.ndim))
    if x.dtype.kind in "biu" and w.dtype.kind in "biu":
        x = x.astype(float)
        w = w.astype(float)
    total = np.sum(w, axis=axis, keepdims=keepdims)
    if np.any(total == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    mean = np.sum(np.multiply(x, w), axis=axis, keepdims=keepdims) / total
    if returned:
        return mean, np.broadcast_to(total, np.shape(mean)).copy()
    return mean


def _shape_along(rank: Any, axis: Any) -> Any:
    return (1,) * axis + (-1,) + (1,) * (rank - axis - 1)


def cov(
    m: Any,
    y: Any = None,
    rowvar: Any = True,
    bias: Any = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariance matrix of variables, a row for each."""
    x = _observations(m, rowvar, dtype)
    if y is not None:
        x = np.concatenate((x, _observations(y, rowvar, dtype)), axis=0)
    if x.ndim > 2:
        raise ValueError("m has more than 2 dimensions")
    if x.dtype.kind not in "fc":
        raise TypeError("what is subtracted from the numbers cannot be cast to the dtype given")
    freedom = (0 if bias else 1) if ddof is None else ddof
    w = None
    if fweights is not None:
        w = np.asarray(fweights, float)
    if aweights is not None:
        given = np.asarray(aweights, float)
        w = given if w is None else w * given
    if w is None:
        fact = max(x.shape[1] - freedom, 0)
        x = x - np.mean(x, axis=1)[:, None]
        c = np.dot(x, _conjugate(x.T))
    else:
        mean, total = np.average(x, axis=1, weights=w, returned=True)
        if freedom == 0:
            fact = total[0]
        elif aweights is None:
            fact = total[0] - freedom
        else:
            # NumPy adds them one after the other
            fact = total[0] - freedom * np.cumsum(w * np.asarray(aweights, float))[-1] / total[0]
        if freedom > 0:
            fact = np.where(fact > 0, fact, 0.0)
        x = _in_dtype_of(x, x - mean[:, None])
        c = np.dot(x, _conjugate((x * w).T))
    c = _in_dtype_of(c, c * np.true_divide(1, fact))
    return c[0, 0] if x.shape[0] == 1 else c


def _conjugate(x: Any) -> Any:
    return np.conj(x) if x.dtype.kind == "c" else x


def _in_dtype_of(x: Any, value: Any) -> Any:
    """What is written into an array in its place."""
    return value if value.dtype == x.dtype else value.astype(x.dtype)


def _observations(m: Any, rowvar: Any, dtype: Any) -> Any:
    x = np.asarray(m, dtype=dtype)
    if dtype is not None:
        pass
    elif x.dtype.kind not in "fc":
        x = x.astype(float)
    elif x.dtype.itemsize < 8:
        x = x.astype(np.float64)
    if x.ndim == 1:
        return x[None, :]
    return x if rowvar else x.T


def corrcoef(x: Any, y: Any = None, rowvar: Any = True, *, dtype: Any = None) -> Any:
    """The matrix of correlations of variables, a row for each."""
    c = np.cov(x, y, rowvar, dtype=dtype)
    if np.ndim(c) == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diag(c)))
    c = c / deviation[:, None] / deviation[None, :]
    if c.dtype.kind == "c":
        return np.clip(np.real(c), -1, 1) + 1j * np.clip(np.imag(c), -1, 1)
    return np.clip(c, -1, 1)


def nansum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = None,
) -> Any:
    """The sum of the numbers."""
    x = _replaced(a, 0)
    return np.sum(x, axis=axis, dtype=dtype, keepdims=keepdims, **_given(initial, where))


def nanprod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = None,
) -> Any:
    """The product of the numbers."""
    x = _replaced(a, 1)
    return np.prod(x, axis=axis, dtype=dtype, keepdims=keepdims, **_given(initial, where))


def _given(initial: Any, where: Any) -> Any:
    """Those that are given, by name: a start of 0 would make 0.0 of -0.0."""
    given = {"initial": initial, "where": where}
    return {name: value for name, value in given.items() if value is not None}


def _sum(x: Any, axis: Any, dtype: Any, keepdims: Any, where: Any) -> Any:
    return np.sum(x, axis=axis, dtype=dtype, keepdims=keepdims, **_given(None, where))


def nancumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The running sum of the numbers."""
    return np.cumsum(_replaced(a, 0), axis=axis, dtype=dtype)


def nancumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The running product of the numbers."""
    return np.cumprod(_replaced(a, 1), axis=axis, dtype=dtype)


def _replaced(a: Any, value: Any) -> Any:
    x = np.asarray(a)
    return np.where(np.isnan(x), value, x) if x.dtype.kind in "fc" else x


def nanmean(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, where: Any = None) -> Any:
    """The mean of the numbers."""
    x = np.asarray(a)
    if x.dtype.kind not in "fc":
        return np.mean(x, axis=axis, dtype=dtype, keepdims=keepdims, **_given(None, where))
    missing = np.isnan(x)
    count = _sum(~missing, axis, None, keepdims, where)
    return _divided(_sum(np.where(missing, 0, x), axis, dtype, keepdims, where), count)


def _divided(total: Any, count: Any) -> Any:
    """The quotient in the dtype of the total: a count is an integer of 64 bits, and would make it double."""
    quotient = total / count
    return quotient if quotient.dtype == total.dtype else quotient.astype(total.dtype)


def nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = None,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The variance of the numbers."""
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    x = np.asarray(a)
    if x.dtype.kind not in "fc":
        if where is not None or mean is not None:
            raise ValueError("where and mean of np.nanvar of integers are not supported; use np.var")
        return np.var(x, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)
    missing = np.isnan(x)
    number = np.where(missing, 0, x)
    if mean is None:
        count = _sum(~missing, axis, None, True, where)
        mean = _divided(_sum(number, axis, dtype, True, where), count)
    deviation = number - mean
    if deviation.dtype != x.dtype:
        deviation = deviation.astype(x.dtype)
    deviation = np.where(missing, 0, deviation)
    squares = deviation * np.conj(deviation) if x.dtype.kind == "c" else np.multiply(deviation, deviation)
    total = _sum(np.real(squares), axis, dtype, keepdims, where)
    freedom = _sum(~missing, axis, None, keepdims, where) - ddof
    return _divided(total, np.where(freedom > 0, freedom, np.nan))


def nanstd(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = None,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The standard deviation of the numbers."""
    return np.sqrt(
        nanvar(a, axis, dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction)
    )


def var(a: Any, axis: Any = None, dtype: Any = None, *, correction: Any = 0, keepdims: Any = False) -> Any:
    """The variance, with ddof under its name in the array standard."""
    return np.var(a, axis=axis, dtype=dtype, ddof=correction, keepdims=keepdims)


def std(a: Any, axis: Any = None, dtype: Any = None, *, correction: Any = 0, keepdims: Any = False) -> Any:
    """The standard deviation, with ddof under its name in the array standard."""
    return np.std(a, axis=axis, dtype=dtype, ddof=correction, keepdims=keepdims)


def cumulative_sum(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: Any = False) -> Any:
    """The running sum."""
    along = 0 if axis is None else axis
    result = np.cumsum(x, axis=along, dtype=dtype)
    return (
        np.concatenate((np.zeros_like(_first(result, along)), result), axis=along)
        if include_initial
        else result
    )


def cumulative_prod(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: Any = False) -> Any:
    """The running product."""
    along = 0 if axis is None else axis
    result = np.cumprod(x, axis=along, dtype=dtype)
    return (
        np.concatenate((np.ones_like(_first(result, along)), result), axis=along)
        if include_initial
        else result
    )


def _first(x: Any, axis: Any) -> Any:
    return np.take(x, [0], axis=axis)
