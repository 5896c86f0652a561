"""Distributions of scipy.stats: densities, probabilities and quantiles, with all of their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from operations.record import (
    BOTH,
    NUMPY,
    Drawn,
    family,
    inside,
    integers,
    normal,
    operation,
    positive,
    refused,
    sample,
)

family("distributions", "Distributions")

LOOSE = {"tolerance": 1e-9, "because": "SciPy and XLA compute special functions by series of their own"}
BEYOND = np.array([-1.0, 0.4, 7.0, -0.2])  # some of them outside of the support


@dataclass(frozen=True)
class Law:
    """What is known of a distribution.

    density:  that of the standard distribution, as mpmath writes it over x, a and b.
    less:     the probability of less; with `fixed` in the place of a and b where it has no derivative by these.
    jax:      the methods that jax.scipy.stats has, with the derivatives by all parameters.
    """

    density: str
    less: str
    shapes: tuple[str, ...] = ()
    fixed: tuple[float, ...] = ()
    places: Drawn = positive(4)
    jax: str = ""
    quantiles_under_jax: bool = True


LAWS = {
    "expon": Law("exp(-x)", "1 - exp(-x)", jax="pdf logpdf cdf sf"),
    "gamma": Law(
        "x ** (a - 1) * exp(-x) / gamma(a)",
        "gammainc(3, 0, x, regularized=True)",
        ("a",),
        (3.0,),
        jax="pdf logpdf",
        quantiles_under_jax=False,
    ),
    "beta": Law(
        "x ** (a - 1) * (1 - x) ** (b - 1) / beta(a, b)",
        "betainc(3, 2, 0, x, regularized=True)",
        ("a", "b"),
        (3.0, 2.0),
        inside(0.1, 0.9, 4),
        jax="pdf logpdf",
        quantiles_under_jax=False,
    ),
    "chi2": Law(
        "x ** (a / 2 - 1) * exp(-x / 2) / (2 ** (a / 2) * gamma(a / 2))",
        "gammainc(1.5, 0, x / 2, regularized=True)",
        ("a",),
        (3.0,),
        jax="pdf logpdf",
        quantiles_under_jax=False,
    ),
    "lognorm": Law("exp(-(log(x) / a) ** 2 / 2) / (a * x * sqrt(2 * pi))", "ncdf(log(x) / a)", ("a",)),
    "uniform": Law("1 + 0 * x", "x", places=inside(0.1, 0.9, 4), jax="logpdf"),
    "laplace": Law(
        "exp(-abs(x)) / 2",
        "(1 + sign(x) * (1 - exp(-abs(x)))) / 2",
        places=normal(4),
        jax="pdf logpdf cdf",
    ),
    "cauchy": Law(
        "1 / (pi * (1 + x ** 2))",
        "atan(x) / pi + mpf(1) / 2",
        places=normal(4),
        jax="pdf logpdf",
    ),
    "t": Law(
        "gamma((a + 1) / 2) / (sqrt(a * pi) * gamma(a / 2)) * (1 + x ** 2 / a) ** (-(a + 1) / 2)",
        "(1 + sign(x) * betainc(mpf(1) / 2, mpf(3) / 2, 0, x ** 2 / (x ** 2 + 3), regularized=True)) / 2",
        ("a",),
        (3.0,),
        normal(4),
        jax="pdf logpdf",
    ),
}


def moved(text: str) -> str:
    """A formula of mpmath with (x - m) / s in the place of x."""
    return re.sub(r"\bx\b", "((x - m) / s)", text)


def finite(call: str) -> str:
    """A call with the exponential of a logarithm, which is -inf where there is nothing."""
    return f"np.exp({call})" if ".log" in call.replace(".lognorm", "") else call


def densities(name: str, law: Law) -> Iterator[Any]:
    """Samples of pdf and logpdf."""
    known, shapes = ", ".join(["x", *law.shapes]), dict.fromkeys(law.shapes, positive(4))
    for method in ("pdf", "logpdf"):
        path = f"scipy.stats.{name}.{method}"
        mp = f"({law.density})" if method == "pdf" else f"log({law.density})"
        scaled = f"{moved(mp)} / s" if method == "pdf" else f"{moved(mp)} - log(s)"
        jax = method in law.jax.split()
        yield sample(f"{path}({known})", x=law.places, **shapes, mpmath=mp, jax=jax)
        yield sample(
            f"{path}({known}, m, s)",
            x=inside(0.2, 0.8, 4),
            **shapes,
            **MOVED,
            mpmath=scaled,
            order=2,
            jax=jax,
        )
        beside = dict.fromkeys(law.shapes, positive(2, 1))
        yield sample(finite(f"{path}({known}, scale=s, loc={{m}})"), x=BEYOND, **beside, m=0.1, s=positive())


def probabilities(name: str, law: Law) -> Iterator[Any]:
    """Samples of cdf, sf and their logarithms, and of ppf."""
    parameters = law.fixed or law.shapes
    free = {} if law.fixed else dict.fromkeys(law.shapes, positive(4))
    known = ", ".join(["x", *map(str, parameters)])
    backends = NUMPY if name == "t" else BOTH
    for method in ("cdf", "sf", "logcdf", "logsf"):
        path = f"scipy.stats.{name}.{method}"
        mp = f"(1 - ({law.less}))" if method.endswith("sf") else f"({law.less})"
        mp = f"log{mp}" if method.startswith("log") else mp
        given = {"backends": backends, "jax": method in law.jax.split()}
        yield sample(f"{path}({known})", x=law.places, **free, mpmath=mp, **given)
        yield sample(
            f"{path}({known}, m, s)",
            x=inside(0.2, 0.8, 4),
            **free,
            **MOVED,
            mpmath=moved(mp),
            order=2 if method == "cdf" else 1,
            **given,
        )
        yield sample(finite(f"{path}({known}, scale=s)"), x=BEYOND, **free, s=positive(), backends=backends)
    path = f"scipy.stats.{name}.ppf"
    known = known.replace("x", "q", 1)
    given = {"backends": backends if law.quantiles_under_jax else NUMPY}
    yield sample(f"{path}({known})", q=[inside(0.1, 0.9), inside(0.1, 0.9, 4)], **free, **given)
    yield sample(f"{path}({known}, m, s)", q=inside(0.1, 0.9, 4), **free, m=normal(), s=positive(4), **given)
    if law.fixed:
        own = {name: positive() for name in law.shapes}
        yield refused(
            f"scipy.stats.{name}.cdf(x, {', '.join(own)})", "with respect to", NUMPY, x=law.places, **own
        )


MOVED = {"m": np.float64(-0.05), "s": inside(1.1, 2.0, 4)}
PROOF = {"analytic": False, "extended": False, "single": False, "jax": False, **LOOSE}
for _name, _law in LAWS.items():
    operation(f"scipy.stats.{_name}", *densities(_name, _law), *probabilities(_name, _law), **PROOF)

COUNTS = np.array([0, 1, 3, 2])
CHANCES = [inside(0.1, 0.9), inside(0.1, 0.9, 4)]
RATES = [positive(), positive(4), positive(2, 1)]
MASSES = {
    "poisson": [("k, a", {"k": COUNTS, "a": RATES})],
    "binom": [
        ("k, {n}, p", {"k": COUNTS, "n": [3, 5], "p": CHANCES}),
        ("k, n, p", {"k": COUNTS[:3], "n": integers(2, 6, 3), "p": inside(0.1, 0.9, 3)}),
    ],
    "bernoulli": [("k, p", {"k": COUNTS, "p": CHANCES})],
}
for _name, _forms in MASSES.items():
    _calls = [(f"scipy.stats.{_name}.{m}({f}", given) for m in ("pmf", "logpmf") for f, given in _forms]
    operation(
        f"scipy.stats.{_name}",
        *(sample(finite(f"{call})"), **given) for call, given in _calls),
        *(sample(finite(f"{call}, {{loc}})"), **given, loc=1) for call, given in _calls),
        order=2,
        **PROOF,
    )
for _name in ("pdf", "logpdf"):
    _path = f"scipy.stats.multivariate_normal.{_name}"
    operation(
        _path,
        sample(
            f"{_path}(x, m, a @ a.T + np.eye(3))",
            x=[normal(3), normal(4, 3), normal(1, 3), normal(2, 1, 3), normal(2, 2, 3)],
            m=normal(3),
            a=normal(3, 3),
        ),
        sample(
            f"{_path}(x, mean=m, cov=a + 5 * np.eye(2))", x=normal(4, 2), m=normal(2), a=inside(0.1, 1, 2, 2)
        ),
        refused(f"{_path}(x)", "as its mean", x=normal(2)),
        refused(
            f"{_path}(x, m, a, allow_singular=True)",
            "allow_singular",
            x=normal(2),
            m=normal(2),
            a=normal(2, 2),
        ),
        order=2,
        **PROOF,
    )
