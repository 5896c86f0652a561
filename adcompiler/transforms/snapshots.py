"""The snapshots that a checkpointed loop takes as it runs, where nobody knows before how many trips it will have.

    while c(x):             states, trips, levels, kept = [], [], [], 0
        x = f(x)            while c(x):
                     ->         place, level = next_place(levels, kept)
                                states[place], trips[place], levels[place], kept = x, k, level, place + 1
                                x = f(x)

Every trip takes one, and gives those up of which the longer loop has no need: at any time they are such that no trip
behind is run again more often than with any other schedule (Wang, Moin and Iaccarino, Minimal repetition dynamic
checkpointing algorithm for unsteady adjoint calculation, SIAM J. Sci. Comput. 31(4), 2009). That of the trip at hand
has a place of its own, beside the slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, Op, Operand, Region, Value, While
from adcompiler.ir.rewrite import map_regions
from adcompiler.ir.types import INT, Type
from adcompiler.primitives.build import apply


@dataclass(frozen=True, slots=True)
class Snapshots:
    """A loop that takes snapshots: its ops, and what it gives.

    shelves: the lists of what was carried into each trip that is kept, and last that of the trips; in both the first
    `kept` places count, in the order of the trips.
    """

    ops: tuple[Op, ...]
    shelves: tuple[Value, ...]
    kept: Value


def snapshots(loop: While, states: Sequence[int], places: int) -> Snapshots:
    """The loop with snapshots of some of what it carries, by number, in so many places."""
    params = [loop.body.params[k] for k in states]
    trip = loop.body.params[-1]
    before, within = Builder(loop.location), Builder(loop.location)
    lists = *params, Value(INT, "trip"), Value(INT, "level")
    shelves = [shelf(before, Const(places), value.type, value.name) for value in lists]
    inner = [replace(value) for value in shelves]
    count = Value(INT, "kept")
    place, level = Value(INT, "place"), Value(INT, "level")
    within.ops.append(Apply("next_place", (inner[-1], count), (place, level), location=loop.location))
    ends: list[Operand] = [
        apply(within, "record", list_, place, value, places=True, hint=list_.name)
        for list_, value in zip(inner, (*params, trip, level), strict=True)
    ]
    ends.append(apply(within, "add", place, Const(1), path="operator.add", hint="kept"))
    outs = [replace(value) for value in (*shelves, count)]

    def extended(carried: Sequence[Value], more: Sequence[Value]) -> tuple[Value, ...]:
        return (*carried[:-1], *more, carried[-1])

    condition, body = loop.condition, loop.body
    taking = replace(
        loop,
        inits=(*loop.inits[:-1], *shelves, Const(0), loop.inits[-1]),
        condition=replace(
            condition, params=extended(condition.params, [replace(value) for value in (*inner, count)])
        ),
        body=Region(
            extended(body.params, [*inner, count]),
            (*within.ops, *body.ops),
            (*body.results[:-1], *ends, body.results[-1]),
        ),
        results=extended(loop.results, outs),
        slots=None,
    )
    *given, _, kept = outs
    return Snapshots((*before.ops, taking), tuple(given), kept)


def shelf(builder: Builder, rows: Operand, item: Type, name: str) -> Value:
    """Places for what is carried into each trip that is kept."""
    made = apply(builder, "tape", rows, item=item, places=True, hint=f"{name}_kept" if name else "")
    assert isinstance(made, Value)
    return made


def with_snapshots(region: Region, found: Mapping[int, Snapshots]) -> Region:
    """The region with its loops, by tag, as those that take snapshots."""
    if not found:
        return region
    ops: list[Op] = []
    for op in region.ops:
        if isinstance(op, (Apply, Call)):
            ops.append(op)
        elif op.tag in found:
            ops.extend(found[op.tag].ops)
        else:
            ops.append(map_regions(op, lambda inner: with_snapshots(inner, found)))
    return replace(region, ops=tuple(ops))
