"""Makes available to the adjoint sweep the values of the primal sweep that it reads inside loops and branches.

    for i: s = s * x[i]                  tape = []; for i: tape.append(s); s = s * x[i]
    for i backwards: dx[i] += ds * s     for i backwards: s = tape[i]; dx[i] += ds * s

Each such value is, in this order of preference: the index itself; computed again where that is cheap and all that it
needs is at hand; re-read from an array whose element is not overwritten any more; else recorded, one slot a trip. Of
an array that a trip writes to, only what it overwrites is recorded, and put back, if that is less (undo). A carried
value that is needed before and after a trip is recorded once, with one slot more. Values of a branch become
results of the If. (Griewank and Walther, Evaluating Derivatives, 2nd ed., chapter 12; Hascoet et al., The "to be
recorded" analysis, 2005.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adcompiler.analysis.steps import steps
from adcompiler.analysis.versions import carried
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    If,
    Op,
    Operand,
    Region,
    Structured,
    Value,
    While,
    free_values,
    walk,
)
from adcompiler.ir.rewrite import map_regions, substitute_op, substituted
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply
from adcompiler.transforms.primal import Primal, Tape
from adcompiler.transforms.recall import Lookup
from adcompiler.transforms.slots import slot_count, slot_of, unbounded


def record(region: Region) -> Region:
    """The region with every foreign read of its adjoint sweep made available."""
    sweep = Primal(region)
    # first what the adjoint reads, then what the primal has to give out for that
    adjoint = [_resolved(sweep, op) for op in region.ops]
    ops: list[Op] = []
    for op in adjoint:
        ops.extend([op] if isinstance(op, (Apply, Call)) or op.reverses is not None else _exported(sweep, op))
    return replace(region, ops=tuple(ops))


# ---------------------------------------------------------------------------------------------------- adjoint side


def _resolved(sweep: Primal, op: Op) -> Op:
    if isinstance(op, (Apply, Call)) or op.reverses is None:
        return op
    primal = sweep.ops.get(op.reverses)
    if primal is None:
        return op  # nothing inside the primal op is read, so it is gone
    if isinstance(op, If):
        then, orelse = (_arm(sweep, region, primal, arm, op)[0] for arm, region in enumerate(op.regions))
        return replace(op, then=then, orelse=orelse)
    assert isinstance(op, For)
    body, inits = _arm(sweep, op.body, primal, 0, op)
    results = tuple(replace(param) for param in body.params[len(op.body.params) :])
    return replace(op, inits=(*op.inits, *inits), body=body, results=(*op.results, *results))


def _arm(
    sweep: Primal, region: Region, primal: Structured, arm: int, op: If | For
) -> tuple[Region, tuple[Operand, ...]]:
    """Resolve what a region of the adjoint reads from the region of the primal that it reverses.

    Gives it, and the first values of what it carries in addition.
    """
    region = replace(region, ops=tuple(_resolved(sweep, inner) for inner in region.ops))
    builder = Builder(op.location.reversed())
    index = op.index if isinstance(op, For) else None
    known: dict[Value, Operand] = {}
    if isinstance(primal, For) and index is not None:
        known[primal.index] = index
    if isinstance(primal, While) and index is not None:
        known[primal.body.params[-1]] = index
        known.update(_counted(primal, sweep, index, builder))
    lookup = Lookup(sweep, primal, arm, builder, known, index)
    lookup.shapes_from(region)
    foreign = [v for v in free_values(region) if sweep.at(v, primal.tag, arm)]
    order = {value: k for k, value in enumerate(sweep.sites)}
    foreign.sort(key=lambda v: order[v])
    wanted = {value: _shape_only(region, value) for value in foreign}
    roots = lookup.roots([v for v, shape_only in wanted.items() if not shape_only])
    for value in sorted(roots, key=lambda v: order[v]):
        lookup.need(value, False)
    for value, shape_only in wanted.items():
        lookup.need(value, shape_only)
    values = {**lookup.known, **lookup.measured(region)}
    ops = [*builder.ops, *(substitute_op(inner, values) for inner in region.ops)]
    results = tuple(substituted(r, values) for r in region.results)
    inits, params, ends = zip(*lookup.carried, strict=True) if lookup.carried else ((), (), ())
    return Region((*region.params, *params), tuple(_shapes(ops, lookup)), (*results, *ends)), inits


def _counted(loop: While, sweep: Primal, trip: Value, builder: Builder) -> Iterator[tuple[Value, Operand]]:
    """The integers that a trip finds after so many others, where each adds the same number."""
    for slot, step in steps(loop, sweep.makers):
        param, value = loop.body.params[slot], loop.inits[slot]
        if slot == len(loop.inits) - 1 or not isinstance(value, Const) or not _is_weak(param):
            continue
        grown: Operand = trip
        if step != 1:
            grown = apply(builder, "multiply", trip, Const(step), path="operator.mul")
        yield param, apply(builder, "add", grown, value, path="operator.add")


def _is_weak(value: Value) -> bool:
    return isinstance(value.type, Array) and value.type.weak


def _shape_only(region: Region, value: Value) -> bool:
    """Whether a region reads only the shape of a value."""
    for op in walk(region):
        if value in op.operands and not (isinstance(op, Apply) and op.primitive == "shape"):
            return False
        if not isinstance(op, Apply) and any(value in inner.results for inner in op.regions):
            return False
    return value not in region.results


def _shapes(ops: list[Op], lookup: Lookup) -> Iterator[Op]:
    """Take the shape of a value that is not at hand from a cotangent of the same shape."""
    for op in ops:
        if isinstance(op, Apply) and op.primitive == "shape" and op.operands[0] in lookup.taken:
            continue
        yield _shape(op, lookup)


def _shape(op: Op, lookup: Lookup) -> Op:
    if isinstance(op, Apply):
        if op.primitive != "shape":
            return op
        (source,) = op.operands
        if (
            isinstance(source, Value)
            and source not in lookup.taken
            and source not in lookup.known
            and lookup.sweep.at(source, lookup.primal.tag, lookup.arm)
        ):
            assert isinstance(source.type, Array)
            return replace(op, operands=(lookup.shapes[source.type.shape],))
        return op
    match op:
        case If():
            return replace(op, then=_inside(op.then, lookup), orelse=_inside(op.orelse, lookup))
        case For() | While():
            return replace(op, body=_inside(op.body, lookup))
    return op


def _inside(region: Region, lookup: Lookup) -> Region:
    return replace(region, ops=tuple(_shapes(list(region.ops), lookup)))


# ---------------------------------------------------------------------------------------------------- primal side


def _exported(sweep: Primal, op: Structured) -> Iterator[Op]:
    """The op of the primal sweep with what it must give out in addition, inner ones first."""

    def inside(region: Region) -> Region:
        ops: list[Op] = []
        for inner in region.ops:
            ops.extend([inner] if isinstance(inner, (Apply, Call)) else _exported(sweep, inner))
        return replace(region, ops=tuple(ops))

    op = map_regions(op, inside)
    wanted = sweep.exports.get(op.tag)
    if wanted is None:
        yield op
    elif isinstance(op, If):
        then, orelse = (_measuring(arm, wanted.shapes) for arm in op.regions)
        yield _giving(replace(op, then=then, orelse=orelse), wanted.values)
    else:
        body = _measuring(_reading(op.body, wanted.reads), wanted.shapes)
        yield from _recording(replace(op, body=body), wanted.tapes)


def _recording(op: For | While, tapes: list[Tape]) -> Iterator[Op]:
    """The loop with tapes that it carries, each of which gets a value at every trip."""
    before = Builder(op.location)
    slots = slot_count(before, op)
    body = Builder(op.location)
    start = Builder(op.location)
    index = op.body.params[0] if isinstance(op, For) else op.body.params[-1]
    trip = slot_of(start, op, index)
    inits: list[Operand] = []
    ends: list[Operand] = []
    early: list[Op] = []
    late: dict[Value, list[Op]] = {}
    for tape in tapes:
        count = slots
        if tape.after is not None and not unbounded(slots):
            count = apply(before, "add", slots, Const(1), path="operator.add")
        made = apply(before, "tape", count, item=tape.value.type, hint=tape.result.name)
        if tape.after is not None:
            position = next(k for k, p in enumerate(carried(op)) if p is tape.value)
            made = apply(before, "record", made, Const(0), op.inits[position], hint=tape.result.name)
        inits.append(made)
        body.ops = []
        if tape.after is not None:
            following = apply(body, "add", trip, Const(1), path="operator.add")
            end = apply(body, "record", tape.param, following, tape.after, hint=tape.result.name)
            late.setdefault(tape.after, []).extend(body.ops)
        else:
            end = apply(body, "record", tape.param, trip, tape.value, hint=tape.result.name)
            if tape.value in op.body.params:
                early.extend(body.ops)
            else:
                late.setdefault(tape.value, []).extend(body.ops)
        ends.append(end)
    ops: list[Op] = [*start.ops, *early]
    for o in op.body.ops:
        ops.append(o)
        for result in o.results:
            ops.extend(late.pop(result, []))
    for rest in late.values():
        ops.extend(rest)
    params = tuple(tape.param for tape in tapes)
    loop = replace(
        op,
        inits=(*op.inits, *inits),
        body=Region((*op.body.params, *params), tuple(ops), (*op.body.results, *ends)),
        results=(*op.results, *(tape.result for tape in tapes)),
    )
    if isinstance(loop, While):
        test = loop.condition
        loop = replace(loop, condition=Region((*test.params, *params), test.ops, test.results))
    yield from before.ops
    yield loop


def _giving(op: If, values: list[tuple[Value, Value]]) -> If:
    """The If with more results; the other arm has no value for them."""
    arms = []
    for arm in (op.then, op.orelse):
        inside = {result for o in arm.ops for result in o.results}
        builder = Builder(op.location)
        ends: list[Operand] = []
        for value, _ in values:
            ends.append(value if value in inside else apply(builder, "undefined", type=value.type))
        arms.append(replace(arm, ops=(*arm.ops, *builder.ops), results=(*arm.results, *ends)))
    return replace(op, then=arms[0], orelse=arms[1], results=(*op.results, *(outer for _, outer in values)))


def _reading(region: Region, reads: dict[Op, Op]) -> Region:
    """The region with what is read before its writes."""
    ops = [new for op in region.ops for new in ([reads[op], op] if op in reads else [op])]
    return replace(region, ops=tuple(ops))


def _measuring(region: Region, shapes: dict[Value, Apply]) -> Region:
    """The region with the shapes of some of its values taken where these are made."""
    ops: list[Op] = [shapes[param] for param in region.params if param in shapes]
    for op in region.ops:
        ops.append(op)
        ops.extend(shapes[result] for result in op.results if result in shapes)
    return replace(region, ops=tuple(ops))
