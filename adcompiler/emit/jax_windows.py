"""Slices that move from trip to trip over the same number of elements, for XLA: x[i:i + w], x[k:k + 2 * w:2]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adcompiler.analysis.ranges import Ranges
from adcompiler.emit.jax_facts import dims
from adcompiler.ir.core import Apply, Value
from adcompiler.ir.dims import Dim, dim
from adcompiler.ir.index import Slice, axes_used, inside
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES


@dataclass(frozen=True, slots=True)
class Window:
    """From the first element of a slice to the last: in how many places, and whether in reversed order."""

    width: Dim
    backwards: bool


def slices(op: Apply) -> Iterator[tuple[int, int, Slice]]:
    """The slices of a subscript, each with its axis and its place."""
    types = [operand.type for operand in op.operands[len(PRIMITIVES[op.primitive].operands) :]]
    axis = 0
    for place, entry in enumerate(op.index):
        if isinstance(entry, Slice):
            yield axis, place, entry
        axis += axes_used(entry, types)


def window(op: Apply, axis: int, entry: Slice, ranges: Ranges) -> Window | None:
    """The window of a slice that starts somewhere and is sure to lie inside its axis."""
    given = op.operands[len(PRIMITIVES[op.primitive].operands) :]
    types = [None if n is None else given[n].type for n in (entry.start, entry.stop, entry.step)]
    start, stop, step = (type.size if isinstance(type, Array) else None for type in types)
    if entry.step is None:
        step = dim(1)
    if start is None or stop is None or step is None:
        return None
    size = tuple(dims(op.operands[1].type if op.primitive == "scatter" else op.operands[0].type))[axis]
    if step.known == 1 and ranges.inside(start, stop - start, size):
        return Window(stop - start, False)
    found = inside(size, start, stop, step)
    if found is None:
        return None
    backwards = (step.hint or 0) < 0
    return Window((-step if backwards else step) * (found[1] - 1) + 1, backwards)


def widths(op: Apply, ranges: Ranges) -> list[Dim]:
    """The widths that may be printed for the slices of a read or a write that move."""
    if "index" not in dict(op.attrs):
        return []
    given = op.operands[len(PRIMITIVES[op.primitive].operands) :]
    found = [
        window(op, axis, entry, ranges)
        for axis, _, entry in slices(op)
        if any(isinstance(given[n], Value) for n in (entry.start, entry.stop) if n is not None)
    ]
    return [each.width for each in found if each is not None and each.width.printable]
