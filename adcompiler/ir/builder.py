"""A region under construction."""

from __future__ import annotations

from collections.abc import Iterable

from adcompiler.errors import UNKNOWN, Location
from adcompiler.ir.core import Op, Operand, Region, Value


class Builder:
    """The ops of a region so far, and the place in the source that new ones belong to.

    `plain`: functions of Python floats are those of math.
    """

    def __init__(self, location: Location = UNKNOWN) -> None:
        self.ops: list[Op] = []
        self.location = location
        self.plain = False

    def region(self, params: Iterable[Value], results: Iterable[Operand]) -> Region:
        """The ops so far as a region."""
        return Region(tuple(params), tuple(self.ops), tuple(results))
