"""Derivatives of reductions over part of the elements, of those without what is no number, and of quantiles."""

from __future__ import annotations

from functools import partial

import numpy as np

from adcompiler.ir.dims import dim
from adcompiler.ir.dims import same as same_size
from adcompiler.ir.index import At, Slice
from adcompiler.primitives.reductions import normal_axes
from adcompiler.rules.elementwise import absent, conjugate
from adcompiler.rules.language import Like, Sym, call
from adcompiler.rules.language import number as constant_number
from adcompiler.rules.linear import permuted
from adcompiler.rules.rearrange import extent, positions
from adcompiler.rules.reductions import extremum
from adcompiler.rules.registry import constant, rule, same
from adcompiler.rules.structure import Axis, array_type, rank


def among(x: Sym, where: Sym, other: Like) -> Sym:
    """x where the mask holds."""
    return x if absent(where) else call("where", where, x, other)


def sum_from(x: Sym, initial: Sym, where: Sym, axis: Axis, dtype: object, keepdims: bool) -> Sym:
    """The start and the sum of what the mask lets through."""
    total = call("sum", among(x, where, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    return total if absent(initial) else initial + total


def prod_from(x: Sym, initial: Sym, where: Sym, axis: Axis, dtype: object, keepdims: bool) -> Sym:
    """The start times the product of what the mask lets through."""
    product = call("prod", among(x, where, 1), axis=axis, dtype=dtype, keepdims=keepdims)
    return product if absent(initial) else initial * product


def is_empty(x: Sym, axis: Axis) -> bool:
    """Whether nothing lies along an axis that is reduced."""
    return any(same_size(array_type(x).shape[k], dim(0)) for k in normal_axes(axis, rank(x)))


def max_from(x: Sym, initial: Sym, where: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The larger of the start and what the mask lets through."""
    if is_empty(x, axis):
        return initial + call("sum", x, axis=axis, keepdims=keepdims)
    return call("maximum", initial, call("max", among(x, where, -np.inf), axis=axis, keepdims=keepdims))


def min_from(x: Sym, initial: Sym, where: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The smaller of the start and what the mask lets through."""
    if is_empty(x, axis):
        return initial + call("sum", x, axis=axis, keepdims=keepdims)
    return call("minimum", initial, call("min", among(x, where, np.inf), axis=axis, keepdims=keepdims))


def numbers_of(x: Sym, where: Sym) -> Sym:
    """Which elements the mask lets through that are numbers."""
    there = call("invert", call("isnan", x))
    return there if absent(where) else call("bitwise_and", where, there)


def nanmax_from(x: Sym, initial: Sym, where: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The same of the numbers among them."""
    return max_from(x, initial, numbers_of(x, where), axis, keepdims)


def nanmin_from(x: Sym, initial: Sym, where: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The same of the numbers among them."""
    return min_from(x, initial, numbers_of(x, where), axis, keepdims)


def number(x: Sym, where: Sym, axis: Axis, keepdims: bool) -> Sym:
    """How many elements the mask lets through."""
    if absent(where):
        where = x.equal(x)
    everywhere = call("broadcast_like", where, call("shape", x)) if rank(x) else where
    return call("sum", everywhere, axis=axis, keepdims=keepdims)


def mean_where(x: Sym, where: Sym, axis: Axis, dtype: object, keepdims: bool) -> Sym:
    """The sum over how many there are."""
    total = call("sum", among(x, where, 0), axis=axis, dtype=dtype, keepdims=keepdims)
    return total / number(x, where, axis, keepdims)


def var_from(x: Sym, where: Sym, mean: Sym, axis: Axis, dtype: object, ddof: int, keepdims: bool) -> Sym:
    """The mean square of the deviation from the mean, which may be given."""
    if absent(mean):
        mean = mean_where(x, where, axis, dtype, True)
    deviation = among(x - mean, where, 0)
    squares = call("real", deviation * conjugate(deviation))
    total = call("sum", squares, axis=axis, keepdims=keepdims)
    n = number(x, where, axis, keepdims)
    return total / (n - ddof if ddof else n)


def std_from(x: Sym, where: Sym, mean: Sym, axis: Axis, dtype: object, ddof: int, keepdims: bool) -> Sym:
    """The square root of the variance."""
    return call("sqrt", var_from(x, where, mean, axis, dtype, ddof, keepdims))


same("sum_from", sum_from)
same("prod_from", prod_from)
same("max_from", max_from)
same("min_from", min_from)
same("mean_where", mean_where)
same("var_from", var_from)
same("std_from", std_from)
same("nanmax_from", nanmax_from)
same("nanmin_from", nanmin_from)
constant("all_where", "any_where")
# what is no number is equal to nothing
rule("nanmax(x)", x=partial(extremum, of="nanmax"))
rule("nanmin(x)", x=partial(extremum, of="nanmin"))
constant("nanargmax", "nanargmin")


def lines(x: Sym, axis: Axis) -> Sym:
    """The axes that are reduced as one, the last."""
    axes = normal_axes(axis, rank(x))
    if not rank(x):
        return call("reshape", x, 1)
    if len(axes) == rank(x):
        return x if rank(x) == 1 else call("ravel", x)
    kept = tuple(k for k in range(rank(x)) if k not in axes)
    moved = permuted(x, kept + axes)
    return moved if len(axes) == 1 else call("reshape", moved, *(extent(x, k) for k in kept), -1)


def at(x: Sym, places: Like) -> Sym:
    """x[..., places]."""
    return call("getitem", x, places, index=(Slice(),) * (rank(x) - 1) + (At(0),))


def widened(y: Sym, x: Sym, axis: Axis, keepdims: bool, front: int = 0) -> Sym:
    """The axes that were reduced again, with size 1."""
    if not keepdims or not rank(x):
        return y
    axes = tuple(front + k for k in sorted(normal_axes(axis, rank(x))))
    return call("expand_dims", y, axis=axes[0] if len(axes) == 1 else axes)


def median(x: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The mean of the two in the middle, which may be one."""
    ranked = call("sort", lines(x, axis), axis=-1)
    n = extent(ranked, rank(ranked) - 1)
    middle = (at(ranked, (n - 1) // 2) + at(ranked, n // 2)) / 2
    return widened(middle, x, axis, keepdims)


def nanmedian(x: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The median of the numbers."""
    return nanquantile(x, constant_number(x, 0.5), axis, "linear", keepdims)


def between(lower: Sym, upper: Sym, share: Like, method: object) -> Sym:
    """The value between two neighbours."""
    if method == "midpoint":
        return (lower + upper) / 2
    return lower if method in ("lower", "higher", "nearest") else lower * (1 - share) + upper * share


def neighbours(position: Sym, method: object) -> tuple[Sym, Sym]:
    """The places next to a position, as floats."""
    low = call("rint" if method == "nearest" else "ceil" if method == "higher" else "floor", position)
    return low, (call("ceil", position) if method in ("linear", "midpoint") else low)


def place(position: Sym) -> Sym:
    """A position as an integer."""
    return call("astype", position, dtype=np.dtype(np.intp))


def quantile(x: Sym, q: Sym, axis: Axis, method: object, keepdims: bool) -> Sym:
    """Between the neighbours of q * (n - 1) in the sorted elements."""
    ranked = call("sort", lines(x, axis), axis=-1)
    position = q * (extent(ranked, rank(ranked) - 1) - 1)
    low, high = neighbours(position, method)
    y = between(at(ranked, place(low)), at(ranked, place(high)), position - low, method)
    if rank(q) and rank(y) > 1:
        y = call("moveaxis", y, source=-1, destination=0)
    return widened(y, x, axis, keepdims, rank(q))


def nanquantile(x: Sym, q: Sym, axis: Axis, method: object, keepdims: bool) -> Sym:
    """The same of as many as are numbers; sorting puts the others last."""
    ranked = call("sort", lines(x, axis), axis=-1)
    numbers = call("sum", call("invert", call("isnan", ranked)), axis=-1, keepdims=True)
    # where there are none, the first is no number
    position = q * call("maximum", numbers - 1, 0)
    low, high = neighbours(position, method)
    lower, upper = (call("take_along_axis", ranked, place(where), axis=-1) for where in (low, high))
    y = between(lower, upper, position - low, method)
    if not rank(q):
        y = at(y, 0)
    elif rank(y) > 1:
        y = call("moveaxis", y, source=-1, destination=0)
    return widened(y, x, axis, keepdims, rank(q))


same("median", median)
same("nanmedian", nanmedian)
same("quantile", quantile)
same("percentile", lambda x, q, axis, method, keepdims: quantile(x, q / 100, axis, method, keepdims))
same("nanquantile", nanquantile)
same("nanpercentile", lambda x, q, axis, method, keepdims: nanquantile(x, q / 100, axis, method, keepdims))


def running_extremum(g: Sym, y: Sym, x: Sym, axis: int, **rest: object) -> Sym:
    """Each element of the result comes from the latest element that is equal to it."""
    along = axis % rank(x)
    places = positions(x, along)
    if rank(x) > 1:
        shape: list[Like] = [1] * rank(x)
        shape[along] = -1
        places = call("reshape", places, *shape)
    latest = call("running_max", call("where", x.equal(y), places, 0), axis=axis)
    if rank(x) == 1:
        return call("scatter", g, call("shape", x), latest, index=(At(0),))
    grid: list[Sym] = []
    for k in range(rank(x)):
        if k == along:
            grid.append(latest)
            continue
        sizes: list[Like] = [1] * rank(x)
        sizes[k] = -1
        grid.append(call("reshape", positions(x, k), *sizes))
    return call("scatter", g, call("shape", x), *grid, index=tuple(At(k) for k in range(rank(x))))


def running_share(g: Sym, y: Sym, x: Sym, axis: int, **rest: object) -> Sym:
    """exp(x[i]) times the sum of g[k] / exp(y[k]) over k >= i."""
    along = axis % rank(x)
    flip_axis = None if rank(x) == 1 else along
    highest = call("max", y, axis=along, keepdims=True)
    later = call("flip", g * call("exp", highest - y), axis=flip_axis)
    sums = call("flip", call("cumsum", later, axis=along), axis=flip_axis)
    return call("exp", x - highest) * sums


rule("running_max(x)", x=running_extremum)
rule("running_min(x)", x=running_extremum)
rule("running_logaddexp(x)", x=running_share)


def folded_back(g: Sym, y: Sym, x: Sym, axis: Axis, keepdims: bool) -> Sym:
    """The share of each exponential."""
    if keepdims or axis is None:
        return g * call("exp", x - y)
    return call("expand_dims", g, axis=axis) * call("exp", x - call("expand_dims", y, axis=axis))


rule("logaddexp_reduce(x)", x=folded_back)
