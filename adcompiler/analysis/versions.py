"""The versions of arrays: which writes lie between one and a later one, and in which trips they happen.

After the version that `for i: y[i] = f(y[i - 1])` starts a trip with lie the write of that trip, those of later trips,
and what is written after the loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from adcompiler.ir.core import Apply, Call, For, If, Op, Operand, Region, Structured, Value, While

Loops: TypeAlias = "tuple[For | While, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """A region, the op that owns it, the region around that, and the loops around its ops, the outermost first."""

    region: Region
    owner: Structured | None = None
    outer: Home | None = None
    loops: Loops = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A write that comes later: in the same trip of the loops `shared`, and in a later trip of `loop`, if there is one."""

    write: Apply
    shared: Loops
    loop: For | While | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A later version of an array, and the writes between the stage before and it."""

    version: Value
    writes: tuple[Later, ...]


@dataclass(slots=True)
class Versions:
    """Where the values of a region are made, and from which version of an array each other one is made by writes."""

    region: Region
    makers: dict[Value, Op] = field(default_factory=dict)
    homes: dict[Value, Home] = field(default_factory=dict)
    stores: dict[Value, list[Apply]] = field(default_factory=dict)  # the writes of a value into an array
    seen_as: dict[Value, Value] = field(default_factory=dict)  # what the condition of a while calls otherwise
    # which side of 0 an integer of a region is sure not to be on: neither, or not natural, or not negative
    signs: dict[tuple[Home, Operand], tuple[bool, ...]] = field(default_factory=dict)
    _before: dict[Value, Value] = field(default_factory=dict)
    _after: dict[Value, list[Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index(Home(self.region))

    def _index(self, home: Home) -> None:
        self.homes.update(dict.fromkeys(home.region.params, home))
        for op in home.region.ops:
            self.homes.update(dict.fromkeys(op.results, home))
            self.makers.update(dict.fromkeys(op.results, op))
            match op:
                case Apply(primitive="setitem", operands=(_, Value() as stored, *_)):
                    self.stores.setdefault(stored, []).append(op)
                case If() | For() | While() if op.reverses is None:
                    self._inside(op, home)
            for slot, result in enumerate(op.results):
                before = self._written(op, slot)
                if isinstance(before, Value):
                    self._before[result] = before
                    self._after.setdefault(before, []).append(result)

    def _inside(self, op: Structured, home: Home) -> None:
        loops = home.loops if isinstance(op, If) else (*home.loops, op)
        for inner in op.regions:
            self._index(Home(inner, op, home, loops))
        if isinstance(op, While):
            self.seen_as.update(zip(op.condition.params, op.body.params, strict=True))

    def _written(self, op: Op, slot: int) -> Operand | None:
        """The version of which an op makes another one by writing to it."""
        match op:
            case Apply(primitive="setitem" | "add_at"):
                return op.operands[0]
            case If() if op.reverses is None:
                then, orelse = (self._root(arm.results[slot], arm) for arm in op.regions)
                return then if then is orelse else None
            case For() | While() if op.reverses is None:
                whole = self._root(op.body.results[slot], op.body) is carried(op)[slot]
                return op.inits[slot] if whole else None
        return None

    def _root(self, end: Operand, region: Region) -> Operand:
        """The first version, of those from which an end of a region is made, that the region does not make itself."""
        while isinstance(end, Value) and end in self._before and self.homes[end].region is region:
            end = self._before[end]
        return end

    def _chain(self, end: Operand, start: Value) -> list[Value] | None:
        """The versions after `start` up to `end`; None where one is not made from the other."""
        found: list[Value] = []
        while end is not start:
            if not isinstance(end, Value) or end not in self._before:
                return None
            found.append(end)
            end = self._before[end]
        return found[::-1]

    def _writes(self, version: Value) -> Iterator[Apply]:
        """The writes, at every depth, by which a version is made from the one before."""
        op = self.makers[version]
        if isinstance(op, Apply):
            yield op
            return
        assert not isinstance(op, Call)
        slot = op.results.index(version)
        for inner in op.regions if isinstance(op, If) else (op.body,):
            start = self._before[version] if isinstance(op, If) else carried(op)[slot]
            for made in self._chain(inner.results[slot], start) or ():
                yield from self._writes(made)

    def stages(self, version: Value) -> Iterator[Stage]:
        """The last version of an array in its region, in the region around that, and so on outwards.

        The last one inside a loop is what the array is at the end of the trip, as long as that is carried on.
        """
        home = self.homes.get(version)
        while home is not None:
            slot, path = self._onwards(version, home)
            trip = tuple(Later(write, home.loops) for made in path for write in self._writes(made))
            yield Stage(path[-1] if path else version, trip)
            if slot is None or home.owner is None:
                return
            owner = home.owner
            if not isinstance(owner, If):
                start = carried(owner)[slot]
                around = self._chain(home.region.results[slot], start)
                if around is None:
                    return  # what the next trip starts with is another array
                writes = (write for made in around for write in self._writes(made))
                yield Stage(owner.results[slot], tuple(Later(w, home.loops[:-1], owner) for w in writes))
            else:
                yield Stage(owner.results[slot], ())
            version, home = owner.results[slot], home.outer

    def lasts(self, version: Value) -> bool:
        """Whether nothing is written to a version after it is made, in no later trip either."""
        home = self.homes[version]
        if home.loops or any(self.homes[made] is home for made in self._after.get(version, ())):
            return False
        ends = [slot for slot, end in enumerate(home.region.results) if end is version]
        return home.owner is None or all(self.lasts(home.owner.results[slot]) for slot in ends)

    def _onwards(self, version: Value, home: Home) -> tuple[int | None, list[Value]]:
        """The versions after one in its region, and as which result of the region the last one is given out."""
        if home.owner is not None:
            for slot, end in enumerate(home.region.results):
                path = self._chain(end, version)
                if path is not None and all(self.homes[made] is home for made in path):
                    return slot, path
        found: list[Value] = []
        while after := [made for made in self._after.get(version, ()) if self.homes[made] is home]:
            version = after[-1]
            found.append(version)
        return None, found


def carried(loop: For | While) -> tuple[Value, ...]:
    """What a loop carries, as its body sees it."""
    return loop.body.params[1:] if isinstance(loop, For) else loop.body.params
