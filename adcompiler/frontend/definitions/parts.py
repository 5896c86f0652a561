"""Parts of arrays along an axis that is known while compiling: what cutting, inserting and deleting are made of.

These have no counterpart in NumPy; functions that split and join at places known while compiling call them.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def cut(x: Any, axis: Any, start: Any, stop: Any) -> Any:
    """x[start:stop] along an axis."""
    if axis == 0:
        return x[start:stop]
    if axis == 1:
        return x[:, start:stop]
    if axis == 2:
        return x[:, :, start:stop]
    return np.moveaxis(np.moveaxis(x, axis, 0)[start:stop], 0, axis)


def even_part(x: Any, axis: Any, k: Any, count: Any) -> Any:
    """Part k of as many as there are, all of one length."""
    length = x.shape[axis]
    if length % count != 0:
        raise ValueError("array split does not result in an equal division")
    if count == 1:
        return cut(x, axis, None, None)
    width = length // count
    if k == 0:
        return cut(x, axis, None, width)
    if k == count - 1:
        return cut(x, axis, width * k, None)
    return cut(x, axis, width * k, width * (k + 1))


def item_along(x: Any, axis: Any, k: Any) -> Any:
    """x[k] along an axis."""
    if axis == 0:
        return x[k]
    return np.moveaxis(x, axis, 0)[k]


def within(x: Any, axis: Any, place: Any, last: Any) -> None:
    """Refuse a place that an axis does not have."""
    if place > x.shape[axis] - 1 + last:
        raise IndexError("a place is out of bounds for the axis")
    if place < -x.shape[axis]:
        raise IndexError("a place is out of bounds for the axis")


def put_in(x: Any, axis: Any, place: Any, values: Any, turned: Any) -> Any:
    """The array with values between its parts before and after a place."""
    given = np.asarray(values)
    if given.dtype != x.dtype:
        given = given.astype(x.dtype)
    block = spread(x, axis, given, turned)
    if place == 0:
        return np.concatenate((block, x), axis=axis)
    return np.concatenate((cut(x, axis, None, place), block, cut(x, axis, place, None)), axis=axis)


def spread(x: Any, axis: Any, given: Any, turned: Any) -> Any:
    """Values with the axes of an array; for one place their first axis lies along the others."""
    if x.ndim == 1:
        return np.ravel(given)
    wide = np.reshape(given, (1,) * (x.ndim - given.ndim) + given.shape)
    block = np.moveaxis(wide, 0, axis) if turned else wide
    return np.broadcast_to(block, x.shape[:axis] + (block.shape[axis],) + x.shape[axis + 1 :])


def spread_over(x: Any, axis: Any, values: Any, count: Any) -> Any:
    """Values for as many places."""
    given = np.asarray(values)
    if given.dtype != x.dtype:
        given = given.astype(x.dtype)
    return np.broadcast_to(given, x.shape[:axis] + (count,) + x.shape[axis + 1 :])


def without(x: Any, axis: Any, mask: Any) -> Any:
    """The parts along an axis for which a condition does not hold."""
    return by_mask(~np.asarray(mask, bool), x, axis)


def without_places(x: Any, axis: Any, places: Any) -> Any:
    """The parts along an axis that are at none of these places."""
    mask = np.ones(x.shape[axis], bool)
    mask[places] = False
    return by_mask(mask, x, axis)


def without_one(x: Any, axis: Any, place: Any) -> Any:
    """The parts along an axis but that at a place, which only the run knows."""
    gone = np.arange(x.shape[axis])[place]
    places = np.arange(x.shape[axis] - 1)
    return np.take(x, places + (places >= gone), axis=axis)


def padded(x: Any, widths: Any, values: Any) -> Any:
    """An array with values around it, one axis after another."""
    x = np.asarray(x)
    for axis in tuple(range(x.ndim)):
        (low, high), (first, last) = widths[axis], values[axis]
        before, after = x.shape[:axis], x.shape[axis + 1 :]
        blocks = [x]
        if low > 0:
            blocks = [np.full((*before, low, *after), first, x.dtype), *blocks]
        if high > 0:
            blocks = [*blocks, np.full((*before, high, *after), last, x.dtype)]
        x = np.concatenate(blocks, axis=axis) if len(blocks) > 1 else x
    return x


def ramped(x: Any, widths: Any, values: Any) -> Any:
    """An array with straight lines from its edges to values around it, one axis after another."""
    x = np.asarray(x)
    for axis in tuple(range(x.ndim)):
        (low, high), (first, last) = widths[axis], values[axis]
        blocks = [x]
        if low > 0:
            ramp = np.linspace(first, item_along(x, axis, 0), low, False, dtype=x.dtype, axis=axis)
            blocks = [ramp, *blocks]
        if high > 0:
            ramp = np.linspace(last, item_along(x, axis, -1), high, False, dtype=x.dtype, axis=axis)
            blocks = [*blocks, np.flip(ramp, axis)]
        x = np.concatenate(blocks, axis=axis) if len(blocks) > 1 else x
    return x


def interpolated_in_turns(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """Straight lines between points that come again after a period."""
    if period == 0:
        raise ValueError("period must be a non-zero value")
    length = abs(period)
    places = np.asarray(xp, np.float64) % length
    order = np.argsort(places)
    places, values = places[order], np.asarray(fp)[order]
    places = np.concatenate((places[-1:] - length, places, places[:1] + length))
    values = np.concatenate((values[-1:], values, values[:1]))
    return np.interp(np.asarray(x, np.float64) % length, places, values)


def along(x: Any, rank: Any, place: Any) -> Any:
    """A vector along one of several axes."""
    return np.reshape(x, (1,) * place + (-1,) + (1,) * (rank - place - 1))


def by_mask(condition: Any, a: Any, axis: Any = None) -> Any:
    """The parts along an axis for which a condition holds."""
    mask = np.asarray(condition, bool)
    if axis is None:
        return np.ravel(a)[mask]
    along = axis % np.ndim(a)
    if along == 0:
        return np.asarray(a)[mask]
    if along == 1:
        return np.asarray(a)[:, mask]
    return np.moveaxis(np.moveaxis(a, along, 0)[mask], 0, along)
