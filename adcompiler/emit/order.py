"""The order of statements in NumPy code: what still reads the old version of an array comes before the write.

    dy1 = setitem(dy, i, 0)             g = getitem(dy, i)
    g = getitem(dy, i)          ->      dy1 = setitem(dy, i, 0)

In the IR both orders mean the same; only the second can be done in place. Operations without effect move up
together with what they need, nothing else moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adcompiler.analysis.liveness import has_effect, is_write, reads, sizes_only
from adcompiler.ir.core import Apply, For, Function, If, Op, Operand, Region, Value, While


def reads_first(function: Function) -> Function:
    """The function with reads of overwritten versions moved before the writes."""
    return replace(function, body=_region(function.body, {}))


def _region(region: Region, replaced: Mapping[Value, Value]) -> Region:
    """Reorder a region; `replaced` gives for results the value whose variable they take over."""
    ops = _ordered([_inside(op) for op in region.ops], region.results, replaced)
    return replace(region, ops=tuple(ops))


def _inside(op: Op) -> Op:
    match op:
        case If():
            then = _region(op.then, _between(op.then.results, op.orelse.results))
            return replace(
                op, then=then, orelse=_region(op.orelse, _between(op.orelse.results, op.then.results))
            )
        case For():
            return replace(op, body=_region(op.body, _between(op.body.results, op.body.params[1:])))
        case While():
            body = _region(op.body, _between(op.body.results, op.body.params))
            return replace(op, condition=_region(op.condition, {}), body=body)
    return op


def _between(new: Sequence[Operand], old: Sequence[Operand]) -> dict[Value, Value]:
    pairs = zip(new, old, strict=True)
    return {a: b for a, b in pairs if isinstance(a, Value) and isinstance(b, Value) and a is not b}


def _ordered(ops: Sequence[Op], results: Sequence[Operand], replaced: Mapping[Value, Value]) -> list[Op]:
    makers = {result: number for number, op in enumerate(ops) for result in op.results}
    readers: dict[Value, list[int]] = {}
    for number, op in enumerate(ops):
        for operand in reads(op):
            if isinstance(operand, Value):
                readers.setdefault(operand, []).append(number)
    ordered: list[Op] = []
    placed: set[int] = set()
    for number, op in enumerate(ops):
        if number in placed:
            continue
        for old in _overwritten(op, replaced, results):
            for reader in readers.get(old, ()):
                if reader > number and reader not in placed:
                    needed = _needed(reader, number, ops, makers, placed)
                    ordered += [ops[k] for k in needed]
                    placed.update(needed)
        placed.add(number)
        ordered.append(op)
    return ordered


def _overwritten(op: Op, replaced: Mapping[Value, Value], results: Sequence[Operand]) -> list[Value]:
    """What is gone after an op: the version that it writes to, the value whose variable its result takes over."""
    if not isinstance(op, Apply):
        return []
    old = [op.operands[0]] if is_write(op) else []
    if op.result in replaced and replaced[op.result] not in results:
        old.append(replaced[op.result])
    return [value for value in old if isinstance(value, Value)]


def _needed(
    reader: int, write: int, ops: Sequence[Op], makers: dict[Value, int], placed: set[int]
) -> list[int]:
    """The ops to be moved before a write so that a reader can stand there; none where it cannot."""
    needed: set[int] = set()
    pending = [reader]
    while pending:
        number = pending.pop()
        if number < write or number in needed or number in placed:
            continue
        op = ops[number]
        if number == write or not isinstance(op, Apply) or is_write(op) or has_effect(op):
            return []
        if number == reader and sizes_only(op):
            return []
        needed.add(number)
        pending += [
            makers[operand] for operand in reads(op) if isinstance(operand, Value) and operand in makers
        ]
    return sorted(needed)
