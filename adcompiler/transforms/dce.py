"""Dead-code elimination.

    y = sin(x); z = cos(x); return z        becomes        z = cos(x); return z

Loops and branches lose the carried values and results that nobody reads.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Apply, Call, For, If, Op, Operand, Region, Value, While, free_values, walk
from adcompiler.primitives.registry import PRIMITIVES


def dce(region: Region) -> Region:
    """The region without ops whose results are not needed; effects stay.

    A value is needed wherever it is read: before `record`, adjoint loops read values from inside primal ones.
    """
    return _prune(region, region.results, set())


def _prune(region: Region, results: tuple[Operand, ...], live: set[Value]) -> Region:
    live.update(result for result in results if isinstance(result, Value))
    kept: list[Op] = []
    for op in reversed(region.ops):
        new = _op(op, live)
        if new is not None:
            kept.append(new)
            live.update(v for v in new.operands if isinstance(v, Value))
            if not isinstance(new, Apply):
                for inner in new.regions:
                    live.update(free_values(inner))
    return Region(region.params, tuple(reversed(kept)), results)


def _op(op: Op, live: set[Value]) -> Op | None:
    match op:
        case Apply():
            return op if PRIMITIVES[op.primitive].effect or not live.isdisjoint(op.results) else None
        case Call():
            return op if not live.isdisjoint(op.results) else None
        case If():
            return _if(op, live)
        case For():
            return _for(op, live)
        case While():
            return _while(op, live)


def _if(op: If, live: set[Value]) -> If | None:
    kept = [k for k, result in enumerate(op.results) if result in live]
    then, orelse = (_prune(arm, tuple(arm.results[k] for k in kept), live) for arm in (op.then, op.orelse))
    if not kept and not then.ops and not orelse.ops:
        return None
    return replace(op, then=then, orelse=orelse, results=tuple(op.results[k] for k in kept))


def _for(op: For, live: set[Value]) -> For | None:
    kept, body = _carried(op.results, op.body, live, 1)
    if not kept and not body.ops:
        return None
    params = (op.index, *(op.body.params[1 + k] for k in kept))
    return replace(
        op,
        inits=tuple(op.inits[k] for k in kept),
        body=Region(params, body.ops, body.results),
        results=tuple(op.results[k] for k in kept),
    )


def _while(op: While, live: set[Value]) -> While | None:
    wanted = any(result in live for inner in walk(op.body) for result in inner.results)
    condition = _prune(op.condition, op.condition.results, live)
    asked = set(free_values(Region((), condition.ops, condition.results)))
    needed = {p for seen, p in zip(op.condition.params, op.body.params, strict=True) if seen in asked}
    kept, body = _carried(op.results, op.body, live, 0, needed)
    if (
        not wanted
        and not any(result in live for result in op.results)
        and not _effects(body)
        and not _effects(condition)
    ):
        return None
    return replace(
        op,
        inits=tuple(op.inits[k] for k in kept),
        condition=Region(tuple(op.condition.params[k] for k in kept), condition.ops, condition.results),
        body=Region(tuple(op.body.params[k] for k in kept), body.ops, body.results),
        results=tuple(op.results[k] for k in kept),
    )


def _effects(region: Region) -> bool:
    for op in region.ops:
        if isinstance(op, Apply):
            if PRIMITIVES[op.primitive].effect:
                return True
        elif any(_effects(inner) for inner in op.regions):
            return True
    return False


def _carried(
    results: tuple[Value, ...], body: Region, live: set[Value], first: int, also: set[Value] | None = None
) -> tuple[list[int], Region]:
    """The carried slots that are needed: read after the loop, or to compute a slot that is."""
    params = body.params[first:]
    needed = {
        k
        for k, result in enumerate(results)
        if result in live or params[k] in live or (also and params[k] in also)
    }
    while True:
        kept = sorted(needed)
        pruned = _prune(body, tuple(body.results[k] for k in kept), live)
        read = set(free_values(Region((), pruned.ops, pruned.results)))
        more = {k for k, param in enumerate(params) if param in read} - needed
        if not more:
            return kept, pruned
        needed |= more
