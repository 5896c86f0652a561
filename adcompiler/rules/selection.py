"""Derivatives of functions that order elements, look for them, and pick them by number."""

from __future__ import annotations

from adcompiler.ir.index import At, Slice
from adcompiler.rules.language import Sym, call, several
from adcompiler.rules.rearrange import extent, sorted_back, taken
from adcompiler.rules.registry import constant, rule, same
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


def first_of_each(
    g: Sym | tuple[Sym | None, ...],
    y: Sym | tuple[Sym, ...],
    ar: Sym,
    return_index: bool,
    axis: int | None,
    equal_nan: bool,
    **rest: object,
) -> Sym | None:
    """Of equal elements the first one is taken, as in JAX."""
    values = g[0] if isinstance(g, tuple) else g
    if values is None:
        return None
    if return_index and isinstance(y, tuple):
        places = y[1]
    else:
        places = call("unique_index", ar, axis=axis, equal_nan=equal_nan)
    return taken(values, ar, places, axis)


def first_of_parts(g: tuple[Sym | None, ...], x: Sym, **rest: object) -> Sym | None:
    """As np.unique of all elements; elements that are not numbers are never equal."""
    return None if g[0] is None else taken(g[0], x, call("unique_index", x, equal_nan=False), None)


def first_of_values(g: Sym, y: Sym, x: Sym, **rest: object) -> Sym:
    """The same of values in any order."""
    ordered = call("getitem", g, call("argsort", y, kind="stable"), index=(At(0),))
    return taken(ordered, x, call("unique_index", x, equal_nan=False), None)


def _members(x: Sym, assume_unique: bool) -> Sym:
    return _flat(x) if assume_unique else call("unique", x)


def _flat(x: Sym) -> Sym:
    return x if rank(x) == 1 else call("ravel", x)


def union(a: Sym, b: Sym, **rest: object) -> Sym:
    """np.union1d: each element of both once."""
    return call("unique", call("concatenate", _flat(a), _flat(b)))


def difference(a: Sym, b: Sym, assume_unique: bool, **rest: object) -> Sym:
    """np.setdiff1d: the elements of a that are not in b."""
    kept, others = _members(a, assume_unique), _members(b, assume_unique)
    return call("getitem", kept, call("isin", kept, others, assume_unique=True, invert=True), index=(At(0),))


def intersection(a: Sym, b: Sym, assume_unique: bool, **rest: object) -> Sym:
    """np.intersect1d: of both in their order the elements that equal the next one, of which that of a is the first."""
    both = call("concatenate", _members(a, assume_unique), _members(b, assume_unique))
    both = call("sort", both, kind="stable")
    first, second = (
        call("getitem", both, n, index=(part,)) for n, part in ((-1, Slice(None, 0)), (1, Slice(0)))
    )
    return call("getitem", first, first.equal(second), index=(At(0),))


def exclusive(a: Sym, b: Sym, assume_unique: bool, **rest: object) -> Sym:
    """np.setxor1d: what stands once in both; elements that are not numbers are never equal."""
    both = call("concatenate", _members(a, assume_unique), _members(b, assume_unique))
    values, counts = several("unique", both, return_counts=True, equal_nan=False)
    return call("getitem", values, counts.equal(1), index=(At(0),))


rule("partition(x)", x=partitioned)
constant("argpartition", "searchsorted", "digitize", "lexsort")
rule("choose(a, *choices)", every=chosen)
constant("flatnonzero", "isin", "array_equal")
rule("unique(ar)", ar=first_of_each)
constant("unique_index")
rule("unique_values(x)", x=first_of_values)
for _name in ("counts", "inverse"):
    rule(f"unique_{_name}(x)", x=first_of_parts)
rule("unique_all(x)", x=lambda g, y, x, **rest: None if g[0] is None else taken(g[0], x, y[1], None))
same("union1d", union)
same("setdiff1d", difference)
same("intersect1d", intersection)
same("setxor1d", exclusive)
rule("bincount(x, weights)", weights=lambda g, x, **rest: call("getitem", g, x, index=(At(0),)))
rule("histogram_of(a, edges, weights)", weights=weighed)
constant("tril_index", "triu_index")
