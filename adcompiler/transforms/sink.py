"""Moves to the adjoint sweep what only it reads.

    r = z - y; s = sum(r ** 2); # adjoint: dz = 2 * r        becomes        # adjoint: dz = 2 * (z - y)

Once the value of the function is not asked for, the last ops of the primal sweep serve the adjoint alone.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, Op, Region, Value, free_values
from adcompiler.primitives.registry import PRIMITIVES


def sink(region: Region) -> Region:
    """The region with the elementwise ops that only adjoint ops read at the start of the adjoint sweep."""
    needed = {result for result in region.results if isinstance(result, Value)}
    above: list[Op] = []
    moved: list[Op] = []
    first = next((k for k, op in enumerate(region.ops) if op.location.adjoint), len(region.ops))
    for op in reversed(region.ops[:first]):
        if isinstance(op, Apply) and PRIMITIVES[op.primitive].elementwise and needed.isdisjoint(op.results):
            moved.append(replace(op, location=op.location.reversed()))
            continue
        above.append(op)
        needed.update(operand for operand in op.operands if isinstance(operand, Value))
        if not isinstance(op, Apply):
            for inner in op.regions:
                needed.update(free_values(inner))
    return replace(region, ops=(*reversed(above), *reversed(moved), *region.ops[first:]))
