"""The slots of a tape: how many there are, and which one belongs to a trip."""

from __future__ import annotations

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Operand, Value, While
from adcompiler.primitives.build import apply


def slot_count(builder: Builder, op: For | While) -> Operand:
    """The number of slots of a tape; -1 where only the run can tell."""
    if isinstance(op, While):
        return Const(-1)
    match op.start, op.step:
        case Const(value=0), Const(value=1):
            return op.stop
        case _, Const(value=1):
            return apply(builder, "subtract", op.stop, op.start, path="operator.sub")
        case _, Const(value=-1):
            return apply(builder, "subtract", op.start, op.stop, path="operator.sub")
    # ceil((stop - start) / step)
    span = apply(builder, "subtract", op.start, op.stop, path="operator.sub")
    whole = apply(builder, "floor_divide", span, op.step, path="operator.floordiv")
    return apply(builder, "negative", whole, path="operator.neg")


def unbounded(slots: Operand) -> bool:
    """Whether only the run can tell how many slots there are."""
    return isinstance(slots, Const) and slots.value == -1


def slot_of(builder: Builder, op: For | While, index: Value) -> Operand:
    """The number of the trip, counted from 0 in the primal's order."""
    if isinstance(op, While):
        return index
    if op.backwards:
        last = apply(builder, "subtract", slot_count(builder, op), Const(1), path="operator.sub")
        forwards = _forwards(builder, op, index)
        return apply(builder, "subtract", last, forwards, path="operator.sub")
    return _forwards(builder, op, index)


def _forwards(builder: Builder, op: For, index: Value) -> Operand:
    match op.start, op.step:
        case Const(value=0), Const(value=1):
            return index
        case _, Const(value=1):
            return apply(builder, "subtract", index, op.start, path="operator.sub")
        case _, Const(value=-1):
            return apply(builder, "subtract", op.start, index, path="operator.sub")
    offset = apply(builder, "subtract", index, op.start, path="operator.sub")
    return apply(builder, "floor_divide", offset, op.step, path="operator.floordiv")
