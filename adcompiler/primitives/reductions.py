"""Functions that combine the elements along one, several or all axes, and running sums and products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from adcompiler.ir.dims import Dim, dim
from adcompiler.ir.types import FLOAT, INT, Array, DType, Type, as_dtype, broadcast_shapes
from adcompiler.primitives.registry import Attrs, find, primitive
from adcompiler.primitives.structure import array


def normal_axis(axis: object, rank: int) -> int:
    """An axis counted from the front; refuses one that the array does not have."""
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise TypeError(f"an axis is an integer, not {axis!r}")
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of bounds for array of dimension {rank}")
    return int(axis) % rank


def normal_axes(axis: object, rank: int) -> tuple[int, ...]:
    """The axes that an axis argument names, counted from the front, in the order given; all for None."""
    if axis is None:
        return tuple(range(rank))
    if not isinstance(axis, (tuple, list)):
        # NumPy lets a reduction of a scalar name the axis 0 or -1
        return () if rank == 0 and axis in (0, -1) else (normal_axis(axis, rank),)
    axes = tuple(normal_axis(one, rank) for one in axis)
    if len(set(axes)) != len(axes):
        raise ValueError("duplicate value in 'axis'")
    return axes


def reduced_shape(shape: tuple[Dim, ...], axis: object, keepdims: object) -> tuple[Dim, ...]:
    """The shape after a reduction."""
    axes = normal_axes(axis, len(shape))
    if keepdims:
        return tuple(dim(1) if k in axes else size for k, size in enumerate(shape))
    return tuple(size for k, size in enumerate(shape) if k not in axes)


@cache
def dtype_given(path: str, *dtypes: DType, **attrs: object) -> DType:
    """The dtype that a function gives for arrays of one element, by calling it."""
    function = find(path)
    if function is None:
        raise TypeError(f"{path} is not imported")
    return np.asarray(function(*(np.ones(1, dtype) for dtype in dtypes), **attrs)).dtype


def _dtype_attr(attrs: Attrs) -> dict[str, object]:
    dtype = attrs.get("dtype")
    return {} if dtype is None else {"dtype": as_dtype(dtype)}


def infer_reduction(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The axes named go away, or become 1; the dtype is NumPy's."""
    x = array(types[0])
    dtype = dtype_given(path, x.dtype, **_dtype_attr(attrs))
    return Array(dtype, reduced_shape(x.shape, attrs["axis"], attrs["keepdims"]))


def infer_hits(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A truth value for each element."""
    return Array(np.dtype(np.bool_), array(types[0]).shape)


def infer_position(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_reduction over one axis or all of the flattened array."""
    x = array(types[0])
    axis = attrs["axis"]
    if isinstance(axis, (tuple, list)):
        raise TypeError("'tuple' object cannot be interpreted as an integer")
    return Array(np.dtype(np.intp), reduced_shape(x.shape, axis, attrs["keepdims"]))


def infer_running(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape stays, or is flattened without an axis."""
    x = array(types[0])
    axis = attrs["axis"]
    dtype = dtype_given(path, x.dtype, **_dtype_attr(attrs))
    if axis is None:
        return Array(dtype, (total(x.shape),))
    if not normal_axes((axis,) if x.rank else axis, x.rank):
        return Array(dtype, (dim(1),))
    return Array(dtype, x.shape)


def total(shape: tuple[Dim, ...]) -> Dim:
    """The number of elements of a shape."""
    count = dim(1)
    for size in shape:
        count = count * size
    return count


def is_matrix_norm(rank: int, order: object, axis: object) -> bool:
    """Whether np.linalg.norm takes the axes as those of matrices."""
    if axis is None and order is None:
        return False
    axes = normal_axes(axis, rank)
    if len(axes) not in (1, 2):
        raise ValueError("Improper number of dimensions to norm.")
    if isinstance(order, str) and order not in ("fro", "nuc"):
        raise ValueError(f"Invalid norm order {order!r}")
    if len(axes) == 1:
        if isinstance(order, str):
            raise ValueError(f"Invalid norm order {order!r} for vectors")
        return False
    if order not in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        raise ValueError("Invalid norm order for matrices.")
    return True


def infer_norm(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """NumPy's norms of vectors and matrices."""
    x = array(types[0])
    is_matrix_norm(x.rank, attrs["ord"], attrs["axis"])
    dtype = dtype_given(path, x.dtype, **({} if isinstance(attrs["ord"], str) else {"ord": attrs["ord"]}))
    return Array(dtype, reduced_shape(x.shape, attrs["axis"], attrs["keepdims"]))


def infer_fsum(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A Python float from a vector."""
    x = array(types[0])
    if x.rank != 1 or x.dtype.kind == "c":
        raise TypeError("math.fsum takes a list of real numbers or an array with one axis; use np.sum")
    return FLOAT


def infer_total(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Python's sum over the first axis, starting with the integer 0."""
    x = array(types[0])
    if x.rank == 0:
        raise TypeError("a number is not iterable")
    # True + True is 2 in Python and in 0 + True + True
    return Array(np.result_type(x.dtype, INT.dtype) if x.dtype.kind == "b" else x.dtype, x.shape[1:])


def infer_allclose(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """One truth value, a Python bool."""
    a, b = map(array, types)
    broadcast_shapes(a.shape, b.shape)
    return Array(np.dtype(np.bool_), (), True)


primitive("sum(x, /, axis=None, dtype=None, *, keepdims=False)", infer_reduction, "numpy.sum")
primitive("mean(x, /, axis=None, dtype=None, *, keepdims=False)", infer_reduction, "numpy.mean")
primitive("prod(x, /, axis=None, dtype=None, *, keepdims=False)", infer_reduction, "numpy.prod")
primitive("max(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.max numpy.amax")
primitive("min(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.min numpy.amin")
# where x is y, which `of` (max, nanmin, ...) gives of it along an axis
primitive("hits(x, y, /, axis=None, of='max')", infer_hits, numpy="x == y", jax="x == y")
primitive("var(x, /, axis=None, dtype=None, *, ddof=0, keepdims=False)", infer_reduction, "numpy.var")
primitive("std(x, /, axis=None, dtype=None, *, ddof=0, keepdims=False)", infer_reduction, "numpy.std")
primitive("norm(x, /, ord=None, axis=None, keepdims=False)", infer_norm, "numpy.linalg.norm")
primitive("cumsum(x, /, axis=None, dtype=None)", infer_running, "numpy.cumsum")
primitive("cumprod(x, /, axis=None, dtype=None)", infer_running, "numpy.cumprod")
primitive("fsum(x, /)", infer_fsum, "math.fsum", jax="jnp.sum(x)")
primitive("total(x, /)", infer_total, "builtins.sum", jax="jnp.sum(x, axis=0)")
primitive("argmax(x, /, axis=None, *, keepdims=False)", infer_position, "numpy.argmax")
primitive("argmin(x, /, axis=None, *, keepdims=False)", infer_position, "numpy.argmin")
primitive("all(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.all")
primitive("any(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.any")
primitive("count_nonzero(x, /, axis=None, *, keepdims=False)", infer_reduction, "numpy.count_nonzero")
primitive("allclose(a, b, /, rtol=1e-05, atol=1e-08, equal_nan=False)", infer_allclose, "numpy.allclose")
