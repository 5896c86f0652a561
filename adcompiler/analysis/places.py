"""Where loops read and write the elements of an array: subscripts as sums of loop indices and constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from adcompiler.ir.core import Apply, Call, Const, For, Op, Operand, Region, Value, free_values
from adcompiler.ir.index import At
from adcompiler.ir.types import Array

Place: TypeAlias = "tuple[Value | None, int]"


def read_by(op: Op) -> set[Value]:
    """The values that an op reads, at every depth."""
    found = {o for o in op.operands if isinstance(o, Value)}
    if not isinstance(op, (Apply, Call)):
        for inner in op.regions:
            found |= set(free_values(inner))
    return found


def users_in(region: Region) -> dict[Value, list[Op | None]]:
    """The ops of a region that read each value, themselves or inside; None for its results."""
    users: dict[Value, list[Op | None]] = {}
    for op in region.ops:
        for value in read_by(op):
            users.setdefault(value, []).append(op)
    for end in region.results:
        if isinstance(end, Value):
            users.setdefault(end, []).append(None)
    return users


def affine(operand: Operand, makers: Mapping[Value, Op]) -> tuple[Value | None, int]:
    """A value and what is added to it, where the operand is such a sum; no value for a constant."""
    if isinstance(operand, Const):
        return None, operand.integer
    match makers.get(operand):
        case Apply(primitive="add", operands=(Value() as base, Const(value=int() as offset))):
            return base, offset
        case Apply(primitive="add", operands=(Const(value=int() as offset), Value() as base)):
            return base, offset
        case Apply(primitive="subtract", operands=(Value() as base, Const(value=int() as offset))):
            return base, -offset
    return operand, 0


def subscript_of(op: Apply) -> tuple[Operand, ...]:
    """The operands of the subscript of a read or a write."""
    return op.operands[1 if op.primitive == "getitem" else 2 :]


def same_part(a: Apply, b: Apply) -> bool:
    """Whether two reads or writes have one subscript: the same slices, with the same values or constants."""
    return a.index == b.index and all(map(_same, subscript_of(a), subscript_of(b)))


def _same(a: Operand, b: Operand) -> bool:
    return a is b or (isinstance(a, Const) and isinstance(b, Const) and a.value == b.value)


def places(op: Apply) -> tuple[Operand, ...]:
    """The operands of a subscript made of integers, in the order of the axes."""
    given = subscript_of(op)
    return tuple(given[entry.operand] for entry in op.index if isinstance(entry, At))


def may_repeat(op: Apply, makers: Mapping[Value, Op]) -> bool:
    """Whether the index arrays of a write may name one place twice: not masks, nor what counts 0, 1, 2, ..."""
    return any(_is_array(operand) and not _counts_up(operand, makers) for operand in places(op))


def _is_array(operand: Operand) -> bool:
    type = operand.type
    return isinstance(type, Array) and type.rank > 0 and type.dtype.kind != "b"


def _counts_up(operand: Operand, makers: Mapping[Value, Op]) -> bool:
    base, offset = affine(operand, makers)
    match makers.get(base) if base is not None else None:
        case Apply(primitive="arange", operands=(_,)):
            return offset >= 0
    return False


def accesses(loop: For, slot: int, rows: bool = False) -> list[Apply] | None:
    """All reads and writes of a carried array in the body, in order; None where one is more than of an element.

    rows: of parts that are picked by integers, all by as many of them.
    """
    latest = loop.body.params[1 + slot]
    versions: set[Operand] = {latest}
    found: list[Apply] = []
    for op in loop.body.ops:
        if not versions & read_by(op):
            continue
        if not isinstance(op, Apply) or op.primitive not in ("getitem", "setitem", "add_at"):
            return None
        if op.operands[0] is not latest or versions & set(op.operands[1:]):
            return None
        whole = isinstance(latest.type, Array) and len(op.index) == latest.type.rank
        alike = all(len(op.index) == len(other.index) for other in found)
        if not (whole or (rows and op.index)) or not alike:
            return None
        if not all(isinstance(entry, At) for entry in op.index):
            return None
        found.append(op)
        if op.primitive != "getitem":
            latest = op.result
            versions.add(latest)
    ends = [result for result in loop.body.results if result in versions]
    return found if ends == [latest] and loop.body.results[slot] is latest else None


def only_before(
    loops: list[Value], backwards: list[bool], own: list[Place], earlier: bool, other: list[Place]
) -> bool:
    """Whether another access reaches the place of a store only before it, in an earlier trip or the same.

    Both places are sums of the loops' indices and constants. The trip in which the other one reaches the place of
    the store is as far away as the constants differ.
    """
    distance: dict[Value | None, int] = {}
    for (base, offset), (over, shift) in zip(own, other, strict=True):
        if base is not over or (base is not None and base not in loops):
            return False
        if distance.setdefault(base, shift - offset) != shift - offset:
            return True  # never the same place
    if distance.get(None):
        return True  # another constant
    for index, back in zip(loops, backwards, strict=True):
        if distance[index]:
            return distance[index] < 0 if back else distance[index] > 0
    return earlier
