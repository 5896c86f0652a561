"""Numbers that are of one dtype on one path and of another on the next, once a function is lowered.

    c = 1 if x > 0 else x; t = np.full(3, c); t[0] = 0.5       # an array of ints, or of floats

What is computed with such a number is the same for both, but an array made of it rounds what is stored there as its own
dtype says: so it must not be written. And what is asked of its dtype (`t.dtype`, `isinstance(c, int)`) is answered while
compiling: so the answer must be the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcompiler.errors import CompileError, Location
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.kinds import Kinds, declared, dtypes_in
from adcompiler.ir.core import Apply, Call, Const, Operand, Region, Value, walk
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.ir.types import Array, DType

_NATIVE = "?ldD"  # the dtypes of Python's numbers


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a dtype, and where; `answer` gives it for each dtype that the operand may have."""

    operand: Operand
    location: Location
    answer: Callable[[DType], object]


def ask(low: Lowering, operand: Operand, answer: Callable[[DType], object] = np.dtype) -> None:
    """Note that something is decided by the dtype of an operand; by which dtype it is, where nothing else is said."""
    if isinstance(operand, Value):
        low.asked.append(Question(operand, low.builder.location, answer))


def settled(region: Region, asked: Sequence[Question] = ()) -> Region:
    """The region with its constants in the dtypes that their names have.

    Refuses writes that depend on the path, and questions whose answers do.
    """
    joins = [op for op in walk(region) if isinstance(op, Apply) and op.primitive == "joined"]
    if not joins:
        return region
    _refuse(region, asked)
    values: dict[Value, Operand] = {}
    for op in joins:
        constant = _converted(op)
        if constant is not None:
            values[op.result] = constant
    return substitute(_without(region, values), values)


def _refuse(region: Region, asked: Sequence[Question]) -> None:
    writes = [op for op in walk(region) if isinstance(op, Apply) and op.primitive in ("setitem", "add_at")]
    if not writes and not asked:
        return
    found = dtypes_in(region.ops)
    for op in writes:
        array = op.operands[0]
        kinds = found.get(array, frozenset()) if isinstance(array, Value) else frozenset()
        if kinds and kinds != declared(array.type):
            raise CompileError.at(
                op.location,
                f"this writes into an array of {_listed(kinds)}, as the path decides: a number that "
                "it is made of has one dtype on one path and another on the other, and what is stored is rounded as "
                "that dtype says",
                "give the number one dtype on every path (`1.0` instead of `1`), or the array its own",
            )
    for question in asked:
        assert isinstance(question.operand, Value)
        kinds = found.get(question.operand, frozenset())
        if len({question.answer(kind) for kind in kinds | declared(question.operand.type)}) > 1:
            raise CompileError.at(
                question.location,
                f"this depends on a dtype that is {_listed(kinds)}, as the path decides",
                "give the number one dtype on every path (`1.0` instead of `1`), or the array its own",
            )


def _listed(kinds: Kinds) -> str:
    return " or ".join(sorted(map(str, kinds)))


def _converted(op: Apply) -> Const | None:
    """A constant in the dtype of the name that it is given to, where that changes nothing."""
    (operand,), type = op.operands, op.result.type
    if not isinstance(operand, Const) or not isinstance(type, Array) or type.dtype.char not in _NATIVE:
        return None
    scalar = type.dtype.type(operand.value)
    return Const(scalar.item()) if scalar == operand.value else None


def _without(region: Region, values: dict[Value, Operand]) -> Region:
    """The region without the ops that make values for which others stand."""
    ops = [
        op if isinstance(op, Apply | Call) else map_regions(op, lambda inner: _without(inner, values))
        for op in region.ops
        if not any(result in values for result in op.results)
    ]
    return replace(region, ops=tuple(ops))
