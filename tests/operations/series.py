"""Convolution, interpolation, differences, areas, polynomials, products of series."""

from __future__ import annotations

import numpy as np

from operations.record import NUMPY, distinct, family, inside, normal, operation, positive, refused, sample

family("series", "Series: convolution, interpolation, differences")

MODES = ["full", "same", "valid"]
GRID = np.array([-1.0, 0.0, 0.7, 1.5])

for _name in ("convolve", "correlate"):
    operation(
        f"numpy.{_name}",
        sample(
            f"np.{_name}(x, y, mode={{mode}})", x=normal(5), y=[normal(3), normal(2), normal(1)], mode=MODES
        ),
        sample(f"np.{_name}(x, y, {{mode}})", x=[normal(2), normal(3)], y=normal(5), mode=MODES),
        sample(f"np.{_name}(x, y)", x=normal(4), y=normal(4)),
        analytic=_name == "convolve",
        order=2,
    )
operation(
    "numpy.interp",
    sample("np.interp(x, p, y)", x=[normal(), normal(4), normal(2, 3)], p=GRID, y=normal(4)),
    sample("np.interp(x, np.cumsum(p) - 1.5, y)", x=inside(-1.0, 0.5, 4), p=positive(5), y=normal(5)),
    sample("np.interp(x, p, y, left=a, right=b)", x=normal(6), p=GRID, y=normal(4), a=normal(), b=0.3),
    sample("np.interp(x, [0.0, 1.0, 2.0], y)", x=normal(5), y=normal(3), jax=False),
    sample("np.interp(x, p, y, period={period})", x=normal(5), p=GRID, y=normal(4), period=[3.1, -3.1]),
    sample("np.interp(x, p, y, left=None, period=None)", x=normal(6), p=GRID, y=normal(4), order=1),
    analytic=False,
    order=2,
)
operation(
    "numpy.kron",
    sample(
        "np.kron(x, y)",
        x=[normal(3), normal(2, 3), normal(), normal(1, 2)],
        y=[normal(2), normal(2, 2), normal()],
    ),
    sample("np.kron(x, y)", x=normal(2, 2, 2), y=normal(2, 3)),
    order=2,
)
operation(
    "numpy.cross",
    sample("np.cross(x, y)", x=[normal(3), normal(2, 3)], y=[normal(3), normal(2, 3), normal(4, 1, 3)]),
    sample("np.cross(x, y, axis=0)", x=normal(3, 2), y=normal(3, 2)),
    sample("np.cross(x, y, axisa=0, axisc={c})", x=normal(3, 2), y=[normal(2, 3), normal(3)], c=[0, 1]),
    sample("np.cross(x, y, axisa=0, axisb=1)", x=normal(3, 2, 4), y=normal(2, 3, 4)),
    refused("np.cross(x, y)", "vectors of 3 numbers", x=normal(4), y=normal(2)),
    order=2,
)
operation(
    "numpy.vecdot",
    sample("np.vecdot(x, y)", x=[normal(3), normal(2, 3)], y=[normal(3), normal(2, 3)]),
    sample("np.vecdot(x, y, axis=0)", x=normal(2, 3), y=normal(2, 3)),
    analytic=False,
)
operation(
    "numpy.matvec", sample("np.matvec(x, y)", x=[normal(2, 3), normal(4, 2, 3)], y=[normal(3), normal(4, 3)])
)
operation(
    "numpy.vecmat",
    sample("np.vecmat(y, x)", x=[normal(3, 2), normal(4, 3, 2)], y=[normal(3), normal(4, 3)]),
    analytic=False,
)
operation(
    "numpy.vander",
    sample("np.vander(x)", x=[normal(3), normal(1)]),
    sample("np.vander(x, {n}, increasing={increasing})", x=normal(3), n=[2, 4], increasing=[False, True]),
)
operation(
    "numpy.gradient",
    sample("np.gradient(x)", x=[normal(5), normal(2)]),
    sample("np.gradient(x, h, edge_order={edge})", x=normal(5), h=[positive(), 0.5], edge=[1, 2], jax=False),
    sample(
        "np.gradient(x, np.cumsum(p), edge_order={edge})", x=normal(5), p=positive(5), edge=[1, 2], jax=False
    ),
    sample("np.gradient(x, axis={axis})", x=normal(3, 4), axis=[0, 1, -1, (1,)]),
    sample("a, b = np.gradient(x, 2.0, h); a * b", x=normal(3, 4), h=positive()),
    sample("a, b, c = np.gradient(x); a * b + c", x=normal(2, 3, 2)),
    sample("np.gradient(x, p, axis=1)", x=normal(2, 4), p=GRID),
)
operation(
    "numpy.diff (keywords)",
    sample("np.diff(x, {n})", x=[normal(5), normal(2, 4)], n=[0, 1, 2]),
    sample("np.diff(x, axis=0)", x=normal(3, 2)),
    sample("np.diff(x, prepend=y)", x=normal(4), y=[normal(), normal(2), 0.0]),
    sample("np.diff(x, append=y)", x=normal(4), y=[normal(), normal(2)]),
    sample("np.diff(x, n=2, axis={axis}, prepend=0, append=y)", x=normal(3, 3), y=normal(), axis=[0, 1]),
)
operation(
    "numpy.ediff1d",
    sample("np.ediff1d(x)", x=[normal(4), normal(2, 3)]),
    sample("np.ediff1d(x, to_end=y)", x=normal(4), y=[normal(), normal(2)]),
    sample("np.ediff1d(x, to_begin=[1.0, 2.0], to_end=y)", x=normal(4), y=normal(2), jax=False),
)
operation(
    "numpy.trapezoid",
    sample("np.trapezoid(y)", y=[normal(4), normal(2, 3)]),
    sample("np.trapezoid(y, x)", y=normal(4), x=normal(4)),
    sample("np.trapezoid(y, dx=h, axis={axis})", y=normal(3, 4), h=[normal(), 0.5], axis=[0, 1, -1]),
    sample("np.trapezoid(y, x=x, axis={axis})", y=normal(3, 3), x=[normal(3), normal(3, 3)], axis=[0, 1]),
    order=2,
)
operation(
    "numpy.unwrap",
    sample("np.unwrap(9 * x)", x=distinct(5)),
    sample("np.unwrap(9 * x, axis={axis})", x=distinct(3, 4), axis=[0, 1]),
    sample("np.unwrap(3 * x, discont=2.0)", x=distinct(5)),
    sample("np.unwrap(9 * x, period=3.0)", x=distinct(5)),
    analytic=False,
)
operation(
    "numpy.polyval",
    sample("np.polyval(p, x)", p=[normal(3), normal(1)], x=[normal(), normal(4), normal(2, 3), 0.7]),
    sample("np.polyval([1.0, 2.0, 3.0], x)", x=normal(4), jax=False),
)
for _name in ("polyadd", "polysub"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x, y)", x=[normal(3), normal(1)], y=[normal(3), normal(2), normal(5)]),
    )
operation("numpy.polyder", sample("np.polyder(p, {m})", p=normal(5), m=[0, 1, 2, 3]))
operation(
    "numpy.polyint",
    sample("np.polyint(p, {m})", p=normal(3), m=[1, 2]),
    sample("np.polyint(p, 2, {k})", p=normal(3), k=[2.0, (1.0, 3.0)], jax=False),
    sample("np.polyint(p, 9)", p=normal(3)),
)
operation(
    "numpy.polymul",
    sample("np.polymul(p, q)", p=normal(3), q=[normal(2), normal()], jax=False),
)
operation(
    "numpy.polydiv",
    sample("q, r = np.polydiv(p, d); q", p=normal(5), d=[normal(2), normal(3), normal(1)], jax=False),
    sample("q, r = np.polydiv(p, d); r", p=normal(5), d=[normal(2), normal(3)], jax=False),
    sample("q, r = np.polydiv(p, d); q[0] + r * r", p=normal(2), d=normal(3), jax=False),
    analytic=False,
    single=False,  # what is left over is not close to 0 in single precision
)
operation("numpy.poly", sample("np.poly(x)", x=normal(4)), backends=NUMPY)
operation(
    "numpy.polyfit",
    sample("np.polyfit(x, y, {n})", x=inside(-1.0, 1.0, 6), y=[normal(6), normal(6, 2)], n=[1, 3]),
    sample("np.polyfit(x, y, 2, w=w)", x=inside(-1.0, 1.0, 6), y=normal(6), w=positive(6)),
    sample("np.polyval(np.polyfit(np.linspace(-1.0, 1.0, 6), y, 2, rcond=1e-9), 0.3)", y=normal(6)),
    analytic=False,
    extended=False,
    jax=False,
    tolerance=1e-10,
    because="solving with a matrix loses digits to its condition",
)
operation(
    "numpy.geomspace",
    sample("np.geomspace(x, y, {n})", x=positive(), y=inside(3.0, 5.0), n=[4, 1, 2]),
    sample("np.geomspace(-x, -y, 4, endpoint=False)", x=positive(), y=inside(3.0, 5.0)),
    sample("np.geomspace(1, 1000, 4) * x", x=normal(4)),
    sample("np.geomspace(x, y, 4, axis={axis})", x=positive(2), y=[inside(3.0, 5.0, 2), 7.0], axis=[0, -1]),
    analytic=False,
    jax=False,
)
operation(
    "numpy.polynomial.polynomial.polyval",
    sample("np.polynomial.polynomial.polyval(x, c)", x=[normal(), normal(2, 3)], c=normal(4)),
    jax=False,
)
operation(
    "numpy.polynomial.chebyshev.chebval",
    sample("np.polynomial.chebyshev.chebval(x, c)", x=normal(), c=normal(4)),
    jax=False,
)
operation(
    "numpy.logspace",
    sample("np.logspace(x, y, 4)", x=normal(), y=normal()),
    sample("np.logspace(x, y, 3, endpoint=False, base=2.0)", x=normal(), y=normal()),
    sample(
        "np.logspace(x, y, 3, base=b, axis={axis})",
        x=normal(2),
        y=normal(2),
        b=positive(2),
        axis=[0, 1],
        jax=False,
    ),
    sample("np.logspace(x, 1.0, 3, base=b)", x=normal(), b=[positive(), positive(2)], jax=False),
)
operation(
    "numpy.linspace (between arrays)",
    sample("np.linspace(x, y, 4, axis={axis})", x=normal(3), y=[normal(3), normal()], axis=[0, 1, -1]),
    sample("np.linspace(x, y, 3, endpoint=False)", x=normal(2, 2), y=normal(2, 2)),
    sample("a, h = np.linspace(x, y, 5, retstep=True); a * h", x=normal(), y=[normal(), normal(2)]),
    sample("np.linspace([0.0, x], 1.0, 3)", x=normal(), jax=False),
    analytic=False,
)
operation(
    "numpy.logspace (between arrays)",
    sample("np.logspace(x, y, 4, axis={axis})", x=normal(3), y=normal(3), axis=[0, 1]),
    analytic=False,
)
operation(
    "numpy.frexp",
    sample("m, e = np.frexp(9 * x); m * (e + 1)", x=[normal(4), normal(2, 3)]),
    analytic=False,
)
operation(
    "numpy.divmod",
    sample("a, b = np.divmod(x, y); a * b", x=normal(4), y=positive(4), analytic=False),
    sample("np.divmod(x, 0.7)[1]", x=normal(2, 3), analytic=False),
)
operation("numpy.modf", sample("a, b = np.modf(3 * x); a * b", x=[normal(4), normal()], analytic=False))
operation("numpy.fix", sample("np.fix(3 * x) * x", x=normal(4), analytic=False, jax=False))
operation(
    "numpy.maximum.accumulate",
    sample("np.maximum.accumulate(x, axis={axis})", x=distinct(3, 4), axis=[0, 1, -1]),
    sample("np.maximum.accumulate(x)", x=[distinct(5), distinct(1), distinct(2, 3, 2)]),
    analytic=False,
)
operation(
    "numpy.minimum.accumulate",
    sample("np.minimum.accumulate(x, axis={axis})", x=distinct(3, 4), axis=[0, 1, -1]),
    sample("np.minimum.accumulate(x)", x=distinct(5)),
    analytic=False,
)
operation(
    "numpy.logaddexp.reduce",
    sample("np.logaddexp.reduce(x)", x=[normal(4), normal(2, 3)]),
    sample(
        "np.logaddexp.reduce(x, axis={axis}, keepdims={keepdims})",
        x=normal(2, 3),
        axis=[0, 1],
        keepdims=[False, True],
    ),
    analytic=False,
    order=2,
)
operation(
    "numpy.logaddexp.accumulate",
    sample("np.logaddexp.accumulate(x, axis={axis})", x=normal(2, 3), axis=[0, 1]),
    sample("np.logaddexp.accumulate(x)", x=[normal(4), normal(1)]),
    analytic=False,
    order=2,
)
operation(
    "numpy.subtract.at",
    sample(
        "y = x.copy(); np.subtract.at(y, {k}, v); y * x",
        x=normal(4),
        v=[normal(2), normal()],
        k=[[0, 0], [1, -1]],
    ),
    jax=False,
)
operation(
    "scipy.integrate.trapezoid",
    sample("scipy.integrate.trapezoid(y)", y=[normal(4), normal(2, 3)]),
    sample(
        "scipy.integrate.trapezoid(y, x, axis={axis})",
        y=normal(3, 3),
        x=[normal(3), normal(3, 3)],
        axis=[0, 1],
    ),
    sample("scipy.integrate.trapezoid(y, dx=h, axis=1)", y=normal(2, 3, 4), h=normal()),
)
operation(
    "scipy.integrate.cumulative_trapezoid",
    sample(
        "scipy.integrate.cumulative_trapezoid(y, initial={initial})",
        y=[normal(4), normal(2, 3)],
        initial=[None, 0],
    ),
    sample(
        "scipy.integrate.cumulative_trapezoid(y, x, axis={axis})", y=normal(3, 3), x=normal(3), axis=[0, 1]
    ),
    sample("scipy.integrate.cumulative_trapezoid(y, x, initial=0)", y=normal(2, 3), x=normal(2, 3)),
    jax=False,
)
operation(
    "scipy.integrate.simpson",
    sample("scipy.integrate.simpson(y)", y=[normal(2), normal(3), normal(4), normal(5), normal(2, 6)]),
    sample("scipy.integrate.simpson(y, x=np.cumsum(x))", y=[normal(5), normal(2, 5)], x=positive(5)),
    sample("scipy.integrate.simpson(y, np.cumsum(x), axis=0)", y=[normal(4), normal(4, 2)], x=positive(4)),
    sample("scipy.integrate.simpson(y, x=np.cumsum(x, axis=1))", y=normal(2, 6), x=positive(2, 6)),
    sample("scipy.integrate.simpson(y, dx=h, axis=1)", y=[normal(2, 4), normal(2, 3, 2)], h=positive()),
    extended=False,
    analytic=False,
    jax=False,
)
