"""Values whose derivative is a rule that the user wrote, not that of the ops that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adcompiler.ir.core import Region
from adcompiler.ir.types import Type
from adcompiler.primitives.registry import Attrs, primitive


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """A rule for the results of one call, and what the operands of its op are, in this order.

    name:    of the function that has the rule.
    results: how many operands are what the op gives.
    inputs:  how many are what the rule differentiates by.
    outside: how many are what the function reads beside these: nothing may be differentiated by them.
    own:     the numbers of the results that the rule reads; the operands that are left are what else it reads.
    region:  the rule. Its parameters are what it reads, in this order, then for a "vjp" the cotangents of the results, of
             which it gives those of the inputs, for a "jvp" the tangents of the inputs, of which it gives those of the
             results; None where there is none. No region: the values have no derivative here.
    again:   whether a derivative of the derivative follows the rule too, and not the code that computes the results.
    """

    name: str
    kind: Literal["vjp", "jvp", "value"]
    results: int
    inputs: int = 0
    outside: int = 0
    own: tuple[int, ...] = ()
    region: Region | None = None
    again: bool = False

    def __str__(self) -> str:
        return self.name


def infer_tied(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The types of what is tied."""
    tie = attrs["tie"]
    assert isinstance(tie, Tie)
    return tuple(types[: tie.results])


# the first operands as they are; `untie` drops it once all derivatives are taken
primitive("tied(*operands, tie=None)", infer_tied)
