"""Which elements of an array that a loop writes are never overwritten after they were read."""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.ir.core import Apply, Const, For, Operand, Value, walk
from adcompiler.ir.index import At


@dataclass(frozen=True, slots=True)
class _Affine:
    """index + offset, for the index of the loop."""

    offset: int


def surviving_read(read: Apply, loop: For) -> Value | None:
    """The loop's result from which `read` (in the loop's body) gives the same element, or None where that is not proved.

    Proved for y[i + c] read in a loop over i in steps of 1 whose only write to y is y[i + d], when no later trip
    reaches the element: forwards c < d, or c = d after the write.
    """
    if loop.backwards or not _is(loop.step, 1) or not isinstance(loop.start, Const):
        return None
    source = read.operands[0]
    params, results = loop.body.params[1:], loop.body.results
    writes = _versions(source, loop)
    if writes is None:
        return None
    slot, write = writes
    wanted = _affine(read.operands[1:], read, loop)
    written = _affine(write.operands[2:], write, loop)
    if wanted is None or written is None or not isinstance(loop.start.value, int):
        return None
    if loop.start.value + wanted.offset < 0 or loop.start.value + written.offset < 0:
        return None
    before_write = source is params[slot]
    safe = wanted.offset < written.offset or (wanted.offset == written.offset and not before_write)
    assert results[slot] is write.result
    return loop.results[slot] if safe else None


def _versions(source: Operand, loop: For) -> tuple[int, Apply] | None:
    """The carried array that `source` is a version of, if the body writes it by a single setitem."""
    for slot, (param, result) in enumerate(zip(loop.body.params[1:], loop.body.results, strict=True)):
        made = next((op for op in loop.body.ops if result in op.results), None)
        if not isinstance(made, Apply) or made.primitive != "setitem" or made.operands[0] is not param:
            continue
        if source is param or source is result:
            return slot, made
    return None


def _affine(indices: tuple[Operand, ...], op: Apply, loop: For) -> _Affine | None:
    """An index that is the loop's index plus a constant; further indices must not be there."""
    index = op.attr("index")
    if len(indices) != 1 or not isinstance(index, tuple) or not isinstance(index[0], At):
        return None
    offset = offset_of(indices[0], loop)
    return None if offset is None else _Affine(offset)


def offset_of(value: Operand, loop: For) -> int | None:
    """c where an operand in the loop's body is the loop's index plus c; else None."""
    if value is loop.index:
        return 0
    made = next((o for o in walk(loop.body) if value in o.results), None)
    match made:
        case Apply(primitive="add", operands=(base, Const(value=int() as offset))) if base is loop.index:
            return offset
        case Apply(primitive="add", operands=(Const(value=int() as offset), base)) if base is loop.index:
            return offset
        case Apply(primitive="subtract", operands=(base, Const(value=int() as offset))) if base is loop.index:
            return -offset
    return None


def _is(operand: Operand, value: int) -> bool:
    return isinstance(operand, Const) and operand.value == value
