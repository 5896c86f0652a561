"""Subscripts: how `x[...]` picks elements, with its integers and arrays as operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.ir.dims import Dim, dim, divided, opaque, record, same, unknown
from adcompiler.ir.types import Array, Type, broadcast_shapes


@dataclass(frozen=True, slots=True)
class At:
    """An integer, integer array or boolean mask: the index operand of that number."""

    operand: int


@dataclass(frozen=True, slots=True)
class Slice:
    """start:stop:step, each the number of an index operand or None."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class NewAxis:
    """np.newaxis."""


Index: TypeAlias = tuple[At | Slice | NewAxis, ...]
_DEEP = 12  # loops inside one another


def as_index(value: object) -> Index:
    """A static argument that is a subscript."""
    assert isinstance(value, tuple)
    return value


def is_basic(index: Index, types: Sequence[Type]) -> bool:
    """Whether the subscript is made of integers and slices only, so that NumPy gives a view."""
    return all(
        not (isinstance(types[e.operand], Array) and _rank(types[e.operand]))
        for e in index
        if isinstance(e, At)
    )


def _rank(type: Type) -> int:
    assert isinstance(type, Array)
    # a boolean scalar is a mask of rank 0, not an integer
    return type.rank if type.dtype.kind != "b" else max(type.rank, 1)


def axes_used(entry: At | Slice | NewAxis, types: Sequence[Type]) -> int:
    """How many axes of the array an entry consumes."""
    match entry:
        case NewAxis():
            return 0
        case Slice():
            return 1
        case At(operand):
            type = types[operand]
            assert isinstance(type, Array)
            return type.rank if type.dtype.kind == "b" else 1


def result_shape(shape: tuple[Dim, ...], index: Index, types: Sequence[Type]) -> tuple[Dim, ...]:
    """The shape of x[index] for x of the given shape; `types` are those of the index operands."""
    used = sum(axes_used(entry, types) for entry in index)
    if used > len(shape):
        raise IndexError(f"too many indices: the array has {len(shape)} axes, but {used} were indexed")
    basic = is_basic(index, types)
    result: list[Dim] = []
    advanced: list[tuple[Dim, ...]] = []
    places: list[int] = []
    first = 0
    axis = 0
    for position, entry in enumerate(index):
        match entry:
            case NewAxis():
                result.append(dim(1))
            case Slice():
                result.append(slice_length(shape[axis], *(_size(types, k) for k in _parts(entry))))
            case At(operand) if not basic:
                type = types[operand]
                assert isinstance(type, Array)
                if not places:
                    first = len(result)
                places.append(position)
                advanced.append((_count(type),) if type.dtype.kind == "b" else type.shape)
        axis += axes_used(entry, types)
    result.extend(shape[axis:])
    if advanced:
        adjacent = places[-1] - places[0] == len(places) - 1
        where = first if adjacent else 0
        result[where:where] = broadcast_shapes(*advanced)
    return tuple(result)


def _count(mask: Array) -> Dim:
    return mask.size if mask.size is not None else unknown("count")


def _parts(entry: Slice) -> tuple[int | None, int | None, int | None]:
    return entry.start, entry.stop, entry.step


def _size(types: Sequence[Type], operand: int | None) -> Dim | None:
    if operand is None:
        return None
    type = types[operand]
    assert isinstance(type, Array)
    return type.size if type.size is not None else unknown("data")


def slice_length(size: Dim, start: Dim | None, stop: Dim | None, step: Dim | None) -> Dim:
    """The length of x[start:stop:step] along an axis of the given size, with NumPy's clipping. May record guards."""
    stride = 1 if step is None else step.hint
    if step is not None and step.known is None and stride is not None:
        record(str(step), stride)
    if (
        stride is None
        or (start is not None and start.hint is None)
        or (stop is not None and stop.hint is None)
    ):
        return _loop_length(size, start, stop, step or dim(1))
    if stride == 0:
        raise ValueError("slice step cannot be zero")
    if size.hint is None:
        return (
            size
            if start is None and stop is None and abs(stride) == 1
            else _loop_length(size, start, stop, step or dim(1))
        )
    low, high = _bounds(size, start, stop, stride)
    span = high - low if stride > 0 else low - high
    if not at_least(span, 1):
        return dim(0)
    return places_between(span, step or dim(1))


def places_between(span: Dim, step: Dim) -> Dim:
    """How many places a slice names between two that lie so far apart, the second one excluded."""
    stride = abs(_hint(step))
    exact = divided(span, step if _hint(step) > 0 else -step)
    if exact is not None or stride == 1:
        return span if exact is None else exact
    if span.known is not None:
        return dim(-(-span.known // stride))
    return opaque(f"-(-({span}) // {stride})", None if span.hint is None else -(-span.hint // stride), span)


def _bounds(size: Dim, start: Dim | None, stop: Dim | None, stride: int) -> tuple[Dim, Dim]:
    forwards = stride > 0
    low = _clip(start, size, forwards) if start is not None else dim(0) if forwards else size - 1
    high = _clip(stop, size, forwards) if stop is not None else size if forwards else dim(-1)
    return low, high


def _clip(bound: Dim, size: Dim, forwards: bool) -> Dim:
    if not at_least(bound, 0):
        bound = bound + size
        floor = dim(0 if forwards else -1)
        return bound if at_least(bound, 0) else floor
    top = size if forwards else size - 1
    return bound if at_least(top - bound, 0) else top


def at_least(size: Dim, least: int) -> bool:
    """Whether a size with a value seen is so large; the decision is recorded unless every input makes it so."""
    if size.known is not None:
        return size.known >= least
    if all(c > 0 for _, c in size.terms) and size.const >= least and _natural(size):
        return True
    holds = _hint(size) >= least
    record(f"{size} >= {least}", holds)
    return holds


def surely_natural(size: Dim) -> bool:
    """Whether a size is not negative wherever in their ranges the loop indices are. May record a guard.

    Each index is put at the end of its range that makes the size smallest, those of inner loops first.
    """
    for _ in range(_DEEP):
        if size.hint is not None:
            return size.printable and _hint(size) >= 0 and at_least(size, 0)
        lowest = _at_lowest(size)
        if lowest is None:
            return False
        size = lowest
    return False


def _at_lowest(size: Dim) -> Dim | None:
    """The size with one loop index, on which no other one depends, where it makes the size smallest."""
    indices = {atom: atom.ends for atoms, _ in size.terms for atom in atoms if atom.ends is not None}
    bounds = {atom for ends in indices.values() for end in ends for atoms, _ in end.terms for atom in atoms}
    for atom, ends in indices.items():
        slope = None if atom in bounds else size.slope(atom)
        if slope is None:
            continue
        for end, against in zip(ends, (slope, -slope), strict=True):
            if surely_natural(against):
                return size - slope * dim(atom) + slope * end
    return None


def _natural(size: Dim) -> bool:
    return all(
        ".shape[" in atom.text or atom.text.startswith("len(") for atoms, _ in size.terms for atom in atoms
    )


def _hint(size: Dim) -> int:
    assert size.hint is not None
    return size.hint


def _within(bound: Dim | None, otherwise: Dim, size: Dim, forwards: bool) -> Dim:
    """A bound of a slice, counted from the front and clipped where its value is seen."""
    if bound is None:
        return otherwise
    if bound.hint is not None and size.hint is not None:
        return _clip(bound, size, forwards)
    return bound + size if surely_natural(-bound - 1) else bound


def _loop_length(size: Dim, start: Dim | None, stop: Dim | None, step: Dim) -> Dim:
    stride = step.hint
    if start is None and stop is None and stride in (1, -1):
        return size
    found = inside(size, start, stop, step)
    if found is not None:
        return found[1]
    if start is not None and stop is not None and stride == 1:
        width = (stop - start).known
        if width is not None and width > 0 and start.hint is None and same(start, stop) is False:
            # x[i:i + 3]: three elements wherever the slice lies inside; clipping at the ends is checked by the printer
            return opaque(f"?window({start}:{stop} of {size})", None)
    length = opaque(f"?length({start}:{stop}:{stride} of {size})", None)
    if stride != 1:
        return length
    ((atom,), _), *_ = length.terms
    return dim(replace(atom, part=(size, start, stop)))


def inside(size: Dim, start: Dim | None, stop: Dim | None, step: Dim) -> tuple[Dim, Dim] | None:
    """The first place and the number of places of a slice all of which surely lie in the axis. May record guards.

    The stop may lie behind the axis by what the last step leaves over: x[i:i + 3 * s:s] ends at i + 2 * s.
    """
    if not step.hint:
        return None
    forwards = step.hint > 0
    first = _within(start, dim(0) if forwards else size - 1, size, forwards)
    last = _within(stop, size if forwards else dim(-1), size, forwards)
    span = last - first if forwards else first - last
    if not surely_natural(first) or not surely_natural(span):
        return None
    count = places_between(span, step)
    if forwards:
        reach = step * (count - 1) + 1
        return (first, count) if surely_natural(size - last) or surely_natural(size - first - reach) else None
    above_stop = stop is None or stop.hint is not None or surely_natural(last)
    return (first, count) if above_stop and surely_natural(size - 1 - first) else None
