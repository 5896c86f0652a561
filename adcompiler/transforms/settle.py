"""Makes the ops of a finished adjoint sweep ops of a primal sweep, so that they can be differentiated again.

dx = g * cos(x)  # adjoint of line 3        becomes        dx = g * cos(x)  # line 3
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, Call, Op, Region
from adcompiler.ir.rewrite import map_regions


def settle(region: Region) -> Region:
    """The region with no op marked as belonging to an adjoint sweep."""
    return replace(region, ops=tuple(_op(op) for op in region.ops))


def _op(op: Op) -> Op:
    location = replace(op.location, adjoint=False)
    match op:
        case Apply() | Call():
            return replace(op, location=location)
    return map_regions(replace(op, location=location, reverses=None), settle)
