"""Subscripts outside of their arrays, as far as tracing can tell: NumPy raises there, XLA takes the nearest element.

Checked are constants, and sums of constants and loop indices, where sizes and static arguments bound the loops. What
data decide (subscripts that are data, branches, `while`) is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from adcompiler.analysis.ranges import Ranges
from adcompiler.emit.jax_facts import INDEXED, dims
from adcompiler.errors import CompileError, Location
from adcompiler.ir.core import Apply, Const, For, Function, Operand, Region
from adcompiler.ir.dims import Dim, dim
from adcompiler.ir.index import At, axes_used
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition over the parameters, which tracing knows, under which a subscript lies inside its array."""

    text: str
    location: Location


def requirements(function: Function, static: Collection[str]) -> tuple[Requirement, ...]:
    """The conditions under which subscripts lie inside their arrays; CompileError where one cannot.

    static: the parameters that are known while tracing; of the others the sizes are.
    """
    found: dict[str, Requirement] = {}
    ranges = Ranges(function.body)
    for op, loops in _reached(function.body, ()):
        for size, index in _integers(op):
            for text in _conditions(size, index, loops, ranges, static, op.location):
                found.setdefault(text, Requirement(text, op.location))
    return tuple(found.values())


def _reached(region: Region, loops: tuple[For, ...]) -> Iterator[tuple[Apply, tuple[For, ...]]]:
    """The subscripts of the primal sweep that every run gets to, each with the loops around it."""
    for op in region.ops:
        match op:
            case Apply(primitive=name) if name in INDEXED and not op.location.adjoint:
                yield op, loops
            case For(step=Const(value=1 | -1)) if not op.location.adjoint:
                yield from _reached(op.body, (*loops, op))


def _integers(op: Apply) -> Iterator[tuple[Dim, Dim]]:
    """The integers in a subscript that are sums of constants and indices, each with the size of its axis."""
    indices = op.operands[len(PRIMITIVES[op.primitive].operands) :]
    types = [operand.type for operand in indices]
    sizes = tuple(dims(op.operands[1].type if op.primitive == "scatter" else op.operands[0].type))
    axis = 0
    for entry in op.index:
        if isinstance(entry, At) and (index := _as_dim(indices[entry.operand])) is not None:
            yield sizes[axis], index
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
    empty = [f"{span} <= 0" for span in spans if span is not None and not ranges.natural(span - 1)]
    if not all(_known(part, static) for part in (size, *spans, *ends) if part is not None):
        return
    for room in (size + ends[0], size - ends[1] - 1):  # type: ignore[operator]
        if room.known is not None and room.known < 0 and not loops:
            raise CompileError.at(location, f"index {index} is out of bounds for an axis of size {size}")
        if not ranges.natural(room):
            yield " or ".join([f"{room} >= 0", *empty])


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
