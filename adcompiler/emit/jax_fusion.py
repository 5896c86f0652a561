"""Whether XLA's CPU compiler should fuse what the loops of a program compute.

A fusion reads an array again wherever its elements are needed, and what is written to the array in between makes XLA
copy it in each trip. Without fusions such loops stay in place, and whole arrays take longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from adcompiler.analysis.places import Place, affine, places
from adcompiler.emit.jax_facts import Facts
from adcompiler.ir.core import Apply, For, Op, Operand, Value, While
from adcompiler.ir.types import Array

# these give a version of their first operand, or what has no elements yet
_IN_PLACE = frozenset({"setitem", "add_at", "copy", "record", "recorded", "tape", "undefined"})
_WRITES = frozenset({"setitem", "add_at"})

Loop: TypeAlias = For | While


def in_place(facts: Facts) -> bool:
    """Whether XLA should not fuse: loops write elements of arrays, or rows that meet.

    Elements: the loops inside all others compute numbers only. Rows: see `_meet`.
    """
    bodies: dict[Loop, list[Apply]] = {}
    for op in facts.ops:
        if isinstance(op, Apply) and (around := _around(facts, op)):
            bodies.setdefault(around[-1], []).append(op)
    outer = {loop for op in facts.ops if isinstance(op, Loop) for loop in _around(facts, op)}
    innermost = [op for loop, ops in bodies.items() if loop not in outer for op in ops]
    if any(op.primitive in _IN_PLACE for op in innermost) and all(map(_makes_numbers, innermost)):
        return True
    return any(_meet(facts, loop, ops) for loop, ops in bodies.items())


def _around(facts: Facts, op: Op) -> list[Loop]:
    """The loops around an op that are loops for XLA."""
    return [loop for loop in facts.loops_around(op) if loop not in facts.unrolled]


def _makes_numbers(op: Apply) -> bool:
    """Whether an op makes numbers, a tape or a version of an array."""
    return op.primitive in _IN_PLACE or not any(map(_rank, op.results))


def _rank(value: Operand) -> int:
    return value.type.rank if isinstance(value.type, Array) else 0


def _meet(facts: Facts, loop: Loop, body: Sequence[Apply]) -> bool:
    """Whether a trip reaches several rows of an array such that fusions would read it beside a write or after it.

    It writes two rows, or a part of one; or what it reads in another row gives a number that leaves the trip. A row
    that is computed as a whole from others (`y[i + 1] = y[i] + h * f(y[i])`) is one fusion.
    """
    for array, ops in _reached(facts, body).items():
        rows = {_row(facts, op) for op in ops}
        writes = [op for op in ops if op.primitive in _WRITES]
        written = {_row(facts, op) for op in writes}
        if not written or len(rows) < 2 or () in rows:
            continue
        if len(written) > 1 or any(len(op.index) > len(places(op)) for op in writes):
            return True
        reads = [op.result for op in ops if op.primitive == "getitem" and _row(facts, op) not in written]
        if _numbers_leave(facts, loop, body, reads, array):
            return True
    return False


def _reached(facts: Facts, body: Sequence[Apply]) -> dict[Operand, list[Apply]]:
    """The reads and writes of each array of two axes and more at integers that change from trip to trip."""
    found: dict[Operand, list[Apply]] = {}
    for op in body:
        if op.primitive not in {"getitem", *_WRITES} or _rank(op.operands[0]) < 2:
            continue
        if any(isinstance(operand, Value) for operand in places(op)):
            found.setdefault(_before(facts, op.operands[0]), []).append(op)
    return found


def _before(facts: Facts, version: Operand) -> Operand:
    """An array before anything was written to it."""
    match facts.defs.get(version) if isinstance(version, Value) else None:
        case Apply(primitive="setitem" | "add_at", operands=(earlier, *_)):
            return _before(facts, earlier)
    return version


def _row(facts: Facts, op: Apply) -> tuple[Place, ...]:
    """Where the integers of a subscript are; nothing if arrays are among them."""
    given = places(op)
    return () if any(map(_rank, given)) else tuple(affine(operand, facts.defs) for operand in given)


def _numbers_leave(
    facts: Facts, loop: Loop, body: Sequence[Apply], reads: Iterable[Operand], array: Operand
) -> bool:
    """Whether a number that is computed from what is read goes onto a tape, into another array or to the next trip."""
    reached = set(reads)
    for op in body:
        if reached.isdisjoint(op.operands):
            continue
        reached.update(op.results)
        stored = {"record": op.operands[2:], "setitem": op.operands[1:2], "add_at": op.operands[1:2]}.get(
            op.primitive
        )
        if (
            stored
            and stored[0] in reached
            and not _rank(stored[0])
            and _before(facts, op.operands[0]) != array
        ):
            return True
    return any(end in reached and not _rank(end) for end in loop.body.results)
