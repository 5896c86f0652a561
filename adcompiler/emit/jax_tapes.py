"""Tapes under XLA: an array with a row for each trip, which is allocated before the loop that records runs.

How many rows, and of which shape, has to be known by then. Where only data says how often a loop runs, the
tape gets `max_trips` rows, and the number that was needed is counted and given back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from adcompiler.emit.jax_facts import Facts
from adcompiler.ir.core import Apply, Const, For, Function, If, Op, Operand, Param, Region, Value, While
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import INT, Array, Seq, Type

BOUND = "max_trips"


def templates(facts: Facts) -> dict[Value, Value]:
    """For each empty tape a value of the shape of what is recorded on it, made before the loop that records.

    What a loop carries has the shape that it started with.
    """
    found: dict[Value, Value] = {}
    for op in facts.ops:
        if not isinstance(op, Apply) or op.primitive != "tape":
            continue
        around = facts.inside[op]
        value = facts.recorded.get(facts.classes.root(op.result))
        while isinstance(value, Value) and not _visible(facts, value, around):
            owner, place = facts.carried.get(value, (None, 0))
            value = None if owner is None else owner.inits[place]
        if isinstance(value, Value) and isinstance(value.type, Array) and value.type.rank:
            found[op.result] = value
    return found


def _visible(facts: Facts, value: Value, around: tuple[Op, ...]) -> bool:
    """Whether a value is made outside all loops and branches but these."""
    owners = facts.owners.get(value, ())
    return owners == around[: len(owners)]


def bounded(facts: Facts, static: frozenset[Value], lists: set[Value]) -> frozenset[Value]:
    """The classes of stacked tapes whose number of slots is not known while tracing."""
    found: set[Value] = set()
    for op in facts.ops:
        if not isinstance(op, Apply) or op.primitive not in ("tape", "record"):
            continue
        sequence = op.operands[0] if op.primitive == "record" else op.result
        assert isinstance(sequence, Value)
        root = facts.classes.root(sequence)
        if root in lists:
            continue
        if op.primitive == "tape" and not _countable(facts, op, root, static):
            found.add(root)
    return frozenset(found)


def _countable(facts: Facts, op: Apply, root: Value, static: frozenset[Value]) -> bool:
    return _exact(facts, op, root, static) or most(facts, op, root) is not None


def _exact(facts: Facts, op: Apply, root: Value, static: frozenset[Value]) -> bool:
    """Whether the op says how many slots the tape has."""
    (slots,) = op.operands
    if isinstance(slots, Const):
        return isinstance(slots.value, int) and slots.value > 0
    # a tape that is itself recorded on a tape is allocated there first
    recorded = any(facts.classes.root(item) is root for item in facts.classes.items.values())
    return slots in static and not recorded


def most(facts: Facts, op: Apply, root: Value) -> Dim | None:
    """The most slots that a tape can need, as a size that can be printed."""
    assert isinstance(op.result.type, Seq)
    length = op.result.type.length
    if length is None or (length.known is not None and length.known <= 0):
        lengths = [_most_trips(facts, loop) for loop in _recording(facts, root)]
        length = lengths[0] if lengths and all(one == lengths[0] for one in lengths) else None
    return None if length is None else facts.ranges.largest(length)


def _recording(facts: Facts, root: Value) -> Iterator[While | None]:
    """For each record on a tape the While loop around it, if that is the loop that carries the tape."""
    for op in facts.ops:
        if isinstance(op, Apply) and op.primitive == "record" and facts.same(op.operands[0], root):
            if op.attr("places"):
                continue
            around = facts.loops_around(op)
            carrying = [loop for loop in around if any(facts.same(init, root) for init in loop.inits)]
            alone = len(carrying) == 1 and carrying[0] is around[-1]
            yield carrying[0] if alone and isinstance(carrying[0], While) else None


def _most_trips(facts: Facts, loop: While | None) -> Dim | None:
    """How often a loop that counts up to a bound, and may stop before, can run."""
    if loop is None:
        return None
    for count, bound in _bounds(facts, loop.condition.results[0]):
        owner, place = facts.carried.get(count, (None, 0))
        if owner is not loop or not isinstance(bound.type, Array) or bound.type.size is None:
            continue
        start, end = loop.inits[place].type, loop.body.results[place]
        made = facts.defs.get(end) if isinstance(end, Value) else None
        match made:
            case Apply(primitive="add", operands=(old, Const(value=1))) if old is loop.body.params[place]:
                if isinstance(start, Array) and start.size is not None:
                    return bound.type.size - start.size
    return None


def most_trips(facts: Facts) -> dict[Value, Dim]:
    """How often while loops can run, where that can be printed; by the first value that they carry."""
    found: dict[Value, Dim] = {}
    for op in facts.ops:
        if not isinstance(op, While):
            continue
        trips = _most_trips(facts, op)
        most = None if trips is None else facts.ranges.largest(trips)
        if most is not None:
            found[op.body.params[0]] = most
    return found


def _bounds(facts: Facts, condition: Operand) -> Iterator[tuple[Value, Operand]]:
    """The pairs k, n of all `k < n` without which the condition does not hold."""
    match facts.defs.get(condition) if isinstance(condition, Value) else None:
        case Apply(primitive="less", operands=(Value() as count, bound)):
            yield count, bound
        case Apply(primitive="greater", operands=(bound, Value() as count)):
            yield count, bound
        case Apply(primitive="logical_and" | "bitwise_and", operands=operands):
            for operand in operands:
                yield from _bounds(facts, operand)
        case If(condition=first, then=then, orelse=orelse, results=results):
            place = results.index(condition)
            match orelse.results[place]:
                case Const(value=False):
                    yield from _bounds(facts, first)
                    yield from _bounds(facts, then.results[place])


def slots(
    facts: Facts, bounded: frozenset[Value], static: frozenset[Value]
) -> dict[Value, tuple[Dim | None, ...]]:
    """For each tape the number of its slots, and of those of the tapes that it records; None: `max_trips`.

    The first is left out where the operand says it.
    """
    tapes = [op for op in facts.ops if isinstance(op, Apply) and op.primitive == "tape"]
    sizes: dict[Value, Dim | None] = {}
    for op in tapes:
        root = facts.classes.root(op.result)
        sizes[root] = None if root in bounded else most(facts, op, root)
    found: dict[Value, tuple[Dim | None, ...]] = {}
    for op in tapes:
        root = facts.classes.root(op.result)
        own = [] if root in bounded or _exact(facts, op, root, static) else [sizes[root]]
        inner: list[Dim | None] = []
        while root in facts.classes.items:
            root = facts.classes.root(facts.classes.items[root])
            inner.append(sizes.get(root))
        found[op.result] = (*own, *inner)
    for made in facts.ops:
        if isinstance(made, Apply) and made.primitive == "undefined" and isinstance(made.result.type, Seq):
            like = next(
                (tape for tape in tapes if facts.same(tape.result, facts.classes.root(made.result))), None
            )
            if like is not None:
                counted = facts.classes.root(like.result) in bounded
                found[made.result] = _as_long_as(like, found[like.result], counted)
    return found


def _as_long_as(tape: Apply, most: tuple[Dim | None, ...], counted: bool) -> tuple[Dim | None, ...]:
    """The slots of what stands for a tape on a path where it is not made: all of them said.

    The first are `max_trips` where trips are counted.
    """
    kind = tape.result.type
    assert isinstance(kind, Seq)
    if len(most) > depth(kind.item):
        return most
    count = tape.operands[0].type
    return (count.size if isinstance(count, Array) and not counted else None, *most)


def depth(type: Type) -> int:
    return 1 + depth(type.item) if isinstance(type, Seq) else 0


def without_slots(region: Region, tapes: set[Value], unrolled: dict[For, None]) -> Region:
    """The region with tapes that do not read their number of slots, since the plan says it."""

    def new(op: Op) -> Op:
        match op:
            case Apply(primitive="tape", results=(tape,)) if tape in tapes:
                return replace(op, operands=(Const(0),))
            case If():
                return replace(op, then=inner(op.then), orelse=inner(op.orelse))
            case For():
                changed = replace(op, body=inner(op.body))
                if op in unrolled:
                    unrolled[changed] = None
                return changed
            case While():
                return replace(op, condition=inner(op.condition), body=inner(op.body))
        return op

    def inner(region: Region) -> Region:
        return without_slots(region, tapes, unrolled)

    return replace(region, ops=tuple(new(op) for op in region.ops))


# ------------------------------------------------------------------------------------------ counting trips
def count_trips(function: Function, facts: Facts, bounded: frozenset[Value]) -> tuple[Function, Value]:
    """Give bounded tapes `max_trips` slots, and as last result the number of slots that were needed."""
    bound = Value(INT, BOUND)
    counted = {op for op in facts.ops if isinstance(op, Apply) and _records(op, facts, bounded)}
    holders = {owner for op in counted for owner in facts.inside[op]}

    def thread(region: Region, needed: Operand) -> tuple[list[Op], Operand]:
        ops: list[Op] = []
        for op in region.ops:
            match op:
                case Apply(primitive="tape") if facts.classes.root(op.result) in bounded:
                    ops.append(replace(op, operands=(bound,)))
                case Apply() if op in counted:
                    ops.append(op)
                    after = _needed()
                    ops.append(Apply("needed", (needed, op.operands[1]), (after,), location=op.location))
                    needed = after
                case _ if op not in holders:
                    ops.append(op)
                case If():
                    arms = [threaded(inner, needed) for inner in (op.then, op.orelse)]
                    after = _needed()
                    ops.append(replace(op, then=arms[0], orelse=arms[1], results=(*op.results, after)))
                    needed = after
                case For():
                    after = _needed()
                    param = _needed()
                    body = threaded(op.body, param, (param,))
                    new = replace(op, inits=(*op.inits, needed), body=body, results=(*op.results, after))
                    if op in facts.unrolled:
                        facts.unrolled[new] = None
                    ops.append(new)
                    needed = after
                case While():
                    after, param, seen = _needed(), _needed(), _needed()
                    body = threaded(op.body, param, (param,))
                    condition = replace(op.condition, params=(*op.condition.params, seen))
                    ops.append(
                        replace(
                            op,
                            inits=(*op.inits, needed),
                            condition=condition,
                            body=body,
                            results=(*op.results, after),
                        )
                    )
                    needed = after
        return ops, needed

    def threaded(region: Region, needed: Operand, params: tuple[Value, ...] = ()) -> Region:
        ops, after = thread(region, needed)
        return Region((*region.params, *params), tuple(ops), (*region.results, after))

    body = threaded(function.body, Const(0), (bound,))
    params = (*function.params, Param(BOUND))
    return replace(function, body=body, params=params), bound


def _needed() -> Value:
    return Value(Array(np.dtype(np.int64)), "needed")


def _records(op: Apply, facts: Facts, bounded: frozenset[Value]) -> bool:
    tape = op.operands[0] if op.operands else None
    return op.primitive == "record" and isinstance(tape, Value) and facts.classes.root(tape) in bounded
