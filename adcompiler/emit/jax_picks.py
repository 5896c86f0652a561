"""Reading and writing slices whose length only a run can tell, and what masks select: the whole axis is read, and written back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.emit.jax_parts import Layout, Part, Parts, alike, number, same, shape_of
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import Dim, dim, unknown
from adcompiler.ir.dims import same as same_size
from adcompiler.ir.index import At, Index, NewAxis, Slice, axes_used, slice_length
from adcompiler.ir.types import Array, Shape


@dataclass(frozen=True, slots=True)
class Picked:
    """A subscript with whole axes in the place of slices: its entries and operands, and what of the result counts.

    flat: the array with one axis in the place of those of a mask, where that has several.
    """

    index: Index
    indices: tuple[Operand, ...]
    layout: Layout
    flat: Operand | None = None

    @property
    def everything(self) -> bool:
        """Whether it names the whole array."""
        return all(entry == Slice() for entry in self.index)


def chosen(parts: Parts, op: Apply) -> None:
    """x[index]."""
    x, *indices = parts.operands(op)
    picked = _picked(parts, op, x, op.operands[0], tuple(indices), op.operands[1:])
    if picked is None:
        parts.append(replace(op, operands=(x, *indices)))
        return
    sizes = shape_of(op.result.type)
    layout = tuple(part and replace(part, length=n) for part, n in zip(picked.layout, sizes, strict=True))
    if picked.everything:
        x = x if picked.flat is None else picked.flat
        parts.give(op, Apply("copy", (x,), op.results, (("order", None),), "", op.location), layout)
        return
    attrs = _with_index(op, picked.index)
    parts.give(op, replace(op, operands=(x, *picked.indices), attrs=attrs), layout)


def written(parts: Parts, op: Apply) -> None:
    """x[index] = v, or x[index] += v."""
    x, v, *indices = parts.operands(op)
    if (
        len(op.index) == 1
        and is_mask(op.operands[-1])
        and not any(part for operand in (x, v, *indices) for part in parts.layout(operand))
    ):
        parts.append(replace(op, operands=(x, v, *indices)))  # one number, or as many as only NumPy can count
        return
    picked = _picked(parts, op, x, op.operands[0], tuple(indices), op.operands[2:])
    if picked is None:
        parts.aligned(op, v, (None,) * len(shape_of(v.type)))
        parts.append(replace(op, operands=(x, v, *indices)))
        return
    attrs = _with_index(op, picked.index)
    layout = parts.layout(x)
    mask = parts.masks(picked.layout)
    v = parts.aligned(op, v, picked.layout)
    if mask is None:
        parts.give(op, replace(op, operands=(x, v, *picked.indices), attrs=attrs), layout)
        return
    assert isinstance(x.type, Array)
    v = _in_dtype(parts, v, x.type)
    if picked.flat is not None:
        other = Const(False if x.type.dtype.kind == "b" else 0) if op.primitive == "add_at" else picked.flat
        new = parts.apply("where", mask, v, other)
        if op.primitive == "add_at":
            new = parts.apply("add", picked.flat, new)
        parts.give(op, _unflattened(parts, op, new, parts.apply("shape", x)), layout)
        return
    if op.primitive == "add_at":
        new = parts.apply("where", mask, v, Const(False if x.type.dtype.kind == "b" else 0))
    else:
        old = x if picked.everything else parts.apply("getitem", x, *picked.indices, index=picked.index)
        new = parts.apply("where", mask, v, old)
    if not picked.everything:
        parts.give(op, replace(op, operands=(x, new, *picked.indices), attrs=attrs), layout)
    elif op.primitive == "add_at":
        parts.give(op, Apply("add", (x, new), op.results, (), "operator.add", op.location), layout)
    else:
        parts.give(op, Apply("copy", (new,), op.results, (("order", None),), "", op.location), layout)


def scattered(parts: Parts, op: Apply) -> None:
    """Zeros of a shape, with v at x[index]."""
    v, shape, *indices = parts.operands(op)
    picked = _picked(parts, op, shape, op.operands[1], tuple(indices), op.operands[2:])
    if picked is None:
        parts.append(replace(op, operands=(v, shape, *indices)))
        return
    mask = parts.masks(picked.layout)
    if mask is not None:
        v = parts.aligned(op, v, picked.layout)
        assert isinstance(v.type, Array)
        v = parts.apply("where", mask, v, Const(False if v.type.dtype.kind == "b" else 0))
    if picked.flat is not None:
        if shape_of(v.type) != shape_of(picked.flat.type):
            v = parts.apply("broadcast_like", v, parts.apply("shape", picked.flat))
        parts.give(op, _unflattened(parts, op, v, shape), parts.layout(shape))
        return
    attrs = _with_index(op, picked.index)
    parts.give(op, replace(op, operands=(v, shape, *picked.indices), attrs=attrs), parts.layout(shape))


def _unflattened(parts: Parts, op: Apply, v: Operand, shape: Operand) -> Apply:
    return Apply("reshape_to", (v, shape), op.results, (), "", op.location)


def _with_index(op: Apply, index: Index) -> tuple[tuple[str, object], ...]:
    return tuple((name, index if name == "index" else value) for name, value in op.attrs)


def _in_dtype(parts: Parts, v: Operand, type: Array) -> Operand:
    """What is written, in the dtype of the array."""
    assert isinstance(v.type, Array)
    if isinstance(v, Const):
        return v if v.type.dtype.kind == type.dtype.kind else Const.of(v.value, type.dtype)
    if v.type.dtype == type.dtype:
        return v
    made = parts.apply("astype", v, dtype=type.dtype)
    assert isinstance(made, Value)
    parts.layouts[made] = parts.layout(v)
    return made


# ---------------------------------------------------------------------------------------------- the subscript


def _picked(
    parts: Parts, op: Apply, x: Operand, old: Operand, indices: Sequence[Operand], before: Sequence[Operand]
) -> Picked | None:
    """The subscript with whole axes; None where nothing in it is ragged."""
    layout, sizes = parts.layout(x), shape_of(old.type)
    types = [operand.type for operand in before]
    masks = [before[e.operand] for e in op.index if isinstance(e, At) and is_mask(before[e.operand])]
    if masks:
        _check_masks(parts, op, masks, before)
        if len(shape_of(masks[0].type)) > 1:
            return _flattened(parts, op, x, parts.known_mask(before[0], indices[0]))
    axis = 0
    entries: list[At | Slice | NewAxis] = []
    given: list[Operand] = []
    kept: list[Part | None] = []
    advanced = False

    def number_of(operand: Operand) -> int:
        given.append(operand)
        return len(given) - 1

    for entry in op.index:
        match entry:
            case NewAxis():
                entries.append(entry)
                kept.append(None)
            case At(operand=place) if is_mask(before[place]):
                entries.append(Slice())
                mask = parts.known_mask(before[place], indices[place])
                kept.append(_selected(parts, op, sizes[axis], layout[axis], mask))
            case At(operand=place):
                index = indices[place]
                many = isinstance(index.type, Array) and (index.type.rank or index.type.dtype.kind == "b")
                advanced = advanced or bool(many)
                used = range(axis, axis + axes_used(entry, types))
                if any(layout[k] is not None for k in used):
                    if many:
                        parts.refuse(
                            op, "a slice whose length only the run knows is read by an array of places"
                        )
                    part = layout[axis]
                    assert part is not None
                    index = _element(parts, op, part, index, before[place])
                entries.append(At(number_of(index)))
            case Slice():
                bounds = [None if k is None else indices[k] for k in (entry.start, entry.stop, entry.step)]
                given_before = [
                    None if k is None else before[k] for k in (entry.start, entry.stop, entry.step)
                ]
                part, left = _cut(parts, op, x, axis, sizes[axis], bounds, given_before)
                entries.append(Slice(*(None if b is None else number_of(b) for b in left)))
                kept.append(part)
        axis += axes_used(entry, types)
    kept += layout[axis:]
    if not any(layout) and not any(kept):
        return None
    if advanced:
        parts.refuse(op, "an array of places stands beside a slice whose length only the run knows")
    return Picked(tuple(entries), tuple(given), tuple(kept))


def is_mask(operand: Operand) -> bool:
    """Whether an operand of a subscript is a mask."""
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b"


def _check_masks(parts: Parts, op: Apply, masks: Sequence[Operand], before: Sequence[Operand]) -> None:
    """Refuse masks beside others, beside arrays of places, and apart from integers: NumPy moves axes then."""
    rank = len(shape_of(masks[0].type))
    places = [(k, before[entry.operand]) for k, entry in enumerate(op.index) if isinstance(entry, At)]
    numbers = all(is_mask(operand) or not shape_of(operand.type) for _, operand in places)
    together = places[-1][0] - places[0][0] == len(places) - 1
    if len(masks) > 1 or not rank or not numbers or not together or (rank > 1 and len(op.index) > 1):
        parts.refuse_mask(op)


def _selected(parts: Parts, op: Apply, size: Dim, part: Part | None, mask: Operand) -> Part:
    """What a mask selects of an axis, or of the part of it that counts; the mask has to be as long."""
    (have,) = parts.layout(mask)
    if part is not None or have is not None:
        if part is None or have is None or not alike(part, have):
            parts.refuse_mask(op)
        both = parts.apply("bitwise_and", parts.mask(part), mask)
        return replace(part, start=Const(0), stop=None, mask=both, every=None, filled=False)
    (length,) = shape_of(mask.type)
    if same_size(size, length) is not True:
        parts.refuse_mask(op)
    return Part(Const(0), None, parts.size(mask, 0), length, length, mask)


def _flattened(parts: Parts, op: Apply, x: Operand, mask: Operand) -> Picked:
    """What a mask of several axes selects: of the array, or of zeros of a shape, with one axis in their place."""
    rank = len(shape_of(mask.type))
    if any((*parts.layout(x), *parts.layout(mask))):
        parts.refuse_mask(op)
    if isinstance(x.type, Shape):
        x = parts.apply(
            "zeros_of", x, dtype=op.result.type.dtype if isinstance(op.result.type, Array) else None
        )
    sizes = [parts.size(x, axis) for axis in range(len(shape_of(x.type)))]
    count: Operand = sizes[0]
    for size in sizes[1:rank]:
        count = parts.apply("multiply", count, size)
    flat = parts.apply("ravel", x) if rank == len(sizes) else parts.apply("reshape", x, count, *sizes[rank:])
    part = _selected(parts, op, shape_of(flat.type)[0], None, parts.apply("ravel", mask))
    return Picked((Slice(),), (), (part, *[None] * (len(sizes) - rank)), flat)


Bounds: TypeAlias = "Sequence[Operand | None]"


def _cut(
    parts: Parts, op: Apply, x: Operand, axis: int, size: Dim, bounds: Bounds, before: Bounds
) -> tuple[Part | None, Bounds]:
    """What of an axis a slice leaves, None where its size is fixed; and the bounds that stay in the subscript."""
    start, stop, step = bounds
    part = parts.layout(x)[axis]
    if start is None and stop is None and (step is None or same(step, Const(1))):
        return part, ()
    if part is not None and part.mask is not None:
        parts.refuse_mask(op)
    length = slice_length(size, *(None if b is None else number(b) or unknown("data") for b in bounds))
    first = dim(0) if start is None else number(start)
    last = size if stop is None else number(stop)
    if (
        step is None
        and first is not None
        and last is not None
        and parts.ranges.inside(first, last - first, size)
    ):
        length = last - first
    if part is None and (length.printable or all(b is None or _static(parts, b) for b in before)):
        return None, bounds
    if part is not None and start is None and stop is None and same(step, Const(-1)):
        begin: Operand = Const(0) if part.stop is None else parts.subtract(part.size, part.stop)
        end = None if same(part.start, Const(0)) else parts.subtract(part.size, part.start)
        return replace(part, start=begin, stop=end), bounds
    if step is not None and not same(step, Const(1)):
        if part is None and parts.ranges.natural((number(step) or dim(0)) - 1):
            every = start, stop, step
            return parts.every(Part(Const(0), None, parts.size(x, axis), size, length, every=every)), ()
        parts.refuse(
            op, "the bounds of a slice with a step, and so its shape, are known only when the program runs"
        )
    count = parts.size(x, axis) if part is None else parts.count(part)
    sure = first is not None and last is not None and length == last - first
    low: Operand = Const(0)
    if start is not None:
        low = start if sure else parts.clipped(start, count)
    high = count
    if stop is not None:
        high = stop if sure else parts.clipped(stop, count)
        if not sure and start is not None:
            high = parts.apply("maximum", high, low)
    to_the_end = (stop is None or (sure and last == size)) and (part is None or part.stop is None)
    base: Operand = Const(0) if part is None else part.start
    whole = (count, size) if part is None else (part.size, part.bound)
    end = None if to_the_end else parts.add(base, high)
    filled = part is None and _has_element(parts, before[0], before[1], size)
    return Part(parts.add(base, low), end, *whole, length, filled=filled), ()


def _has_element(parts: Parts, start: Operand | None, stop: Operand | None, size: Dim) -> bool:
    """Whether the slice of an axis surely has an element: start < stop and start < size, for a natural start."""
    if start is not None and not parts.natural(start):
        return False
    lows = [dim(0)] if start is None else _among(parts, start, "maximum")
    highs = [size, *([] if stop is None else _among(parts, stop, "minimum"))]
    return parts.ranges.below(lows, highs)


def _among(parts: Parts, bound: Operand, extreme: str) -> list[Dim]:
    """The numbers that a bound is the largest or the smallest of."""
    made = parts.definitions.get(bound) if isinstance(bound, Value) else None
    if isinstance(made, Apply) and made.primitive == extreme:
        return [one for operand in made.operands for one in _among(parts, operand, extreme)]
    return [number(bound) or unknown("data")]


def _static(parts: Parts, operand: Operand) -> bool:
    return isinstance(operand, Const) or operand in parts.static


def _element(parts: Parts, op: Apply, part: Part, index: Operand, before: Operand) -> Operand:
    """The place of one element of a part."""
    if part.mask is not None:
        parts.refuse_mask(op)
    if isinstance(index, Const):
        k = index.integer
        least = k + 1 if k >= 0 else -k
        if not (part.filled and least == 1) and not parts.ranges.natural(part.length - least):
            parts.refuse(
                op, f"whether a slice whose length only the run knows has an element {k} cannot be shown"
            )
        return parts.add(part.start, index) if k >= 0 else parts.add(parts.stop(part), index)
    if parts.natural(before) or parts.natural(index):
        return parts.add(part.start, index)
    below = parts.apply("less", index, Const(0))
    wrapped = parts.apply("where", below, parts.apply("add", index, parts.count(part)), index)
    return parts.add(part.start, wrapped)
