"""Whether two subscripts surely name different elements."""

from __future__ import annotations

from collections.abc import Mapping

from adcompiler.analysis.places import affine
from adcompiler.analysis.ranges import Ranges, naturals
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Value, walk
from adcompiler.ir.index import At
from adcompiler.ir.types import Array


class Distinct:
    """What is known of the subscripts in a region."""

    def __init__(self, region: Region) -> None:
        self.makers: Mapping[Value, Op] = {result: op for op in walk(region) for result in op.results}
        self.ranges = Ranges(region)
        self.naturals = naturals(region, self.ranges)

    def __call__(self, a: tuple[Operand, ...], b: tuple[Operand, ...], one: Apply, other: Apply) -> bool:
        """Whether two subscripts made of integers, none of them negative, surely differ along an axis."""
        if one.index != other.index or not all(isinstance(entry, At) for entry in one.index):
            return False
        if not all(map(self.natural, (*a, *b))):
            return False
        return any(map(self.differ, a, b))

    def natural(self, operand: Operand) -> bool:
        """Whether an operand is an integer that is sure not to be negative."""
        return operand.natural if isinstance(operand, Const) else operand in self.naturals

    def differ(self, i: Operand, j: Operand) -> bool:
        """Whether two integers surely differ: by a constant, or because one begins where the other ends."""
        (base, offset), (other, shift) = affine(i, self.makers), affine(j, self.makers)
        if base is other:
            return offset != shift
        return self._less(i, j) or self._less(j, i)

    def _less(self, i: Operand, j: Operand) -> bool:
        small, large = (o.type.size if isinstance(o.type, Array) else None for o in (i, j))
        return small is not None and large is not None and self.ranges.natural(large - small - 1)
