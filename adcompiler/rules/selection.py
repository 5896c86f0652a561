"""Derivatives of functions that order elements, look for them, and pick them by number."""

from __future__ import annotations

from adcompiler.ir.index import At
from adcompiler.rules.language import Sym, call
from adcompiler.rules.rearrange import extent, sorted_back
from adcompiler.rules.registry import constant, rule
from adcompiler.rules.structure import rank, unbroadcast


def partitioned(g: Sym, y: Sym, x: Sym, axis: int | None, **rest: object) -> Sym:
    """The k-th smallest of the result comes from where the k-th smallest of the operand is."""
    if axis is None:
        y_axis = 0
    else:
        y_axis = axis
    order = call("argsort", y, axis=y_axis, kind="stable")
    ranked = (
        call("getitem", g, order, index=(At(0),))
        if rank(g) == 1
        else call("take_along_axis", g, order, axis=y_axis)
    )
    return sorted_back(ranked, x, axis)


def chosen(g: Sym, a: Sym, choices: tuple[Sym, ...], mode: str, **rest: object) -> list[Sym | None]:
    """For each choice the cotangents where it was taken."""
    count = len(choices)
    if mode == "clip":
        a = call("clip", a, 0, count - 1)
    elif mode == "wrap":
        a = a % count
    return [None, *(unbroadcast(call("where", a.equal(k), g, 0), choice) for k, choice in enumerate(choices))]


def weighed(g: Sym, a: Sym, edges: Sym, **rest: object) -> Sym:
    """For each weight the cotangent of its bin; the last bin has both of its edges."""
    first, last = (call("getitem", edges, k, index=(At(0),)) for k in (0, -1))
    place = call("clip", call("searchsorted", edges, a, side="right") - 1, 0, extent(edges, 0) - 2)
    inside = call("logical_and", a >= first, a <= last)
    return call("where", inside, call("getitem", g, place, index=(At(0),)), 0)


rule("partition(x)", x=partitioned)
constant("argpartition", "searchsorted", "digitize", "lexsort")
rule("choose(a, *choices)", every=chosen)
constant("flatnonzero", "isin", "array_equal")
constant("unique", "union1d", "setdiff1d", "intersect1d", "setxor1d")
rule("bincount(x, weights)", weights=lambda g, x, **rest: call("getitem", g, x, index=(At(0),)))
rule("histogram_of(a, edges, weights)", weights=weighed)
constant("tril_index", "triu_index")
