"""Derivatives of convolutions and filters, which are linear in what they filter: the transposed filters.

The transpose of a convolution is a correlation, and the other way round. A recursive filter is transposed by filtering
from the end: Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd ed., section 6.5. What scipy.ndimage finds
beyond the edges of an image are elements of it, so that its filters are convolutions of a wider image.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from adcompiler.ir.index import Slice
from adcompiler.primitives.reductions import normal_axis
from adcompiler.primitives.signals import first_is_larger, for_each_axis
from adcompiler.rules.elementwise import conjugate
from adcompiler.rules.language import Like, Sym, call, number
from adcompiler.rules.rearrange import extent, numbered
from adcompiler.rules.registry import composed, rule, same
from adcompiler.rules.structure import array_type, rank

# ---------------------------------------------------------------------------------------------------- convolution


def whole(g: Sym, a: Sym, b: Sym) -> Sym:
    """The cotangent of the full convolution, of whose middle mode="same" takes as much as the first array has."""
    sizes = [extent(a, k) + extent(b, k) - 1 for k in range(rank(a))]
    zeros = call(
        "zeros", *(number(g, n) if isinstance(n, int) else n for n in sizes), dtype=array_type(g).dtype
    )
    bounds: list[Like] = []
    for k in range(rank(a)):
        start = (extent(b, k) - 1) // 2
        bounds += [start, start + extent(a, k)]
    index = tuple(Slice(2 * k, 2 * k + 1) for k in range(rank(a)))
    return call("setitem", zeros, g, *bounds, index=index)


def convolved_first(g: Sym, in1: Sym, in2: Sym, mode: str, method: str, **rest: object) -> Sym:
    """g correlated with the other array."""
    other = conjugate(in2)
    if mode == "valid" and first_is_larger(array_type(in1), array_type(in2)):
        return call("correlate_axes", g, other, method=method)
    if mode == "valid":
        return call("flip", call("correlate_axes", in2, conjugate(g), mode="valid", method=method))
    g = whole(g, in1, in2) if mode == "same" else g
    return call("correlate_axes", g, other, mode="valid", method=method)


def convolved_second(g: Sym, in1: Sym, in2: Sym, mode: str, method: str, **rest: object) -> Sym:
    """g correlated with the other array."""
    if mode == "valid":
        return convolved_first(g, in2, in1, mode, method)
    g = whole(g, in1, in2) if mode == "same" else g
    return call("correlate_axes", g, conjugate(in1), mode="valid", method=method)


def correlated_first(g: Sym, in1: Sym, in2: Sym, mode: str, method: str, **rest: object) -> Sym:
    """g convolved with the other array."""
    other = conjugate(in2)
    if mode == "valid" and first_is_larger(array_type(in1), array_type(in2)):
        return call("convolve_axes", g, other, method=method)
    if mode == "valid":
        return call("correlate_axes", other, conjugate(call("flip", g)), mode="valid", method=method)
    g = whole(g, in1, in2) if mode == "same" else g
    return call("convolve_axes", g, other, mode="valid", method=method)


def correlated_second(g: Sym, in1: Sym, in2: Sym, mode: str, method: str, **rest: object) -> Sym:
    """The first array correlated with g."""
    if mode == "valid" and first_is_larger(array_type(in1), array_type(in2)):
        return call("correlate_axes", conjugate(in1), g, mode="valid", method=method)
    overlap = "full" if mode == "valid" else "valid"
    g = whole(g, in1, in2) if mode == "same" else g
    return conjugate(call("flip", call("correlate_axes", g, conjugate(in1), mode=overlap, method=method)))


rule("convolve_axes(in1, in2)", in1=convolved_first, in2=convolved_second)
rule("correlate_axes(in1, in2)", in1=correlated_first, in2=correlated_second)


def by_fft(in1: Sym, in2: Sym, mode: str, **rest: object) -> Sym:
    """A convolution, of integers in double precision."""
    if array_type(in1).dtype.kind in "iu" and array_type(in2).dtype.kind in "iu":
        in1, in2 = (call("astype", x, dtype=np.dtype(np.float64)) for x in (in1, in2))
    return call("convolve_axes", in1, in2, mode=mode, method="fft")


def in_plane(name: str, in1: Sym, in2: Sym, mode: str, boundary: str, fillvalue: float) -> Sym:
    """A convolution or correlation of a matrix, or of one that goes on beyond its edges."""
    convolving = name == "convolve_axes"
    if boundary == "fill" and not fillvalue and (mode != "same" or convolving):
        return call(name, in1, in2, mode=mode, method="direct")
    if mode != "valid":
        edge = {"fill": "constant", "wrap": "wrap", "symm": "reflect"}[boundary]
        for axis in range(2):
            more, size = extent(in2, axis) - 1, extent(in1, axis)
            # of an even number of weights there is one more on one side of the middle
            before = more if mode == "full" else more - more // 2 if convolving else more // 2
            in1 = beyond(in1, axis, before, size + (2 * more if mode == "full" else more), edge, fillvalue)
    return call(name, in1, in2, mode="valid", method="direct")


same("fftconvolve", by_fft)
same("convolve2d", partial(in_plane, "convolve_axes"))
same("correlate2d", partial(in_plane, "correlate_axes"))


# ---------------------------------------------------------------------------------------------------- recursive filters


def one(like: Sym) -> Sym:
    """The coefficients of a filter that does nothing."""
    return call("array", number(like, 1.0), nesting=(0,))


def backwards(g: Sym, b: Sym, a: Sym, axis: int) -> Sym:
    """g filtered from its end."""
    return call("flip", call("lfilter", b, a, call("flip", g, axis=axis), axis=axis), axis=axis)


def by_lags(g: Sym, u: Sym, coefficients: Sym, axis: int) -> Sym:
    """For each coefficient the sum of the products of g with u as much later."""
    axis = normal_axis(axis, rank(u))
    more = extent(coefficients, 0) - 1
    earlier = beyond(u, axis, more, extent(u, axis) + more, "constant", 0.0)
    sums = call("correlate_axes", earlier, conjugate(g), mode="valid", method="direct")
    return call("flip", call("reshape", sums, -1))


def numerator(g: Sym, b: Sym, a: Sym, x: Sym, axis: int, **rest: object) -> Sym:
    """y is the sum of b[k] / A applied to the x of k steps before."""
    return by_lags(g, call("lfilter", one(a), a, x, axis=axis), b, axis)


def denominator(g: Sym, y: Sym, b: Sym, a: Sym, axis: int, **rest: object) -> Sym:
    """A y does not change, so that A dy = -dA y."""
    return -by_lags(g, call("lfilter", one(a), a, y, axis=axis), a, axis)


rule(
    "lfilter(b, a, x)",
    b=numerator,
    a=denominator,
    x=lambda g, b, a, axis, **rest: backwards(g, b, a, axis),
)
# the projection on what no line explains is symmetric
rule("detrend(data)", data="detrend(g, axis, type, bp)")


# ---------------------------------------------------------------------------------------------------- filters of images


def beyond(x: Sym, axis: int, before: Like, size: Like, mode: str, cval: float) -> Sym:
    """An array that goes on beyond its edges along an axis: `before` places in front, and `size` in all."""
    n = extent(x, axis)
    places = numbered(x, size) - before
    match mode.removeprefix("grid-"):
        case "wrap":
            found = places % n
        case "reflect" | "mirror" if mode in ("reflect", "grid-mirror"):
            turned = places % (2 * n)
            found = call("minimum", turned, 2 * n - 1 - turned)
        case "mirror":
            period = max(2 * n - 2, 1) if isinstance(n, int) else call("maximum", 2 * n - 2, 1)
            turned = places % period
            found = call("minimum", turned, period - turned)
        case _:
            found = call("clip", places, 0, n - 1)
    wider = call("take", x, found, axis=axis)
    if mode.removeprefix("grid-") != "constant":
        return wider
    there = found.equal(places)
    if rank(x) - axis > 1:
        there = call("reshape", there, -1, *(1,) * (rank(x) - axis - 1))
    return call("where", there, wider, cval)


def weighted(
    name: str, x: Sym, weights: Sym, axes: Sequence[int], mode: str, cval: float, origin: int
) -> Sym:
    """A filter with weights over some axes; the image is as wide as it has to be, and what overlaps wholly is kept."""
    convolving = name == "convolve"
    sizes = [extent(weights, k) for k in range(rank(weights))]
    dtype = array_type(x).dtype
    x, weights = (
        v if array_type(v).dtype == np.float64 else call("astype", v, dtype=np.dtype(np.float64))
        for v in (x, weights)
    )
    for axis, m in zip(axes, sizes, strict=True):
        before = (m - 1) // 2 - origin if convolving else m // 2 + origin if origin else m // 2
        x = beyond(x, axis, before, extent(x, axis) + (m - 1), mode, cval)
    if len(axes) < rank(x):
        others = tuple(k for k in range(rank(x)) if k not in axes)
        weights = call("expand_dims", weights, axis=others if len(others) > 1 else others[0])
    y = call(f"{name}_axes", x, weights, mode="valid", method="direct")
    return y if dtype == np.float64 else call("astype", y, dtype=dtype)


def over_all(name: str, input: Sym, weights: Sym, mode: str, cval: float, origin: int, **rest: object) -> Sym:
    """A filter with weights for all axes."""
    return weighted(name, input, weights, range(rank(input)), mode, cval, origin)


def along(
    name: str, input: Sym, weights: Sym, axis: int, mode: str, cval: float, origin: int, **rest: object
) -> Sym:
    """A filter with weights along one axis."""
    return weighted(name, input, weights, [normal_axis(axis, rank(input))], mode, cval, origin)


for _name in ("correlate", "convolve"):
    same(f"{_name}_image", partial(over_all, _name))
    same(f"{_name}1d", partial(along, _name))


def gaussian_polynomial(sigma: float, order: int) -> list[float]:
    """The coefficients of the polynomial that a derivative of exp(-x ** 2 / (2 * sigma ** 2)) multiplies it with."""
    found = [1.0]
    for _ in range(order):
        slope = [k * c for k, c in enumerate(found)][1:]
        times = [0.0, *(-c / sigma**2 for c in found)]
        found = [c + (slope[k] if k < len(slope) else 0.0) for k, c in enumerate(times)]
    return found


def bell(x: Sym, sigma: float, order: int, radius: int) -> Sym:
    """The weights of a Gaussian filter, or of its derivative, as convolution takes them."""
    places = numbered(x, 2 * radius + 1) - radius
    heights = call("exp", -0.5 / sigma**2 * places**2)
    heights = heights / call("sum", heights)
    if not order:
        return heights
    *lower, last = gaussian_polynomial(sigma, order)
    value: Like = last
    for c in reversed(lower):
        value = value * places + c
    return value * heights


def gaussian_along(
    input: Sym, sigma: float, axis: int, order: int, truncate: float, radius: int | None, **edges: Any
) -> Sym:
    """A convolution with a Gaussian, cut off."""
    radius = int(truncate * float(sigma) + 0.5) if radius is None else radius
    return call("convolve1d", input, bell(input, sigma, order, radius), axis=axis, **edges)


def gaussian_over(
    input: Sym, sigma: object, order: object, truncate: float, radius: object, axes: None, **edges: Any
) -> Sym:
    """One after another over the axes."""
    settings = zip(*(for_each_axis(v, rank(input)) for v in (sigma, order, radius)), strict=True)
    for axis, (width, degree, cut) in enumerate(settings):
        if width > 1e-15:
            one_axis = {"axis": axis, "truncate": truncate, "radius": cut}
            input = gaussian_along(input, width, order=degree, **one_axis, **edges)
    return input


def mean_along(input: Sym, size: int, axis: int, origin: int, **edges: Any) -> Sym:
    """A correlation with equal weights."""
    weights = call("full_like", numbered(input, size), 1 / size, dtype=np.dtype(np.float64))
    return call("correlate1d", input, weights, axis=axis, origin=origin, **edges)


def mean_over(input: Sym, size: object, origin: object, axes: None, **edges: Any) -> Sym:
    """One after another over the axes."""
    settings = zip(*(for_each_axis(v, rank(input)) for v in (size, origin)), strict=True)
    for axis, (width, shift) in enumerate(settings):
        if width > 1:
            input = mean_along(input, int(width), axis, shift, **edges)
    return input


def three(x: Sym, *weights: float) -> Sym:
    """Three weights."""
    return call("array", *(number(x, w) for w in weights), nesting=(0, 1, 2))


def laplacian(input: Sym, axes: None, **edges: Any) -> Sym:
    """The sum of the second differences along all axes."""
    weights = three(input, 1.0, -2.0, 1.0)
    first, *others = (call("correlate1d", input, weights, axis=axis, **edges) for axis in range(rank(input)))
    for other in others:
        first = first + other
    return first


def slope(middle: float, input: Sym, axis: int, **edges: Any) -> Sym:
    """Differences along one axis, weighted sums along the others."""
    axis = normal_axis(axis, rank(input))
    found = call("correlate1d", input, three(input, -1.0, 0.0, 1.0), axis=axis, **edges)
    for other in range(rank(input)):
        if other != axis:
            found = call("correlate1d", found, three(input, 1.0, middle, 1.0), axis=other, **edges)
    return found


def even(settings: Mapping[str, Any]) -> bool:
    """Whether the weights of a filter are the same from the other end."""
    orders, sizes, origins = (
        for_each_axis(settings.get(k, d), 1) for k, d in [("order", 0), ("size", 1), ("origin", 0)]
    )
    return not any(k % 2 for k in orders) and all(k % 2 for k in sizes) and not any(origins)


def mirrored(name: str, expression: Callable[..., Sym]) -> None:
    """A filter that is its own transpose where its weights are even and the edges allow it."""

    def is_own_transpose(settings: Mapping[str, Any]) -> bool:
        mode = settings["mode"].removeprefix("grid-")
        return even(settings) and (
            mode in ("reflect", "constant", "wrap") or settings["mode"] == "grid-mirror"
        )

    def pull_back(g: Sym, y: Sym, input: Sym, **settings: Any) -> Sym:
        return call(name, g, **{**settings, "cval": 0.0})

    def value(input: Sym, **settings: Any) -> Sym | None:
        return None if is_own_transpose(settings) else expression(input, **settings)

    rule(f"{name}(input)", input=pull_back)
    same(name, value)
    composed(name, expression)


mirrored("gaussian_filter1d", gaussian_along)
mirrored("gaussian_filter", gaussian_over)
mirrored("uniform_filter1d", mean_along)
mirrored("uniform_filter", mean_over)
mirrored("laplace", laplacian)
same("sobel", partial(slope, 2.0))
same("prewitt", partial(slope, 1.0))
