"""Diagonals of matrices, and the parts on one side of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, record
from adcompiler.ir.types import Type
from adcompiler.primitives.elementwise import larger, smaller
from adcompiler.primitives.rearrange import shaped
from adcompiler.primitives.reductions import normal_axis
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array


def infer_diag(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A matrix with a vector on a diagonal, or the diagonal of a matrix."""
    x, k = array(types[0]), _offset(attrs["k"])
    if x.rank == 1:
        return shaped(x, [x.shape[0] + abs(k)] * 2)
    if x.rank == 2:
        return shaped(x, [diagonal_size(x.shape, k)])
    raise ValueError("Input must be 1- or 2-d.")


def _offset(k: object) -> int:
    if not isinstance(k, (int, np.integer)):
        raise TypeError("the number of the diagonal must be known while compiling")
    return int(k)


def diagonal_size(shape: tuple[Dim, ...], k: int) -> Dim:
    """The number of elements of a diagonal."""
    rows, columns = shape[0] - max(-k, 0), shape[1] - max(k, 0)
    size = smaller(rows, columns)
    assert size is not None
    if size.hint is not None and not k:
        return size
    clipped = larger(size, dim(0))
    assert clipped is not None
    if size.hint is not None and size.hint >= 0:
        record(f"{size} >= 0", True)
        return size
    return clipped


def infer_diagonal(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The diagonals of the matrices that two axes span, along a new last axis."""
    x = array(types[0])
    rows, columns = diagonal_axes(attrs, x.rank)
    kept = [size for k, size in enumerate(x.shape) if k not in (rows, columns)]
    return shaped(x, [*kept, diagonal_size((x.shape[rows], x.shape[columns]), _offset(attrs["offset"]))])


def diagonal_axes(attrs: Attrs, rank: int) -> tuple[int, int]:
    """The two axes that have a diagonal."""
    if rank < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    first, second = normal_axis(attrs["axis1"], rank), normal_axis(attrs["axis2"], rank)
    if first == second:
        raise ValueError("axis1 and axis2 cannot be the same")
    return first, second


def infer_triangle(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape."""
    x = array(types[0])
    _offset(attrs["k"])
    if x.rank < 2:
        raise ValueError("tril and triu need an array with two axes or more")
    return shaped(x, x.shape)


primitive("diag(x, /, k=0)", infer_diag, "numpy.diag", view=True)
primitive("diagonal(x, /, offset=0, axis1=0, axis2=1)", infer_diagonal, "numpy.diagonal", view=True)
primitive("tril(x, /, k=0)", infer_triangle, "numpy.tril")
primitive("triu(x, /, k=0)", infer_triangle, "numpy.triu")
