"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np


def polyval(p: Any, x: Any) -> Any:
    """The value, by Horner's rule."""
    y = np.zeros_like(x)
    for coefficient in np.asarray(p):
        y = y * x + coefficient
    return y


def polyadd(a1: Any, a2: Any) -> Any:
    """The sum of two polynomials."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    if len(a) == len(b):
        return a + b
    if len(a) < len(b):
        return np.concatenate((np.zeros(len(b) - len(a), a.dtype), a)) + b
    return a + np.concatenate((np.zeros(len(a) - len(b), b.dtype), b))


def polysub(a1: Any, a2: Any) -> Any:
    """The difference of two polynomials."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    if len(a) == len(b):
        return a - b
    if len(a) < len(b):
        return np.concatenate((np.zeros(len(b) - len(a), a.dtype), a)) - b
    return a - np.concatenate((np.zeros(len(a) - len(b), b.dtype), b))


def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """The integral, m times, with constants."""
    a = np.asarray(p)
    constants = np.zeros(m) if k is None else np.atleast_1d(k)
    if len(constants) == 1 and m > 1:
        constants = constants[0] * np.ones(m)
    for time in tuple(range(m)):
        a = np.concatenate((a / np.arange(len(a), 0, -1), constants[time : time + 1]))
    return a


def polyder(p: Any, m: Any = 1) -> Any:
    """The derivative, m times."""
    a = np.asarray(p)
    for _ in tuple(range(m)):
        a = a[:-1] * np.arange(len(a) - 1, 0, -1)
    return a


def polymul(a1: Any, a2: Any) -> Any:
    """The product of two polynomials, whose leading coefficients are not 0."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    if a[0] == 0 or b[0] == 0:
        raise ValueError("a leading coefficient of 0 would shorten the product of np.polymul")
    return np.convolve(a, b)


def polydiv(u: Any, v: Any) -> Any:
    """The quotient and the remainder, whose leading coefficient is not 0."""
    a, b = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    more = len(a) - len(b)
    dtype = np.result_type(a.dtype, b.dtype)
    quotient = np.zeros(max(more + 1, 1), dtype)
    rest = a.astype(dtype)
    scale = 1.0 / b[0]
    for k in range(more + 1):
        quotient[k] = scale * rest[k]
        rest[k : k + len(b)] -= quotient[k] * b
    gone = min(max(more + 1, 0), len(a) - 1)
    if not np.allclose(rest[:gone], 0, rtol=1e-14) or (
        gone < len(a) - 1 and np.allclose(rest[gone], 0, rtol=1e-14)
    ):
        raise ValueError("how many coefficients the remainder of np.polydiv has depends on the data")
    return quotient, rest[gone:]


def poly(seq_of_zeros: Any) -> Any:
    """The coefficients of the polynomial with these zeros."""
    zeros = np.atleast_1d(seq_of_zeros)
    if zeros.ndim != 1 or zeros.dtype.kind == "c":
        raise ValueError("np.poly of a matrix or of complex zeros is not supported")
    a = np.ones(1, zeros.dtype)
    none = np.zeros(1, zeros.dtype)
    for k in range(len(zeros)):
        a = np.concatenate((a, none)) - zeros[k] * np.concatenate((none, a))
    return a


def polyfit(
    x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None, cov: Any = False
) -> Any:
    """The coefficients of the polynomial of a degree that is nearest to points, by least squares."""
    if full or cov:
        raise ValueError("full=True and cov=True of np.polyfit are not supported")
    points, values = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    if points.ndim != 1 or len(points) <= deg:
        raise ValueError("np.polyfit needs more points than the degree, in a vector")
    powers = np.vander(points, deg + 1)
    if w is not None:
        weights = np.asarray(w) + 0.0
        powers *= weights[:, None]
        values *= weights[:, None] if values.ndim == 2 else weights
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    solution = np.linalg.lstsq(powers / scale, values, rcond)
    return (solution[0].T / scale).T
