"""Derivatives of products and functions of series of numbers."""

from __future__ import annotations

from adcompiler.ir.dims import dim
from adcompiler.ir.index import At, NewAxis, Slice
from adcompiler.primitives.series import cross_axes, is_flat, longer_first
from adcompiler.rules.elementwise import absent, conjugate
from adcompiler.rules.language import Like, Sym, call, number
from adcompiler.rules.rearrange import extent, numbered
from adcompiler.rules.registry import rule, same
from adcompiler.rules.structure import array_type, given_dtype, rank, unbroadcast


def length(x: Sym) -> Sym | int:
    """The number of elements of a series, which may be one number."""
    return extent(x, 0) if rank(x) else 1


def backwards(x: Sym) -> Sym:
    """The series from its end."""
    return call("flip", x) if rank(x) else x


def series(g: Sym, x: Sym) -> Sym:
    """A cotangent in the shape of an operand, which may be one number."""
    return g if rank(x) else call("sum", g)


def _is_first(a: Sym, v: Sym) -> bool:
    n, m = (array_type(x).shape[0] if rank(x) else dim(1) for x in (a, v))
    return longer_first(n, m)


def whole(g: Sym, a: Sym, v: Sym, mode: str, reversed_order: bool) -> Sym:
    """The cotangent of the full convolution, of which `mode` takes a part."""
    if mode == "full":
        return g
    n, m = length(a), length(v)
    first = _is_first(a, v)
    shorter = m if first else n
    if mode == "valid":
        start: Sym | int = shorter - 1
    elif reversed_order and not first:
        # NumPy correlates the longer with the shorter and turns the result around
        start = shorter // 2
    else:
        start = (shorter - 1) // 2
    size = extent(g, 0)
    total = n + m - 1
    zeros = call("zeros", total if isinstance(total, Sym) else number(g, total), dtype=given_dtype(g))
    return call("setitem", zeros, g, start, start + size, index=(Slice(0, 1),))


def convolved_left(g: Sym, a: Sym, v: Sym, mode: str, **rest: object) -> Sym:
    """g correlated with the other series."""
    return series(call("correlate", whole(g, a, v, mode, False), conjugate(v), mode="valid"), a)


def convolved_right(g: Sym, a: Sym, v: Sym, mode: str, **rest: object) -> Sym:
    """g correlated with the other series."""
    return series(call("correlate", whole(g, a, v, mode, False), conjugate(a), mode="valid"), v)


def correlated_left(g: Sym, a: Sym, v: Sym, mode: str, **rest: object) -> Sym:
    """g convolved with the other series."""
    return series(call("convolve", whole(g, a, v, mode, True), conjugate(v), mode="valid"), a)


def correlated_right(g: Sym, a: Sym, v: Sym, mode: str, **rest: object) -> Sym:
    """g correlated with the other series, from its end."""
    part = call("correlate", whole(g, a, v, mode, True), conjugate(a), mode="valid")
    return series(conjugate(backwards(part)), v)


rule("convolve(a, v)", a=convolved_left, v=convolved_right)
rule("correlate(a, v)", a=correlated_left, v=correlated_right)


def interpolated(x: Sym, xp: Sym, fp: Sym, left: Sym, right: Sym) -> Sym:
    """The line through the two points around each place; beyond the ends their values, or those given."""
    last = extent(xp, 0) - 1
    above = call("clip", call("searchsorted", xp, x, side="right"), 1, last)
    below = above - 1
    start, end = _at(xp, below), _at(xp, above)
    low, high = _at(fp, below), _at(fp, above)
    width = end - start
    none = width.equal(0)
    # a step between two points at one place
    share = call("where", none, 1, (x - start) / call("where", none, 1, width))
    y = low + share * (high - low)
    y = call("where", x < _at(xp, 0), _at(fp, 0) if absent(left) else left, y)
    return call("where", x > _at(xp, -1), _at(fp, -1) if absent(right) else right, y)


def _at(x: Sym, place: Like) -> Sym:
    return call("getitem", x, place, index=(At(0),))


same("interp", interpolated)


def kronecker(a: Sym, b: Sym) -> Sym:
    """Every element of the first times every element of the second, the axes interleaved."""
    if not rank(a) or not rank(b):
        return a * b
    n = max(rank(a), rank(b))
    left = (NewAxis(),) * (n - rank(a)) * 2 + (Slice(), NewAxis()) * rank(a)
    right = (NewAxis(),) * (n - rank(b)) * 2 + (NewAxis(), Slice()) * rank(b)
    product = call("getitem", a, index=left) * call("getitem", b, index=right)
    sizes: list[Like] = []
    for k in range(n):
        first, second = (extent(x, k - n + rank(x)) if k - n + rank(x) >= 0 else 1 for x in (a, b))
        sizes.append(second if first == 1 else first if second == 1 else first * second)
    return call("reshape", product, *sizes)


same("kron", kronecker)


def turned(x: Sym, axis: int) -> Sym:
    """The vectors along the last axis."""
    return x if axis in (-1, rank(x) - 1) else call("moveaxis", x, source=axis, destination=-1)


def turned_back(x: Sym, axis: int) -> Sym:
    """The vectors along their own axis again."""
    return x if axis in (-1, rank(x) - 1) else call("moveaxis", x, source=-1, destination=axis)


def crossed_left(g: Sym, a: Sym, b: Sym, **axes: object) -> Sym:
    """b x g."""
    first, second, third = cross_axes(axes, rank(a), rank(b))
    vectors = turned(a, first)
    return turned_back(unbroadcast(call("cross", turned(b, second), turned(g, third)), vectors), first)


def crossed_right(g: Sym, a: Sym, b: Sym, **axes: object) -> Sym:
    """g x a."""
    first, second, third = cross_axes(axes, rank(a), rank(b))
    vectors = turned(b, second)
    return turned_back(unbroadcast(call("cross", turned(g, third), turned(a, first)), vectors), second)


def crossed_flat(a: Sym, b: Sym, **axes: object) -> Sym | None:
    """The third number of vectors in the plane; beside others these have a third number of 0."""
    first, second, third = cross_axes(axes, rank(a), rank(b))
    flat = is_flat(array_type(a).shape[first]), is_flat(array_type(b).shape[second])
    if not any(flat):
        return None
    a, b = turned(a, first), turned(b, second)
    if all(flat):
        return _last(a, 0) * _last(b, 1) - _last(a, 1) * _last(b, 0)
    if flat[0]:
        a = _with_third(a)
    else:
        b = _with_third(b)
    return call("cross", a, b, axisc=third)


def _last(x: Sym, place: int) -> Sym:
    return call("getitem", x, place, index=(*(Slice(),) * (rank(x) - 1), At(0)))


def _with_third(x: Sym) -> Sym:
    width = (0, 1) if rank(x) == 1 else (*((0, 0),) * (rank(x) - 1), (0, 1))
    return call("pad", x, pad_width=width)


rule("cross(a, b)", a=crossed_left, b=crossed_right)
same("cross", crossed_flat)


def vecdot(a: Sym, b: Sym, axis: int) -> Sym:
    """The sum of the products; the first factor is conjugated."""
    return call("sum", conjugate(a) * b, axis=axis)


def column(x: Sym, axis: int) -> Sym:
    """The vector as a matrix."""
    return call("expand_dims", x, axis=axis)


same("vecdot", vecdot)
same("matvec", lambda a, b: call("squeeze", a @ column(b, -1), axis=-1))
same("vecmat", lambda a, b: call("squeeze", column(conjugate(a), -2) @ b, axis=-2))


def powers(x: Sym, N: int | None, increasing: bool) -> Sym:  # noqa: N803
    """Each number to the powers 0, 1, ..., or in the opposite order."""
    exponents = numbered(x, extent(x, 0) if N is None else N)
    if not increasing:
        exponents = call("flip", exponents)
    return column(x, -1) ** exponents


same("vander", powers)
