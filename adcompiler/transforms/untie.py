"""Drops the rules of the user's, once all derivatives that they serve are taken.

y = sin(x); z = tied(y, x, ..., tie=f); return z * 2        becomes        y = sin(x); return y * 2
"""

from __future__ import annotations

from collections.abc import Collection

from adcompiler.analysis.activity import active
from adcompiler.ir.core import Apply, Call, Op, Operand, Region, Value
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.primitives.ties import Tie


def untie(region: Region, by: Collection[Value] | None = None) -> Region:
    """The region with what is tied in place of the results of ties.

    by: values; only those ties are dropped that a derivative by these has followed, and that hold for it alone.
    """
    varied = active(region, by) if by is not None else None
    dropped: dict[Value, Operand] = {}

    def stays(op: Op) -> bool:
        if not isinstance(op, Apply) or op.primitive != "tied":
            return True
        tie = op.attr("tie")
        assert isinstance(tie, Tie)
        followed = op.operands[tie.results : tie.results + tie.inputs]
        unread = op.location.adjoint or tie.again or tie.kind == "value"
        if varied is not None and (unread or varied.isdisjoint(followed)):
            return True
        for result, operand in zip(op.results, op.operands, strict=False):
            dropped[result] = dropped.get(operand, operand) if isinstance(operand, Value) else operand
        return False

    def inside(inner: Region) -> Region:
        kept: list[Op] = []
        for op in inner.ops:
            if stays(op):
                kept.append(op if isinstance(op, (Apply, Call)) else map_regions(op, inside))
        return Region(inner.params, tuple(kept), inner.results)

    return substitute(inside(region), dropped)
