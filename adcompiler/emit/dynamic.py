"""NumPy's names may hold numbers of one dtype on one path and of another on the next: nothing is converted there."""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.rewrite import map_regions, substitute


def dynamic(function: Function) -> Function:
    """The function without the conversions where paths meet."""
    values: dict[Value, Operand] = {}
    for op in walk(function.body):
        if isinstance(op, Apply) and op.primitive in ("joined", "barrier"):
            source = op.operands[0]
            values[op.result] = values.get(source, source) if isinstance(source, Value) else source
    return replace(function, body=_without(substitute(function.body, values))) if values else function


def _without(region: Region) -> Region:
    ops: list[Op] = []
    for op in region.ops:
        if isinstance(op, (If, For, While)):
            ops.append(map_regions(op, _without))
        elif not isinstance(op, Apply) or op.primitive not in ("joined", "barrier"):
            ops.append(op)
    return replace(region, ops=tuple(ops))
