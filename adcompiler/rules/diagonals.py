"""Derivatives of diagonals of matrices, and of the parts on one side of them."""

from __future__ import annotations

from adcompiler.ir.index import At, Slice
from adcompiler.primitives.diagonals import diagonal_size
from adcompiler.primitives.reductions import normal_axis
from adcompiler.rules.language import Sym, call
from adcompiler.rules.linear import permuted
from adcompiler.rules.rearrange import extent, numbered, positions
from adcompiler.rules.registry import rule, same
from adcompiler.rules.structure import array_type, rank


def diagonal(g: Sym, x: Sym, k: int, **rest: object) -> Sym:
    """The diagonal of the cotangent, or the cotangent on the diagonal."""
    shape = array_type(x).shape
    if rank(x) == 1 or shape[0] == shape[1]:
        return call("diag", g, k=k)
    places = positions(g, 0)
    row, column = (places + offset if offset else places for offset in (max(-k, 0), max(k, 0)))
    return call("scatter", g, call("shape", x), row, column, index=(At(0), At(1)))


def diagonal_of_axes(x: Sym, offset: int, axis1: int, axis2: int) -> Sym | None:
    """The elements on the diagonals of the matrices that two axes span, the leading axes kept."""
    rows, columns = normal_axis(axis1, rank(x)), normal_axis(axis2, rank(x))
    if rank(x) == 2 and rows < columns:
        return None
    moved = permuted(x, (*(k for k in range(rank(x)) if k not in (rows, columns)), rows, columns))
    leading = rank(x) - 2
    known = diagonal_size(array_type(moved).shape[leading:], offset).known
    if known is None:
        # NumPy is asked for the length: the smaller side, less the offset
        flat = call("getitem", moved, *(0,) * leading, index=tuple(At(k) for k in range(leading)))
        count = extent(call("diagonal", flat, offset=offset), 0)
    else:
        count = known
    places = numbered(x, count)
    row, column = (places + k if k else places for k in (max(-offset, 0), max(offset, 0)))
    return call("getitem", moved, row, column, index=(*(Slice(),) * leading, At(0), At(1)))


rule("diag(x)", x=diagonal)
rule("diagonal(x)", x=lambda g, x, offset, **rest: diagonal(g, x, offset))
same("diagonal", diagonal_of_axes)
rule("tril(x)", x="tril(g, k)")
rule("triu(x)", x="triu(g, k)")
