"""What the adjoint sweep keeps of arrays that the primal sweep writes to.

    v = A[::2]                          v = A[::2]
    s = np.sum(v)                       v_copy = A[::2].copy()
    A[0] = 5.0                 ->       s = np.sum(v)
    ...                                 A[0] = 5.0
    dv = ds * v                         ...
                                        dv = ds * v_copy

An array, or a part of one, that is read after a write has to be copied before it. A copy may lie in memory in
another order, and sums over it are rounded in another way. So the copy is for the adjoint sweep, and the primal
sweep reads and writes what the source does. Only arguments, which belong to the caller, are copied for the
primal sweep, before a part of one that is written to is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adcompiler.analysis.alias import Buffers, buffers
from adcompiler.analysis.liveness import reads
from adcompiler.ir.core import Apply, Function, If, Op, Operand, Region, Value, free_values, walk
from adcompiler.ir.rewrite import substitute_op
from adcompiler.ir.types import Array


def with_copies(function: Function) -> tuple[Function, Buffers]:
    """The function with copies for the adjoint sweep alone, and what is known of its memory."""
    memory = buffers(function)
    while copies := _copies(function.body, memory):
        function = replace(function, body=_inserted(function.body, copies))
        memory = buffers(function)
    return function, memory


@dataclass(frozen=True, slots=True)
class _Copy:
    """An op to be inserted before the op of a number; one sweep reads its result instead of `value` from there on.

    An If instead is one that already gives a copy, and takes the place of that op.
    """

    number: int
    value: Value
    op: Apply | If
    for_adjoint: bool = True


@dataclass(slots=True)
class _Body:
    """A region: where its ops stand (those inside others where these do), who makes and who reads a value."""

    region: Region
    place: dict[Op, int] = field(default_factory=dict)
    makers: dict[Value, Op] = field(default_factory=dict)
    readers: dict[Value, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, op in enumerate(self.region.ops):
            for inner in (op, *_inside(op)):
                self.place[inner] = number
                self.makers.update(dict.fromkeys(inner.results, inner))
            for operand in _read(op):
                if isinstance(operand, Value):
                    times = self.readers.setdefault(operand, {})
                    times[number] = times.get(number, 0) + 1

    def adjoint(self, number: int) -> bool:
        """Whether an op belongs to the adjoint sweep."""
        return self.region.ops[number].location.adjoint


def _inside(op: Op) -> Iterator[Op]:
    if not isinstance(op, Apply):
        for region in op.regions:
            yield from walk(region)


def _read(op: Op) -> Iterator[Operand]:
    yield from reads(op)
    if not isinstance(op, Apply):
        for region in op.regions:
            yield from free_values(region)


def _copies(region: Region, memory: Buffers) -> list[_Copy]:
    """The copies that are to be made instead of those that the analysis found necessary."""
    blocked = [(op, by) for op, by in memory.kept_from.items()]
    blocked += [(loop, by) for (loop, _), by in memory.copied_inits.items() if by is not None]
    if not memory.copied_views and not blocked:
        return []
    body = _Body(region)
    found = [_part_apart(body, op) for op in memory.copied_views]
    for op, by in blocked:
        if by in region.params:
            found.append(_own_argument(body, op, by))
        elif by in memory.unbound:
            found.append(_where_it_is_bound(body, by))
        else:
            found.append(_out_of_the_way(body, op, by))
    first: dict[tuple[Value, bool], _Copy] = {}
    for copy in sorted((copy for copy in found if copy is not None), key=lambda copy: copy.number):
        first.setdefault((copy.value, copy.for_adjoint), copy)
    return list(first.values())


def _inserted(region: Region, copies: list[_Copy]) -> Region:
    """The region with copies, in the order of their numbers."""
    instead: dict[bool, dict[Value, Operand]] = {True: {}, False: {}}
    pending = copies[::-1]
    ops: list[Op] = []
    for number, op in enumerate(region.ops):
        while pending and pending[-1].number == number:
            copy = pending.pop()
            if isinstance(copy.op, If):
                (copied,) = set(copy.op.results) - set(op.results)
                op = copy.op
            else:
                copied = copy.op.result
                ops.append(copy.op)
            instead[copy.for_adjoint][copy.value] = copied
        values = instead[op.location.adjoint]
        ops.append(substitute_op(op, values) if values else op)
    return replace(region, ops=tuple(ops))


def _part_apart(body: _Body, part: Op) -> _Copy | None:
    """A second value for a copied part of an array that both sweeps read, for the adjoint sweep."""
    number = body.place[part]
    if body.region.ops[number] is not part or not isinstance(part, Apply) or part.location.adjoint:
        return None
    if {body.adjoint(reader) for reader in body.readers.get(part.result, ())} != {True, False}:
        return None
    return _Copy(number + 1, part.result, replace(part, results=(_named(part.result),)))


def _out_of_the_way(body: _Body, write: Op, by: Value) -> _Copy | None:
    """A copy for the adjoint sweep of what is in the way of a write; None where that is no help."""
    number = body.place[write]
    here = body.region.ops[number]
    made = body.makers.get(by)
    if here.location.adjoint or not isinstance(by.type, Array) or by in body.region.results:
        return None
    if made is None or body.place[made] >= number or body.region.ops[body.place[made]] is not made:
        return None
    readers = body.readers.get(by, {})
    # the write itself reads it as what it writes to
    if readers.get(number, 0) > (here is write and by in write.operands):
        return None
    later = [reader for reader in readers if reader > number]
    if not later or not all(map(body.adjoint, later)):
        return None
    return _Copy(number, by, _copied(by, _named(by), here))


def _where_it_is_bound(body: _Body, by: Value) -> _Copy | None:
    """A copy, in the arm that makes it, of what an If gives the adjoint sweep on one path alone."""
    made = body.makers.get(by)
    if not isinstance(made, If) or body.region.ops[body.place[made]] is not made or by in body.region.results:
        return None
    if not all(map(body.adjoint, body.readers.get(by, ()))):
        return None
    copied = _copied_inside(made, made.results.index(by))
    return None if copied is None else _Copy(body.place[made], by, copied)


def _copied_inside(op: If, number: int) -> If | None:
    name = _named(op.results[number])
    then, orelse = (_yielding_copy(arm, number, name) for arm in (op.then, op.orelse))
    if then is None or orelse is None:
        return None
    results = (*op.results[:number], name, *op.results[number + 1 :])
    return replace(op, then=then, orelse=orelse, results=results)


def _yielding_copy(arm: Region, number: int, name: Value) -> Region | None:
    given = arm.results[number]
    made = next((op for op in arm.ops if given in op.results), None)
    if isinstance(made, Apply) and made.primitive == "undefined":
        return arm
    if not isinstance(given, Value) or not isinstance(made, (Apply, type(None))) or not arm.ops:
        return None
    copy = _copied(given, replace(name), arm.ops[-1])
    results = (*arm.results[:number], copy.result, *arm.results[number + 1 :])
    return replace(arm, ops=(*arm.ops, copy), results=results)


def _own_argument(body: _Body, write: Op, argument: Value) -> _Copy | None:
    """A copy of an argument for the primal sweep, before a part of it is taken out that is written to."""
    if not isinstance(argument.type, Array) or not isinstance(write, Apply):
        return None
    part, first = write.operands[0], None
    while part is not argument:
        first = body.makers.get(part) if isinstance(part, Value) else None
        if not isinstance(first, Apply) or first.location.adjoint:
            return None
        part = first.operands[0]
    if first is None:
        return None
    number = body.place[first]
    if body.adjoint(number):
        return None
    ordered = argument.type.rank > 1
    copied = _copied(argument, replace(argument), body.region.ops[number], ordered)
    return _Copy(number, argument, copied, for_adjoint=False)


def _named(value: Value) -> Value:
    return replace(value, name=f"{value.name}_copy" if value.name else "")


def _copied(array: Value, result: Value, before: Op, ordered: bool = False) -> Apply:
    path = "numpy.copy" if ordered else "numpy.ndarray.copy"
    return Apply("copy", (array,), (result,), (("order", None),), path, before.location)
