"""Ops of the primal sweep once more, for the reverse sweep to compute what was not kept.

    print(x); y = sin(x); z = y * y        becomes        y1 = sin(x); z1 = y1 * y1

What was printed and checked is not printed and checked again. The copies stay as the user wrote them (no pass
simplifies a primal sweep), so that their values are those of the first time, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import clone, map_regions, rename, substitute
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.transforms.cse import cse
from adcompiler.transforms.dce import dce
from adcompiler.transforms.record import record
from adcompiler.transforms.simplify import simplify
from adcompiler.transforms.sizes import sizes


@dataclass(frozen=True, slots=True)
class Copy:
    """A region once more, and what stands for each of its values."""

    region: Region
    values: dict[Value, Value]


def recompute(region: Region, tags: Iterator[int]) -> Copy:
    """The region with values and tags of its own; refuses (CompileError) random draws, which would be others."""
    for op in walk(region):
        if isinstance(op, Apply) and op.primitive == "draw":
            raise CompileError.at(
                op.location,
                "what is checkpointed is computed twice, and would draw other random numbers",
                "draw them before, and pass them in",
            )
    region = _again(region)
    fresh: dict[Value, Operand] = {param: replace(param) for param in region.params}
    numbers = {op.tag: next(tags) for op in walk(region) if not isinstance(op, Apply)}
    body = clone(Region((), region.ops, region.results), fresh, numbers)
    params = tuple(value for value in fresh.values() if isinstance(value, Value))
    copied = Region(params, body.ops, body.results)
    return Copy(copied, dict(zip(defined(region), defined(copied), strict=True)))


def defined(region: Region) -> Iterator[Value]:
    """All values that a region makes or is given, at every depth."""
    yield from region.params
    for op in region.ops:
        yield from op.results
        if not isinstance(op, Apply):
            for inner in op.regions:
                yield from defined(inner)


def _again(region: Region) -> Region:
    """The region without what it prints and checks, marked as computed once more."""
    return replace(region, ops=tuple(_marked(region.ops)))


def _marked(ops: Sequence[Op]) -> Iterator[Op]:
    for op in ops:
        if isinstance(op, Apply) and PRIMITIVES[op.primitive].effect:
            continue
        op = replace(op, location=replace(op.location, again=True))
        yield op if isinstance(op, (Apply, Call)) else map_regions(op, _again)


def inside_call(op: Op) -> Op:
    """An op of a checkpointed call as one of the function that is called."""
    return replace(op, location=replace(op.location, recomputed=op.location.recomputed[1:]))


def resolve(region: Region, names: Mapping[Value, str], strong: bool) -> Region:
    """A region of ops computed once more and their adjoint, with what this reads made available: as by `record`.

    names: of values that have none yet. strong: constants of NumPy stay so (see simplify).
    """
    own = set(defined(region))
    region = rename(region, {value: name for value, name in names.items() if value in own})
    steps = (dce, sizes, cse, dce, record) if strong else (dce, sizes, simplify, cse, dce, record)
    for step in steps:
        region = step(region)
    return _settled(region)


def _settled(region: Region) -> Region:
    """No loop or branch inside reverses one that is still to be asked for values."""
    return replace(
        region,
        ops=tuple(
            op if isinstance(op, (Apply, Call)) else map_regions(replace(op, reverses=None), _settled)
            for op in region.ops
        ),
    )


def behind(region: Region, given: Iterable[Value], after: Operand, builder: Builder) -> Region:
    """The region with the arrays that it is given out of reach for XLA, which would else not compute anything again."""
    barred: dict[Value, Operand] = {
        value: apply(builder, "barrier", value, after, hint=value.name)
        for value in given
        if isinstance(value.type, Array) and value.type.rank
    }
    return substitute(region, barred)
