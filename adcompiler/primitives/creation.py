"""Functions that make arrays: of one value, of ranges, of nested lists.

Of the names of starred operands, `sizes` are written as one tuple in the source.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, opaque, record, same
from adcompiler.ir.index import surely_natural
from adcompiler.ir.types import Array, DType, Type, as_dtype
from adcompiler.primitives.rearrange import size_of
from adcompiler.primitives.registry import Attrs, primitive, scalar_type
from adcompiler.primitives.structure import array


def _dtype(given: object, default: object) -> DType:
    return as_dtype(default if given is None else given)


def _plain(path: str, types: Sequence[Array]) -> DType:
    return scalar_type(path, tuple(Array(t.dtype, (), t.weak) for t in types)).dtype


def infer_filled(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An array of the sizes given, by default of float64."""
    return Array(_dtype(attrs["dtype"], np.float64), tuple(size_of(t) for t in types))


def infer_full(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An array of the sizes given, by default of the dtype of the value."""
    value, *sizes = map(array, types)
    shape = tuple(size_of(t) for t in sizes)
    if value.rank:
        raise TypeError("np.full with an array as value: use np.broadcast_to(...).copy()")
    return Array(_dtype(attrs["dtype"], value.dtype), shape)


def infer_eye(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A matrix, square if one size is given."""
    sizes = [size_of(t) for t in types]
    if len(sizes) not in (1, 2):
        raise TypeError("np.eye takes one or two sizes")
    return Array(_dtype(attrs["dtype"], np.float64), (sizes[0], sizes[-1]))


def infer_arange(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """stop, or start and stop, or start, stop and step."""
    bounds = [array(t) for t in types]
    if not 1 <= len(bounds) <= 3 or any(b.rank for b in bounds):
        raise TypeError("np.arange takes one to three numbers")
    dtype = _dtype(attrs["dtype"], _plain("numpy.arange", bounds))
    if any(b.dtype.kind not in "iub" for b in bounds):
        # the length depends on rounding; nothing is known about it before the program runs
        return Array(dtype, (size_of(Array(np.dtype(np.int64))),))
    sizes = [size_of(b) for b in bounds]
    start = dim(0) if len(sizes) == 1 else sizes[0]
    return Array(
        dtype, (range_length(start, sizes[min(len(sizes) - 1, 1)], sizes[2] if len(sizes) == 3 else dim(1)),)
    )


def range_length(start: Dim, stop: Dim, step: Dim) -> Dim:
    """len(range(start, stop, step)). May record guards."""
    if step.known == 0:
        raise ValueError("Maximum allowed size exceeded")
    span = stop - start
    if span.hint is None and step.known == 1 and surely_natural(span):
        return span
    if span.hint is None or step.hint in (None, 0):
        return opaque(f"?len(range({start}, {stop}, {step}))", None)
    length = len(range(0, span.hint, step.hint or 1))
    if abs(step.known or 0) != 1:
        if span.known is not None and step.known is not None:
            return dim(length)
        return opaque(f"len(range({start}, {stop}, {step}))", length, span, step)
    forwards = span if step.known == 1 else -span
    if forwards.known is None:
        record(f"{forwards} >= 0", (forwards.hint or 0) >= 0)
    return forwards if (forwards.hint or 0) >= 0 else dim(0)


def infer_linspace(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """num numbers from start to stop."""
    start, stop, num = map(array, types)
    if start.rank or stop.rank:
        raise TypeError("linspace is a row between numbers; between arrays it is written out")
    return Array(_dtype(attrs["dtype"], _plain("numpy.linspace", [start, stop])), (size_of(num),))


def infer_like(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of an array, by default its dtype."""
    x = array(types[0])
    if len(types) > 1 and array(types[1]).rank:
        raise TypeError("np.full_like with an array as value: use np.broadcast_to(...).copy()")
    return Array(_dtype(attrs["dtype"], x.dtype), x.shape)


def nested_shape(nesting: object) -> tuple[int, ...]:
    """The sizes of nested tuples; refuses ragged ones."""
    if not isinstance(nesting, tuple):
        return ()
    inner = {nested_shape(item) for item in nesting}
    if len(inner) > 1:
        raise ValueError("setting an array element with a sequence: the nested lists have different lengths")
    return (len(nesting), *(inner.pop() if inner else ()))


def infer_array(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Nested lists of numbers or arrays of one shape; `nesting` has the number of each item at its place."""
    items = [array(t) for t in types]
    outer = tuple(dim(n) for n in nested_shape(attrs["nesting"]))
    shape = items[0].shape if items else ()
    for item in items[1:]:
        if item.rank != len(shape) or any(
            same(a, b) is False for a, b in zip(shape, item.shape, strict=True)
        ):
            raise ValueError("setting an array element with a sequence: the items have different shapes")
    default = np.array([t.dtype.type(1).item() if t.weak else t.dtype.type(1) for t in items]).dtype
    return Array(_dtype(attrs["dtype"], default), outer + shape)


def infer_asarray(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array itself, or one of another dtype."""
    x = array(types[0])
    if path == "numpy.ascontiguousarray" and not x.rank:
        raise TypeError("np.ascontiguousarray makes a vector of a number; use np.asarray, or np.atleast_1d")
    return Array(_dtype(attrs["dtype"], x.dtype), x.shape)


def _sized(name: str, value: str = "") -> None:
    signature = f"{name}({value}{', /, ' if value else ''}*sizes, dtype=None)"
    call = f"{name}((*sizes,), {value}{', ' if value else ''}dtype=dtype)"
    infer = infer_full if value else infer_filled
    primitive(signature, infer, f"numpy.{name}", numpy=f"np.{call}", jax=f"jnp.{call}")


_sized("zeros")
_sized("ones")
_sized("empty")
_sized("full", "fill_value")
primitive("eye(*counts, k=0, dtype=None)", infer_eye, "numpy.eye")
primitive("identity(n, /, dtype=None)", infer_eye, "numpy.identity")
primitive("arange(*bounds, dtype=None)", infer_arange, "numpy.arange")
primitive("linspace(start, stop, num, /, endpoint=True, *, dtype=None)", infer_linspace, "numpy.linspace")
primitive("zeros_like(x, /, dtype=None)", infer_like, "numpy.zeros_like")
primitive("ones_like(x, /, dtype=None)", infer_like, "numpy.ones_like")
primitive("empty_like(x, /, dtype=None)", infer_like, "numpy.empty_like")
primitive("full_like(x, fill_value, /, dtype=None)", infer_like, "numpy.full_like")
primitive("array(*items, nesting=(), dtype=None)", infer_array)
primitive(
    "asarray(x, /, dtype=None)",
    infer_asarray,
    "numpy.asarray numpy.ascontiguousarray numpy.asanyarray",
    view=True,
)
