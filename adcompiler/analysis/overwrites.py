"""Which elements of an array are never overwritten after they were read, so that they can be read again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from adcompiler.analysis.inequalities import contradictory
from adcompiler.analysis.versions import Home, Later, Loops, Versions, carried
from adcompiler.ir.core import Apply, Const, For, If, Operand, Value, While
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.index import At, NewAxis, Slice, axes_used
from adcompiler.ir.types import Array

# a size or a length of an argument, which is not negative; sums and quotients of sizes may be
_SIZE = re.compile(r"""[\w.\[\]'"]+\.shape\[\d+\]|len\([\w.\[\]'"]+\)""")


def rereads(read: Apply, versions: Versions) -> Iterator[Apply]:
    """The read from each later version of its array that is proved to have the same elements, the earliest first.

        for k: for i in range(k + 1, n):            t = A.3[k, k] at the start of a trip of i
            A[i, k] = A[i, k] / A[k, k]             becomes A.2[k, k], A.1[k, k] after each of the loops

    Later writes are those of the same trip, of later trips of each loop around, and those after the loops. For each
    of them the elements read and written are described by linear equations and inequalities over the indices and
    bounds of loops, the sizes of the array, and whatever else the subscripts are sums of; the elements are apart
    where these contradict one another. What was read is in the array, so no index lies outside it.
    """
    source = read.operands[0]
    home = versions.homes[read.result]
    if not isinstance(source, Value) or not isinstance(source.type, Array):
        return
    axes = source.type.shape
    for stage in versions.stages(source):
        if not all(_Pair(versions, axes, read, home, later).apart() for later in stage.writes):
            return
        type = stage.version.type
        if not isinstance(type, Array) or type.dtype != source.type.dtype:
            return  # where paths of several dtypes meet
        yield replace(read, operands=(stage.version, *read.operands[1:]))


@dataclass(slots=True)
class _Facts:
    """What is known to hold: sizes that are 0, and sizes that are not negative."""

    zeros: list[Dim] = field(default_factory=list)
    naturals: list[Dim] = field(default_factory=list)

    def __add__(self, other: _Facts) -> _Facts:
        return _Facts(self.zeros + other.zeros, self.naturals + other.naturals)


@dataclass(slots=True)
class _Frame:
    """Integers as linear forms, in one trip of each loop. What `shared` loops define has the same value in each frame."""

    pair: _Pair
    mark: str = ""
    shared: Loops = ()
    known: dict[Value, Dim] = field(default_factory=dict)

    def dim(self, operand: Operand) -> Dim:
        """An integer as a sum of atoms."""
        if isinstance(operand, Const):
            return dim(operand.integer)
        operand = self.pair.versions.seen_as.get(operand, operand)
        if operand not in self.known:
            self.known[operand] = self._made(operand) or self._atom(operand)
        return self.known[operand]

    def _made(self, value: Value) -> Dim | None:
        type = value.type
        if isinstance(type, Array) and type.size is not None and type.size.printable:
            return type.size
        if not _integer(value):
            return None
        match self.pair.versions.makers.get(value):
            case Apply(primitive="add", operands=(a, b)) if _integer(a) and _integer(b):
                return self.dim(a) + self.dim(b)
            case Apply(primitive="subtract", operands=(a, b)) if _integer(a) and _integer(b):
                return self.dim(a) - self.dim(b)
            case Apply(primitive="multiply", operands=(a, b)) if _integer(a) and _integer(b):
                return self.dim(a) * self.dim(b)
            case Apply(primitive="negative", operands=(a,)) if _integer(a):
                return -self.dim(a)
        return None

    def _atom(self, value: Value) -> Dim:
        home = self.pair.versions.homes.get(value)
        inside = home is not None and not set(home.loops) <= set(self.shared)
        return self.pair.atom(value, self.mark if inside else "")

    def around(self, home: Home | None) -> _Facts:
        """What holds in a region because the program is there: the bounds of loops, the conditions of branches."""
        facts = _Facts()
        while home is not None:
            match home.owner:
                case For() as loop:
                    facts += self._bounds(loop)
                case While() as loop:
                    facts += self._grown(loop)
                    facts += self.holds(loop.condition.results[0], True)
                case If() as branch:
                    facts += self.holds(branch.condition, home.region is branch.then)
            home = home.outer
        return facts

    def _bounds(self, loop: For) -> _Facts:
        facts = self._grown(loop)
        if not isinstance(loop.step, Const) or not all(map(_integer, (loop.start, loop.stop))):
            return facts
        step, index = loop.step.integer, self.dim(loop.index)
        start, stop = self.dim(loop.start), self.dim(loop.stop)
        facts.naturals += [index - start, stop - 1 - index] if step > 0 else [start - index, index - stop - 1]
        if abs(step) > 1:
            trips = self.pair.fresh()
            facts.zeros.append(index - start - trips * step)
        return facts

    def _grown(self, loop: For | While) -> _Facts:
        """Carried integers that grow or shrink by a constant in each trip are beyond where they started."""
        facts = _Facts()
        trips = self.pair.fresh()
        for slot, step in _steps(loop, self.pair.versions):
            if _integer(loop.inits[slot]):
                facts.zeros.append(self.dim(carried(loop)[slot]) - self.dim(loop.inits[slot]) - trips * step)
                facts.naturals = [trips]
        return facts

    def holds(self, condition: Operand, truth: bool) -> _Facts:
        """What follows from a condition that is true, or false."""
        versions = self.pair.versions
        match versions.makers.get(condition) if isinstance(condition, Value) else None:
            case Apply(
                primitive="less" | "less_equal" | "greater" | "greater_equal" as name, operands=(a, b)
            ):
                if not _integer(a) or not _integer(b):
                    return _Facts()
                low, high = (a, b) if name.startswith("less") else (b, a)
                least = 0 if name.endswith("equal") else 1
                gap = self.dim(high) - self.dim(low)
                return _Facts(naturals=[gap - least if truth else -gap + least - 1])
            case Apply(primitive="equal" | "not_equal" as name, operands=(a, b)):
                if truth == (name == "equal") and _integer(a) and _integer(b):
                    return _Facts(zeros=[self.dim(a) - self.dim(b)])
            case Apply(primitive="logical_not", operands=(a,)):
                return self.holds(a, not truth)
            case Apply(primitive="logical_and", operands=(a, b)) if truth:
                return self.holds(a, True) + self.holds(b, True)
            case Apply(primitive="logical_or", operands=(a, b)) if not truth:
                return self.holds(a, False) + self.holds(b, False)
            case If(results=results) as branch:
                return self._chosen(branch, results.index(condition), truth)
        return _Facts()

    def _chosen(self, branch: If, slot: int, truth: bool) -> _Facts:
        """`a and b` is b where a holds, else False; `a or b` is True where a holds, else b."""
        match branch.then.results[slot], branch.orelse.results[slot]:
            case other, Const(value=bool() as end) if end is not truth:
                return self.holds(branch.condition, True) + self.holds(other, truth)
            case Const(value=bool() as end), other if end is not truth:
                return self.holds(branch.condition, False) + self.holds(other, truth)
        return _Facts()


@dataclass(slots=True)
class _Pair:
    """A read and a later write of an array."""

    versions: Versions
    axes: tuple[Dim, ...]
    read: Apply
    home: Home
    later: Later
    names: dict[tuple[Value | int, str], Dim] = field(default_factory=dict)

    def atom(self, key: Value | int, mark: str = "") -> Dim:
        """An unknown for a value, or for what only a number tells apart."""
        if (key, mark) not in self.names:
            self.names[key, mark] = dim(Atom(f"?{len(self.names)}"))
        return self.names[key, mark]

    def fresh(self) -> Dim:
        """An unknown of its own."""
        return self.atom(len(self.names))

    def apart(self) -> bool:
        """Whether no element that is read is written later."""
        here = _Frame(self, "", self.home.loops)
        there = _Frame(self, "'", self.later.shared)
        write = self.later.write
        facts = here.around(self.home) + there.around(self.versions.homes[write.result])
        if self.later.loop is not None:
            facts += self._order(self.later.loop, here, there)
        sizes = [size if size.printable else self.fresh() for size in self.axes]
        places = [self.fresh() for _ in sizes]
        for size, place in zip(sizes, places, strict=True):
            facts.naturals += [place, size - place - 1]
        wheres = itertools.product(
            _elements(self.read, 1, here, places, sizes), _elements(write, 2, there, places, sizes)
        )
        return all(_impossible(facts + own + other) for own, other in wheres)

    def _order(self, loop: For | While, here: _Frame, there: _Frame) -> _Facts:
        """A trip that is a number of trips later."""
        trips = self.fresh()
        facts = _Facts(naturals=[trips - 1])
        if isinstance(loop, For) and isinstance(loop.step, Const):
            step = -loop.step.integer if loop.backwards else loop.step.integer
            facts.zeros.append(there.dim(loop.index) - here.dim(loop.index) - trips * step)
        for slot, step in _steps(loop, self.versions):
            value = carried(loop)[slot]
            facts.zeros.append(there.dim(value) - here.dim(value) - trips * step)
        return facts


def _impossible(facts: _Facts) -> bool:
    unknowns = {atoms for one in (*facts.zeros, *facts.naturals) for atoms, _ in one.terms}
    sizes = [Dim(((atoms, 1),)) for atoms in unknowns if all(_SIZE.fullmatch(atom.text) for atom in atoms)]
    return contradictory(facts.zeros, [*facts.naturals, *sizes])


def _steps(loop: For | While, versions: Versions) -> Iterator[tuple[int, int]]:
    """The carried integers to which each trip adds a constant, and that constant."""
    for slot, (param, end) in enumerate(zip(carried(loop), loop.body.results, strict=True)):
        if not _integer(param) or not isinstance(end, Value):
            continue
        match versions.makers.get(end):
            case Apply(primitive="add", operands=(a, Const(value=int() as step))) if a is param:
                yield slot, int(step)
            case Apply(primitive="add", operands=(Const(value=int() as step), a)) if a is param:
                yield slot, int(step)
            case Apply(primitive="subtract", operands=(a, Const(value=int() as step))) if a is param:
                yield slot, -int(step)


def _integer(operand: Operand) -> bool:
    """Whether an operand is a Python integer or of the type of NumPy's indices, which do not overflow here."""
    type = operand.type
    return isinstance(type, Array) and not type.rank and type.dtype == np.dtype(np.int64)


def _elements(op: Apply, first: int, frame: _Frame, places: list[Dim], sizes: list[Dim]) -> Iterator[_Facts]:
    """What holds of the place of an element that an op reads or writes, case by case: indices may be negative."""
    given = op.operands[first:]
    types = [operand.type for operand in given]
    cases: list[list[_Facts]] = []
    axis = 0
    for entry in op.index:
        used = axes_used(entry, types)
        match entry:
            case At(operand) if used == 1 and _integer(given[operand]):
                cases.append(_at(frame.dim(given[operand]), places[axis], sizes[axis]))
            case Slice(start, stop, step):
                bounds = [None if k is None else given[k] for k in (start, stop, step)]
                if all(bound is None or _integer(bound) for bound in bounds):
                    cases.extend(_slice(frame, bounds, places[axis], sizes[axis]))
            case At() | NewAxis():
                pass
        axis += used
    for chosen in itertools.product(*cases):
        yield sum(chosen, _Facts())


def _at(index: Dim, place: Dim, size: Dim) -> list[_Facts]:
    natural_index = _Facts([place - index], [index])
    if index.known is not None and index.known >= 0:
        return [natural_index]
    return [natural_index, _Facts([place - index - size], [-index - 1])]


def _slice(frame: _Frame, bounds: list[Operand | None], place: Dim, size: Dim) -> Iterator[list[_Facts]]:
    """What is past an end of the array is cut off, so the bounds hold as they stand."""
    start, stop, by = bounds
    if by is not None and (not isinstance(by, Const) or not by.integer):
        return
    step = 1 if by is None else by.integer
    sign = 1 if step > 0 else -1
    if start is not None:
        yield _past(frame.dim(start), size, lambda bound: (place - bound) * sign)
    if stop is not None:
        yield _past(frame.dim(stop), size, lambda bound: (bound - place) * sign - 1)
    if step > 1 and (start is None or (isinstance(start, Const) and start.natural)):
        first = dim(0) if start is None else frame.dim(start)
        yield [_Facts([place - first - frame.pair.fresh() * step])]


def _past(bound: Dim, size: Dim, gap: Callable[[Dim], Dim]) -> list[_Facts]:
    natural_bound = _Facts(naturals=[bound, gap(bound)])
    if bound.known is not None and bound.known >= 0:
        return [natural_bound]
    return [natural_bound, _Facts(naturals=[-bound - 1, gap(bound + size)])]
