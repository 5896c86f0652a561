"""A region under construction."""

from __future__ import annotations

from collections.abc import Iterable

from adcompiler.errors import UNKNOWN, Location
from adcompiler.ir.core import Op, Operand, Region, Value


class Builder:
    """The ops of a region so far, and the place in the source that new ones belong to.

    `plain`: functions of Python floats are those of math. `around`: the region that this one stands in, if that is
    under construction too.
    """

    def __init__(self, location: Location = UNKNOWN, around: Builder | None = None) -> None:
        self.ops: list[Op] = []
        self.location = location
        self.around = around
        self.plain = False

    def region(self, params: Iterable[Value], results: Iterable[Operand]) -> Region:
        """The ops so far as a region."""
        return Region(tuple(params), tuple(self.ops), tuple(results))

    def maker(self, value: Value) -> Op | None:
        """The op that gives a value, in this region or around it."""
        here = next((op for op in reversed(self.ops) if value in op.results), None)
        return self.around.maker(value) if here is None and self.around is not None else here
