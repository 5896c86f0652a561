"""for and while: unrolled, or an op that owns the body."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from adcompiler.frontend.assignment import assign
from adcompiler.frontend.bindings import ListRef, Static, Tup
from adcompiler.frontend.checkpoints import checkpointed_condition
from adcompiler.frontend.choice import both, either, has_changed
from adcompiler.frontend.comprehensions import LISTED
from adcompiler.frontend.conditions import truth
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Peel, Unroll
from adcompiler.frontend.iteration import Iteration, after_first, iterate, peelable
from adcompiler.frontend.loops import Carried
from adcompiler.frontend.nests import Nest, nested
from adcompiler.frontend.yielding import Yielding, go_over, iterator
from adcompiler.ir.core import Const, For, Operand, Region, Slots, Value, While
from adcompiler.ir.dims import index_of_loop
from adcompiler.ir.types import INT, Array

LONG = 512  # trips that are unrolled at most, where the index must be known while compiling
SHORT = 128  # trips that are, where each gives something another structure: the work may grow with the square


def for_loop(low: Lowering, node: ast.For) -> None:
    """for: unrolled over containers whose items differ, else a For (or a While, when it can stop early)."""
    with low.at(node.iter):
        binding = low.expression(node.iter)
        if isinstance(binding, Static) and isinstance(binding.value, Nest):
            nested(low, node, binding.value)
            return
        binding = iterator(low, binding)
        if isinstance(binding, Static) and isinstance(binding.value, Yielding):
            go_over(low, node, binding.value)
            return
        over = iterate(low, binding)
    held = (
        f"over{len(low.iterated)}?"  # Python holds on to what a loop goes over, whatever the names stand for
    )
    low.frame.names[held] = Tup(over.over)
    low.iterated.append(tuple(one.cell for one in over.over if isinstance(one, ListRef)))
    try:
        _for_loop(low, node, over)
    finally:
        low.iterated.pop()
        low.frame.names.pop(held, None)


def _for_loop(low: Lowering, node: ast.For, over: Iteration) -> None:
    if over.unrolled or (getattr(node, LISTED, False) and over.short()):
        unroll(low, node, over)
        return
    before = dict(low.frame.names), low.store.copy(), len(low.builder.ops)

    def again() -> None:
        low.frame.names, low.store = dict(before[0]), before[1].copy()
        del low.builder.ops[before[2] :]

    try:
        try:
            rolled(low, node, over)
        except Unroll as unrolled:
            if unrolled.index not in over.indices:
                raise
            again()
            count = over.count(low)
            if count is not None and count <= LONG:
                unroll(low, node, over)
            else:
                _stay(low, node, over, count)
    except Peel as found:
        if found.index not in over.indices:
            raise
        again()
        _peeled(low, node, over, found)


def _peeled(low: Lowering, node: ast.For, over: Iteration, found: Peel) -> None:
    """A loop whose first trip makes what the others find, such as the keys of a dict: that trip stands before it.

    Where every trip gives something another structure (`q = q + [v]`), a short loop is unrolled.
    """
    if not peelable(over) or over.runs(low) is not True:
        count = None if over.slots is not None else over.count(low)
        if count is None or count > SHORT:
            raise found.reason
        unroll(low, node, over)
        return
    assign(low, node.target, over.item(low, Static(0)))
    low.block(node.body)
    stop = getattr(node, "stop", None)
    flag = low.frame.names[stop] if stop else Static(False)
    if not isinstance(flag, Static):
        either(low, low.operand(flag), lambda: None, lambda: _for_loop(low, node, after_first(low, over)))
    elif not flag.value:
        _for_loop(low, node, after_first(low, over))


def _stay(low: Lowering, node: ast.For, over: Iteration, count: int | None) -> None:
    """A loop that wants to be unrolled and cannot be: lists of numbers are read where the program says."""
    try:
        rolled(low, node, over, stays=True)
    except Unroll as unrolled:
        if unrolled.index not in over.indices:
            raise
        if count is None and low.loops:  # it may be known once the loop around this one is unrolled
            raise Unroll(low.loops[-1], unrolled.reason) from None
        raise unrolled.reason from None


def unroll(low: Lowering, node: ast.For, over: Iteration) -> None:
    """Lower the body once for each item."""
    if over.slots is not None:
        low.stop(
            "this checkpointed loop goes over a container, or needs its index while compiling: it is unrolled",
            "loop over a range or an array, or checkpoint the function that the body calls",
        )
    count = over.count(low)
    if count is None:
        low.stop(
            "this loop goes over items of several kinds beside a list whose length depends on data",
            "append the items to a list in a loop, or go over the numbers of the items with range",
        )
    stop = getattr(node, "stop", None)

    def trip(k: int) -> None:
        if k == count:
            return
        assign(low, node.target, over.item(low, Static(k)))
        low.block(node.body)
        flag = low.frame.names[stop] if stop else Static(False)
        if isinstance(flag, Static):
            if not flag.value:
                trip(k + 1)
            return
        either(low, low.operand(flag), lambda: None, lambda: trip(k + 1))

    if stop:
        trip(0)
        return
    for k in range(count):
        assign(low, node.target, over.item(low, Static(k)))
        low.block(node.body)


def rolled(low: Lowering, node: ast.For, over: Iteration, stays: bool = False) -> None:
    """A loop that stays one, for good or as long as nobody needs its index while compiling."""
    stop = getattr(node, "stop", None)
    if stop is not None:
        stoppable(low, node, over, stop, stays)
        return
    location = low.builder.location
    runs = over.runs(low)
    if runs is False:
        return
    over.prepare(low)
    carried = Carried(low, runs is True)
    name = over.index_name(node.target)
    indices: list[Value] = []
    ends = [bound.type.size if isinstance(bound.type, Array) else None for bound in over.bounds]
    size = index_of_loop(f"{name or 'k'}@{carried.changes.label}", *ends)

    def body() -> tuple[Operand, ...]:
        index = Value(replace(INT, size=size), name)
        indices.append(index)
        over.indices.add(index)
        carried.changes.index = index
        if not stays:
            low.unrollable.add(index)
        carried.replaceable(index, runs is True and peelable(over))
        low.loops.append(index)
        try:
            assign(low, node.target, over.at_index(low, index))
            low.block(node.body)
        finally:
            low.loops.pop()
        return ()

    inits, region, results = carried.run(body)
    region = Region((indices[-1], *region.params), region.ops, region.results)
    low.builder.ops.append(
        For(
            *over.bounds,
            tuple(inits),
            region,
            tuple(results),
            over.backwards,
            next(low.tags),
            None,
            location,
            over.slots,
        )
    )


def stoppable(low: Lowering, node: ast.For, over: Iteration, stop: str, stays: bool) -> None:
    """A for that can stop early: a While over the trip number and the flag."""
    runs = over.runs(low)
    if runs is False:
        return
    trips = over.trips(low)
    counter = (over.index_name(node.target) or "k") + "?"
    low.frame.names[counter] = Static(0)

    def going() -> Operand:
        return low.apply("less", low.operand(low.frame.names[counter]), trips, path="operator.lt")

    def trip(carried: Carried) -> None:
        k = low.frame.names[counter]
        over.indices.add(low.loops[-1])
        if not stays:
            low.unrollable.add(low.loops[-1])
        carried.replaceable(low.loops[-1], runs is True and peelable(over))
        assign(low, node.target, over.item(low, k))
        low.block(node.body)
        low.frame.names[counter] = low.wrap(low.apply("add", low.operand(k), Const(1), path="operator.add"))

    loop_while(low, stop, going, trip, over.slots)
    del low.frame.names[counter]


def while_loop(low: Lowering, node: ast.While) -> None:
    """while, on data or on sizes."""
    test, slots = checkpointed_condition(low, node.test)

    def going() -> Operand:
        return low.operand(truth(low, test))

    loop_while(low, getattr(node, "stop", None), going, lambda carried: low.block(node.body), slots)


def loop_while(
    low: Lowering,
    stop: str | None,
    going: Callable[[], Operand],
    trip: Callable[[Carried], None],
    slots: Slots = None,
) -> None:
    """A While; `stop` names the flag that a break sets."""
    location = low.builder.location
    carried = Carried(low)
    conditions: list[Region] = []

    def body() -> tuple[Operand, ...]:
        names, store = dict(low.frame.names), low.store.copy()
        with low.region() as builder:
            condition = going_unless(low, stop, going)
            conditions.append(builder.region((), (condition,)))
        if has_changed(low, names, store):
            low.stop(
                "the condition of this loop binds a name or writes into memory",
                "do that in the body: while True: ... and leave it with break",
            )
        low.frame.names, low.store = names, store
        if isinstance(condition, Const) and not condition.value:
            return ()  # no trip: what the body would do is never done
        low.loops.append(Value(INT))
        try:
            trip(carried)
        finally:
            low.loops.pop()
        return ()

    inits, region, results = carried.run(body)
    (condition,) = conditions[-1].results
    if isinstance(condition, Const):
        if condition.value:
            low.stop("this loop never ends", "leave it with break, or give it a condition")
        before = carried.changes
        low.frame.names, low.store = before.entry_names, before.entry_store
        return
    test = Region(region.params, conditions[-1].ops, conditions[-1].results)
    low.builder.ops.append(
        While(tuple(inits), test, region, tuple(results), next(low.tags), None, location, slots)
    )


def going_unless(low: Lowering, stop: str | None, going: Callable[[], Operand]) -> Operand:
    """The condition of a loop, which is not looked at once the flag is set."""
    if stop is None:
        return going()
    flag = low.frame.names[stop]
    if isinstance(flag, Static):
        return going() if not flag.value else Const(False)
    running = low.apply("logical_not", low.operand(flag), path="operator.not_")
    return both(low, running, going)
