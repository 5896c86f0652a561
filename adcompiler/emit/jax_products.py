"""Products of a transposed matrix and a vector, the other way round for XLA.

    transpose(W) @ v        v @ W

XLA's CPU compiler would write the transposed matrix to memory first: ten times slower at 5,000 by 50.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, Call, Function, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import map_regions
from adcompiler.ir.types import Array
from adcompiler.transforms.dce import dce


def vectors_first(function: Function) -> Function:
    """The function with such products turned round."""
    transposed = {
        op.result: op.operands[0]
        for op in walk(function.body)
        if isinstance(op, Apply) and op.primitive == "transpose" and _rank(op.operands[0]) == 2
        if dict(op.attrs).get("axes") in (None, (1, 0))
    }

    def turned(op: Op) -> Op:
        match op:
            case Apply(primitive="matmul" | "dot", operands=(Value() as matrix, vector)) if (
                matrix in transposed and _rank(vector) == 1
            ):
                return replace(op, operands=(vector, transposed[matrix]))
            case Apply() | Call():
                return op
        return map_regions(op, inside)

    def inside(region: Region) -> Region:
        return replace(region, ops=tuple(map(turned, region.ops)))

    return replace(function, body=dce(inside(function.body))) if transposed else function


def _rank(operand: Operand) -> int:
    return operand.type.rank if isinstance(operand.type, Array) else 0
