"""Derivatives of sums, products, extrema, norms and running sums and products.

Where several elements share the maximum, each gets its part of the derivative, as in JAX.
"""

from __future__ import annotations

import itertools
from functools import partial

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Value
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import INT, Array
from adcompiler.primitives.build import apply
from adcompiler.primitives.reductions import is_matrix_norm, normal_axes, normal_axis
from adcompiler.rules.elementwise import conjugate
from adcompiler.rules.language import Sym, call, several
from adcompiler.rules.registry import constant, rule
from adcompiler.rules.structure import Axis, array_type, given_dtype, rank, zeros_like

# tags of loops made by rules: no loop of a program has a negative one
_tags = itertools.count(-1, -1)


def expanded(g: Sym, x: Sym, axis: Axis, keepdims: bool) -> Sym:
    """A reduced value repeated over the axes of x that were reduced."""
    return call("expand", g, call("shape", x), axis=axis, keepdims=keepdims) if rank(x) else g


def aligned(g: Sym, x: Sym, axis: Axis, keepdims: bool) -> Sym:
    """A reduced value with axes of size 1 where x was reduced, so that it broadcasts against x."""
    if axis is None or keepdims or not rank(x):
        return g
    return call("expand_dims", g, axis=axis)


def number_reduced(x: Sym, axis: Axis) -> Sym | int:
    """How many elements were combined into one."""
    if not rank(x):
        return 1
    if axis is None:
        return call("size", x, axis=0) if rank(x) == 1 else call("count", x)
    first, *others = (call("size", x, axis=k) for k in normal_axes(axis, rank(x)))
    for other in others:
        first = first * other
    return first


def mean(g: Sym, x: Sym, axis: Axis, keepdims: bool, **rest: object) -> Sym:
    """The same share for every element."""
    n = number_reduced(x, axis)
    return expanded(g if n == 1 else g / n, x, axis, keepdims)


def extremum(g: Sym, y: Sym, x: Sym, axis: Axis, keepdims: bool, of: str) -> Sym:
    """The cotangent shared by the elements that are equal to the extremum; no number where this is not one."""
    if not rank(x):
        return g
    hit = call("hits", x, aligned(y, x, axis, keepdims), axis=axis, of=of)
    # a count of integers would turn float32 into float64
    dtype = None if array_type(g).dtype.itemsize >= 8 else array_type(g).dtype
    shares = call("sum", hit, axis=axis, dtype=dtype, keepdims=axis is not None)
    return call("where", hit, aligned(g, x, axis, keepdims), 0) / shares


def variance(g: Sym, x: Sym, axis: Axis, ddof: int, keepdims: bool, **rest: object) -> Sym:
    """2 / (n - ddof) times the deviation from the mean; the mean itself passes nothing on."""
    return 2 * aligned(g, x, axis, keepdims) * conjugate(deviation(x, axis)) / _freedom(x, axis, ddof)


def deviation(x: Sym, axis: Axis) -> Sym:
    """The elements less their mean."""
    return x - call("mean", x, axis=axis, keepdims=axis is not None)


def _freedom(x: Sym, axis: Axis, ddof: int) -> Sym | int:
    n = number_reduced(x, axis)
    return n - ddof if ddof else n


def deviation_slope(g: Sym, y: Sym, x: Sym, axis: Axis, ddof: int, keepdims: bool, **rest: object) -> Sym:
    """The derivative of sqrt(var)."""
    scale = y * _freedom(x, axis, ddof)
    g, scale = aligned(g, x, axis, keepdims), aligned(scale, x, axis, keepdims)
    return g * conjugate(deviation(x, axis)) / scale


def product(g: Sym, x: Sym, axis: Axis, keepdims: bool, **rest: object) -> Sym:
    """The product of all other elements: of those before and of those after, so that zeros do no harm."""
    if not rank(x):
        return g
    axes = normal_axes(axis, rank(x))
    if len(axes) == 1:
        return aligned(g, x, axis, keepdims) * others(x, axes[0])
    if len(axes) == rank(x):
        return g * call("reshape_to", others(call("ravel", x), 0), call("shape", x))
    # the axes of the product last, as one
    order = tuple(k for k in range(rank(x)) if k not in axes) + axes
    moved = call("transpose", x, axes=order)
    kept = [call("size", x, axis=k) for k in order[: -len(axes)]]
    flat = others(call("reshape", moved, *kept, -1), len(kept))
    back = call("transpose", call("reshape_to", flat, call("shape", moved)), axes=inverse(order))
    return aligned(g, x, axis, keepdims) * back


def inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `order`."""
    return tuple(order.index(k) for k in range(len(order)))


def others(x: Sym, axis: int) -> Sym:
    """For each element the product of all others along an axis."""
    return before(x, axis) * flipped(before(flipped(x, axis), axis), axis)


def flipped(x: Sym, axis: int) -> Sym:
    """The elements along an axis from the last to the first."""
    return call("flip", x, axis=only(x, axis))


def only(x: Sym, axis: int) -> int | None:
    """An axis as an argument: None where there is no other."""
    return None if rank(x) == 1 else axis


def before(x: Sym, axis: int) -> Sym:
    """For each element the product of those before it along an axis."""
    first = (Slice(),) * axis + (Slice(None, 0),)
    along = only(x, axis)
    return call("cumprod", call("setitem", call("roll", x, 1, axis=along), 1, 1, index=first), axis=along)


def running_sum(g: Sym, x: Sym, axis: Axis, **rest: object) -> Sym:
    """The sum of the cotangents from an element on."""
    if not rank(x):
        return call("sum", g)
    along = 0 if axis is None else normal_axis(axis, rank(x))
    later = flipped(call("cumsum", flipped(g, along), axis=only(g, along)), along)
    return call("reshape_to", later, call("shape", x)) if axis is None and rank(x) > 1 else later


def running_product(g: Sym, x: Sym, axis: Axis, **rest: object) -> Sym:
    """Of element i: the product of those before it times the sum over k >= i of g[k] * x[i + 1] * ... * x[k].

    The sum is a loop from the end: a division by x would fail at zeros, and lose them in second derivatives.
    """
    if not rank(x):
        return call("sum", g)
    if axis is None and rank(x) > 1:
        flat = running_product(g, call("ravel", x), 0)
        return call("reshape_to", flat, call("shape", x))
    along = 0 if axis is None else normal_axis(axis, rank(x))
    return before(x, along) * later_sums(g, x, along)


def later_sums(g: Sym, x: Sym, axis: int) -> Sym:
    """s[i] = g[i] + x[i + 1] * s[i + 1], from the last to the first along an axis."""
    outer = g.builder
    inner = Builder(outer.location)
    index = (Slice(),) * axis + (At(0),)
    total = zeros_like(g)
    start = _zero_slice(g, axis)
    i = Value(INT, "i")
    sums, carry = Value(total.type), Value(Array(array_type(g).dtype, array_type(start).shape))
    s = apply(inner, "add", apply(inner, "getitem", g.operand, i, index=index), carry)
    filled = apply(inner, "setitem", sums, s, i, index=index)
    onward = apply(inner, "multiply", s, apply(inner, "getitem", x.operand, i, index=index))
    body = inner.region((i, sums, carry), (filled, onward))
    results = Value(total.type), Value(carry.type)
    stop = call("size", g, axis=axis).operand
    inits = total.operand, start.operand
    loop = For(Const(0), stop, Const(1), inits, body, results, True, next(_tags), location=outer.location)
    outer.ops.append(loop)
    return Sym(outer, results[0])


def _zero_slice(g: Sym, axis: int) -> Sym:
    sizes = [call("size", g, axis=k) for k in range(rank(g)) if k != axis]
    if sizes:
        return call("zeros", *sizes, dtype=given_dtype(g))
    return Sym(g.builder, Const(0.0 if given_dtype(g) is None else array_type(g).dtype.type(0)))


def norm(g: Sym, y: Sym, x: Sym, ord: object, axis: Axis, keepdims: bool, **rest: object) -> Sym | None:
    """Of the 2-norm g * x / y; no number where the norm is 0, as in JAX."""
    if axis is None and ord is not None:
        axis = 0 if rank(x) == 1 else (0, 1)
    of_matrices = is_matrix_norm(rank(x), ord, axis)
    if ord in (None, "fro") or (ord == 2 and not of_matrices):
        return aligned(g, x, axis, keepdims) * conjugate(x) / aligned(y, x, axis, keepdims)
    if of_matrices:
        assert isinstance(axis, tuple)
        if ord in ("nuc", 2, -2):
            return _spectral_norm(g, x, ord, normal_axes(axis, rank(x)), keepdims)
        return _matrix_norm(g, y, x, ord, axis, keepdims)
    if ord == 0:
        return None
    sign, size = conjugate(call("sign", x)), call("absolute", x)
    if ord == 1:
        return aligned(g, x, axis, keepdims) * sign
    if ord in (float("inf"), -float("inf")):
        return extremum(g, y, size, axis, keepdims, "max" if ord > 0 else "min") * sign
    assert isinstance(ord, (int, float))
    return aligned(g, x, axis, keepdims) * sign * (size / aligned(y, x, axis, keepdims)) ** (ord - 1)


def _matrix_norm(g: Sym, y: Sym, x: Sym, ord: object, axis: tuple[int, ...], keepdims: bool) -> Sym:
    """The largest or smallest sum of absolute values over rows (ord 1) or columns (ord inf)."""
    rows, columns = normal_axes(axis, rank(x))
    inner, outer = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = call("sum", call("absolute", x), axis=inner, keepdims=True)
    if not keepdims:
        g, y = (call("expand_dims", value, axis=(rows, columns)) for value in (g, y))
    return extremum(g, y, sums, outer, True, "max" if ord in (1, float("inf")) else "min") * conjugate(
        call("sign", x)
    )


def _spectral_norm(g: Sym, x: Sym, ord: object, axes: tuple[int, ...], keepdims: bool) -> Sym:
    """U diag(dn/ds) V.T: of the sum of the singular values, or of the largest or smallest one."""
    if keepdims:
        g = call("squeeze", g, axis=axes)
    last = axes == (rank(x) - 2, rank(x) - 1)
    moved = x if last else call("moveaxis", x, source=axes, destination=(-2, -1))
    u, s, vh = (conjugate(part) for part in several("svd", moved, full_matrices=False))
    if ord == "nuc":
        found = (call("expand_dims", g, axis=(-2, -1)) if rank(g) else g) * (u @ vh)
    else:
        of = "max" if ord == 2 else "min"
        share = extremum(g, call(of, s, axis=-1), s, -1, False, of)
        found = (u * (call("expand_dims", share, axis=-2) if rank(s) > 1 else share)) @ vh
    return found if last else call("moveaxis", found, source=(-2, -1), destination=axes)


rule("sum(x)", x=lambda g, x, axis, keepdims, **rest: expanded(g, x, axis, keepdims))
rule("mean(x)", x=mean)
rule("prod(x)", x=product)
rule("max(x)", x=partial(extremum, of="max"))
rule("min(x)", x=partial(extremum, of="min"))
rule("var(x)", x=variance)
rule("std(x)", x=deviation_slope)
rule("norm(x)", x=norm)
rule("cumsum(x)", x=running_sum)
rule("cumprod(x)", x=running_product)
rule("fsum(x)", x="expand(g, shape(x))")
rule("total(x)", x="expand(g, shape(x), axis=0)")
constant("hits", "argmax", "argmin", "all", "any", "count_nonzero", "allclose")
