"""Checks that the IR is well formed."""

from __future__ import annotations

from adcompiler.errors import InternalError
from adcompiler.ir.core import Apply, Call, For, If, Op, Operand, Region, Value, While


def verify(region: Region) -> None:
    """Raise InternalError where a value is read before it is defined, or defined twice, or counts do not match."""
    _region(region, set(), set())


def _region(region: Region, visible: set[Value], defined: set[Value]) -> None:
    visible = set(visible)
    _define(region.params, visible, defined)
    for op in region.ops:
        _read(op.operands, visible, op)
        _op(op, visible, defined)
        _define(op.results, visible, defined)
    _read(region.results, visible, None)


def _define(values: tuple[Value, ...], visible: set[Value], defined: set[Value]) -> None:
    for value in values:
        if value in visible:
            raise InternalError(f"{value!r} is defined twice")
        visible.add(value)
        defined.add(value)


def _read(operands: tuple[Operand, ...], visible: set[Value], op: Op | None) -> None:
    for operand in operands:
        if isinstance(operand, Value) and operand not in visible:
            where = (
                f"{type(op).__name__} {getattr(op, 'primitive', '')} at {op.location}"
                if op is not None
                else "results"
            )
            raise InternalError(f"{operand!r} is read by {where} before it is defined")


def _op(op: Op, visible: set[Value], defined: set[Value]) -> None:
    match op:
        case Apply() | Call():
            return
        case If():
            counts = {len(op.then.results), len(op.orelse.results), len(op.results)}
        case For():
            counts = {len(op.inits), len(op.body.params) - 1, len(op.body.results), len(op.results)}
        case While():
            counts = {
                len(op.inits),
                len(op.body.params),
                len(op.condition.params),
                len(op.body.results),
                len(op.results),
            }
    if len(counts) > 1:
        raise InternalError(f"{type(op).__name__} at {op.location} has {counts} carried values")
    for inner in op.regions:
        _region(inner, visible, defined)
