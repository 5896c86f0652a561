"""Functions of jax.lax that move, reduce and cut arrays, as NumPy says it."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend import trees
from adcompiler.frontend.definitions import parts
from adcompiler.frontend.definitions.imported import lax

# ---------------------------------------------------------------------------------------------------- element by element


def integer_pow(x: Any, y: Any) -> Any:
    """x ** y for an integer."""
    return x**y


def rsqrt(x: Any, *, accuracy: Any = None) -> Any:
    """One over the square root."""
    return 1 / np.sqrt(x)


def div(x: Any, y: Any) -> Any:
    """x / y; of integers it would be rounded towards zero."""
    if _is_integer(x) and _is_integer(y):
        raise TypeError("jax.lax.div of integers rounds towards zero")
    return x / y


def _is_integer(x: Any) -> Any:
    return np.result_type(x).kind in "iub"


def clamp(min: Any, x: Any, max: Any) -> Any:
    """x within bounds; where it is on one of them, JAX's derivative is zero."""
    on_bound = lax.stop_gradient(np.clip(x, min, max))
    above = np.where(x > max, max, on_bound)
    room = min < max
    below = x < min
    outside = np.where(below if room is True else below & room, min, above)
    return np.where((x > min) & (x < max), x, outside)


def round(x: Any, rounding_method: Any = 0) -> Any:
    """The nearest integer, the one away from zero or the even one of two."""
    if int(rounding_method) == 1:
        return np.round(x)
    whole = np.trunc(x)
    return np.where(np.abs(x - whole) >= 0.5, whole + np.sign(x), whole)


def select(pred: Any, on_true: Any, on_false: Any) -> Any:
    """Elements of one array or of another."""
    return np.where(pred, on_true, on_false)


def select_n(which: Any, *cases: Any) -> Any:
    """Elements of one of several arrays."""
    if len(cases) == 2:
        return np.where(which, cases[1], cases[0])
    return np.choose(which, cases, mode="clip")


def convert_element_type(operand: Any, new_dtype: Any) -> Any:
    """The array with another dtype."""
    return np.asarray(operand).astype(new_dtype)


# ---------------------------------------------------------------------------------------------------- made


def full(shape: Any, fill_value: Any, dtype: Any = None, *, sharding: Any = None) -> Any:
    """An array of one value."""
    return np.full(shape, fill_value, dtype)


def full_like(x: Any, fill_value: Any, dtype: Any = None, shape: Any = None, sharding: Any = None) -> Any:
    """An array of one value, of the dtype and, where none is given, the shape of another."""
    kind = np.asarray(x).dtype if dtype is None else dtype
    return np.full(np.shape(x) if shape is None else shape, fill_value, kind)


def iota(dtype: Any, size: Any) -> Any:
    """0, 1, 2, ..."""
    return np.arange(size, dtype=dtype)


def broadcasted_iota(dtype: Any, shape: Any, dimension: Any, *, out_sharding: Any = None) -> Any:
    """0, 1, 2, ... along one axis of several."""
    counted = parts.along(np.arange(shape[dimension], dtype=dtype), len(shape), dimension)
    return np.broadcast_to(counted, shape)


# ---------------------------------------------------------------------------------------------------- moved


def reshape(operand: Any, new_sizes: Any, dimensions: Any = None, *, out_sharding: Any = None) -> Any:
    """The elements in another shape."""
    if dimensions is None:
        return np.reshape(operand, new_sizes)
    return np.reshape(np.transpose(operand, dimensions), new_sizes)


def collapse(operand: Any, start_dimension: Any, stop_dimension: Any = None) -> Any:
    """Several axes as one."""
    shape = np.shape(operand)
    rank = len(shape)
    start = start_dimension % rank
    stop = rank if stop_dimension is None else stop_dimension + rank if stop_dimension < 0 else stop_dimension
    return np.reshape(operand, (*shape[:start], -1, *shape[stop:]))


def broadcast(operand: Any, sizes: Any) -> Any:
    """The array repeated along new first axes."""
    return np.broadcast_to(operand, (*sizes, *np.shape(operand)))


def broadcast_in_dim(operand: Any, shape: Any, broadcast_dimensions: Any, *, out_sharding: Any = None) -> Any:
    """The array repeated along new axes, its own being at given places."""
    sizes = np.shape(operand)
    wide: tuple[Any, ...] = ()
    for place, _ in enumerate(tuple(shape)):
        for k, own in enumerate(tuple(broadcast_dimensions)):
            if own == place:
                wide = (*wide, sizes[k])
        if len(wide) == place:
            wide = (*wide, 1)
    return np.broadcast_to(np.reshape(operand, wide), shape)


def squeeze(array: Any, dimensions: Any) -> Any:
    """The array without axes of size 1."""
    return np.squeeze(array, axis=tuple(dimensions))


def expand_dims(array: Any, dimensions: Any) -> Any:
    """The array with new axes of size 1."""
    return np.expand_dims(array, tuple(dimensions))


def transpose(operand: Any, permutation: Any) -> Any:
    """The axes in another order."""
    return np.transpose(operand, tuple(permutation))


def rev(operand: Any, dimensions: Any) -> Any:
    """The elements from the last to the first along axes."""
    return np.flip(operand, tuple(dimensions))


def concatenate(operands: Any, dimension: Any) -> Any:
    """Arrays one after another along an axis."""
    return np.concatenate(operands, axis=dimension)


def pad(operand: Any, padding_value: Any, padding_config: Any) -> Any:
    """The array with a border."""
    widths: tuple[Any, ...] = ()
    for low, high, inside in tuple(padding_config):
        if low < 0 or high < 0 or inside != 0:
            raise ValueError("jax.lax.pad that takes elements away or puts some between")
        widths = (*widths, (low, high))
    return np.pad(operand, widths, constant_values=padding_value)


def split(operand: Any, sizes: Any, axis: Any = 0) -> Any:
    """Parts of given lengths along an axis."""
    places: tuple[Any, ...] = ()
    place = 0
    for size in tuple(sizes)[:-1]:
        place = place + size
        places = (*places, place)
    return np.split(operand, places, axis)


# ---------------------------------------------------------------------------------------------------- reduced


def reduce_sum(operand: Any, axes: Any, *, out_sharding: Any = None) -> Any:
    """The sum along axes."""
    return np.sum(operand, axis=tuple(axes))


def reduce_prod(operand: Any, axes: Any) -> Any:
    """The product along axes."""
    return np.prod(operand, axis=tuple(axes))


def reduce_max(operand: Any, axes: Any) -> Any:
    """The largest along axes."""
    return np.max(operand, axis=tuple(axes))


def reduce_min(operand: Any, axes: Any) -> Any:
    """The smallest along axes."""
    return np.min(operand, axis=tuple(axes))


def argmax(operand: Any, axis: Any, index_dtype: Any) -> Any:
    """The place of the largest along an axis."""
    return np.asarray(np.argmax(operand, axis)).astype(index_dtype)


def argmin(operand: Any, axis: Any, index_dtype: Any) -> Any:
    """The place of the smallest along an axis."""
    return np.asarray(np.argmin(operand, axis)).astype(index_dtype)


def cumsum(operand: Any, axis: Any = 0, reverse: Any = False) -> Any:
    """Sums up to each place, or from it on."""
    if reverse:
        return np.flip(np.cumsum(np.flip(operand, axis), axis), axis)
    return np.cumsum(operand, axis)


def cumprod(operand: Any, axis: Any = 0, reverse: Any = False) -> Any:
    """Products up to each place, or from it on."""
    if reverse:
        return np.flip(np.cumprod(np.flip(operand, axis), axis), axis)
    return np.cumprod(operand, axis)


def cummax(operand: Any, axis: Any = 0, reverse: Any = False) -> Any:
    """The largest up to each place, or from it on."""
    if reverse:
        return np.flip(np.maximum.accumulate(np.flip(operand, axis), axis), axis)
    return np.maximum.accumulate(operand, axis)


def cummin(operand: Any, axis: Any = 0, reverse: Any = False) -> Any:
    """The smallest up to each place, or from it on."""
    if reverse:
        return np.flip(np.minimum.accumulate(np.flip(operand, axis), axis), axis)
    return np.minimum.accumulate(operand, axis)


def cumlogsumexp(operand: Any, axis: Any = 0, reverse: Any = False) -> Any:
    """Logarithms of sums of exponentials up to each place, or from it on."""
    if reverse:
        return np.flip(np.logaddexp.accumulate(np.flip(operand, axis), axis), axis)
    return np.logaddexp.accumulate(operand, axis)


# ---------------------------------------------------------------------------------------------------- ordered


def sort(operand: Any, dimension: Any = -1, is_stable: Any = True, num_keys: Any = 1) -> Any:
    """In ascending order along an axis; of several arrays the first says the order."""
    if not isinstance(operand, (tuple, list)):
        return np.sort(operand, axis=dimension)
    if num_keys != 1:
        raise ValueError("jax.lax.sort by several keys")
    order = np.argsort(operand[0], axis=dimension, kind="stable")
    return tuple([np.take_along_axis(x, order, dimension) for x in tuple(operand)])


def sort_key_val(keys: Any, values: Any, dimension: Any = -1, is_stable: Any = True) -> Any:
    """Keys in ascending order along an axis, and values in the order of the keys."""
    order = np.argsort(keys, axis=dimension, kind="stable")
    return np.take_along_axis(keys, order, dimension), np.take_along_axis(values, order, dimension)


def top_k(operand: Any, k: Any, *, axis: Any = -1) -> Any:
    """The largest elements along an axis and their places, the first ones of equals."""
    along = axis % np.ndim(operand)
    last = np.shape(operand)[along] - 1
    backwards = np.argsort(np.flip(operand, along), axis=along, kind="stable")
    order = parts.cut(np.flip(last - backwards, along), along, None, k)
    return np.take_along_axis(operand, order, along), order


# ---------------------------------------------------------------------------------------------------- multiplied


def dot(
    lhs: Any,
    rhs: Any,
    *,
    dimension_numbers: Any = None,
    precision: Any = None,
    preferred_element_type: Any = None,
) -> Any:
    """The product of vectors and matrices."""
    if preferred_element_type is not None:
        raise ValueError("preferred_element_type")
    if dimension_numbers is not None:
        return dot_general(lhs, rhs, dimension_numbers)
    return np.dot(lhs, rhs)


def batch_matmul(lhs: Any, rhs: Any, precision: Any = None) -> Any:
    """Products of stacks of matrices."""
    return np.matmul(lhs, rhs)


def dot_general(
    lhs: Any, rhs: Any, dimension_numbers: Any, precision: Any = None, preferred_element_type: Any = None
) -> Any:
    """Sums of products over pairs of axes, for each place along other pairs."""
    if preferred_element_type is not None:
        raise ValueError("preferred_element_type")
    (of_lhs, of_rhs), (batch_lhs, batch_rhs) = dimension_numbers
    if len(batch_lhs) == 0:
        return np.tensordot(lhs, rhs, axes=(tuple(of_lhs), tuple(of_rhs)))
    return np.einsum(
        trees.subscripts(np.ndim(lhs), np.ndim(rhs), of_lhs, of_rhs, batch_lhs, batch_rhs), lhs, rhs
    )
