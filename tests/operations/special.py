"""Special functions of scipy.special, each against mpmath where it has them to 50 digits."""

from __future__ import annotations

import numpy as np

from operations.record import (
    NUMPY,
    complexes,
    family,
    inside,
    integers,
    normal,
    operation,
    positive,
    refused,
    sample,
)

family("special", "Special functions")

LOOSE = {"tolerance": 1e-10, "because": "SciPy and XLA compute it by series of their own, good to 1e-11"}
COARSE = {"tolerance": 2e-7, "because": "XLA computes it by a series that is good to 1e-8"}


def of_one(name: str, low: float, high: float, **proof: object) -> None:
    """A function of one number, in all ranks."""
    shapes = [inside(low, high), inside(low, high, 4), inside(low, high, 2, 3), inside(low, high, 1)]
    operation(
        f"scipy.special.{name}",
        sample(f"scipy.special.{name}(x)", x=shapes),
        sample(f"np.sum(scipy.special.{name}(x) * x)", x=inside(low, high, 5), mpmath=""),
        **{"analytic": False, "mpmath": "", **proof},
    )


def of_two(name: str, *bounds: tuple[float, float], **proof: object) -> None:
    """A function of several numbers, with broadcasting."""
    names = "abc"[: len(bounds)]
    text = f"scipy.special.{name.partition(' ')[0]}({', '.join(names)})"
    shapes = [
        [(), (), ()],
        [(3,), (3,), (3,)],
        [(2, 3), (3,), ()],
        [(2, 1), (3,), (2, 3)],
        [(1,), (4,), (4,)],
    ]
    operation(
        f"scipy.special.{name}",
        *(
            sample(text, **{n: inside(*b, *s) for n, b, s in zip(names, bounds, shape, strict=False)})
            for shape in shapes
        ),
        **{"analytic": False, **proof},
    )


# ---------------------------------------------------------------------------------------------- error functions

of_one("erf", -2.0, 2.0, mpmath="erf(x)")
of_one("erfc", -2.0, 3.0, mpmath="erfc(x)")
of_one("erfcx", -1.0, 3.0, mpmath="exp(x**2) * erfc(x)", **LOOSE)
of_one("erfi", -1.5, 1.5, mpmath="erfi(x)", jax=False, backends=NUMPY)
of_one("erfinv", -0.9, 0.9, mpmath="erfinv(x)", **LOOSE)
of_one("erfcinv", 0.2, 1.8, mpmath="erfinv(1 - x)", jax=False, backends=NUMPY)
of_one("dawsn", -2.0, 2.0, mpmath="sqrt(pi) / 2 * exp(-x**2) * erfi(x)", **LOOSE)
of_one("ndtr", -3.0, 3.0, mpmath="ncdf(x)")
of_one("ndtri", 0.05, 0.95, mpmath="sqrt(2) * erfinv(2 * x - 1)", **LOOSE)
of_one("log_ndtr", -6.0, 3.0, mpmath="log(ncdf(x))", **LOOSE)

of_two("owens_t", (-2.0, 2.0), (-2.0, 2.0), **LOOSE)
operation(
    "scipy.special.wofz",
    sample("scipy.special.wofz(x)", x=[normal(), normal(4), complexes(), complexes(3), complexes(2, 2)]),
    sample("w = scipy.special.wofz(x); w.real * w.imag", x=[normal(3), complexes(3)]),
    analytic=False,
    **LOOSE,
)

# --------------------------------------------------------------------------------------- gamma and beta functions

of_one("gamma", 0.5, 4.0, mpmath="gamma(x)", **LOOSE)
of_one("gammaln", 0.5, 4.0, mpmath="loggamma(x)", **LOOSE)
of_one("loggamma", 0.5, 4.0, mpmath="loggamma(x)", **LOOSE)
of_one("digamma", 0.5, 4.0, mpmath="digamma(x)", **LOOSE)
of_one("psi", 0.5, 4.0, mpmath="digamma(x)", jax=False, **LOOSE)
of_one("rgamma", 0.5, 4.0, mpmath="1 / gamma(x)", jax=False, **LOOSE)
of_one("gammasgn", -3.8, -3.2, mpmath="0 * x + 1")
of_one("factorial", 0.3, 3.5, mpmath="gamma(x + 1)", single=False, **LOOSE)
operation(
    "scipy.special.polygamma",
    sample("scipy.special.polygamma({n}, x)", x=[positive(), positive(4)], n=[1, 2, 3]),
    sample("scipy.special.polygamma(n, x)", n=integers(1, 4, 3), x=positive(3)),
    refused(
        "scipy.special.polygamma(n, x)", "the order of polygamma is an integer", n=positive(), x=positive()
    ),
    analytic=False,
    **LOOSE,
)
operation(
    "scipy.special.multigammaln",
    sample("scipy.special.multigammaln(x, {d})", x=[inside(2.0, 4.0), inside(2.0, 4.0, 3)], d=[1, 2, 4]),
    analytic=False,
    **LOOSE,
)
of_two("poch", (0.5, 3.0), (0.5, 3.0), mpmath="gamma(a + b) / gamma(a)", **LOOSE)
of_two("beta", (0.5, 3.0), (0.5, 3.0), mpmath="beta(a, b)", **LOOSE)
of_two("betaln", (0.5, 3.0), (0.5, 3.0), mpmath="log(beta(a, b))", **LOOSE)
of_two("binom", (2.0, 4.0), (0.5, 1.5), mpmath="binomial(a, b)", jax=False, backends=NUMPY, **LOOSE)
for name in ("gammainc", "gammaincc"):
    operation(
        f"scipy.special.{name}",
        sample(f"scipy.special.{name}({{a}}, x)", a=[0.7, 2.5, 1.0], x=[positive(), positive(4)]),
        sample(f"scipy.special.{name}(n, x)", n=integers(1, 4, 3), x=positive(2, 3)),
        refused(f"scipy.special.{name}(a, x)", "with respect to a", a=positive(), x=positive()),
        analytic=False,
        **LOOSE,
    )
operation(
    "scipy.special.gammaincinv",
    sample("scipy.special.gammaincinv({a}, x)", a=[0.7, 2.5, 1.0], x=[inside(0.1, 0.9), inside(0.1, 0.9, 4)]),
    refused(
        "scipy.special.gammaincinv(a, x)",
        "with respect to a",
        backends=NUMPY,
        a=positive(),
        x=inside(0.1, 0.9),
    ),
    analytic=False,
    jax=False,
    backends=NUMPY,
    **LOOSE,
)
operation(
    "scipy.special.betainc",
    sample(
        "scipy.special.betainc({a}, {b}, x)",
        a=[0.7, 2.5],
        b=[0.6, 3.0],
        x=[inside(0.1, 0.9), inside(0.1, 0.9, 4)],
    ),
    refused("scipy.special.betainc(a, 2.0, x)", "with respect to a", a=positive(), x=inside(0.1, 0.9)),
    refused("scipy.special.betainc(2.0, b, x)", "with respect to b", b=positive(), x=inside(0.1, 0.9)),
    analytic=False,
    **LOOSE,
)
operation(
    "scipy.special.betaincinv",
    sample(
        "scipy.special.betaincinv({a}, {b}, x)",
        a=[0.7, 2.5],
        b=[0.6, 3.0],
        x=[inside(0.1, 0.9), inside(0.1, 0.9, 4)],
    ),
    analytic=False,
    jax=False,
    backends=NUMPY,
    **LOOSE,
)
operation(
    "scipy.special.zeta",
    sample("scipy.special.zeta({s}, q)", s=[2.0, 3.5], q=[positive(), positive(4)]),
    sample("scipy.special.zeta(s, q)", s=integers(2, 5, 3), q=positive(2, 3)),
    refused("scipy.special.zeta(s, 2.0)", "with respect to its first argument", s=inside(2.0, 3.0)),
    analytic=False,
    **LOOSE,
)
operation(
    "scipy.special.hyp1f1",
    sample("scipy.special.hyp1f1({a}, {b}, x)", a=[0.7, 2.5], b=[1.5, 3.0], x=[normal(), normal(4)]),
    refused("scipy.special.hyp1f1(a, 2.0, x)", "with respect to a", a=positive(), x=normal()),
    analytic=False,
    **LOOSE,
)

operation(
    "scipy.special.hyp2f1",
    sample(
        "scipy.special.hyp2f1({a}, 0.6, {c}, x)",
        a=[0.7, 2.5],
        c=[1.5, 3.0],
        x=[inside(-2.0, 0.9), inside(-2.0, 0.9, 4)],
    ),
    refused(
        "scipy.special.hyp2f1(a, 2.0, 1.5, x)",
        "with respect to a",
        backends=NUMPY,
        a=positive(),
        x=inside(0.1, 0.9),
    ),
    analytic=False,
    jax=False,
    backends=NUMPY,
    **LOOSE,
)
operation(
    "scipy.special.hyp0f1",
    sample("scipy.special.hyp0f1({v}, x)", v=[0.7, 2.0], x=[normal(), normal(4)]),
    analytic=False,
    jax=False,
    backends=NUMPY,
    **LOOSE,
)
for name, text in {"ellipk": "ellipk(x)", "ellipe": "ellipe(x)"}.items():
    of_one(name, -2.0, 0.9, mpmath=text, jax=False, backends=NUMPY, **LOOSE)
for name in ("sici", "fresnel"):
    operation(
        f"scipy.special.{name}",
        sample(f"a, b = scipy.special.{name}(x); a * b", x=[normal(), normal(4), normal(2, 3)]),
        sample(f"scipy.special.{name}(x)[{{k}}]", x=[normal(3), normal(1)], k=[0, 1]),
        sample(f"y = [scipy.special.{name}(v)[0] for v in x]; y[0] * y[1]", x=normal(2), jax=False),
        analytic=False,
        order=2,
        **LOOSE,
    )

# ------------------------------------------------------------------------- exponentials, logarithms, entropies

of_one("expit", -4.0, 4.0, mpmath="1 / (1 + exp(-x))")
of_one("logit", 0.05, 0.95, mpmath="log(x / (1 - x))")
of_one("log_expit", -4.0, 4.0, mpmath="-log(1 + exp(-x))", jax=False)
of_one("exprel", -2.0, 2.0, mpmath="(exp(x) - 1) / x", jax=False, backends=NUMPY)
of_one("expm1", -2.0, 2.0, mpmath="expm1(x)", jax=False)
of_one("log1p", -0.5, 2.0, mpmath="log1p(x)", jax=False)
of_one("cbrt", 0.2, 2.0, mpmath="cbrt(x)", jax=False)
of_one("exp2", -2.0, 2.0, mpmath="2**x", jax=False)
of_one("exp10", -1.0, 1.0, mpmath="10**x", jax=False)
of_one("cosm1", -2.0, 2.0, mpmath="cos(x) - 1", jax=False, backends=NUMPY)
of_two("huber", (0.3, 2.0), (2.1, 4.0), mpmath="a * (b - a / 2)", jax=False, backends=NUMPY)
of_two("huber (inside)", (2.1, 3.0), (-2.0, 2.0), mpmath="b**2 / 2", jax=False, backends=NUMPY)
of_two(
    "pseudo_huber",
    (0.3, 2.0),
    (-2.0, 2.0),
    mpmath="a**2 * (sqrt(1 + (b / a)**2) - 1)",
    jax=False,
    backends=NUMPY,
)
of_one("entr", 0.2, 2.0, mpmath="-x * log(x)")
of_one("exp1", 0.2, 2.0, mpmath="e1(x)", **LOOSE)
of_one("expi", 0.2, 2.0, mpmath="ei(x)", **LOOSE)
of_one("spence", 0.2, 1.8, mpmath="polylog(2, 1 - x)", jax=False, **LOOSE)  # JAX gives NaN below 1
operation(
    "scipy.special.expn",
    sample("scipy.special.expn({n}, x)", n=[1, 2, 3], x=[positive(), positive(4)]),
    analytic=False,
    **LOOSE,
)
of_two("boxcox", (0.3, 2.0), (-1.0, 2.0), mpmath="(a**b - 1) / b", jax=False, backends=NUMPY)
of_two("boxcox1p", (-0.5, 2.0), (-1.0, 2.0), mpmath="((1 + a)**b - 1) / b", jax=False, backends=NUMPY)
of_two("xlogy", (-2.0, 2.0), (0.3, 3.0), mpmath="a * log(b)")
of_two("xlog1py", (-2.0, 2.0), (-0.5, 3.0), mpmath="a * log1p(b)")
of_two("rel_entr", (0.3, 2.0), (0.3, 2.0), mpmath="a * log(a / b)")
of_two("kl_div", (0.3, 2.0), (0.3, 2.0), mpmath="a * log(a / b) - a + b")

# ---------------------------------------------------------------------------------------------- Bessel functions

for name, text in {
    "j0": "besselj(0, x)", "j1": "besselj(1, x)", "y0": "bessely(0, x)", "y1": "bessely(1, x)",
    "k0": "besselk(0, x)", "k1": "besselk(1, x)",
    "k0e": "exp(x) * besselk(0, x)", "k1e": "exp(x) * besselk(1, x)",
}.items():  # fmt: skip
    of_one(name, 0.3, 4.0, mpmath=text, jax=False, backends=NUMPY, **LOOSE)
for name, text in {
    "i0": "besseli(0, x)", "i1": "besseli(1, x)", "i0e": "exp(-abs(x)) * besseli(0, x)",
    "i1e": "exp(-abs(x)) * besseli(1, x)",
}.items():  # fmt: skip
    of_one(name, 0.3, 4.0, mpmath=text.replace("abs(x)", "x"), **LOOSE)
for name in ("yn", "kn"):
    operation(
        f"scipy.special.{name}",
        sample(f"scipy.special.{name}({{n}}, x)", n=[0, 1, 3], x=[positive(), positive(4)]),
        analytic=False,
        jax=False,
        backends=NUMPY,
        **LOOSE,
    )
for name in ("jv", "jn", "yv", "iv", "ive", "kv"):
    operation(
        f"scipy.special.{name}",
        sample(f"scipy.special.{name}({{v}}, x)", v=[0, 1, 2.5], x=[positive(), positive(4)]),
        sample(f"scipy.special.{name}(v, x)", v=integers(0, 4, 3), x=positive(2, 3)),
        refused(f"scipy.special.{name}(v, x)", "its order", backends=NUMPY, v=positive(), x=positive()),
        refused(f"scipy.special.{name}(1, x)", "no counterpart in JAX", backends=("jax",), x=positive()),
        analytic=False,
        jax=False,
        backends=NUMPY,
        **LOOSE,
    )
operation(
    "numpy.i0",
    sample("np.i0(x)", x=[normal(), normal(4), normal(2, 3)]),
    sample("np.sum(np.i0(x) * x)", x=[normal(3), normal(1)]),
    analytic=False,
    **LOOSE,
)

# ---------------------------------------------------------------------------------------------- along axes

KEEP = [False, True]
operation(
    "scipy.special.logsumexp",
    sample("scipy.special.logsumexp(a)", a=[normal(4), normal(2, 3), normal()]),
    sample(
        "scipy.special.logsumexp(a, axis={axis}, keepdims={keepdims})",
        a=normal(2, 3),
        axis=[None, 0, 1, (0, 1)],
        keepdims=KEEP,
    ),
    sample("scipy.special.logsumexp(a, b=b)", a=normal(3), b=positive(3)),
    sample("scipy.special.logsumexp(a, {axis})", a=normal(2, 3), axis=[0, 1]),
    sample("scipy.special.logsumexp(a, 0, b, True)", a=normal(2, 3), b=positive(3)),
    sample(
        "scipy.special.logsumexp(a, axis={axis}, b=b)",
        a=normal(2, 3),
        b=[positive(2, 3), positive(3)],
        axis=[0, 1],
    ),
    sample("scipy.special.logsumexp(a, axis={axis}, b=b)", a=normal(3), b=positive(2, 3), axis=[0, 1]),
    sample(
        "scipy.special.logsumexp(a, axis={axis}, b=b, keepdims={keepdims}, return_sign=True)",
        a=normal(2, 3),
        b=[normal(2, 3), normal(3)],
        axis=[None, 0, (0, 1)],
        keepdims=KEEP,
    ),
    sample(
        "s, sign = scipy.special.logsumexp(a, 1, b, return_sign=True); s * sign",
        a=normal(2, 1),
        b=normal(3),
    ),
    sample("s, sign = scipy.special.logsumexp(a, return_sign=True); s * sign", a=[normal(3), normal()]),
    sample("scipy.special.logsumexp(a, b=b, return_sign=True)[1] * a", a=normal(3), b=normal(3)),
    analytic=False,
)
for name in ("softmax", "log_softmax"):
    operation(
        f"scipy.special.{name}",
        sample(f"scipy.special.{name}(x, axis={{axis}})", x=normal(2, 3), axis=[0, 1, -1]),
        sample(f"scipy.special.{name}(x)", x=[normal(4), normal(1)]),
        sample(f"scipy.special.{name}(x, axis=None)", x=normal(2, 3), jax=False),
        analytic=False,
    )

# --------------------------------------------------------------------------------------------------- made of others

operation(
    "scipy.special.comb",
    sample("scipy.special.comb({n}, {k}) * x", x=normal(3), n=[5, 2], k=[2, 3]),
    sample("scipy.special.comb(x, {k})", x=inside(3.0, 6.0, 4), k=[1, 2.5]),
    sample("scipy.special.comb(x, 2, repetition=True)", x=inside(3.0, 6.0, 4)),
    sample("scipy.special.comb(k, k, repetition=True) * x", x=normal(3), k=np.array([0, 1, 2])),
    analytic=False,
    jax=False,
    backends=NUMPY,
    **LOOSE,
)
operation(
    "scipy.special.perm",
    sample("scipy.special.perm({n}, {k}) * x", x=normal(3), n=[5, 2], k=[2, 3]),
    sample("scipy.special.perm(x, {k})", x=inside(3.0, 6.0, 4), k=[1, 2.5]),
    analytic=False,
    jax=False,
    **LOOSE,
)
for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf"):
    operation(
        f"scipy.stats.norm.{name}",
        sample(f"scipy.stats.norm.{name}(x)", x=[normal(), normal(4), normal(2, 3)]),
        sample(f"scipy.stats.norm.{name}(x, m, s)", x=normal(4), m=[normal(), normal(4)], s=positive(4)),
        sample(f"scipy.stats.norm.{name}(x, scale=s, loc={{m}})", x=normal(2, 3), m=0.5, s=positive()),
        sample(f"scipy.stats.norm.{name}(x, 0.0, s)", x=normal(3), s=np.array([1.0, 2.0, 0.5])),
        analytic=False,
        extended=False,
        single=False,
        **LOOSE,
    )
operation(
    "scipy.stats.norm.ppf",
    sample("scipy.stats.norm.ppf(x, m, s)", x=inside(0.1, 0.9, 4), m=normal(), s=positive(4)),
    analytic=False,
    extended=False,
    single=False,
    **LOOSE,
)

ORDERS = np.array([1, 2, 3])
operation(
    "scipy.special.sph_harm_y",
    sample("scipy.special.sph_harm_y({n}, {m}, x, y)", n=3, m=[0, 1, -2, 3], x=positive(3), y=normal(3)),
    sample(
        "np.abs(scipy.special.sph_harm_y(n, m, x, y) + 2)", n=ORDERS, m=ORDERS - 1, x=positive(3), y=normal()
    ),
    sample("scipy.special.sph_harm_y(2, 0, 0 * x, y).real", x=normal(), y=normal()),
    sample(
        "scipy.special.sph_harm_y(3, {m}, x, y)", m=[0, 1, -2], x=[normal(3), inside(3.3, 6, 3)], y=normal(3)
    ),
    analytic=False,
    extended=False,
    jax=False,
    backends=NUMPY,
)
operation("numpy.angle (deg)", sample("np.angle(x, deg=True)", x=[complexes(3), complexes()], analytic=False))
