"""Counts the trips of while loops, for the reverse sweep to run that many.

while c(x): x = f(x)        becomes        trips = 0; while c(x): x = f(x); trips = trips + 1
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Region, Value, While
from adcompiler.ir.types import INT
from adcompiler.primitives.build import apply

T = TypeVar("T")


def count(region: Region) -> Region:
    """Every While gets the number of its trips as its last carried value."""
    return replace(region, ops=tuple(_op(op) for op in region.ops))


def _op(op: Op) -> Op:
    match op:
        case Apply() | Call():
            return op
        case If():
            return replace(op, then=count(op.then), orelse=count(op.orelse))
        case For():
            return replace(op, body=count(op.body))
        case While():
            return _while(op)


def _while(op: While) -> While:
    for k, (param, init, result) in enumerate(zip(op.body.params, op.inits, op.body.results, strict=True)):
        if _counts(param, init, result, op.body):
            return _with_last(op, k)
    trip = Value(INT, "k")
    body = count(op.body)
    builder = Builder(op.location)
    more = apply(builder, "add", trip, Const(1), path="operator.add")
    return replace(
        op,
        inits=(*op.inits, Const(0)),
        condition=Region((*op.condition.params, trip), op.condition.ops, op.condition.results),
        body=Region((*body.params, trip), (*body.ops, *builder.ops), (*body.results, more)),
        results=(*op.results, Value(INT, "trips")),
    )


def _with_last(op: While, k: int) -> While:
    """The While, which counts its trips already, with the count as its last carried value."""

    def last(items: tuple[T, ...]) -> tuple[T, ...]:
        return (*items[:k], *items[k + 1 :], items[k])

    body = count(op.body)
    return replace(
        op,
        inits=last(op.inits),
        condition=Region(last(op.condition.params), op.condition.ops, op.condition.results),
        body=Region(last(body.params), body.ops, last(body.results)),
        results=last(op.results),
    )


def _counts(param: Value, init: object, result: object, body: Region) -> bool:
    """Whether a carried value is the number of trips so far."""
    if not (isinstance(init, Const) and init.value == 0 and type(init.value) is int):
        return False
    made = next((o for o in body.ops if result in o.results), None)
    return (
        isinstance(made, Apply)
        and made.primitive == "add"
        and made.operands[0] is param
        and isinstance(made.operands[1], Const)
        and made.operands[1].value == 1
    )
