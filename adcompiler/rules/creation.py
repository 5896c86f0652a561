"""Derivatives of functions that make arrays, with respect to the numbers that they are made of."""

from __future__ import annotations

from adcompiler.ir.index import At
from adcompiler.rules.language import Sym, call
from adcompiler.rules.rearrange import count, numbered
from adcompiler.rules.registry import constant, rule
from adcompiler.rules.structure import given_dtype, unbroadcast


def arange(g: Sym, y: Sym, bounds: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Number k is start + k * step; how many there are does not change."""
    if len(bounds) == 1:
        return [None]
    start = call("sum", g)
    if len(bounds) == 2:
        return [start, None]
    return [start, None, call("sum", g * numbered(y, count(y)))]


def share(g: Sym, num: Sym, endpoint: bool) -> Sym:
    """How far along each number of linspace is."""
    return call("linspace", 0, 1, num, endpoint=endpoint, dtype=given_dtype(g))


def linspace_start(g: Sym, num: Sym, endpoint: bool, **rest: object) -> Sym:
    """Number k is start + share[k] * (stop - start)."""
    return call("sum", g * (1 - share(g, num, endpoint)))


def linspace_stop(g: Sym, num: Sym, endpoint: bool, **rest: object) -> Sym:
    """Number k is start + share[k] * (stop - start)."""
    return call("sum", g * share(g, num, endpoint))


def array(g: Sym, items: tuple[Sym, ...], nesting: object, **rest: object) -> list[Sym | None]:
    """The element, or the part, that an item became."""
    places = dict(_places(nesting, ()))
    parts: list[Sym | None] = []
    for k in range(len(items)):
        where = places[k]
        index = tuple(At(axis) for axis in range(len(where)))
        parts.append(call("getitem", g, *where, index=index) if where else g)
    return parts


def _places(nesting: object, where: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    if isinstance(nesting, int):
        return [(nesting, where)]
    assert isinstance(nesting, tuple)
    return [place for k, inner in enumerate(nesting) for place in _places(inner, (*where, k))]


constant("zeros", "ones", "empty")
rule("full(fill_value, *sizes)", fill_value="sum(g)")
constant("eye", "identity")
rule("arange(*bounds)", every=arange)
rule("linspace(start, stop, num)", start=linspace_start, stop=linspace_stop)
constant("zeros_like", "ones_like", "empty_like")
rule("full_like(x, fill_value)", fill_value=lambda g, fill_value, **rest: unbroadcast(g, fill_value))
rule("array(*items)", every=array)
rule("asarray(x)", x="g")
