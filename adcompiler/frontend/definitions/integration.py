"""Areas under points: scipy.integrate."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend.definitions.parts import cut


def _widths(points: Any, x: Any, dx: Any, along: Any) -> Any:
    if x is None:
        return dx
    places = np.asarray(x)
    if places.ndim == 1:
        return np.reshape(np.diff(places), (1,) * along + (-1,) + (1,) * (points.ndim - along - 1))
    return np.diff(np.broadcast_to(places, points.shape), axis=along)


def _areas(points: Any, x: Any, dx: Any, along: Any) -> Any:
    upper, lower = cut(points, along, 1, None), cut(points, along, None, -1)
    return _widths(points, x, dx, along) * (upper + lower) / 2.0


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The area under points that lines connect."""
    points = np.asarray(y)
    along = axis % points.ndim
    areas = _areas(points, x, dx, along)
    return np.sum(areas, axis=along, dtype=points.dtype if points.dtype.kind in "fc" else float)


def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None) -> Any:
    """The area up to each point."""
    points = np.asarray(y)
    along = axis % points.ndim
    if points.shape[along] == 0:
        raise ValueError("At least one point is required along `axis`.")
    if x is not None and np.ndim(x) not in (1, points.ndim):
        raise ValueError("If given, shape of x must be 1-D or the same as y.")
    found = np.cumsum(_areas(points, x, dx, along), axis=along)
    if initial is None:
        return found
    if initial != 0:
        raise ValueError("`initial` must be `None` or `0`.")
    return np.concatenate((np.zeros_like(cut(points, along, None, 1), dtype=found.dtype), found), axis=along)


def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The area under parabolas, each through three points; of an even number the last interval by itself."""
    points = np.asarray(y)
    along = axis % points.ndim
    n = points.shape[along]
    places = None
    if x is not None:
        places = np.asarray(x)
        if places.ndim == 1:
            places = np.reshape(places, (1,) * along + (-1,) + (1,) * (points.ndim - along - 1))
    if n % 2 == 1:
        return _parabolas(points, places, dx, along, n - 2)
    last, second = _item(points, along, -1), _item(points, along, -2)
    if n == 2:
        width = dx if places is None else _item(places, along, -1) - _item(places, along, -2)
        return 0.5 * width * (last + second)
    third = _item(points, along, -3)
    whole = _parabolas(points, places, dx, along, n - 3)
    if places is None:
        before = behind = np.asarray(dx, dtype=float)
    else:
        widths = np.diff(places, axis=along).astype(float)
        before, behind = _item(widths, along, -2), _item(widths, along, -1)
    # Cartwright, Simpson's rule cumulative integration with MS Excel and irregularly-spaced data (2017), equation 8
    alpha = _ratio(2 * behind**2 + 3 * before * behind, 6 * (behind + before))
    beta = _ratio(behind**2 + 3.0 * before * behind, 6 * before)
    eta = _ratio(1 * behind**3, 6 * before * (before + behind))
    rest = alpha * last + beta * second - eta * third
    return whole + rest if points.ndim == 1 else (whole + rest).astype(whole.dtype)


def _parabolas(points: Any, places: Any, dx: Any, along: Any, stop: Any) -> Any:
    left, middle = _every_other(points, along, 0, stop), _every_other(points, along, 1, stop + 1)
    right = _every_other(points, along, 2, stop + 2)
    if places is None:
        return np.sum(left + 4.0 * middle + right, axis=along) * (dx / 3.0)
    widths = np.diff(places, axis=along).astype(float)
    before, behind = _every_other(widths, along, 0, stop), _every_other(widths, along, 1, stop + 1)
    both, ratio = before + behind, _ratio(before, behind)
    heights = left * (2.0 - _ratio(1.0, ratio))
    heights = heights + middle * (both * _ratio(both, before * behind)) + right * (2.0 - ratio)
    return np.sum(both / 6.0 * heights, axis=along)


def _ratio(a: Any, b: Any) -> Any:
    none = b == 0
    return np.where(none, 0.0, a / np.where(none, 1.0, b))


def _item(x: Any, axis: Any, k: Any) -> Any:
    if axis == 0:
        return x[k]
    if axis == 1:
        return x[:, k]
    return np.moveaxis(x, axis, 0)[k]


def _every_other(x: Any, axis: Any, start: Any, stop: Any) -> Any:
    if axis == 0:
        return x[start:stop:2]
    if axis == 1:
        return x[:, start:stop:2]
    return np.moveaxis(np.moveaxis(x, axis, 0)[start:stop:2], 0, axis)
