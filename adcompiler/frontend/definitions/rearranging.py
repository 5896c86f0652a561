"""Functions that move, join and cut: no arithmetic, so every value is the same as NumPy's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def asarray_chkfinite(a: Any, dtype: Any = None) -> Any:
    """The array, if all of it is finite."""
    array = np.asarray(a, dtype=dtype)
    if array.dtype.kind in "fc" and not np.all(np.isfinite(array)):
        raise ValueError("array must not contain infs or NaNs")
    return array


def fliplr(m: Any) -> Any:
    """The columns from the last to the first."""
    return np.asarray(m)[:, ::-1]


def flipud(m: Any) -> Any:
    """The rows from the last to the first."""
    return np.asarray(m)[::-1]


def rot90(m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    """Quarter turns, from the first axis towards the second."""
    first, second = axes
    turns = k % 4
    if turns == 1:
        return np.swapaxes(np.flip(m, second), first, second)
    if turns == 2:
        return np.flip(np.flip(m, first), second)
    if turns == 3:
        return np.flip(np.swapaxes(m, first, second), second)
    return np.asarray(m)[:]


def rollaxis(a: Any, axis: Any, start: Any = 0) -> Any:
    """One axis moved before another."""
    rank = np.ndim(a)
    source = axis % rank
    before = start + rank if start < 0 else start
    return np.moveaxis(a, source, before - 1 if source < before else before)


def diagflat(v: Any, k: Any = 0) -> Any:
    """A matrix with all elements on a diagonal."""
    return np.diag(np.ravel(v), k)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """Elements put behind others."""
    if axis is None:
        return np.concatenate((np.ravel(arr), np.ravel(values)))
    return np.concatenate((arr, values), axis=axis)


def resize(a: Any, new_shape: Any) -> Any:
    """The elements in another shape, from the first again where they do not suffice."""
    flat = np.ravel(a)
    wanted = _product(new_shape) if isinstance(new_shape, (tuple, list)) else new_shape
    copies = -(-wanted // len(flat))
    return np.reshape(np.tile(flat, copies)[:wanted], new_shape)


def _product(sizes: Any) -> Any:
    product = 1
    for size in tuple(sizes):
        product = product * size
    return product


def zeros_like(
    a: Any, dtype: Any = None, *, order: Any = "K", subok: Any = True, shape: Any = None, device: Any = None
) -> Any:
    """Zeros in the dtype of an array, of another shape."""
    _laid_out(order)
    return np.zeros_like(a, dtype) if shape is None else np.zeros(shape, _dtype_of(a, dtype))


def ones_like(
    a: Any, dtype: Any = None, *, order: Any = "K", subok: Any = True, shape: Any = None, device: Any = None
) -> Any:
    """Ones in the dtype of an array, of another shape."""
    _laid_out(order)
    return np.ones_like(a, dtype) if shape is None else np.ones(shape, _dtype_of(a, dtype))


def empty_like(
    a: Any, dtype: Any = None, *, order: Any = "K", subok: Any = True, shape: Any = None, device: Any = None
) -> Any:
    """Memory for the dtype of an array, of another shape."""
    _laid_out(order)
    return np.empty_like(a, dtype) if shape is None else np.empty(shape, _dtype_of(a, dtype))


def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    *,
    order: Any = "K",
    subok: Any = True,
    shape: Any = None,
    device: Any = None,
) -> Any:
    """One value in the dtype of an array, of another shape."""
    _laid_out(order)
    if shape is None:
        return np.full_like(a, fill_value, dtype)
    return np.full(shape, fill_value, _dtype_of(a, dtype))


def _dtype_of(a: Any, dtype: Any) -> Any:
    return np.asarray(a).dtype if dtype is None else dtype


def _laid_out(order: Any) -> None:
    if order != "K":
        raise ValueError("how the new array lies in memory is not known here: leave order out")


def concat(arrays: Any, /, *, axis: Any = 0, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The name of concatenate in the array standard."""
    if dtype is None:
        return np.concatenate(arrays, axis=axis)
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


def concatenate(arrays: Any, axis: Any = 0, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Arrays joined as arrays of one dtype."""
    return np.concatenate(_converted(arrays, dtype, casting), axis=axis)


def stack(arrays: Any, axis: Any = 0, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Arrays joined along a new axis as arrays of one dtype."""
    return np.stack(_converted(arrays, dtype, casting), axis=axis)


def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Arrays put side by side as arrays of one dtype."""
    return np.hstack(_converted(tup, dtype, casting))


def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Arrays put below one another as arrays of one dtype."""
    return np.vstack(_converted(tup, dtype, casting))


def _converted(arrays: Any, dtype: Any, casting: Any) -> Any:
    items = tuple([np.asarray(item) for item in arrays])
    if dtype is None:
        return items
    for item in items:
        if not np.can_cast(item.dtype, dtype, casting):
            raise TypeError("Cannot cast array data to the dtype given according to the rule given")
    return tuple([item.astype(dtype) for item in items])


def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None) -> Any:
    """The sum of a diagonal, in another dtype."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def broadcast_shapes(*args: Any) -> Any:
    """The shape that arrays of these shapes are broadcast to."""
    shapes = tuple([(shape,) if isinstance(shape, int) else tuple(shape) for shape in args])
    rank = 0
    for shape in shapes:
        rank = max(rank, len(shape))
    result: tuple[Any, ...] = ()
    for k in tuple(range(1, rank + 1)):
        size = 1
        for shape in shapes:
            if len(shape) >= k and shape[-k] != 1:
                if size != 1 and size != shape[-k]:
                    raise ValueError("shape mismatch: objects cannot be broadcast to a single shape")
                size = shape[-k]
        result = (size, *result)
    return result


class Broadcast:
    """What np.broadcast tells of a shape; it is not gone over."""

    def __init__(self, args: Any) -> None:
        self.shape = np.broadcast_shapes(*[np.shape(a) for a in args])
        self.size = math.prod(self.shape)
        self.ndim = self.nd = len(self.shape)
        self.numiter = len(args)


def broadcast(*args: Any) -> Any:
    """The shape that arrays are broadcast to."""
    return Broadcast(args)


def astype(x: Any, dtype: Any, /, *, copy: Any = True) -> Any:
    """The array with another dtype."""
    return np.asarray(x).astype(dtype, copy=copy)


def sort_complex(a: Any) -> Any:
    """The elements in order, as complex numbers."""
    ordered = np.sort(a)
    if ordered.dtype.kind == "c":
        return ordered
    return ordered.astype(
        np.complex64 if ordered.dtype.kind in "iu" and ordered.dtype.itemsize < 4 else complex
    )


def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = float) -> Any:  # noqa: N803
    """Ones on and below a diagonal."""
    return np.tril(np.ones((N, N if M is None else M), dtype), k)


def diag_indices(n: Any, ndim: Any = 2) -> Any:
    """The subscripts of the main diagonal."""
    places = np.arange(n)
    return (places,) * ndim


def fromfunction(function: Any, shape: Any, *, dtype: Any = float) -> Any:
    """A function of the subscripts of every element."""
    return function(*np.broadcast_arrays(*np.indices(shape, dtype=dtype, sparse=True)))


def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any) -> Any:
    """A function of each line along an axis."""
    lines = np.moveaxis(np.asarray(arr), axis, -1)
    if lines.ndim == 1:
        return np.asarray(func1d(lines, *args))
    outer = lines.shape[:-1]
    parts = np.array([func1d(line, *args) for line in np.reshape(lines, (-1, lines.shape[-1]))])
    whole = np.reshape(parts, outer + parts.shape[1:])
    if parts.ndim == 1:
        return whole
    return np.moveaxis(whole, -1, axis)


def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """A function of an array and an axis, for one axis after the other; the axes stay."""
    value = np.asarray(a)
    rank = value.ndim
    for axis in axes if isinstance(axes, (tuple, list)) else (axes,):
        place = axis + rank if axis < 0 else axis
        result = func(value, place)
        if result.ndim != value.ndim:
            result = np.expand_dims(result, place)
            if result.ndim != value.ndim:
                raise ValueError("function is not returning an array of the correct shape")
        value = result
    return value
