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

from collections.abc import Collection, Iterator
from dataclasses import replace

from adcompiler.analysis.alias import Buffers, buffers
from adcompiler.analysis.liveness import reads
from adcompiler.ir.core import Apply, Function, Op, Operand, Region, Value, free_values, walk
from adcompiler.ir.rewrite import substitute_op
from adcompiler.ir.types import Array


def with_copies(function: Function) -> tuple[Function, Buffers]:
    """The function with copies for the adjoint sweep alone, and what is known of its memory."""
    memory = buffers(function)
    while (changed := _changed(function.body, memory)) is not None:
        function = replace(function, body=changed)
        memory = buffers(function)
    return function, memory


def _changed(body: Region, memory: Buffers) -> Region | None:
    """The region with one kind of copy more; None where nothing is left to be done."""
    shared = _shared(body, memory.copied_views)
    if shared:
        return _parts_apart(body, shared)
    for op, by in memory.kept_from.items():
        changed = _own_argument(body, op, by) if by in body.params else _out_of_the_way(body, op, by)
        if changed is not None:
            return changed
    for (loop, _), kept in memory.copied_inits.items():
        changed = _out_of_the_way(body, loop, kept) if kept is not None else None
        if changed is not None:
            return changed
    return None


# ---------------------------------------------------------------- parts that both sweeps read
def _shared(body: Region, copied: Collection[Op]) -> set[Value]:
    """The copied parts of arrays that both sweeps read."""
    if not copied:
        return set()
    sweeps: dict[bool, set[Operand]] = {False: set(), True: set()}
    for op in body.ops:
        sweeps[op.location.adjoint].update(_read(op))
    both = sweeps[False] & sweeps[True]
    return {value for op in copied for value in op.results if value in both}


def _read(op: Op) -> Iterator[Operand]:
    yield from reads(op)
    if not isinstance(op, Apply):
        for region in op.regions:
            yield from free_values(region)


def _parts_apart(body: Region, shared: Collection[Value]) -> Region:
    """The region with a second value for each part, which the adjoint sweep reads."""
    second: dict[Value, Operand] = {}
    ops: list[Op] = []
    for op in body.ops:
        ops.append(substitute_op(op, second) if op.location.adjoint else op)
        if isinstance(op, Apply) and op.result in shared:
            second[op.result] = value = _named(op.result)
            ops.append(replace(op, results=(value,)))
    return replace(body, ops=tuple(ops))


def _named(value: Value) -> Value:
    return replace(value, name=f"{value.name}_copy" if value.name else "")


# ---------------------------------------------------------------- writes that something is in the way of
def _out_of_the_way(body: Region, write: Op, by: Value) -> Region | None:
    """The region with a copy of what is in the way of a write, for the adjoint sweep; None where that is no help."""
    if by in body.results or not isinstance(by.type, Array):
        return None
    number = next(k for k, op in enumerate(body.ops) if op is write or write in _inside(op))
    here, later = body.ops[number], body.ops[number + 1 :]
    if here.location.adjoint or not any(by in op.results for op in body.ops[:number]):
        return None
    # the write itself reads it as what it writes to
    if list(_read(here)).count(by) > (here is write and by in write.operands):
        return None
    readers = [op for op in later if by in set(_read(op))]
    if not readers or not all(op.location.adjoint for op in readers):
        return None
    copied = _copy(by, _named(by), here)
    after = [substitute_op(op, {by: copied.result}) for op in later]
    return replace(body, ops=(*body.ops[:number], copied, here, *after))


def _own_argument(body: Region, write: Op, argument: Value) -> Region | None:
    """The region with a copy of an argument, before a part of it is taken out that is written to."""
    makers = {result: op for op in walk(body) for result in op.results}
    if not isinstance(argument.type, Array) or not isinstance(write, Apply):
        return None
    part, first = write.operands[0], None
    while part is not argument:
        first = makers.get(part) if isinstance(part, Value) else None
        if not isinstance(first, Apply) or first.location.adjoint:
            return None
        part = first.operands[0]
    if first is None:
        return None
    number = next(k for k, op in enumerate(body.ops) if op is first or first in _inside(op))
    copied = _copy(argument, replace(argument), body.ops[number], ordered=argument.type.rank > 1)
    after = [
        op if op.location.adjoint else substitute_op(op, {argument: copied.result})
        for op in body.ops[number:]
    ]
    return replace(body, ops=(*body.ops[:number], copied, *after))


def _copy(array: Value, result: Value, before: Op, ordered: bool = False) -> Apply:
    path = "numpy.copy" if ordered else "numpy.ndarray.copy"
    return Apply("copy", (array,), (result,), (("order", None),), path, before.location)


def _inside(op: Op) -> Iterator[Op]:
    if not isinstance(op, Apply):
        for region in op.regions:
            yield from walk(region)
