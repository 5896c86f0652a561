"""Parts of an array that are assigned to other parts of it, where NumPy reads what it has just written.

    x[::2] = x[:3]        x[2] is 1 by then: NumPy gives 0, ., 1, ., 1

NumPy copies the source first if it overlaps the target, but not where the target has one axis: there it relies on
equal strides, and on the direction in which it copies (array_assign_array.c). Where a mask picks the target it copies
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcompiler.errors import CompileError, Diagnostic
from adcompiler.ir.core import Apply, Const, For, If, Operand, Region, Value, While, walk
from adcompiler.ir.index import At, NewAxis, Slice, is_basic
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES

MESSAGE = "parts of one array in different strides: NumPy reads here elements that it has just written"
HINT = "assign a copy: x[...] = y.copy()"


def refuse_overlaps(region: Region) -> None:
    """CompileError where a vector in an array may be assigned another one of other strides of the same array."""
    origins = _origins(region)
    found = [
        Diagnostic(MESSAGE, op.location, HINT)
        for op in walk(region)
        if isinstance(op, Apply) and op.primitive == "setitem" and _rereads(op, origins)
    ]
    if found:
        raise CompileError(*found)


# for each value the op that makes it, or the values of which it is one: those of two arms, those before and after a trip
_Origins = Mapping[Value, "Apply | tuple[Operand, ...]"]


def _origins(region: Region) -> _Origins:
    found: dict[Value, Apply | tuple[Operand, ...]] = {}
    for op in walk(region):
        match op:
            case Apply():
                found.update(dict.fromkeys(op.results, op))
            case If(then=then, orelse=orelse):
                found.update(zip(op.results, zip(then.results, orelse.results, strict=True), strict=True))
            case For() | While():
                ends = list(zip(op.inits, op.body.results, strict=True))
                for values in (op.results, *(_carried(op, inner) for inner in op.regions)):
                    found.update(zip(values, ends, strict=True))
    return found


def _carried(loop: For | While, region: Region) -> tuple[Value, ...]:
    return region.params[1:] if isinstance(loop, For) else region.params


@dataclass(frozen=True, slots=True)
class _Part:
    """A view of an array: along which of its axes it goes, in which steps; None where that is not known.

    full: whether it is all of the array.
    """

    whole: Value
    along: tuple[int, int] | None
    full: bool = False


def _rereads(op: Apply, origins: _Origins) -> bool:
    target, source = op.operands[0], op.operands[1]
    if not isinstance(source, Value) or not isinstance(target, Value) or not _rank(source):
        return False
    indices = op.operands[2:]
    types = [operand.type for operand in indices]
    sources = [part for part in _parts(source, origins) if part.whole is not source or source is target]
    if not is_basic(op.index, types):
        # by arrays of indices NumPy copies first, by a mask of all axes it does not
        masked = len(types) == 1 and isinstance(types[0], Array) and types[0].dtype.kind == "b"
        wholes = {part.whole for part in _parts(target, origins)}
        return masked and _rank(indices[0]) == _rank(target) and any(part.whole in wholes for part in sources)
    if _width(op) != 1:
        return False
    made = origins.get(source)
    if isinstance(made, Apply) and _is_mirrored(op, made):
        return False
    targets = [_indexed(part, op, indices) for part in _parts(target, origins)]
    return any(
        into.whole is out_of.whole and not _is_safe(into.along, out_of.along)
        for into in targets
        for out_of in sources
    )


def _is_mirrored(op: Apply, read: Apply) -> bool:
    """Whether a column is assigned to the row of its number, or the other way round: they meet where both are one."""
    if read.primitive != "getitem" or read.operands[0] is not op.operands[0] or _rank(op.operands[0]) != 2:
        return False
    written, taken = (
        [_numbers(entry, operands) for entry in _entries(of)]
        for of, operands in ((op, op.operands[2:]), (read, read.operands[1:]))
    )
    return written == taken[::-1] and written[0] != written[1]


def _entries(op: Apply) -> list[At | Slice | NewAxis]:
    """The subscript of an op, with an entry for every axis."""
    return [*op.index, *[Slice()] * (_rank(op.operands[0]) - len(op.index))]


def _numbers(entry: At | Slice | NewAxis, operands: Sequence[Operand]) -> list[object]:
    """What an entry of a subscript is made of, so that it can be compared."""
    match entry:
        case At(operand):
            places: list[int | None] = [operand]
        case Slice(start, stop, step):
            places = [start, stop, step]
        case _:
            return [entry]
    found = [None if place is None else operands[place] for place in places]
    return [operand.value if isinstance(operand, Const) else operand for operand in found]


def _is_safe(into: tuple[int, int] | None, out_of: tuple[int, int] | None) -> bool:
    """Whether the strides are known, and equal or of two signs."""
    if into is None or out_of is None:
        return False
    return into == out_of or (into[1] < 0) != (out_of[1] < 0)


def _width(op: Apply) -> int:
    """The number of axes of the part that is written."""
    entries = op.index
    used = sum(not isinstance(entry, NewAxis) for entry in entries)
    return sum(isinstance(entry, Slice | NewAxis) for entry in entries) + _rank(op.operands[0]) - used


def _parts(value: Operand, origins: _Origins, passed: frozenset[Value] = frozenset()) -> list[_Part]:
    """The arrays that a value may be a view of; itself, if it is memory of its own."""
    if not isinstance(value, Value) or value in passed:
        return []
    made = origins.get(value)
    itself = _Part(value, (0, 1) if _rank(value) == 1 else None, full=True)
    if isinstance(made, tuple):
        passed |= {value}
        return [itself, *(part for one in made for part in _parts(one, origins, passed))]
    if made is None or not made.operands or not PRIMITIVES[made.primitive].view:
        return [itself]
    parts = _parts(made.operands[0], origins, passed)
    if made.primitive != "getitem":
        return [_Part(part.whole, None) for part in parts]
    if not is_basic(made.index, [operand.type for operand in made.operands[1:]]):
        return [itself]
    return [_indexed(part, made, made.operands[1:]) for part in parts]


def _indexed(part: _Part, op: Apply, indices: Sequence[Operand]) -> _Part:
    """The part of a part that a subscript means."""
    entries = _entries(op)
    if any(isinstance(entry, NewAxis) for entry in entries):
        return _Part(part.whole, None)
    sliced = [(axis, entry) for axis, entry in enumerate(entries) if isinstance(entry, Slice)]
    if len(sliced) != 1 or not (part.full or part.along):
        return _Part(part.whole, None)
    axis, entry = sliced[0]
    step = Const(1) if entry.step is None else indices[entry.step]
    if not isinstance(step, Const):
        return _Part(part.whole, None)
    if part.full or part.along is None:
        return _Part(part.whole, (axis, step.integer))
    along, before = part.along
    return _Part(part.whole, (along, before * step.integer))


def _rank(operand: Operand) -> int:
    return operand.type.rank if isinstance(operand.type, Array) else 0
