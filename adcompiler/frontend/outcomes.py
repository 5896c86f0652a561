"""Functions that give real numbers or complex ones, as the data say.

Types are static: the code is made for one outcome, which it checks where it runs (`OtherDtype`). Whoever calls it
compiles for the other outcome then (`settled` in adcompiler/outcomes.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from adcompiler.errors import Location, OtherDtype
from adcompiler.frontend.checks import check, made_of
from adcompiler.frontend.context import Lowering
from adcompiler.ir.core import Operand
from adcompiler.ir.types import Array


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check is about: the call, by a name that is the same in every compilation, and its place."""

    call: str
    location: Location


def by_data(low: Lowering, name: str, path: str, *operands: Operand) -> tuple[Operand, ...]:
    """The results of a primitive, all of which are real or complex as the data say where no operand is complex."""
    if any(isinstance(operand.type, Array) and operand.type.dtype.kind == "c" for operand in operands):
        return low.results(name, *operands, path=path, real=False)
    call = _name(low, path)
    real = call not in low.complex_at
    found = low.results(name, *operands, path=path, real=real)
    came, expected = ("complex", "real") if real else ("real", "complex")
    message = f"{call} gives {came} numbers here, and this code is for {expected} ones"
    low.outcomes[message] = Outcome(call, low.builder.location)
    came_so = low.wrap(low.apply(f"is_{expected}", found[0]))
    check(low, came_so, made_of(low, OtherDtype, [ast.Constant(message)]))
    return found


def _name(low: Lowering, path: str) -> str:
    """A call as errors name it, the same in every compilation and different from all others."""
    places = (
        f"in {at.function}, line {at.line}, column {at.column}," for at in _places(low.builder.location)
    )
    return f"{path} {' called '.join(places)}"


def _places(location: Location | None) -> Iterator[Location]:
    """A place, and the calls that led there."""
    while location is not None:
        yield location
        location = location.caller
