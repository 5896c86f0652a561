"""Rows that a trip finds where the trip before it left them, carried beside their array under XLA.

    for t in range(1, n):                         row = u[0]
        u[t] = f(u[t - 1])                 ->     for t in range(1, n):
                                                      row = f(row); u[t] = row

    for t in reversed(range(1, n)):               row = du[n - 1]
        du[t - 1] += g(du[t])              ->     for t in reversed(range(1, n)):
                                                      row = du[t - 1] + g(row); du[t - 1] = row

Each trip reaches rows at fixed distances from its index, and one of them no trip has reached before. That one is read
from the array; the others are carried (scalar replacement: Callahan, Carr, Kennedy, Improving register allocation for
subscripted variables, PLDI 1990, section 3). The array is then written at one row a trip, which XLA does in place
whether it fuses or not, and not at all where nobody reads the rows that the loop leaves behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.analysis.described import part_name
from adcompiler.analysis.distinct import Distinct
from adcompiler.analysis.places import affine, places, read_by, users_in
from adcompiler.emit.jax_rows import accessed, goes_over, is_plain, leading
from adcompiler.errors import Location
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    Function,
    Op,
    Operand,
    Region,
    Structured,
    Value,
    While,
)
from adcompiler.ir.dims import Dim
from adcompiler.ir.index import At, Index
from adcompiler.ir.rewrite import map_regions, substitute_all, substitute_op
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply
from adcompiler.transforms.dce import dce

Users: TypeAlias = Mapping[Value, Sequence[Op | None]]

_ACCESS = frozenset({"getitem", "setitem", "add_at"})
_ROW: Index = (At(0),)
_FARTHEST = 3  # from the oldest row that a trip reaches to the newest


def rows_carried(function: Function) -> Function:
    """The function whose loops carry the rows that one trip leaves to the next."""
    carrying = _Carrying(function.body)
    body = carrying.region(function.body, looped=False)
    return replace(function, body=dce(body)) if carrying.found else function


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The rows of a carried array that one trip reaches: accesses, and how far each row is from the trip's index.

    low, high: the least index and the greatest, as operands and what is added to them. step: 1 or -1, by which the
    index moves from trip to trip.
    """

    distances: dict[Apply, int]
    low: tuple[Operand, int]
    high: tuple[Operand, int]
    step: int

    @property
    def newest(self) -> int:
        """The row that no earlier trip has reached."""
        return max(self.distances.values(), key=self.step.__mul__)

    @property
    def oldest(self) -> int:
        """The row that no later trip reaches."""
        return min(self.distances.values(), key=self.step.__mul__)

    @property
    def kept(self) -> range:
        """The rows that a trip finds in what it is given, the oldest first."""
        return range(self.oldest, self.newest, self.step)

    @property
    def written(self) -> set[int]:
        """The rows that are written to."""
        return {row for op, row in self.distances.items() if op.primitive != "getitem"}

    @property
    def through(self) -> bool:
        """Whether the array has every row but the newest already."""
        return self.written == {self.newest}

    def place(self, row: int) -> Operand:
        """The place of a row, as an operand in the loop."""
        return next(places(op)[0] for op, reached in self.distances.items() if reached == row)

    def name(self, row: int, makers: Mapping[Value, Op]) -> str:
        """What a row is called in the loop; empty where nothing suggests itself."""
        return next((part_name(op, makers) for op, reached in self.distances.items() if reached == row), "")

    @property
    def first(self) -> tuple[Operand, int]:
        """The index of the first trip."""
        return self.low if self.step > 0 else self.high

    @property
    def end(self) -> tuple[Operand, int]:
        """The index of the trip that would follow the last one."""
        operand, offset = self.high if self.step > 0 else self.low
        return operand, offset + self.step


class _Carrying:
    def __init__(self, body: Region) -> None:
        self.distinct = Distinct(body)
        self.makers = self.distinct.makers
        self.surplus = _surplus(body)
        self.found = False

    def region(self, region: Region, looped: bool) -> Region:
        """A region with its loops rewritten, those inside others first."""
        users = users_in(region)
        ops: list[Op] = []
        values: dict[Value, Operand] = {}
        held: dict[Operand, dict[int, Operand]] = {}  # rows at constant places of arrays that loops have left
        for old in region.ops:
            op = substitute_op(old, values)
            if not isinstance(op, Apply | Call):
                op = self.inside(op, looped)
            if isinstance(op, For):
                for made in self.loop(op, users, looped):
                    ops.append(made)
                    if isinstance(made, Apply):
                        _hold(made, held)
                continue
            if isinstance(op, Apply) and op.primitive in _ACCESS and op.operands[0] in held:
                place = _constant(op)
                row = None if place is None else held[op.operands[0]].get(place)
                if op.primitive == "getitem" and row is not None:
                    builder = Builder(op.location)
                    values[op.result] = accessed(builder, op, row, 1, self.makers)
                    ops += builder.ops
                    continue
                _hold(op, held)
            ops.append(op)
        return replace(region, ops=tuple(ops), results=substitute_all(region.results, values))

    def inside(self, op: Structured, looped: bool) -> Structured:
        """An op with its regions rewritten."""
        looped = looped or isinstance(op, For | While)
        return map_regions(op, lambda inner: self.region(inner, looped))

    def loop(self, loop: For, users: Users, looped: bool) -> list[Op]:
        """A loop that carries rows, between what reads and what writes them."""
        before: list[Op] = []
        behind: list[Op] = []
        for slot in reversed(range(len(loop.inits))):
            window = self.window(loop, slot)
            if window is None:
                continue
            left = not self._unread(loop.results[slot], users, window)
            # else the array is copied before the loop, since rows are read that it does not hold any more
            if not left or window.through or not looped:
                self.found = True
                more, loop, after = _carried(loop, slot, window, left, self.makers)
                before, behind = [*before, *more], [*after, *behind]
        return [*before, loop, *behind]

    def window(self, loop: For, slot: int) -> _Window | None:
        """The rows of a carried array that each trip reaches, where they are worth carrying and surely there."""
        type = loop.inits[slot].type
        step = loop.step.integer if isinstance(loop.step, Const) else 0
        if not isinstance(type, Array) or type.rank < 2 or step not in (1, -1):
            return None
        distances = self._distances(loop, slot)
        if (
            distances is None
            or len(set(distances.values())) < 2
            or not any(goes_over(op, 1) for op in distances)
        ):
            return None
        low, high = ((loop.start, 0), (loop.stop, -1)) if step == 1 else ((loop.stop, 1), (loop.start, 0))
        window = _Window(distances, low, high, -step if loop.backwards else step)
        if abs(window.newest - window.oldest) > _FARTHEST or not window.written:
            return None
        return window if self._there(window, type.shape[0]) else None

    def _distances(self, loop: For, slot: int) -> dict[Apply, int] | None:
        """How far from the index each row is that a trip reads or writes; None where one of them may be any."""
        latest = loop.body.params[1 + slot]
        versions: set[Operand] = {latest}
        found: dict[Apply, int] = {}
        for op in loop.body.ops:
            if versions.isdisjoint(read_by(op)):
                continue
            if (
                not isinstance(op, Apply)
                or op.primitive not in _ACCESS
                or not versions.isdisjoint(op.operands[1:])
            ):
                return None
            if not is_plain(op) or not leading(op.index):
                return None
            place = places(op)[0]
            base, distance = affine(place, self.makers)
            if base is not loop.index or not self.distinct.natural(place):
                return None
            found[op] = distance
            if op.primitive != "getitem":
                if op.operands[0] is not latest:
                    return None
                latest = op.result
                versions.add(latest)
        ends = [end for end in loop.body.results if end in versions]
        return found if ends == [latest] and loop.body.results[slot] is latest else None

    def _there(self, window: _Window, size: Dim) -> bool:
        """Whether the rows that the first trip is given exist, even if there is no trip."""
        low, high, first = (_size(*end) for end in (window.low, window.high, window.first))
        if low is None or high is None or first is None:
            return False
        trips = high - low + 1
        if self._natural(trips - 1):
            return True
        rows = [first + row for row in window.kept]
        return self._natural(trips) and all(
            self._natural(row) and self._natural(size - 1 - row) for row in rows
        )

    def _natural(self, size: Dim) -> bool:
        """Whether a size is sure not to be negative."""
        return self.distinct.ranges.natural(size) or any(
            (size - known).known is not None and (size - known).const >= 0 for known in self.surplus
        )

    def _unread(self, array: Value, users: Users, window: _Window) -> bool:
        """Whether nobody reads of an array, from here on, the rows that the trips of a loop have left behind."""
        for user in users.get(array, ()):
            if not isinstance(user, Apply) or user.primitive not in _ACCESS or user.operands[0] is not array:
                return False
            if array in user.operands[1:] or not self._kept(user, window):
                return False
            if user.primitive != "getitem" and not self._unread(user.result, users, window):
                return False
        return True

    def _kept(self, op: Apply, window: _Window) -> bool:
        """Whether an access reaches a constant row which is none of those left behind."""
        least, offset = window.low
        place = _constant(op)
        if place is None or window.step > 0 or not isinstance(least, Const):
            return False
        return place < least.integer + offset + window.oldest


def _surplus(body: Region) -> list[Dim]:
    """What is sure not to be negative: by how much axes are longer than places tell that are reached in any case."""
    shapes = [param.type.shape for param in body.params if isinstance(param.type, Array)]
    # axes of arguments that have no elements or one have these sizes as constants
    found = {size - 2: None for shape in shapes for size in shape if size.known is None}
    for op in body.ops:
        if isinstance(op, Apply) and op.primitive in _ACCESS and (place := _constant(op)) is not None:
            type = op.operands[0].type
            assert isinstance(type, Array)
            found[type.shape[0] - 1 - place] = None
    return list(found)


def _constant(op: Apply) -> int | None:
    """The row that an access reaches, where that is a constant."""
    place = places(op)[0] if leading(op.index) else None
    return place.integer if isinstance(place, Const) and place.natural else None


def _hold(op: Apply, held: dict[Operand, dict[int, Operand]]) -> None:
    """Note what rows at constant places are after a write."""
    if op.primitive not in ("setitem", "add_at"):
        return
    array, v = op.operands[:2]
    place = _constant(op)
    type = array.type
    if place is None or not isinstance(type, Array):
        return
    rows = {row: value for row, value in held.get(array, {}).items() if row != place}
    if op.primitive == "setitem" and op.index == _ROW and v.type == replace(type, shape=type.shape[1:]):
        rows[place] = v
    held[op.result] = rows


def _size(operand: Operand, offset: int) -> Dim | None:
    """An integer as a size."""
    size = operand.type.size if isinstance(operand.type, Array) else None
    return None if size is None else size + offset


def _carried(
    loop: For, slot: int, window: _Window, left: bool, makers: Mapping[Value, Op]
) -> tuple[list[Op], For, list[Op]]:
    """The ops before the loop, the loop, and the ops behind it that write back what was carried.

    left: whether the rows that trips leave behind are read later.
    """
    array, param, result = loop.inits[slot], loop.body.params[1 + slot], loop.results[slot]
    through = left and window.through
    before, behind = Builder(loop.location), Builder(loop.location)
    inits = [
        apply(before, "getitem", array, _place(before, window.first, row, makers), index=_ROW)
        for row in window.kept
    ]
    params = [Value(row.type, window.name(k, makers)) for row, k in zip(inits, window.kept, strict=True)]
    given: dict[int, Operand] = dict(zip(window.kept, params, strict=True))
    ops, ends, rows = _trip(loop.body, window, param if through else array, given, makers)
    if left:
        k = window.newest if through else window.oldest
        end = loop.body.results[slot]
        assert isinstance(end, Value)
        last = next(op for op in reversed(window.distances) if op.primitive != "getitem")
        ops.append(_write(last.location, param, rows[k], window.place(k), end))
    whole: Operand = array if through or not left else replace(result)
    ahead = [_place(behind, window.end, k, makers) for k in window.kept]
    finals = [Value(row.type, _called(result, place)) for row, place in zip(inits, ahead, strict=True)]
    made = replace(
        loop,
        inits=(*loop.inits, *inits),
        body=Region(
            (*loop.body.params, *params), tuple(ops), (*ends, *(rows[k + window.step] for k in window.kept))
        ),
        results=(*loop.results, *finals),
    )
    if through:
        return before.ops, made, []
    made = _with(made, slot, whole) if isinstance(whole, Value) and left else _without(made, slot)
    for row, place in zip(finals, ahead, strict=True):
        now = result if row is finals[-1] else Value(result.type, result.name)
        behind.ops.append(_write(loop.location, whole, row, place, now))
        whole = now
    return before.ops, made, behind.ops


def _trip(
    body: Region, window: _Window, source: Operand, given: Mapping[int, Operand], makers: Mapping[Value, Op]
) -> tuple[list[Op], tuple[Operand, ...], dict[int, Operand]]:
    """A body on rows, its results, and the rows at its end.

    source: where a row is read that no earlier trip has reached. given: the others, as the trip finds them.
    """
    values: dict[Value, Operand] = {}
    found = dict(given)  # rows as they are before the trip writes to them
    written: dict[Operand, dict[int, Operand]] = {}  # by the version of the array
    ops: list[Op] = []
    now: dict[int, Operand] = {}
    for old in body.ops:
        op = substitute_op(old, values)
        if not isinstance(op, Apply) or not isinstance(old, Apply) or old not in window.distances:
            ops.append(op)
            continue
        row = window.distances[old]
        builder = Builder(op.location)
        if row not in found:
            found[row] = apply(builder, "getitem", source, places(op)[0], index=_ROW)
        before = written.get(old.operands[0], {})
        part = accessed(builder, op, before.get(row, found[row]), 1, makers)
        ops += builder.ops
        if op.primitive == "getitem":
            values[op.result] = part
        else:
            now = written[op.result] = {**before, row: part}
    return ops, substitute_all(body.results, values), {**found, **now}


def _called(array: Operand, place: Operand) -> str:
    """What the row at a place of an array is called."""
    builder = Builder()
    apply(builder, "getitem", array, place, index=_ROW)
    (op,) = builder.ops
    assert isinstance(op, Apply)
    return part_name(op, {})


def _write(location: Location, array: Operand, row: Operand, place: Operand, result: Value) -> Apply:
    """A row written to its place in an array, under the name of the version that this gives."""
    builder = Builder(location)
    apply(builder, "setitem", array, row, place, index=_ROW)
    (op,) = builder.ops
    assert isinstance(op, Apply)
    return replace(op, results=(result,))


def _place(builder: Builder, index: tuple[Operand, int], row: int, makers: Mapping[Value, Op]) -> Operand:
    """The place of a row that is so far from an index."""
    operand, offset = index
    base, more = affine(operand, makers)
    offset += more + row
    if base is None:
        return Const(offset)
    if not offset:
        return base
    return apply(builder, "add" if offset > 0 else "subtract", base, Const(abs(offset)))


def _with(loop: For, slot: int, result: Value) -> For:
    """The loop with another value for its result."""
    return replace(loop, results=(*loop.results[:slot], result, *loop.results[slot + 1 :]))


def _without(loop: For, slot: int) -> For:
    """The loop without a carried array that its body does not read."""
    return replace(
        loop,
        inits=(*loop.inits[:slot], *loop.inits[slot + 1 :]),
        body=Region(
            (*loop.body.params[: 1 + slot], *loop.body.params[2 + slot :]),
            loop.body.ops,
            (*loop.body.results[:slot], *loop.body.results[slot + 1 :]),
        ),
        results=(*loop.results[:slot], *loop.results[slot + 1 :]),
    )
