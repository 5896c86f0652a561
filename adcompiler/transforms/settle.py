"""Makes the ops of a finished adjoint sweep ops of a primal sweep, so that they can be differentiated again.

dx = g * cos(x)  # adjoint of line 3        becomes        dx = g * cos(x)  # line 3
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, Call, Op, Region
from adcompiler.ir.rewrite import map_regions


def settle(region: Region, adjoint: bool = False) -> Region:
    """The region with all ops in one sweep: the primal one, or the adjoint one."""

    def settled(op: Op) -> Op:
        location = replace(op.location, adjoint=adjoint, again=False)
        match op:
            case Apply() | Call():
                return replace(op, location=location)
        return map_regions(
            replace(op, location=location, reverses=None), lambda inner: settle(inner, adjoint)
        )

    return replace(region, ops=tuple(map(settled, region.ops)))
