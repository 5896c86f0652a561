"""Needless stores of the adjoint sweep: zeros that nobody reads, and sums with one term.

    dx = zeros                                    dx = zeros
    for i backwards:                              for i backwards:
        t = dy[i]; dy[i] = 0; dx[i] += t * s          t = dy[i]; dx[i] = t * s

Proved for subscripts that are the loop's index plus a constant, in loops by steps of 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adcompiler.analysis.distinct import Distinct
from adcompiler.analysis.places import accesses, affine, only_before, places, read_by, same_part
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    If,
    Op,
    Operand,
    Region,
    Value,
    While,
    free_values,
    walk,
)
from adcompiler.ir.index import At
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import Array, Seq


def stores(region: Region) -> Region:
    """The region with fewer stores in its adjoint sweep."""
    return _Stores(region).region(region)


@dataclass(frozen=True, slots=True)
class _Access:
    """One read or write of a carried array in a loop body: at the loop's index plus `offset`."""

    op: Apply
    offset: int


class _Stores:
    def __init__(self, region: Region) -> None:
        self.users: dict[Value, list[Op | None]] = {}
        self.makers: dict[Value, Op] = {}
        self.distinct = Distinct(region)
        self._note(region)
        for op in walk(region):
            if not isinstance(op, Apply):
                for inner in op.regions:
                    self._note(inner)

    def _note(self, region: Region) -> None:
        for op in region.ops:
            for operand in op.operands:
                if isinstance(operand, Value):
                    self.users.setdefault(operand, []).append(op)
            for result in op.results:
                self.makers[result] = op
        for end in region.results:
            if isinstance(end, Value):
                self.users.setdefault(end, []).append(None)

    def region(self, region: Region) -> Region:
        """Rewrite the loops of a region, then its own straight-line accumulations."""
        ops: list[Op] = []
        values: dict[Value, Operand] = {}
        for op in region.ops:
            match op:
                case For() if op.location.adjoint:
                    op = replace(op, body=self.region(op.body))
                    op = self.nest(self.loop(op, ops) if _unit(op) else op)
                case For() | While():
                    op = replace(op, body=self.region(op.body))
                case If():
                    op = replace(op, then=self.region(op.then), orelse=self.region(op.orelse))
                case Apply() if op.location.adjoint:
                    op = self.first(op, values)
                case Apply() | Call():
                    pass
            ops.append(op)
        return substitute(Region(region.params, tuple(ops), region.results), _resolved(values))

    # -------------------------------------------------------------------------------------------- straight line

    def first(self, op: Apply, values: dict[Value, Operand]) -> Apply:
        """The first contribution to a place in an array of zeros is stored, not added."""
        if op.primitive == "seq_add" and self._fresh(op.operands[0], "seq_zeros"):
            return replace(op, primitive="seq_set")
        if op.primitive != "add_at" or not isinstance(op.operands[0], Value):
            return op
        zeroed = self.makers.get(op.operands[0])
        while isinstance(zeroed, Apply) and self._passes(zeroed, op):
            zeroed = self.makers.get(zeroed.operands[0])  # type: ignore[arg-type]
        if isinstance(zeroed, Apply) and self._rezeroed(zeroed, op):
            values[zeroed.result] = zeroed.operands[0]
            if self._read_there(zeroed, op):
                values[op.result] = op.operands[0]
            return _stored(op)
        base = op.operands[0]
        if _once(op) and (self._fresh(base, "zeros_of") or self._untouched(base, op)):
            return _stored(op)
        return op

    def _read_there(self, zeroed: Apply, op: Apply) -> bool:
        """Whether what an op adds is what was read before from the place that was zeroed: it may stay."""
        made = self.makers.get(op.operands[1]) if isinstance(op.operands[1], Value) else None
        return (
            isinstance(made, Apply)
            and made.primitive == "getitem"
            and made.operands[0] is zeroed.operands[0]
            and same_part(made, op)
        )

    def _passes(self, between: Apply, op: Apply) -> bool:
        """Whether what an op adds to is another place than that of a write before it, which nothing else reads."""
        return (
            between.primitive in ("add_at", "setitem")
            and isinstance(between.operands[0], Value)
            and self._only_written(between.result, op)
            and self.distinct(between.operands[2:], op.operands[2:], between, op)
        )

    def _only_written(self, array: Value, op: Apply) -> bool:
        """Whether one write follows to a version of an array, and nothing reads of it what an op adds to."""
        writes = 0
        for user in self.users[array]:
            match user:
                case Apply(primitive="getitem", operands=(source, *places)) if source is array:
                    if not self.distinct(tuple(places), op.operands[2:], user, op):
                        return False
                case _:
                    writes += 1
        return writes == 1

    def _rezeroed(self, zeroed: Apply, op: Apply) -> bool:
        """Whether an op adds to the very place where a zero was just stored."""
        return (
            zeroed.primitive == "setitem"
            and _zero(zeroed.operands[1])
            and same_part(zeroed, op)
            and self._only_written(zeroed.result, op)
            and _once(op)
        )

    def _fresh(self, operand: Operand, primitive: str) -> bool:
        """Whether an operand is an array of zeros that only this op reads."""
        if not isinstance(operand, Value):
            return False
        made = self.makers.get(operand)
        return isinstance(made, Apply) and made.primitive == primitive and len(self.users[operand]) == 1

    def _untouched(self, base: Value, op: Apply) -> bool:
        """Whether a loop that started from zeros never wrote the constant place that `op` adds to."""
        loop = self.makers.get(base)
        if not isinstance(loop, For) or not _unit(loop) or len(self.users[base]) != 1:
            return False
        place = op.operands[2] if len(op.operands) == 3 else None
        if (
            not isinstance(place, Const)
            or not isinstance(place.value, int)
            or not isinstance(loop.start, Const)
        ):
            return False
        slot = loop.results.index(base)
        init = loop.inits[slot]
        if not self._fresh(init, "zeros_of"):
            return False
        found = _accesses(loop, slot)
        if found is None or not isinstance(loop.start.value, int):
            return False
        written = [a.offset for a in found if a.op.primitive != "getitem"]
        return bool(written) and 0 <= place.value < loop.start.value + min(written)

    # -------------------------------------------------------------------------------------------- loops

    def loop(self, loop: For, before: list[Op]) -> For:
        """Drop zero stores that no one reads, and store what is added once."""
        dropped: dict[Value, Operand] = {}
        stored: set[Apply] = set()
        blank: dict[int, Operand] = {}
        for slot in range(len(loop.inits)):
            if isinstance(loop.results[slot].type, Seq):
                self._sequence(loop, slot, stored, blank, before)
                continue
            found = _accesses(loop, slot)
            if not found:
                continue
            for k, access in enumerate(found):
                if self._dead(loop, slot, found, k):
                    dropped[access.op.result] = access.op.operands[0]
            once = len(found) == 1 and found[0].op.primitive == "add_at" and _natural(loop, found[0].offset)
            if once and self._fresh(loop.inits[slot], "zeros_of"):
                stored.add(found[0].op)
        ops = tuple(
            _stored(op) if op in stored else op
            for op in loop.body.ops
            if not any(result in dropped for result in op.results)
        )
        body = substitute(Region(loop.body.params, ops, loop.body.results), _resolved(dropped))
        inits = tuple(blank.get(k, init) for k, init in enumerate(loop.inits))
        return replace(loop, body=body, inits=inits)

    def nest(self, loop: For) -> For:
        """Drop zero stores of nested loops to places that no later trip reaches, in arrays that nobody reads after."""
        dropped: dict[Value, Operand] = {}
        for slot, result in enumerate(loop.results):
            if not self.users.get(result):
                dropped.update(self._unreached(loop, slot))
        return replace(loop, body=_without(loop.body, _resolved(dropped))) if dropped else loop

    def _unreached(self, loop: For, slot: int) -> Iterator[tuple[Value, Operand]]:
        """The zero stores of a carried array that need not be, with what they wrote to."""
        loops = [loop]
        while (inner := self._only_loop(loops[-1], slot)) is not None:
            loops.append(inner[0])
            slot = inner[1]
        steps = [each.step.integer for each in loops if isinstance(each.step, Const)]
        found = accesses(loops[-1], slot)
        if found is None or len(steps) != len(loops) or 0 in steps:
            return
        if not all(map(self.distinct.natural, (i for op in found for i in places(op)))):
            return
        backwards = [each.backwards != (step < 0) for each, step in zip(loops, steps, strict=True)]
        indices = [each.index for each in loops]
        for k, op in enumerate(found):
            if op.primitive != "setitem" or not _zero(op.operands[1]):
                continue
            own = [affine(i, self.makers) for i in places(op)]
            if not set(indices) <= {base for base, _ in own}:
                continue  # further trips come by
            others = [
                (n < k, [affine(i, self.makers) for i in places(other)])
                for n, other in enumerate(found)
                if n != k
            ]
            if all(only_before(indices, backwards, own, *other) for other in others):
                yield op.result, op.operands[0]

    def _only_loop(self, loop: For, slot: int) -> tuple[For, int] | None:
        """The loop inside that carries on what a loop carries, if nothing else of the body reads or writes it."""
        param, result = loop.body.params[1 + slot], loop.body.results[slot]
        users = [op for op in loop.body.ops if param in read_by(op)]
        if len(users) != 1 or not isinstance(users[0], For) or param not in users[0].inits:
            return None
        inner = users[0]
        place = inner.inits.index(param)
        if (
            inner.inits.count(param) != 1
            or inner.results[place] is not result
            or param in free_values(inner.body)
        ):
            return None
        return (inner, place) if len(self.users.get(result, [])) == 1 else None

    def _dead(self, loop: For, slot: int, found: list[_Access], k: int) -> bool:
        """Whether a store of zero is overwritten or never read: not later in the trip, in a later trip, or after."""
        access = found[k]
        if access.op.primitive != "setitem" or not _zero(access.op.operands[1]):
            return False
        if not _natural(loop, min(a.offset for a in found)):
            return False
        for other in found[k + 1 :]:
            if other.offset == access.offset:
                return False
        for other in found:
            later = other.offset > access.offset if loop.backwards else other.offset < access.offset
            if later:
                return False
        assert isinstance(loop.start, Const) and isinstance(loop.start.value, int)
        return self._unread(loop.results[slot], loop.start.value + access.offset)

    def _unread(self, value: Value, first: int) -> bool:
        """Whether only places before `first` are read of an array from here on."""
        for user in self.users.get(value, []):
            if not isinstance(user, Apply) or user.operands[0] is not value:
                return False
            place = user.operands[2 if user.primitive == "setitem" else 1] if len(user.operands) > 1 else None
            constant = isinstance(place, Const) and isinstance(place.value, int) and 0 <= place.value < first
            if user.primitive == "getitem" and constant and _single(user):
                continue
            if (
                user.primitive == "setitem"
                and constant
                and _single(user)
                and self._unread(user.result, first)
            ):
                continue
            return False
        return True

    def _sequence(
        self, loop: For, slot: int, stored: set[Apply], blank: dict[int, Operand], before: list[Op]
    ) -> None:
        """An item that is added once to a list of zeros is stored; where every item is, the list starts blank."""
        param, init = loop.body.params[1 + slot], loop.inits[slot]
        users = [op for op in loop.body.ops if param in op.operands]
        nested = any(
            param in free_values(r) for op in loop.body.ops if not isinstance(op, Apply) for r in op.regions
        )
        if nested or len(users) != 1 or not self._fresh(init, "seq_zeros"):
            return
        (user,) = users
        if not isinstance(user, Apply) or user.primitive != "seq_add" or user.operands[1] is not loop.index:
            return
        if user.result is not loop.body.results[slot] or not _natural(loop, 0):
            return
        stored.add(user)
        assert isinstance(init, Value)  # _fresh says so
        made = self.makers[init]
        stop = self.makers.get(loop.stop) if isinstance(loop.stop, Value) else None
        whole = isinstance(stop, Apply) and stop.primitive == "seq_length" and _zero(loop.start)
        if (
            whole
            and isinstance(made, Apply)
            and isinstance(stop, Apply)
            and _container(made) == _container(stop)
        ):
            fresh = replace(made, primitive="seq_blank", results=(replace(made.result),))
            before.append(fresh)
            blank[slot] = fresh.result


def _container(op: Apply) -> object:
    """The length of the sequence that an op reads: all parts of one container have the same."""
    type = op.operands[0].type
    assert isinstance(type, Seq)
    return type.length if type.length is not None else op.operands[0]


def _without(region: Region, dropped: dict[Value, Operand]) -> Region:
    """The region without the ops that make values for which others stand, at every depth."""
    ops = []
    for op in region.ops:
        if any(result in dropped for result in op.results):
            continue
        if isinstance(op, For):
            op = replace(op, body=_without(op.body, dropped))
        ops.append(op)
    return substitute(replace(region, ops=tuple(ops)), dropped)


def _resolved(dropped: dict[Value, Operand]) -> dict[Value, Operand]:
    resolved: dict[Value, Operand] = {}
    for value in dropped:
        operand: Operand = value
        while isinstance(operand, Value) and operand in dropped:
            operand = dropped[operand]
        resolved[value] = operand
    return resolved


def _stored(op: Apply) -> Apply:
    return replace(op, primitive="setitem" if op.primitive == "add_at" else "seq_set", path="")


def _unit(loop: For) -> bool:
    return isinstance(loop.step, Const) and loop.step.value == 1 and isinstance(loop.start, Const)


def _natural(loop: For, offset: int) -> bool:
    """Whether index plus offset is never negative, so that it does not count from the end."""
    return (
        isinstance(loop.start, Const) and isinstance(loop.start.value, int) and loop.start.value + offset >= 0
    )


def _once(op: Apply) -> bool:
    """Whether a subscript names no place twice: integers, slices and masks; an array of integers may."""
    places = [op.operands[2 + entry.operand].type for entry in op.index if isinstance(entry, At)]
    return all(isinstance(t, Array) and (not t.rank or t.dtype.kind == "b") for t in places)


def _zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value == 0


def _single(op: Apply) -> bool:
    index = op.attr("index")
    return isinstance(index, tuple) and len(index) == 1 and isinstance(index[0], At)


def _accesses(loop: For, slot: int) -> list[_Access] | None:
    """All reads and writes of a carried array in the body, in order; None where one of them is something else."""
    latest = loop.body.params[1 + slot]
    versions = {latest}
    makers = {result: op for op in walk(loop.body) for result in op.results}
    found: list[_Access] = []
    for op in loop.body.ops:
        if not versions & read_by(op):
            continue
        if (
            not isinstance(op, Apply)
            or op.primitive not in ("getitem", "setitem", "add_at")
            or not _single(op)
        ):
            return None
        first, *rest = op.operands
        if first is not latest or versions & {o for o in rest if isinstance(o, Value)}:
            return None
        base, offset = affine(op.operands[-1], makers)
        if base is not loop.index:
            return None
        found.append(_Access(op, offset))
        if op.primitive != "getitem":
            latest = op.result
            versions.add(latest)
    ends = [result for result in loop.body.results if result in versions]
    return found if ends == [latest] and loop.body.results[slot] is latest else None
