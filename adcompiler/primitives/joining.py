"""Functions that join arrays: several of them, written as one list, or the items of a list; and that part them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, same, unknown
from adcompiler.ir.types import Array, Seq, Type
from adcompiler.primitives.rearrange import called, solid
from adcompiler.primitives.reductions import normal_axis, total
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array, sequence


def joined_dtype(types: Sequence[Array]) -> np.dtype[np.generic]:
    """The dtype of an array made of several; Python numbers count as arrays here."""
    return np.concatenate([np.ones(1, t.dtype) for t in types]).dtype


def infer_concatenate(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Along an axis that exists; without one, all elements."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    if attrs["axis"] is None:
        return Array(joined_dtype(arrays), (_added([total(t.shape) for t in arrays]),))
    return Array(joined_dtype(arrays), _joined([t.shape for t in arrays], attrs["axis"]))


def _joined(shapes: Sequence[tuple[Dim, ...]], axis: object) -> tuple[Dim, ...]:
    first = shapes[0]
    if not first:
        raise ValueError("zero-dimensional arrays cannot be concatenated; use np.stack or np.array")
    along = normal_axis(axis, len(first))
    for other in shapes[1:]:
        if len(other) != len(first):
            raise ValueError("all the input array dimensions must match in number")
        if any(k != along and same(a, b) is False for k, (a, b) in enumerate(zip(first, other, strict=True))):
            raise ValueError(
                "all the input array dimensions except for the concatenation axis must match exactly"
            )
    return (*first[:along], _added([shape[along] for shape in shapes]), *first[along + 1 :])


def _added(sizes: Sequence[Dim]) -> Dim:
    whole = dim(0)
    for size in sizes:
        whole = whole + size
    return whole


def infer_stack(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Along a new axis."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to stack")
    first = arrays[0].shape
    for other in arrays[1:]:
        if other.rank != len(first) or any(
            same(a, b) is False for a, b in zip(first, other.shape, strict=True)
        ):
            raise ValueError("all input arrays must have the same shape")
    axis = normal_axis(attrs["axis"], len(first) + 1)
    return Array(joined_dtype(arrays), (*first[:axis], dim(len(arrays)), *first[axis:]))


def lifted(shape: tuple[Dim, ...], path: str) -> tuple[Dim, ...]:
    """The shape that hstack, vstack and column_stack first give their operands."""
    if path == "numpy.dstack":
        return solid(shape)
    if path == "numpy.hstack" or not shape:
        return shape or (dim(1),) * (1 if path == "numpy.hstack" else 2)
    if len(shape) > 1:
        return shape
    return (dim(1), shape[0]) if path == "numpy.vstack" else (shape[0], dim(1))


def infer_joined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """hstack, vstack, dstack and column_stack: concatenate after axes were added."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    shapes = [lifted(t.shape, path) for t in arrays]
    axis = 2 if path == "numpy.dstack" else 0 if path == "numpy.vstack" or len(shapes[0]) == 1 else 1
    return Array(joined_dtype(arrays), _joined(shapes, axis))


called("concatenate(*arrays, axis=0)", infer_concatenate, "concatenate([*arrays], axis=axis)")
called("stack(*arrays, axis=0)", infer_stack, "stack([*arrays], axis=axis)")
called("hstack(*arrays)", infer_joined, "hstack([*arrays])")
called("vstack(*arrays)", infer_joined, "vstack([*arrays])")
called("column_stack(*arrays)", infer_joined, "column_stack([*arrays])")
called("dstack(*arrays)", infer_joined, "dstack([*arrays])")


def infer_items_stacked(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The items of a list along a new axis."""
    item, length = _items(types[0])
    axis = normal_axis(attrs["axis"], item.rank + 1)
    return Array(item.dtype, (*item.shape[:axis], length, *item.shape[axis:]))


def infer_items_joined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The items of a list, which have one shape, along an axis of theirs."""
    item, length = _items(types[0])
    if not item.rank:
        raise ValueError("zero-dimensional arrays cannot be concatenated; use np.stack or np.array")
    axis = normal_axis(attrs["axis"], item.rank)
    return Array(item.dtype, (*item.shape[:axis], length * item.shape[axis], *item.shape[axis + 1 :]))


def infer_items_split(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Parts of one shape."""
    item = attrs["item"]
    assert isinstance(item, Array)
    return Seq(Array(array(types[0]).dtype, item.shape), array(types[1]).size)


def _items(type: Type) -> tuple[Array, Dim]:
    seq = sequence(type)
    return array(seq.item), seq.length if seq.length is not None else unknown("items")


# of a list whose length the program decides
primitive(
    "seq_layers(seq, /, axis=0)",
    infer_items_stacked,
    numpy="np.stack(seq, axis=axis)",
    jax="jnp.stack(seq, axis=axis)",
)
primitive(
    "seq_concatenate(seq, /, axis=0)",
    infer_items_joined,
    numpy="np.concatenate(seq, axis=axis)",
    jax="jnp.concatenate(seq, axis=axis)",
)
# n parts of one shape, that of `item`
primitive(
    "seq_split(x, n, /, axis=0, item=None)",
    infer_items_split,
    numpy="np.split(x, n, axis=axis)",
    jax="jnp.split(x, n, axis=axis)",
)
