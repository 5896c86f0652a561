"""Which elements of an array are never overwritten after they were read, so that they can be read again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from adcompiler.analysis.inequalities import contradictory
from adcompiler.analysis.steps import is_integer, steps
from adcompiler.analysis.versions import Home, Later, Loops, Versions, carried
from adcompiler.ir.core import Apply, Const, For, If, Operand, Value, While
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.index import At, NewAxis, Slice, axes_used
from adcompiler.ir.types import Array

# a size or a length of an argument, which is not negative; sums and quotients of sizes may be
_SIZE = re.compile(r"""[\w.\[\]'"]+\.shape\[\d+\]|len\([\w.\[\]'"]+\)""")


def rereads(read: Apply, versions: Versions) -> list[Apply]:
    """The read from each later version of its array that is proved to have the same elements, the earliest first.

        for k: for i in range(k + 1, n):            t = A.3[k, k] at the start of a trip of i
            A[i, k] = A[i, k] / A[k, k]             becomes A.2[k, k], A.1[k, k] after each of the loops

    Later writes are those of the same trip, of later trips of each loop around, and those after the loops. For each
    of them the elements read and written are described by linear equations and inequalities over the indices and
    bounds of loops, the sizes of the array, and whatever else the subscripts are sums of; the elements are apart
    where these contradict one another. What was read is in the array, so no index lies outside it.
    """
    source = read.operands[0]
    found: list[Apply] = []
    if not isinstance(source, Value) or not isinstance(source.type, Array):
        return found
    for stage in versions.stages(source):
        type = stage.version.type
        if not isinstance(type, Array) or type.dtype != source.type.dtype:
            break  # where paths of several dtypes meet
        if not all(_apart(read, source.type.shape, later, versions) for later in stage.writes):
            break
        found.append(replace(read, operands=(stage.version, *read.operands[1:])))
    return found


def _apart(read: Apply, axes: tuple[Dim, ...], later: Later, versions: Versions) -> bool:
    """Whether no element that is read is written later."""
    names = _Names()
    here = _Frame(versions, names, versions.homes[read.result])
    there = _Frame(versions, names, versions.homes[later.write.result], "'", later.shared)
    facts = here.around() + there.around()
    if later.loop is not None:
        facts += _order(later.loop, here, there)
    places = [names.fresh() for _ in axes]
    sizes = [size if size.printable else names.fresh() for size in axes]
    for place, size in zip(places, sizes, strict=True):
        facts.naturals += [place, size - place - 1]
    cases = [*here.elements(read, 1, places, sizes), *there.elements(later.write, 2, places, sizes)]
    return all(sum(chosen, facts).impossible() for chosen in itertools.product(*cases))


@dataclass(slots=True)
class _Facts:
    """What is known to hold: sizes that are 0, and sizes that are not negative."""

    zeros: list[Dim] = field(default_factory=list)
    naturals: list[Dim] = field(default_factory=list)

    def __add__(self, other: _Facts) -> _Facts:
        return _Facts(self.zeros + other.zeros, self.naturals + other.naturals)

    def impossible(self) -> bool:
        """Whether the facts contradict one another."""
        unknowns = {atoms for one in (*self.zeros, *self.naturals) for atoms, _ in one.terms}
        sizes = [Dim(((atoms, 1),)) for atoms in unknowns if all(_SIZE.fullmatch(a.text) for a in atoms)]
        return contradictory(self.zeros, [*self.naturals, *sizes])


@dataclass(slots=True)
class _Names:
    """Unknowns."""

    known: dict[tuple[Value | int, str], Dim] = field(default_factory=dict)

    def of(self, key: Value | int, mark: str = "") -> Dim:
        """The unknown for a value in a frame, or for what only a number tells apart."""
        if (key, mark) not in self.known:
            self.known[key, mark] = dim(Atom(f"?{len(self.known)}"))
        return self.known[key, mark]

    def fresh(self) -> Dim:
        """An unknown of its own."""
        return self.of(len(self.known))


@dataclass(slots=True)
class _Frame:
    """Integers in a region, in one trip of each loop. What `shared` loops define has the same value in both frames."""

    versions: Versions
    names: _Names
    home: Home
    mark: str = ""
    shared: Loops = ()
    known: dict[Value, Dim] = field(default_factory=dict)

    def dim(self, operand: Operand) -> Dim:
        """An integer as a sum of products of atoms."""
        if isinstance(operand, Const):
            return dim(operand.integer)
        operand = self.versions.seen_as.get(operand, operand)
        if operand not in self.known:
            self.known[operand] = self._made(operand) or self._atom(operand)
        return self.known[operand]

    def _made(self, value: Value) -> Dim | None:
        type = value.type
        if isinstance(type, Array) and type.size is not None and type.size.printable:
            return type.size
        made = self.versions.makers.get(value)
        if not isinstance(made, Apply) or not all(map(is_integer, (value, *made.operands))):
            return None
        match made:
            case Apply(primitive="add", operands=(a, b)):
                return self.dim(a) + self.dim(b)
            case Apply(primitive="subtract", operands=(a, b)):
                return self.dim(a) - self.dim(b)
            case Apply(primitive="multiply", operands=(a, b)):
                return self.dim(a) * self.dim(b)
            case Apply(primitive="negative", operands=(a,)):
                return -self.dim(a)
        return None

    def _atom(self, value: Value) -> Dim:
        home = self.versions.homes.get(value)  # of a value around the region, none
        inside = home is not None and not set(home.loops) <= set(self.shared)
        return self.names.of(value, self.mark if inside else "")

    # ---------------------------------------------------------------- what holds where the program is
    def around(self) -> _Facts:
        """What holds in the region because the program is there: the bounds of loops, the conditions of branches."""
        facts = _Facts()
        home: Home | None = self.home
        while home is not None:
            match home.owner:
                case For() as loop:
                    facts += self._bounds(loop) + self._grown(loop)
                case While() as loop:
                    facts += self._holds(loop.condition.results[0], True) + self._grown(loop)
                case If() as branch:
                    facts += self._holds(branch.condition, home.region is branch.then)
            home = home.outer
        return facts

    def _bounds(self, loop: For) -> _Facts:
        if not isinstance(loop.step, Const) or not is_integer(loop.start) or not is_integer(loop.stop):
            return _Facts()
        step, index = loop.step.integer, self.dim(loop.index)
        start, stop = self.dim(loop.start), self.dim(loop.stop)
        facts = _Facts(
            naturals=[index - start, stop - index - 1] if step > 0 else [start - index, index - stop - 1]
        )
        if abs(step) > 1:
            facts.zeros.append(index - start - self.names.fresh() * step)
        return facts

    def _grown(self, loop: For | While) -> _Facts:
        """Carried integers that grow or shrink by a constant in each trip are that many times beyond the first one."""
        trips = self.names.fresh()
        zeros = [
            self.dim(carried(loop)[slot]) - self.dim(loop.inits[slot]) - trips * step
            for slot, step in steps(loop, self.versions.makers)
            if is_integer(loop.inits[slot])
        ]
        return _Facts(zeros, [trips]) if zeros else _Facts()

    def _holds(self, condition: Operand, truth: bool) -> _Facts:
        """What follows from a condition that is true, or false."""
        made = self.versions.makers.get(condition) if isinstance(condition, Value) else None
        match made:
            case Apply(primitive="logical_not", operands=(a,)):
                return self._holds(a, not truth)
            case Apply(primitive="logical_and", operands=(a, b)) if truth:
                return self._holds(a, True) + self._holds(b, True)
            case Apply(primitive="logical_or", operands=(a, b)) if not truth:
                return self._holds(a, False) + self._holds(b, False)
            case Apply(primitive=name, operands=(a, b)) if is_integer(a) and is_integer(b):
                return self._compared(name, self.dim(b) - self.dim(a), truth)
            case If(results=results, then=then, orelse=orelse):
                # `a and b` is b where a holds, else False; `a or b` is True where a holds, else b
                slot = results.index(condition)
                for arm, other, taken in ((then, orelse, True), (orelse, then, False)):
                    end = other.results[slot]
                    if isinstance(end, Const) and end.value is not truth:
                        return self._holds(made.condition, taken) + self._holds(arm.results[slot], truth)
        return _Facts()

    def _compared(self, name: str, gap: Dim, truth: bool) -> _Facts:
        """What a comparison of two integers says of the second minus the first."""
        if name in ("equal", "not_equal"):
            return _Facts([gap]) if truth == (name == "equal") else _Facts()
        if name not in ("less", "less_equal", "greater", "greater_equal"):
            return _Facts()
        if name.startswith("greater"):
            gap = -gap
        least = 0 if name.endswith("equal") else 1
        return _Facts(naturals=[gap - least if truth else -gap + least - 1])

    # ---------------------------------------------------------------- where elements are
    def elements(self, op: Apply, first: int, places: list[Dim], sizes: list[Dim]) -> Iterator[list[_Facts]]:
        """What holds of the place of an element that an op reads or writes: one of some cases, for each subscript."""
        given = op.operands[first:]
        types = [operand.type for operand in given]
        axis = 0
        for entry in op.index:
            used = axes_used(entry, types)
            match entry:
                case At(operand) if used == 1 and is_integer(given[operand]):
                    yield self._at(given[operand], places[axis], sizes[axis])
                case Slice(start, stop, step):
                    bounds = [None if k is None else given[k] for k in (start, stop, step)]
                    if all(bound is None or is_integer(bound) for bound in bounds):
                        yield from self._slice(bounds, places[axis], sizes[axis])
                case At() | NewAxis():
                    pass
            axis += used

    def _at(self, index: Operand, place: Dim, size: Dim) -> list[_Facts]:
        return self._wrapped(index, size, lambda where: _Facts([place - where]))

    def _slice(self, bounds: list[Operand | None], place: Dim, size: Dim) -> Iterator[list[_Facts]]:
        """What is past an end of the array is cut off, so the bounds hold as they stand."""
        start, stop, by = bounds
        if by is not None and (not isinstance(by, Const) or not by.integer):
            return
        step = 1 if by is None else by.integer
        sign = 1 if step > 0 else -1
        if start is not None:
            yield self._wrapped(start, size, lambda where: _Facts(naturals=[(place - where) * sign]))
        if stop is not None:
            yield self._wrapped(stop, size, lambda where: _Facts(naturals=[(where - place) * sign - 1]))
        if step > 1 and (start is None or (isinstance(start, Const) and start.natural)):
            origin = dim(0) if start is None else self.dim(start)
            yield [_Facts([place - origin - self.names.fresh() * step])]

    def _wrapped(self, index: Operand, size: Dim, says: Callable[[Dim], _Facts]) -> list[_Facts]:
        """What an index says of a place, which is counted from the end of the axis where the index is negative."""
        where = self.dim(index)
        cases = [_Facts(naturals=[where]) + says(where), _Facts(naturals=[-where - 1]) + says(where + size)]
        sign = self.versions.signs.get((self.home, index))
        if sign is None:
            around = self.around()
            sign = tuple((around + _Facts(naturals=[side])).impossible() for side in (where, -where - 1))
            self.versions.signs[self.home, index] = sign
        return [case for case, never in zip(cases, sign, strict=True) if not never] or cases


def _order(loop: For | While, here: _Frame, there: _Frame) -> _Facts:
    """A trip that is a number of trips later."""
    trips = here.names.fresh()
    facts = _Facts(naturals=[trips - 1])
    if isinstance(loop, For) and isinstance(loop.step, Const):
        step = -loop.step.integer if loop.backwards else loop.step.integer
        facts.zeros.append(there.dim(loop.index) - here.dim(loop.index) - trips * step)
    for slot, step in steps(loop, here.versions.makers):
        value = carried(loop)[slot]
        facts.zeros.append(there.dim(value) - here.dim(value) - trips * step)
    return facts
