"""Which values a side of `where` depends on: their cotangents may be zero because the other side was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adcompiler.ir.core import Apply, Call, For, If, Op, Operand, Region, Value, While, walk


def behind_where(region: Region) -> frozenset[Value]:
    """The values, at every depth, that reach a side of a `where`."""
    found: set[Value] = set()
    ops = list(walk(region))[::-1]
    while True:
        before = len(found)
        for op in ops:
            found.update(o for o in _feeding(op, found) if isinstance(o, Value))
        if len(found) == before:
            return frozenset(found)


def _feeding(op: Op, found: set[Value]) -> Iterator[Operand]:
    """What flows into the values found so far, and into the sides of a `where`."""
    match op:
        case Apply(primitive="where", operands=(_, *sides)):
            yield from sides
        case Apply() | Call() if not found.isdisjoint(op.results):
            yield from op.operands
        case If():
            for arm in op.regions:
                yield from _matching(op.results, arm.results, found)
        case For(inits=inits, body=body, results=results):
            yield from _carried(inits, body.params[1:], body.results, results, found)
        case While(inits=inits, body=body, results=results):
            yield from _carried(inits, body.params, body.results, results, found)


def _matching(targets: Iterable[Value], sources: Iterable[Operand], found: set[Value]) -> Iterator[Operand]:
    return (source for target, source in zip(targets, sources, strict=True) if target in found)


def _carried(
    inits: tuple[Operand, ...],
    params: tuple[Value, ...],
    ends: tuple[Operand, ...],
    results: tuple[Value, ...],
    found: set[Value],
) -> Iterator[Operand]:
    """What a loop carries, in any trip."""
    yield from _matching(results, ends, found)
    for param, init, end, result in zip(params, inits, ends, results, strict=True):
        if param in found or result in found or end in found:
            yield from (init, end, param)
