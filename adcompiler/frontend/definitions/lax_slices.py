"""Functions of jax.lax that read and write parts of arrays; a part that would reach beyond the end is moved back."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend import trees
from adcompiler.frontend.definitions import parts

_slice = slice


def _start(start: Any, width: Any, length: Any, wraps: Any) -> Any:
    """Where a part of a width starts; a negative start counts from the end."""
    if wraps is not True and wraps is not False:
        raise ValueError("allow_negative_indices for each axis")
    if wraps:
        if trees.is_known(start):
            first = start + length if start < 0 else start
        else:
            first = np.where(start < 0, start + length, start)
    else:
        first = start
    if trees.is_known(start):
        return max(min(first, length - width), 0)
    return np.maximum(np.minimum(first, length - width), 0)


def _fits(width: Any, length: Any) -> None:
    if width > length:
        raise ValueError("a part that is larger than the array")


def slice(operand: Any, start_indices: Any, limit_indices: Any, strides: Any = None) -> Any:
    """A part between places known while compiling."""
    steps = (1,) * len(start_indices) if strides is None else tuple(strides)
    index: tuple[Any, ...] = ()
    for k in range(len(start_indices)):
        index = (*index, _slice(start_indices[k], limit_indices[k], steps[k]))
    return operand[index]


def slice_in_dim(operand: Any, start_index: Any, limit_index: Any, stride: Any = 1, axis: Any = 0) -> Any:
    """A part along one axis."""
    along = axis % np.ndim(operand)
    return np.moveaxis(np.moveaxis(operand, along, 0)[start_index:limit_index:stride], 0, along)


def index_in_dim(operand: Any, index: Any, axis: Any = 0, keepdims: Any = True) -> Any:
    """One place along an axis."""
    along = axis % np.ndim(operand)
    one = np.moveaxis(operand, along, 0)[index]
    return np.expand_dims(one, along) if keepdims else one


def dynamic_slice_in_dim(
    operand: Any, start_index: Any, slice_size: Any, axis: Any = 0, *, allow_negative_indices: Any = True
) -> Any:
    """A part of a width along one axis."""
    along = axis % np.ndim(operand)
    length = np.shape(operand)[along]
    _fits(slice_size, length)
    start = _start(start_index, slice_size, length, allow_negative_indices)
    if trees.is_known(start):
        return parts.cut(operand, along, start, start + slice_size)
    return np.take(operand, start + np.arange(slice_size), along)


def dynamic_index_in_dim(
    operand: Any, index: Any, axis: Any = 0, keepdims: Any = True, *, allow_negative_indices: Any = True
) -> Any:
    """One place along an axis."""
    along = axis % np.ndim(operand)
    place = _start(index, 1, np.shape(operand)[along], allow_negative_indices)
    one = parts.item_along(operand, along, place)
    return np.expand_dims(one, along) if keepdims else one


def dynamic_slice(
    operand: Any, start_indices: Any, slice_sizes: Any, *, allow_negative_indices: Any = True
) -> Any:
    """A part of given widths."""
    result = operand
    for axis in range(np.ndim(operand)):
        result = dynamic_slice_in_dim(
            result,
            start_indices[axis],
            slice_sizes[axis],
            axis,
            allow_negative_indices=allow_negative_indices,
        )
    return result


def dynamic_update_slice(
    operand: Any, update: Any, start_indices: Any, *, allow_negative_indices: Any = True
) -> Any:
    """The array with a part replaced."""
    places: tuple[Any, ...] = ()
    rank = np.ndim(operand)
    for axis in range(rank):
        chosen = _places(operand, update, start_indices[axis], axis, allow_negative_indices)
        places = (*places, parts.along(chosen, rank, axis))
    result = np.copy(operand)
    result[places] = update
    return result


def _places(operand: Any, update: Any, start: Any, axis: Any, wraps: Any) -> Any:
    width = np.shape(update)[axis]
    length = np.shape(operand)[axis]
    _fits(width, length)
    return _start(start, width, length, wraps) + np.arange(width)


def dynamic_update_slice_in_dim(
    operand: Any, update: Any, start_index: Any, axis: Any, *, allow_negative_indices: Any = True
) -> Any:
    """The array with a part along one axis replaced."""
    along = axis % np.ndim(operand)
    places = _places(operand, update, start_index, along, allow_negative_indices)
    result = np.copy(operand)
    if along == 0:
        result[places] = update
    else:
        np.swapaxes(result, along, 0)[places] = np.swapaxes(update, along, 0)
    return result


def dynamic_update_index_in_dim(
    operand: Any, update: Any, index: Any, axis: Any, *, allow_negative_indices: Any = True
) -> Any:
    """The array with one place along an axis replaced."""
    along = axis % np.ndim(operand)
    place = _start(index, 1, np.shape(operand)[along], allow_negative_indices)
    new = update if np.ndim(update) == np.ndim(operand) else np.expand_dims(update, along)
    result = np.copy(operand)
    np.swapaxes(result, along, 0)[place] = np.swapaxes(new, along, 0)[0]
    return result
