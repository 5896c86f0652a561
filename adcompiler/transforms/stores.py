"""Needless stores of the adjoint sweep: zeros that nobody reads, and sums with one term.

    dx = zeros                                    dx = zeros
    for i backwards:                              for i backwards:
        t = dy[i]; dy[i] = 0; dx[i] += t * s          t = dy[i]; dx[i] = t * s

Proved for subscripts that are the loop's index plus a constant, in loops by steps of 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from adcompiler.analysis.overwrites import offset_of
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
from adcompiler.ir.index import At, is_basic
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import Seq


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
                case For() if op.location.adjoint and _unit(op):
                    op = self.loop(replace(op, body=self.region(op.body)), ops)
                case For() | While():
                    op = replace(op, body=self.region(op.body))
                case If():
                    op = replace(op, then=self.region(op.then), orelse=self.region(op.orelse))
                case Apply() if op.location.adjoint:
                    op = self.first(op)
                case Apply() | Call():
                    pass
            ops.append(op)
        return substitute(Region(region.params, tuple(ops), region.results), values)

    # -------------------------------------------------------------------------------------------- straight line

    def first(self, op: Apply) -> Apply:
        """The first contribution to a place in an array of zeros is stored, not added."""
        if op.primitive == "seq_add" and self._fresh(op.operands[0], "seq_zeros"):
            return replace(op, primitive="seq_set")
        if op.primitive != "add_at" or not isinstance(op.operands[0], Value):
            return op
        zeroed = self.makers.get(op.operands[0])
        if isinstance(zeroed, Apply) and self._rezeroed(zeroed, op):
            return replace(_stored(op), operands=(zeroed.operands[0], *op.operands[1:]))
        basic = is_basic(op.index, [o.type for o in op.operands[2:]])
        base = op.operands[0]
        if basic and (self._fresh(base, "zeros_of") or self._untouched(base, op)):
            return _stored(op)
        return op

    def _rezeroed(self, zeroed: Apply, op: Apply) -> bool:
        """Whether an op adds to the very place where a zero was just stored."""
        return (
            zeroed.primitive == "setitem"
            and _zero(zeroed.operands[1])
            and zeroed.attr("index") == op.attr("index")
            and all(_same(a, b) for a, b in zip(zeroed.operands[2:], op.operands[2:], strict=True))
            and len(self.users[zeroed.result]) == 1
            and is_basic(op.index, [o.type for o in op.operands[2:]])
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


def _zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value == 0


def _same(a: Operand, b: Operand) -> bool:
    return a is b or (isinstance(a, Const) and isinstance(b, Const) and a.value == b.value)


def _single(op: Apply) -> bool:
    index = op.attr("index")
    return isinstance(index, tuple) and len(index) == 1 and isinstance(index[0], At)


def _accesses(loop: For, slot: int) -> list[_Access] | None:
    """All reads and writes of a carried array in the body, in order; None where one of them is something else."""
    latest = loop.body.params[1 + slot]
    versions = {latest}
    found: list[_Access] = []
    for op in loop.body.ops:
        if not versions & set(_read(op)):
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
        offset = offset_of(op.operands[-1], loop)
        if offset is None:
            return None
        found.append(_Access(op, offset))
        if op.primitive != "getitem":
            latest = op.result
            versions.add(latest)
    ends = [result for result in loop.body.results if result in versions]
    return found if ends == [latest] and loop.body.results[slot] is latest else None


def _read(op: Op) -> Iterable[Value]:
    yield from (o for o in op.operands if isinstance(o, Value))
    if not isinstance(op, (Apply, Call)):
        for inner in op.regions:
            yield from free_values(inner)
