"""How long a tape is after the loop that recorded it: one slot for each trip."""

from __future__ import annotations

from adcompiler.analysis.liveness import same_operands
from adcompiler.ir.core import Apply, Const, For, Operand, Region, Value, While, walk


def tape_lengths(body: Region) -> dict[Value, Operand]:
    """For each tape that grows by a slot in each trip of a loop, the number of trips, where a value says it."""
    tapes = {op.result for op in walk(body) if isinstance(op, Apply) and op.primitive == "tape"}
    lengths: dict[Value, Operand] = {}
    for loop in walk(body):
        if not isinstance(loop, For | While):
            continue
        trips = _trips(loop)
        params = loop.body.params[1:] if isinstance(loop, For) else loop.body.params
        makers = {result: op for op in loop.body.ops if isinstance(op, Apply) for result in op.results}
        for param, init, last, result in zip(
            params, loop.inits, loop.body.results, loop.results, strict=True
        ):
            match makers.get(last) if isinstance(last, Value) else None:
                case Apply(primitive="record", operands=(tape, *_)) as made if tape is param:
                    if trips is not None and init in tapes and not made.attr("places"):
                        lengths[result] = trips
    return lengths


def counts_all(loop: For, length: Operand) -> bool:
    """Whether a loop visits every index of a list of a length, from the first to the last or backwards."""
    return _is(loop.start, 0) and _is(loop.step, 1) and same_operands([loop.stop], [length])


def _trips(loop: For | While) -> Operand | None:
    if isinstance(loop, For):
        return loop.stop if _is(loop.start, 0) and _is(loop.step, 1) else None
    makers = {result: op for op in loop.body.ops if isinstance(op, Apply) for result in op.results}
    carried = zip(loop.body.params, loop.inits, loop.body.results, loop.results, strict=True)
    for param, init, last, result in carried:
        match makers.get(last) if isinstance(last, Value) else None:
            case Apply(primitive="add", operands=(old, one)) if old is param and _is(init, 0) and _is(one, 1):
                return result
    return None


def _is(operand: Operand, value: int) -> bool:
    return isinstance(operand, Const) and type(operand.value) is int and operand.value == value
