"""The order of statements in NumPy code: what still reads the old version of a name comes before the new one.

    dy1 = setitem(dy, i, 0)             g = getitem(dy, i)
    g = getitem(dy, i)          ->      dy1 = setitem(dy, i, 0)

In the IR both orders mean the same; only the second can be done in place. Operations without effect move up
together with what they need, nothing else moves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from adcompiler.analysis.liveness import has_effect, is_memory, is_write, reads, sizes_only
from adcompiler.ir.core import Apply, For, Function, If, Op, Region, Value, While


def reads_first(function: Function) -> Function:
    """The function with reads of old versions moved before the new ones."""
    return replace(function, body=_region(function.body))


def _region(region: Region) -> Region:
    kept = {operand for operand in region.results if isinstance(operand, Value)}
    return replace(region, ops=tuple(_ordered([_inside(op) for op in region.ops], kept)))


VERSIONS = 8  # of one name, that are looked after


def _inside(op: Op) -> Op:
    match op:
        case If():
            return replace(op, then=_region(op.then), orelse=_region(op.orelse))
        case For():
            return replace(op, body=_region(op.body))
        case While():
            return replace(op, condition=_region(op.condition), body=_region(op.body))
    return op


def _ordered(ops: Sequence[Op], kept: Collection[Value]) -> list[Op]:
    makers = {result: number for number, op in enumerate(ops) for result in op.results}
    readers: dict[Value, list[int]] = {}
    for number, op in enumerate(ops):
        for operand in reads(op):
            if isinstance(operand, Value):
                readers.setdefault(operand, []).append(number)
    # the versions of each name that are still to be read
    versions: dict[str, list[Value]] = {}
    for value in readers:
        if value not in makers:
            versions.setdefault(value.name, []).append(value)
    ordered: list[Op] = []
    placed: set[int] = set()

    def hoist(value: Value, write: int, all_or_none: bool) -> None:
        later = [reader for reader in readers.get(value, ()) if reader > write and reader not in placed]
        sweep = ops[write].location.adjoint
        if all_or_none and not all(
            ops[reader].location.adjoint == sweep and _needed(reader, write, ops, makers, placed)
            for reader in later
        ):
            return
        for reader in later:
            needed = _needed(reader, write, ops, makers, placed)
            ordered.extend(ops[k] for k in needed)
            placed.update(needed)

    for number, op in enumerate(ops):
        if number in placed:
            continue
        for old in _replaced(op, versions):
            hoist(old, number, all_or_none=False)
        if is_write(op):
            # a part that is still read would have to be copied
            for part in _parts(op, readers, ops):
                if makers[part] in placed and part not in kept:
                    hoist(part, number, all_or_none=True)
        placed.add(number)
        ordered.append(op)
        for result in op.results:
            alive = [value for value in versions.get(result.name, ()) if readers[value][-1] > number]
            versions[result.name] = ([*alive, result] if result in readers else alive)[-VERSIONS:]
    return ordered


def _parts(write: Op, readers: Mapping[Value, Sequence[int]], ops: Sequence[Op]) -> list[Value]:
    """The parts of the array that is written to, taken out in the same region."""
    assert isinstance(write, Apply)
    array = write.operands[0]
    found: list[Value] = []
    for reader in readers.get(array, ()) if isinstance(array, Value) else ():
        match ops[reader]:
            case Apply(primitive="getitem", operands=(x, *_), results=(part,)) if x is array and is_memory(
                part.type
            ):
                found.append(part)
    return found


def _replaced(op: Op, versions: Mapping[str, Sequence[Value]]) -> list[Value]:
    """What is gone after an op: the array that it writes to, the values whose name its result takes over."""
    if not isinstance(op, Apply):
        return []
    old = [op.operands[0]] if is_write(op) else []
    for result in op.results:
        old += versions.get(result.name, ()) if result.name else ()
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
        if op.location.again and not ops[write].location.again:
            return []  # it would be kept from there
        needed.add(number)
        pending += [
            makers[operand] for operand in reads(op) if isinstance(operand, Value) and operand in makers
        ]
    return sorted(needed)
