"""Products and functions of series of numbers: convolution, interpolation, Kronecker and cross products."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache

import numpy as np

from adcompiler.ir.dims import Dim, dim, record, same
from adcompiler.ir.types import Array, Type, broadcast_shapes
from adcompiler.primitives.linear import contract
from adcompiler.primitives.reductions import dtype_given, normal_axis
from adcompiler.primitives.registry import Attrs, infer_elementwise, primitive
from adcompiler.primitives.statistics import absent
from adcompiler.primitives.structure import array


def longer_first(a: Dim, b: Dim) -> bool:
    """Whether the first of two series is not shorter. May record a guard."""
    if (a - b).known is not None:
        return (a - b).const >= 0
    if a.hint is None or b.hint is None:
        raise ValueError("the lengths of the series must be known while compiling, or mode='full'")
    record(f"{a} >= {b}", a.hint >= b.hint)
    return a.hint >= b.hint


def infer_convolved(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Full: where the series overlap at all; same: as long as the longer; valid: where they overlap wholly."""
    a, b = map(array, types)
    if a.rank > 1 or b.rank > 1:
        raise ValueError("object too deep for desired array: the series need one axis")
    n, m = (t.shape[0] if t.rank else dim(1) for t in (a, b))
    dtype = dtype_given(path, a.dtype, b.dtype)
    match attrs["mode"]:
        case "full":
            return Array(dtype, (n + m - 1,))
        case "same":
            return Array(dtype, (n if longer_first(n, m) else m,))
        case "valid":
            return Array(dtype, (n - m + 1 if longer_first(n, m) else m - n + 1,))
    raise ValueError("mode must be one of 'valid', 'same', or 'full'")


def infer_interp(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A value at each place."""
    x, xp, fp, left, right = map(array, types)
    if xp.rank != 1 or fp.rank != 1:
        raise ValueError("Data points must be 1-D sequences")
    if same(xp.shape[0], fp.shape[0]) is False:
        raise ValueError("fp and xp are not of the same length.")
    if any(t.rank for t in (left, right) if not absent(t)):
        raise TypeError("the arguments left and right of np.interp are numbers")
    if x.dtype.kind == "c" or xp.dtype.kind == "c" or fp.dtype.kind == "c":
        raise TypeError(
            "np.interp of complex numbers is not supported: interpolate the real and the imaginary part"
        )
    return Array(np.dtype(np.float64), x.shape)


def infer_kron(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The sizes multiplied, the shapes aligned at the end."""
    a, b = map(array, types)
    rank = max(a.rank, b.rank)
    left, right = ((dim(1),) * (rank - t.rank) + t.shape for t in (a, b))
    return Array(dtype_given(path, a.dtype, b.dtype), tuple(n * m for n, m in zip(left, right, strict=True)))


def cross_axes(attrs: Attrs, left: int, right: int) -> tuple[int, int, int]:
    """The axes of the vectors of the operands and of the result, the result's counted from the end or the front."""
    if attrs["axis"] is not None:
        axis = attrs["axis"]
        assert isinstance(axis, int)
        return normal_axis(axis, left), normal_axis(axis, right), axis
    axis = attrs["axisc"]
    assert isinstance(axis, int)
    return normal_axis(attrs["axisa"], left), normal_axis(attrs["axisb"], right), axis


@cache
def _takes_two() -> bool:
    """Whether np.cross takes vectors of two numbers, as before NumPy 2.5."""
    with warnings.catch_warnings(action="ignore"):
        try:
            np.cross([1.0, 0.0], [0.0, 1.0])
        except ValueError:
            return False
    return True


def is_flat(size: Dim) -> bool:
    """Whether vectors of a cross product lie in the plane: those of two numbers, not of three."""
    if same(size, dim(3)) is True:
        return False
    if not _takes_two() or same(size, dim(2)) is not True:
        raise ValueError("np.cross takes vectors of 3 numbers, and before NumPy 2.5 of 2")
    return True


def infer_cross(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Vectors of three numbers, the other axes broadcast; of vectors in the plane a number."""
    a, b = map(array, types)
    if not a.rank or not b.rank:
        raise ValueError("At least one array has zero dimension")
    first, second, third = cross_axes(attrs, a.rank, b.rank)
    flat = is_flat(a.shape[first]), is_flat(b.shape[second])
    rest = broadcast_shapes(a.shape[:first] + a.shape[first + 1 :], b.shape[:second] + b.shape[second + 1 :])
    dtype = infer_elementwise((Array(a.dtype, (dim(1),)), Array(b.dtype, (dim(1),))), {}, "numpy.multiply")
    assert isinstance(dtype, Array)
    if all(flat):
        return Array(dtype.dtype, rest)
    place = normal_axis(third, len(rest) + 1)
    return Array(dtype.dtype, (*rest[:place], dim(3), *rest[place:]))


def infer_vecdot(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Over one axis of both, the others broadcast."""
    a, b = map(array, types)
    first, second = normal_axis(attrs["axis"], a.rank), normal_axis(attrs["axis"], b.rank)
    contract(a.shape[first], b.shape[second], "vecdot: the sizes differ")
    rest = broadcast_shapes(a.shape[:first] + a.shape[first + 1 :], b.shape[:second] + b.shape[second + 1 :])
    return Array(dtype_given(path, a.dtype, b.dtype), rest)


def infer_matvec(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Matrices times vectors, the leading axes broadcast."""
    matrix, vector = map(array, types)
    if matrix.rank < 2 or not vector.rank:
        raise ValueError("matvec needs a matrix and a vector")
    contract(matrix.shape[-1], vector.shape[-1], "matvec: the inner sizes differ")
    dtype = dtype_given("numpy.matmul", matrix.dtype, vector.dtype)
    return Array(dtype, broadcast_shapes(matrix.shape[:-2], vector.shape[:-1]) + matrix.shape[-2:-1])


def infer_vecmat(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Vectors times matrices, the leading axes broadcast."""
    vector, matrix = map(array, types)
    if matrix.rank < 2 or not vector.rank:
        raise ValueError("vecmat needs a vector and a matrix")
    contract(vector.shape[-1], matrix.shape[-2], "vecmat: the inner sizes differ")
    dtype = dtype_given("numpy.matmul", vector.dtype, matrix.dtype)
    return Array(dtype, broadcast_shapes(vector.shape[:-1], matrix.shape[:-2]) + matrix.shape[-1:])


def infer_vander(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A row of powers for each number."""
    x, columns = array(types[0]), attrs["N"]
    if x.rank != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    if columns is not None and not isinstance(columns, int):
        raise TypeError("the number of columns of np.vander is an integer known while compiling")
    return Array(dtype_given(path, x.dtype), (x.shape[0], x.shape[0] if columns is None else dim(columns)))


primitive("convolve(a, v, /, mode='full')", infer_convolved, "numpy.convolve")
primitive("correlate(a, v, /, mode='valid')", infer_convolved, "numpy.correlate")
primitive(
    "interp(x, xp, fp, left=None, right=None, /)",
    infer_interp,
    "numpy.interp",
    numpy="np.interp(x, xp, fp, left=left, right=right)",
    jax="jnp.interp(x, xp, fp, left=left, right=right)",
)
primitive("kron(a, b, /)", infer_kron, "numpy.kron")
primitive("cross(a, b, /, axisa=-1, axisb=-1, axisc=-1, axis=None)", infer_cross, "numpy.cross")
primitive("vecdot(a, b, /, *, axis=-1)", infer_vecdot, "numpy.vecdot numpy.linalg.vecdot")
primitive("matvec(a, b, /)", infer_matvec, "numpy.matvec")
primitive("vecmat(a, b, /)", infer_vecmat, "numpy.vecmat")
primitive("vander(x, /, N=None, increasing=False)", infer_vander, "numpy.vander")
