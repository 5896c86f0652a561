"""Subscripts outside of their arrays, as far as tracing can tell: NumPy raises there, XLA takes the nearest element.

Checked are constants, and sums of constants and loop indices, where sizes and static arguments bound the loops; and,
before XLA is called, subscripts that are integers among the arguments, or items of integer arrays among them (`x[k]`,
`x[places]`, `x[places[i] - 1]` in a loop over `i`). What else data decide (subscripts that are computed, branches,
`while`) is not.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from adcompiler.analysis.liveness import has_effect
from adcompiler.analysis.ranges import Ranges
from adcompiler.emit.jax_facts import INDEXED, dims
from adcompiler.errors import CompileError, Location
from adcompiler.ir.core import Apply, Const, For, Function, Operand, Region, Value, walk
from adcompiler.ir.dims import Dim, dim
from adcompiler.ir.index import At, NewAxis, Slice, axes_used
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition over the parameters under which a subscript lies inside its array.

    data: the parameters in it that are data, for which it is looked at in each call; while tracing, where there are none.
    """

    text: str
    location: Location
    data: tuple[str, ...] = ()


def requirements(function: Function, static: Collection[str]) -> tuple[Requirement, ...]:
    """The conditions under which subscripts lie inside their arrays; CompileError where one cannot.

    static: the parameters that are known while tracing; of the others the sizes are.
    """
    found: dict[str, Requirement] = {}
    ranges = Ranges(function.body)
    given = _Given(function, static, ranges)
    for op, loops, certain in _reached(function.body, ()):
        for size, operand in _subscripts(op):
            index = _as_dim(operand)
            if index is not None:
                for text in _conditions(size, index, loops, ranges, static, op.location):
                    found.setdefault(text, Requirement(text, op.location))
            if certain:
                for one in given.conditions(size, operand, loops, op.location):
                    found.setdefault(one.text, one)
    return tuple(found.values())


def _reached(
    region: Region, loops: tuple[For, ...], certain: bool = True
) -> Iterator[tuple[Apply, tuple[For, ...], bool]]:
    """The subscripts of the primal sweep that every run gets to, each with the loops around it.

    The last is whether every run gets there whatever the data are: no check that may raise stands before it.
    """
    for op in region.ops:
        match op:
            case Apply(primitive=name) if name in INDEXED and not op.location.adjoint:
                yield op, loops, certain
            case For(step=Const(value=1 | -1)) if not op.location.adjoint:
                yield from _reached(op.body, (*loops, op), certain and not has_effect(op))
        certain = certain and not has_effect(op)


def _subscripts(op: Apply) -> Iterator[tuple[Dim, Operand]]:
    """The integers and arrays of integers in a subscript, each with the size of its axis."""
    indices = op.operands[len(PRIMITIVES[op.primitive].operands) :]
    types = [operand.type for operand in indices]
    sizes = tuple(dims(op.operands[1].type if op.primitive == "scatter" else op.operands[0].type))
    axis = 0
    for entry in op.index:
        if isinstance(entry, At):
            yield sizes[axis], indices[entry.operand]
        axis += axes_used(entry, types)


def _as_dim(operand: Operand) -> Dim | None:
    if isinstance(operand, Const):
        return dim(operand.value) if type(operand.value) is int else None
    return operand.type.size if isinstance(operand.type, Array) and not operand.type.rank else None


def _conditions(
    size: Dim, index: Dim, loops: tuple[For, ...], ranges: Ranges, static: Collection[str], location: Location
) -> Iterator[str]:
    """What has to hold for 0 <= index < size, or -size <= index where it is negative: in all trips, if there are any."""
    spans = [_trips(loop) for loop in loops]
    ends = ranges.smallest(index), ranges.largest(index)
    if None in spans or None in ends:
        return
    empty = _empty(spans, ranges)
    if not all(_known(part, static) for part in (size, *spans, *ends) if part is not None):
        return
    for room in (size + ends[0], size - ends[1] - 1):  # type: ignore[operator]
        if room.known is not None and room.known < 0 and not loops:
            raise CompileError.at(location, f"index {index} is out of bounds for an axis of size {size}")
        if not ranges.natural(room):
            yield " or ".join([f"{room} >= 0", *empty])


def _empty(spans: Sequence[Dim | None], ranges: Ranges) -> list[str]:
    """That a loop has no trips, for each that may have none."""
    return [f"{span} <= 0" for span in spans if span is not None and not ranges.natural(span - 1)]


def _trips(loop: For) -> Dim | None:
    """How far it is from the start of a loop to its end, where neither depends on a loop around it."""
    start, stop = _as_dim(loop.start), _as_dim(loop.stop)
    if start is None or stop is None:
        return None
    return stop - start if isinstance(loop.step, Const) and loop.step.integer > 0 else start - stop


def _known(size: Dim, static: Collection[str]) -> bool:
    """Whether tracing knows a size."""
    return size.printable and all(
        atom.text in static or ".shape[" in atom.text or atom.text.startswith("len(")
        for atoms, _ in size.terms
        for atom in atoms
    )


# ------------------------------------------------------------------------------------- integers among the arguments


class _Given:
    """Subscripts that are integers among the arguments, or items of integer arrays among them, or these and a number."""

    def __init__(self, function: Function, static: Collection[str], ranges: Ranges) -> None:
        params = zip(function.params, function.body.params, strict=True)
        integers = {
            value: param.text
            for param, value in params
            if isinstance(value.type, Array) and value.type.dtype.kind in "iu" and "[*]" not in param.text
        }
        self._numbers = {text for value, text in integers.items() if not _rank(value)} - {*static}
        self._arrays = {value: text for value, text in integers.items() if _rank(value)}
        self._known = {*static, *self._numbers}
        self._ranges = ranges
        self._made = {
            result: op for op in walk(function.body) if isinstance(op, Apply) for result in op.results
        }

    def conditions(
        self, size: Dim, operand: Operand, loops: tuple[For, ...], location: Location
    ) -> Iterator[Requirement]:
        """What has to hold in each call."""
        index = _as_dim(operand)
        if index is not None:
            for text in _conditions(size, index, loops, self._ranges, self._known, location):
                if data := self._data(text):
                    yield Requirement(text, location, data)
            return
        items, spans = self._items(operand, loops), [_trips(loop) for loop in loops]
        known = all(part is not None and _known(part, self._known) for part in (size, *spans))
        if items is not None and known:
            text = f"(({-size} <= {items}) & ({items} < {size})).all()"
            text = " or ".join([text, *_empty(spans, self._ranges)])
            yield Requirement(text, location, self._data(text))

    def _data(self, text: str) -> tuple[str, ...]:
        read = {
            ast.unparse(node) for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.expr)
        }
        return tuple(sorted(read & {*self._numbers, *self._arrays.values()}))

    def _items(self, operand: Operand, loops: tuple[For, ...]) -> str | None:
        """The integers that an operand is in all trips of the loops, as an array; None if that is not known."""
        if not isinstance(operand, Value):
            return None
        if operand in self._arrays:
            return self._arrays[operand]
        match self._made.get(operand):
            case Apply(primitive="getitem", operands=(Value() as x, *_)) as op if x in self._arrays:
                kept = [entry for entry in op.index if not isinstance(entry, NewAxis)]
                entries = [self._places(op, entry, axis, loops) for axis, entry in enumerate(kept)]
                if None in entries or any(self._moves_twice(op, loop) for loop in loops):
                    return None
                whole = all(entry == ":" for entry in entries)
                return self._arrays[x] if whole else f"{self._arrays[x]}[{', '.join(map(str, entries))}]"
            case Apply(primitive="add" | "subtract" as name, operands=(a, Const() as number)) if (
                type(number.value) is int and (items := self._items(a, loops)) is not None
            ):
                return f"({items} {'+' if name == 'add' else '-'} {number.value})"
        return None

    def _moves_twice(self, op: Apply, loop: For) -> bool:
        """Whether a loop moves along two axes, so that it does not reach each place of both."""
        return (
            sum(index is not None and _moves_by(index, loop) for index in map(_as_dim, op.operands[1:])) > 1
        )

    def _is_known(self, operand: Operand) -> bool:
        size = _as_dim(operand)
        return size is not None and _known(size, self._known)

    def _places(self, op: Apply, entry: At | Slice, axis: int, loops: tuple[For, ...]) -> str | None:
        """The places at which integers are read along an axis, in all trips."""
        size = tuple(dims(op.operands[0].type))[axis]
        if entry == Slice():
            return ":"
        index = _as_dim(op.operands[1 + entry.operand]) if isinstance(entry, At) else None
        if index is None or _known(index, self._known):
            return None if index is None else str(index)
        low, high = self._ranges.smallest(index), self._ranges.largest(index)
        alone = any(_moves_by(index, loop) and self._is_known(loop.start) for loop in loops)
        if low is None or high is None or not alone or not self._ranges.natural(low):
            return None
        if not _known(low, self._known) or not _known(high, self._known):
            return None
        return ":" if (low, high + 1) == (dim(0), size) else f"{low}:{high + 1}"


def _moves_by(index: Dim, loop: For) -> bool:
    """Whether an index is that of a loop and a number."""
    own = _as_dim(loop.index)
    return own is not None and (index - own).known is not None


def _rank(value: Value) -> int:
    assert isinstance(value.type, Array)
    return value.type.rank
