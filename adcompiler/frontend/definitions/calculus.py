"""Differences, slopes and areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend.definitions.parts import cut


def diff(a: Any, n: Any = 1, axis: Any = -1, *, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours, with more elements in front and behind."""
    x = np.asarray(a)
    parts = [x]
    if prepend is not None:
        parts = [_edge(prepend, x, axis), *parts]
    if append is not None:
        parts = [*parts, _edge(append, x, axis)]
    return np.diff(np.concatenate(parts, axis=axis), n, axis)


def _edge(value: Any, x: Any, axis: Any) -> Any:
    if np.ndim(value) > 0:
        return np.asarray(value)
    along = axis % x.ndim
    return np.broadcast_to(value, x.shape[:along] + (1,) + x.shape[along + 1 :])


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Differences of neighbours, with other numbers in front and behind."""
    x = np.ravel(ary)
    parts = [x[1:] - x[:-1]]
    if to_begin is not None:
        parts = [np.ravel(to_begin).astype(x.dtype), *parts]
    if to_end is not None:
        parts = [*parts, np.ravel(to_end).astype(x.dtype)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The area under points that lines connect."""
    points = np.asarray(y)
    along = axis % points.ndim
    if x is None:
        width = dx
    else:
        places = np.asarray(x)
        width = np.diff(places) if places.ndim == 1 else np.diff(places, axis=along)
        if places.ndim == 1 and points.ndim > 1:
            width = np.reshape(width, (1,) * along + (-1,) + (1,) * (points.ndim - along - 1))
    upper, lower = cut(points, along, 1, None), cut(points, along, None, -1)
    return (width * (upper + lower) / 2.0).sum(along)


def unwrap(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 6.283185307179586) -> Any:
    """Angles without jumps."""
    angle = np.asarray(p)
    step = np.diff(angle, axis=axis)
    limit = period / 2 if discont is None else discont
    high = period / 2
    low = -high
    folded = np.mod(step - low, period) + low
    folded = np.where((folded == low) & (step > 0), high, folded)
    correction = np.where(np.abs(step) < limit, 0, folded - step)
    along = axis % angle.ndim
    rest = cut(angle, along, 1, None) + np.cumsum(correction, axis=axis)
    return np.concatenate((cut(angle, along, None, 1), rest), axis=axis)


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """Slopes by central differences, at the edges by one-sided ones."""
    x = np.asarray(f)
    if x.dtype.kind not in "fc":
        x = x.astype(float)
    if axis is None:
        axes = _counted(x.ndim)
    elif isinstance(axis, (tuple, list)):
        axes = tuple(axis)
    else:
        axes = (axis,)
    if len(varargs) == 0:
        steps = (1.0,) * len(axes)
    elif len(varargs) == 1:
        steps = tuple(varargs) * len(axes)
    else:
        steps = tuple(varargs)
    if len(steps) != len(axes):
        raise TypeError("invalid number of arguments")
    slopes = tuple(
        [_slope(x, step, along % x.ndim, edge_order) for along, step in zip(axes, steps, strict=True)]
    )
    return slopes[0] if len(axes) == 1 else slopes


def _counted(rank: Any) -> Any:
    return (0, 1, 2, 3, 4, 5, 6, 7)[:rank]


def _slope(x: Any, step: Any, axis: Any, edge_order: Any) -> Any:
    if axis > 0:
        return np.swapaxes(_slope(np.swapaxes(x, 0, axis), step, 0, edge_order), 0, axis)
    if np.ndim(step) == 0:
        return _even_slope(x, step, edge_order)
    return _uneven_slope(x, np.diff(step), edge_order)


def _even_slope(x: Any, step: Any, edge_order: Any) -> Any:
    slope = np.empty_like(x)
    slope[1:-1] = (x[2:] - x[:-2]) / (2.0 * step)
    if edge_order == 1:
        slope[0] = (x[1] - x[0]) / step
        slope[-1] = (x[-1] - x[-2]) / step
    else:
        a, b, c = -1.5 / step, 2.0 / step, -0.5 / step
        slope[0] = a * x[0] + b * x[1] + c * x[2]
        a, b, c = 0.5 / step, -2.0 / step, 1.5 / step
        slope[-1] = a * x[-3] + b * x[-2] + c * x[-1]
    return slope


def _uneven_slope(x: Any, steps: Any, edge_order: Any) -> Any:
    slope = np.empty_like(x)
    before, after = steps[:-1], steps[1:]
    a = -after / (before * (before + after))
    b = (after - before) / (before * after)
    c = before / (after * (before + after))
    wide = (-1,) + (1,) * (x.ndim - 1)
    a, b, c = np.reshape(a, wide), np.reshape(b, wide), np.reshape(c, wide)
    slope[1:-1] = a * x[:-2] + b * x[1:-1] + c * x[2:]
    if edge_order == 1:
        slope[0] = (x[1] - x[0]) / steps[0]
        slope[-1] = (x[-1] - x[-2]) / steps[-1]
    else:
        first, second = steps[0], steps[1]
        a = -(2.0 * first + second) / (first * (first + second))
        b = (first + second) / (first * second)
        c = -first / (second * (first + second))
        slope[0] = a * x[0] + b * x[1] + c * x[2]
        first, second = steps[-2], steps[-1]
        a = second / (first * (first + second))
        b = -(second + first) / (first * second)
        c = (2.0 * second + first) / (second * (first + second))
        slope[-1] = a * x[-3] + b * x[-2] + c * x[-1]
    return slope


def angle(z: Any, deg: Any = False) -> Any:
    """The angle of complex numbers, in degrees."""
    turn = np.angle(z)
    return turn * (180 / np.pi) if deg else turn


def divmod(x1: Any, x2: Any, /) -> Any:
    """The quotient rounded down, and the remainder."""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    retstep: Any = False,
    dtype: Any = None,
    axis: Any = 0,
) -> Any:
    """Evenly spaced numbers along an axis, and the step between them."""
    numbers = np.linspace(start, stop, num, endpoint, dtype=dtype)
    if axis != 0:
        numbers = np.moveaxis(numbers, 0, axis)
    if not retstep:
        return numbers
    spaces = num - 1 if endpoint else num
    return numbers, (stop * 1.0 - start * 1.0) / spaces if spaces > 0 else np.nan


def logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: Any = 0,
) -> Any:
    """Powers of a base whose exponents are evenly spaced."""
    if np.ndim(base) > 0:
        rank = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        base = np.expand_dims(np.array(base, ndmin=rank), axis)
        start, stop = np.array(start, ndmin=rank), np.array(stop, ndmin=rank)
    exponents = np.linspace(start, stop, num, endpoint)
    numbers = np.power(base, np.moveaxis(exponents, 0, axis) if axis != 0 else exponents)
    return numbers if dtype is None else numbers.astype(dtype)


def geomspace(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None, axis: Any = 0
) -> Any:
    """Numbers whose ratio is the same, between two of one sign."""
    first, last = np.asarray(start), np.asarray(stop)
    if np.any(first == 0) or np.any(last == 0):
        raise ValueError("Geometric sequence cannot include zero")
    kind = np.result_type(first, last, float(num), np.dtype(float if dtype is None else dtype))
    if kind.kind == "c":
        raise ValueError("np.geomspace between complex numbers is not supported")
    first, last = first.astype(kind), last.astype(kind)
    sign = np.sign(first)
    first, last = first / sign, last / sign
    result = np.logspace(np.log10(first), np.log10(last), num, endpoint, dtype=kind)
    if num > 0:
        result[0] = first
    if num > 1 and endpoint:
        result[-1] = last
    result = result * sign
    if axis != 0:
        result = np.moveaxis(result, 0, axis)
    return result if dtype is None else result.astype(dtype)
