"""What a loop overwrites of an array that it carries, so that the adjoint can put it back.

    for i: x[i] = f(x)                   for i: tape[i] = x[i]; x[i] = f(x)
    for i backwards: dx = ... x ...      for i backwards: x[i] = tape[i]; dx = ... x ...

To have the array as each trip found it takes one slot of the size of what a trip overwrites then, and not of the
array's. (Griewank and Walther, Evaluating Derivatives, 2nd ed., section 4.2: the tape holds overwritten values.)
"""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.analysis.places import same_part, subscript_of
from adcompiler.analysis.versions import carried
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, For, Op, Operand, Value, While
from adcompiler.ir.index import is_basic, result_shape
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply

MOST_WRITES = 4


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A carried array, the number of its place: its versions in a trip, and the writes that lead from one to the next."""

    place: int
    versions: tuple[Value, ...]
    writes: tuple[Apply, ...]

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks of the parts that are overwritten."""
        return tuple(map(_rank_of_part, self.writes))


def overwritten(loop: For | While) -> list[Overwritten]:
    """The carried arrays of which each trip overwrites parts of a lower rank, a few of them, on every path."""
    makers: dict[Value, Op] = {result: op for op in loop.body.ops for result in op.results}
    found = []
    for place, (param, end) in enumerate(zip(carried(loop), loop.body.results, strict=False)):
        versions: list[Operand] = [end]
        writes: list[Apply] = []
        while versions[-1] is not param and len(writes) <= MOST_WRITES:
            made = makers.get(versions[-1]) if isinstance(versions[-1], Value) else None
            if not isinstance(made, Apply) or not _overwrites_part(made):
                break
            versions.append(made.operands[0])
            writes.append(made)
        if writes and versions[-1] is param and len(writes) <= MOST_WRITES:
            values = tuple(version for version in reversed(versions) if isinstance(version, Value))
            found.append(Overwritten(place, values, tuple(reversed(writes))))
    return found


def _overwrites_part(op: Apply) -> bool:
    if op.primitive not in ("setitem", "add_at"):
        return False
    array = op.result.type
    return (
        isinstance(array, Array)
        and array == op.operands[0].type
        and is_basic(op.index, [o.type for o in subscript_of(op)])
        and _rank_of_part(op) < array.rank
    )


def _rank_of_part(write: Apply) -> int:
    array = write.result.type
    assert isinstance(array, Array)
    return len(result_shape(array.shape, write.index, [o.type for o in subscript_of(write)]))


def part_before(loop: For | While, write: Apply) -> tuple[Apply, bool]:
    """What reads the part before a trip writes to it, and whether the loop does that already."""
    for op in loop.body.ops:
        match op:
            case Apply(primitive="getitem", operands=(array, *_)) if array is write.operands[0]:
                if same_part(op, write):
                    return op, True
    builder = Builder(write.location)
    apply(builder, "getitem", write.operands[0], *subscript_of(write), index=write.index)
    (read,) = builder.ops
    assert isinstance(read, Apply)
    return read, False
