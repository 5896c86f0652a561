"""The adjoint of a checkpointed loop: what the loop carries is kept at a few trips, and computed again from there.

    for i in reversed(range(n)):                  states, trips, count = [x], [0], 1
        dx = dx * f'(x)   # x before trip i       for i in reversed(range(n)):
                                                      while trips[count - 1] < i:
                                             ->           x, at = states[count - 1], trips[count - 1]
                                                          stop = next_snapshot(at, i, slots - count)
                                                          for j in range(at, stop): x = f(x)
                                                          states[count], trips[count], count = x, stop, count + 1
                                                      count = count - 1
                                                      x = states[count]
                                                      dx = dx * f'(x)

The one behind the last slot holds what is carried into trip i itself. The schedule runs the fewest trips that so many
slots allow (Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000). It starts from the snapshots that the
loop itself has taken (snapshots), or from the first trip, since the rest of the program lies between the loop and its
adjoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Operand, Region, Value, While, free_values
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import INT, Array
from adcompiler.primitives.build import apply
from adcompiler.transforms.recompute import defined, recompute
from adcompiler.transforms.slots import slot_count
from adcompiler.transforms.snapshots import Snapshots, shelf, snapshots

_Place: TypeAlias = Callable[[Builder, Operand], Operand]  # the index of a trip


def rewind(
    adjoint: For, primal: For | While, body: Region, builder: Builder, tags: Iterator[int], taking: bool
) -> tuple[For, Snapshots | None]:
    """The adjoint of a loop that reads values of `body`, the loop's body once more, with these computed again.

    What stands before it goes to the builder. taking: where nobody knows before how many trips there will be, the loop
    is to take the snapshots itself; then it stands beside the adjoint. Refuses (CompileError) lists among what the
    loop carries.
    """
    if isinstance(primal, For):
        index, params, ends = body.params[0], body.params[1:], body.results
    else:
        index, params, ends = body.params[-1], body.params[:-1], body.results[:-1]
    states = _states(adjoint, body, params)
    for k in states:
        if not isinstance(params[k].type, Array):
            raise CompileError.at(
                primal.location,
                f"a checkpointed loop carries {_shown(params[k])}, which is neither an array nor a number",
                "keep what it holds in an array, or leave checkpoint out",
            )
    kept = [params[k] for k in states]
    start, stop, place = _trips(primal, builder)
    slots = _slots(primal, start, stop, builder)
    taken = None
    if taking and isinstance(primal, While) and isinstance(primal.slots, int):
        taken = snapshots(primal, states, primal.slots + 1)
        lists = taken.shelves
    else:
        rows = apply(builder, "add", slots, Const(1), path="operator.add")
        firsts = zip((*kept, Value(INT, "trip")), (*(primal.inits[k] for k in states), start), strict=True)
        lists = tuple(_first_on_shelf(builder, rows, *first) for first in firsts)
    shelves = tuple(replace(value) for value in lists)
    count = Value(INT, "kept")
    trip = replace(adjoint.index, name=adjoint.index.name or "k")
    if place is not _itself:
        trip = Value(INT, "k")

    inner = Builder(builder.location)
    step = Region((index, *kept), body.ops, tuple(ends[k] for k in states))
    forwards = _forwards(step, trip, slots, (*shelves, count), place, inner, tags)
    inner.ops.append(forwards)
    *found, above = forwards.results
    left = apply(inner, "subtract", above, Const(1), path="operator.sub", hint="kept")
    values: dict[Value, Operand] = {
        param: apply(inner, "recall", shelf, left, places=True, hint=param.name)
        for param, shelf in zip(kept, found, strict=False)
    }
    values[index] = values[adjoint.index] = place(inner, trip)
    again = substitute(
        Region((), (*inner.ops, *body.ops, *adjoint.body.ops), (*adjoint.body.results, *found, left)), values
    )
    carried = (*adjoint.body.params[1:], *shelves, count)
    rewound = replace(
        adjoint,
        start=start,
        stop=stop,
        step=Const(1),
        inits=(*adjoint.inits, *lists, taken.kept if taken else Const(1)),
        body=replace(again, params=(trip, *carried)),
        results=(*adjoint.results, *(replace(value) for value in (*shelves, count))),
        backwards=True,
        reverses=None,
    )
    return rewound, taken


def _states(adjoint: For, body: Region, params: Sequence[Value]) -> list[int]:
    """What of the carried values the adjoint reads, or what computes again what it reads."""
    live = set(free_values(adjoint.body))
    while True:
        for op in reversed(body.ops):
            own = Region((), (op,), ())
            if not live.isdisjoint(defined(own)):
                live.update(free_values(own))
        kept = [k for k, param in enumerate(params) if param in live]
        more = {end for k in kept if isinstance(end := body.results[k], Value)} - live
        if not more:
            return kept
        live |= more


def _trips(primal: For | While, builder: Builder) -> tuple[Operand, Operand, _Place]:
    """The trips from the first, the one behind the last, and what gives the loop's index in a trip."""
    if isinstance(primal, While):
        return Const(0), primal.results[-1], _itself
    if not primal.backwards and isinstance(primal.step, Const) and primal.step.value == 1:
        return primal.start, primal.stop, _itself
    count = slot_count(builder, primal)

    def place(inner: Builder, trip: Operand) -> Operand:
        if primal.backwards:
            last = apply(inner, "subtract", count, Const(1), path="operator.sub")
            trip = apply(inner, "subtract", last, trip, path="operator.sub")
        if not (isinstance(primal.step, Const) and primal.step.value == 1):
            trip = apply(inner, "multiply", trip, primal.step, path="operator.mul")
        if isinstance(primal.start, Const) and primal.start.value == 0:
            return trip
        return apply(inner, "add", primal.start, trip, path="operator.add", hint=primal.index.name)

    return Const(0), count, place


def _itself(inner: Builder, trip: Operand) -> Operand:
    """A trip is named by the loop's index."""
    return trip


def _slots(primal: For | While, start: Operand, stop: Operand, builder: Builder) -> Operand:
    """At how many trips what is carried may be kept."""
    if isinstance(primal.slots, int):
        return Const(primal.slots)
    if not (isinstance(start, Const) and start.value == 0):
        stop = apply(builder, "subtract", stop, start, path="operator.sub")
    return apply(builder, "square_root_slots", stop, hint="slots")


def _first_on_shelf(builder: Builder, rows: Operand, param: Value, first: Operand) -> Value:
    """Places for what is carried into each trip that is kept, the first of them taken."""
    empty = shelf(builder, rows, param.type, param.name)
    taken = apply(builder, "record", empty, Const(0), first, places=True, hint=empty.name)
    assert isinstance(taken, Value)
    return taken


def _forwards(
    step: Region,
    trip: Value,
    slots: Operand,
    carried: tuple[Value, ...],
    place: _Place,
    builder: Builder,
    tags: Iterator[int],
) -> While:
    """The loop that runs on from the last trip that is kept, and keeps others on its way, until a trip is reached."""
    location = builder.location
    again_here = replace(location, adjoint=False, again=True)
    params = tuple(replace(value) for value in carried)
    inner = Builder(location)
    at = _last(inner, params)
    test = inner.region(params, (apply(inner, "less", at, trip, path="operator.lt"),))

    *shelves, count = params = tuple(replace(value) for value in carried)
    inner = Builder(location)
    top = apply(inner, "subtract", count, Const(1), path="operator.sub")
    at = apply(inner, "recall", shelves[-1], top, places=True, hint="at")
    free = apply(inner, "subtract", slots, count, path="operator.sub")
    stop = apply(inner, "next_snapshot", at, trip, free, hint="stop")
    again = recompute(step, tags).region
    starts = tuple(
        apply(inner, "recall", shelf, top, places=True, hint=param.name)
        for shelf, param in zip(shelves, step.params[1:], strict=False)
    )
    within = Builder(location)
    number = replace(trip)
    index = place(within, number)
    body = substitute(Region((), again.ops, again.results), {again.params[0]: index})
    results = tuple(replace(param) for param in again.params[1:])
    inner.ops.append(
        For(
            at,
            stop,
            Const(1),
            starts,
            Region((number, *again.params[1:]), (*within.ops, *body.ops), body.results),
            results,
            False,
            next(tags),
            None,
            again_here,
        )
    )
    ends = [
        apply(inner, "record", shelf, count, end, places=True, hint=shelf.name)
        for shelf, end in zip(shelves, (*results, stop), strict=True)
    ]
    more = apply(inner, "add", count, Const(1), path="operator.add", hint="kept")
    outs = tuple(replace(value) for value in carried)
    return While(carried, test, inner.region(params, (*ends, more)), outs, next(tags), None, again_here)


def _last(builder: Builder, carried: Sequence[Value]) -> Operand:
    """The last trip that is kept."""
    top = apply(builder, "subtract", carried[-1], Const(1), path="operator.sub")
    return apply(builder, "recall", carried[-2], top, places=True, hint="at")


def _shown(value: Value) -> str:
    return f"{value.name!r}" if value.name else "a value"
