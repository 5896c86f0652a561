"""What loops carry on and change: carried values that are written to, and sums that grow trip by trip.

Beside the writes proper, two kinds of operations may change their operand in place: sums of the adjoint sweep
that a loop carries on, and what the source does in place, as in `A *= B`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from adcompiler.analysis.liveness import is_memory, is_write
from adcompiler.ir.core import Apply, For, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.elementwise import IN_PLACE

Loop: TypeAlias = "For | While"
_SUMS = ("add", "subtract", "add_at", "setitem")  # made from the first operand, or the second of a sum


def changed(body: Region) -> dict[Loop, set[int]]:
    """For each loop the carried values that it writes to, directly or in loops and branches inside it."""
    makers = _makers(body)
    found: dict[Loop, set[int]] = {}
    seen: set[Value] = set()
    pending = [op.operands[0] for op in walk(body) if is_write(op) or is_in_place(op)]
    while pending:
        value = pending.pop()
        if not isinstance(value, Value) or value in seen:
            continue
        seen.add(value)
        match makers.get(value):
            case If() as op:
                k = op.results.index(value)
                pending += [op.then.results[k], op.orelse.results[k]]
            case (For() | While()) as loop, int(k):
                found.setdefault(loop, set()).add(k)
                pending += [loop.inits[k], loop.body.results[k]]
            case For() | While() as op:
                k = op.results.index(value)
                pending += [op.inits[k], op.body.results[k]]
    return found


def _makers(body: Region) -> dict[Value, Op | tuple[Loop, int]]:
    makers: dict[Value, Op | tuple[Loop, int]] = {}
    for op in walk(body):
        makers.update(dict.fromkeys(op.results, op))
        if isinstance(op, For | While):
            for region in op.regions:
                params = region.params[1:] if isinstance(op, For) else region.params
                makers.update({param: (op, k) for k, param in enumerate(params)})
    return makers


def is_in_place(op: Op) -> bool:
    """Whether the source changes an array by this operation, as in `A *= B`."""
    match op:
        case Apply(primitive=name, operands=(Value() as target, _)) if op.path == IN_PLACE.get(name):
            return is_memory(target.type) and _dtype(target.type) == _dtype(op.result.type)
    return False


def accumulations(body: Region) -> dict[Op, int]:
    """Operations that change an array in place if they may, with the number of the operand that they change."""
    found: dict[Op, int] = {op: 0 for op in walk(body) if is_in_place(op)}
    for loop in walk(body):
        if not isinstance(loop, For | While):
            continue
        makers = {result: op for op in loop.body.ops for result in op.results}
        params = loop.body.params[1:] if isinstance(loop, For) else loop.body.params
        for param, last in zip(params, loop.body.results, strict=True):
            if is_memory(param.type) and isinstance(last, Value) and last is not param:
                found.update(_chain(last, param, makers))
    return found


def _chain(last: Value, param: Value, makers: dict[Value, Op]) -> dict[Op, int]:
    """The sums between a parameter and the value carried on: one at most at a time, so a plain walk does."""
    found: dict[Op, int] = {}
    value: Operand = last
    while value is not param:
        op = makers.get(value) if isinstance(value, Value) else None
        match op:
            case Apply(primitive="add" | "subtract", operands=(a, _)) if op.location.adjoint:
                number = _accumulator(op.operands if op.primitive == "add" else (a,), param, makers)
                if number is None or _kind(op.operands[number].type) != _kind(op.result.type):
                    return {}
                found[op] = number
                value = op.operands[number]
            case Apply(primitive="add_at" | "setitem", operands=(x, *_)):
                value = x
            case _:
                return {}
    return found


def _accumulator(operands: Sequence[Operand], param: Value, makers: dict[Value, Op]) -> int | None:
    for number, operand in enumerate(operands):
        while isinstance(operand, Value):
            if operand is param:
                return number
            op = makers.get(operand)
            if not isinstance(op, Apply) or op.primitive not in _SUMS:
                break
            operand = op.operands[0]
    return None


def _dtype(type: Type) -> object:
    return type.dtype if isinstance(type, Array) else None


def _kind(type: Type) -> object:
    """What an operand and the result of an op have to share; that sizes seen are equal is in the guards by then."""
    if not isinstance(type, Array):
        return type
    return type.dtype, tuple(size if size.hint is None else size.hint for size in type.shape)
