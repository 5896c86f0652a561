"""Derivatives of the distributions of scipy.stats: those of expressions that have their values.

Densities and probabilities of the standard distributions are in Johnson, Kotz and Balakrishnan, Continuous Univariate
Distributions, 2nd ed., volumes 1 and 2; x stands for (x - loc) / scale. Outside of the support the derivative is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from adcompiler.ir.core import Const
from adcompiler.ir.dims import is_one
from adcompiler.rules.language import Like, Sym, call
from adcompiler.rules.registry import rule, same
from adcompiler.rules.special import no_derivative
from adcompiler.rules.structure import array_type, rank

Formula: TypeAlias = "Callable[..., Sym]"
LOG_TWO_PI = math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Law:
    """A distribution by formulas over x and its own parameters.

    less, more: the probabilities of less and of more than x; log_less, log_more: their logarithms, where there is a
                better formula than that. `place` gives x for a probability.
    """

    log_density: Callable[..., Like]
    less: Formula | None = None
    more: Formula | None = None
    place: Formula | None = None
    log_less: Formula | None = None
    log_more: Formula | None = None
    low: float = -math.inf
    high: float = math.inf


# ---------------------------------------------------------------------------------------------------- continuous


def beta_density(x: Sym, a: Sym, b: Sym) -> Sym:
    """x ** (a - 1) * (1 - x) ** (b - 1) / B(a, b)."""
    return call("xlog1py", b - 1, -x) + call("xlogy", a - 1, x) - call("betaln", a, b)


def t_density(x: Sym, df: Sym) -> Sym:
    """(1 + x ** 2 / df) ** (-(df + 1) / 2) / (sqrt(df) * B(1 / 2, df / 2))."""
    constant = call("gammaln", (df + 1) / 2) - call("gammaln", df / 2) - call("log", df * math.pi) / 2
    return constant - (df + 1) / 2 * call("log1p", x**2 / df)


def chi2_density(x: Sym, df: Sym) -> Sym:
    """x ** (df / 2 - 1) * exp(-x / 2) / (2 ** (df / 2) * gamma(df / 2))."""
    return call("xlogy", df / 2 - 1, x) - x / 2 - call("gammaln", df / 2) - math.log(2) / 2 * df


def lognorm_density(x: Sym, s: Sym) -> Sym:
    """The normal density of log(x) / s, divided by s * x."""
    log = call("log", x)
    return -((log / s) ** 2) / 2 - log - call("log", s) - LOG_TWO_PI / 2


def laplace_less(x: Sym) -> Sym:
    """exp(x) / 2, and 1 less what is beyond."""
    tail = call("exp", -call("absolute", x)) / 2
    return call("where", x > 0, 1 - tail, tail)


def laplace_place(q: Sym) -> Sym:
    """The logarithm of 2 * q, and of what is beyond."""
    upper = q > 0.5
    tail = call("log", 2 * call("where", upper, 1 - q, q))
    return call("where", upper, -tail, tail)


def angle(x: Sym) -> Sym:
    """The probability of more than x of a Cauchy distribution, without loss for large x."""
    return call("arctan2", 1.0, x) / math.pi


LAWS = {
    "expon": Law(
        lambda x: -x,
        lambda x: -call("expm1", -x),
        lambda x: call("exp", -x),
        lambda q: -call("log1p", -q),
        log_more=lambda x: -x,
        low=0,
    ),
    "gamma": Law(
        lambda x, a: call("xlogy", a - 1, x) - x - call("gammaln", a),
        lambda x, a: call("gammainc", a, x),
        lambda x, a: call("gammaincc", a, x),
        lambda q, a: call("gammaincinv", a, q),
        low=0,
    ),
    "beta": Law(
        beta_density,
        lambda x, a, b: call("betainc", a, b, x),
        lambda x, a, b: call("betainc", b, a, 1 - x),
        lambda q, a, b: call("betaincinv", a, b, q),
        low=0,
        high=1,
    ),
    "chi2": Law(
        chi2_density,
        lambda x, df: call("gammainc", df / 2, x / 2),
        lambda x, df: call("gammaincc", df / 2, x / 2),
        lambda q, df: 2 * call("gammaincinv", df / 2, q),
        low=0,
    ),
    "lognorm": Law(
        lognorm_density,
        lambda x, s: call("ndtr", call("log", x) / s),
        lambda x, s: call("ndtr", -call("log", x) / s),
        lambda q, s: call("exp", s * call("ndtri", q)),
        lambda x, s: call("log_ndtr", call("log", x) / s),
        lambda x, s: call("log_ndtr", -call("log", x) / s),
        low=0,
    ),
    "uniform": Law(lambda x: 0.0, lambda x: x, lambda x: 1 - x, lambda q: q, low=0, high=1),
    "laplace": Law(
        lambda x: -call("absolute", x) - math.log(2),
        laplace_less,
        lambda x: laplace_less(-x),
        laplace_place,
    ),
    "cauchy": Law(
        lambda x: -call("log1p", x**2) - math.log(math.pi),
        lambda x: angle(-x),
        angle,
        lambda q: call("tan", math.pi * q - math.pi / 2),
    ),
    "t": Law(t_density),
}


def double(x: Sym) -> Sym:
    """A number in double precision, in which SciPy computes."""
    type = array_type(x)
    return x if type.weak or type.dtype == np.float64 else call("astype", x, dtype=np.dtype(np.float64))


def standard(x: Sym, loc: Sym, scale: Sym) -> Sym:
    """(x - loc) / scale."""
    if not _is(loc, 0):
        x = x - loc
    return x if _is(scale, 1) else x / scale


def _is(x: Sym, value: float) -> bool:
    return _known(x) == value


def _is_positive(x: Sym) -> bool:
    return _known(x) > 0


def _known(x: Sym) -> float:
    """A parameter that is known while compiling, else NaN."""
    value = x.operand.value if isinstance(x.operand, Const) else None
    return float(value) if isinstance(value, (bool, int, float, np.generic)) else math.nan


def where_any(conditions: Sequence[Sym], there: Like, elsewhere: Like) -> Like:
    """One value where one of the conditions holds, and the other elsewhere."""
    if not conditions:
        return elsewhere
    either = conditions[0]
    for condition in conditions[1:]:
        either = call("logical_or", either, condition)
    return call("where", either, there, elsewhere)


def not_positive(parameters: Sequence[Sym]) -> list[Sym]:
    """Conditions under which a parameter is not one."""
    return [p <= 0 for p in parameters if not _is_positive(p)]


def inside(x: Sym, low: float, high: float) -> tuple[list[Sym], list[Sym], Sym]:
    """Whether x lies below or above the support, and x, but a number from inside where it lies outside."""
    below = [x < low] if low > -math.inf else []
    above = [x > high] if high < math.inf else []
    within = where_any([*below, *above], 0.5, x)
    assert isinstance(within, Sym)
    return below, above, within


def bounded(
    value: Like, below: Sequence[Sym], above: Sequence[Sym], left: float, right: float, wrong: Sequence[Sym]
) -> Sym:
    """A value between two conditions, constants beyond them, and NaN where a parameter is none."""
    other = right if not below else left if not above or left == right else where_any(below, left, right)
    found = where_any([*below, *above, *wrong], where_any(wrong, math.nan, other), value)
    assert isinstance(found, Sym)
    return found


def density(law: Law, log: bool, x: Sym, loc: Sym, scale: Sym, **shapes: Sym) -> Sym:
    """Of pdf and logpdf."""
    x, loc, scale, *parameters = map(double, (x, loc, scale, *shapes.values()))
    below, above, within = inside(standard(x, loc, scale), law.low, law.high)
    value = law.log_density(within, *parameters)
    if log:
        value = value if _is(scale, 1) else value - call("log", scale)
    else:
        value = call("exp", value) if isinstance(value, Sym) else math.exp(value.real)
        value = value if _is(scale, 1) else value / scale
    none = -math.inf if log else 0.0
    return bounded(value, below, above, none, none, not_positive([*parameters, scale]))


def probability(law: Law, log: bool, upper: bool, x: Sym, loc: Sym, scale: Sym, **shapes: Sym) -> Sym | None:
    """Of cdf, logcdf, sf and logsf."""
    formula, of_log = (law.more, law.log_more) if upper else (law.less, law.log_less)
    if formula is None:
        return None
    x, loc, scale, *parameters = map(double, (x, loc, scale, *shapes.values()))
    below, above, within = inside(standard(x, loc, scale), law.low, law.high)
    if log and of_log is not None:
        value: Like = of_log(within, *parameters)
    else:
        value = formula(within, *parameters)
        value = call("log", value) if log else value
    none, all_of_it = (-math.inf, 0.0) if log else (0.0, 1.0)
    left, right = (all_of_it, none) if upper else (none, all_of_it)
    return bounded(value, below, above, left, right, not_positive([*parameters, scale]))


def quantile(law: Law, q: Sym, loc: Sym, scale: Sym, **shapes: Sym) -> Sym | None:
    """Of ppf."""
    if law.place is None:
        return None
    q, loc, scale, *parameters = map(double, (q, loc, scale, *shapes.values()))
    below, above, within = inside(q, 0.0, 1.0)
    value = law.place(within, *parameters)
    value = value if _is(scale, 1) else value * scale
    value = value if _is(loc, 0) else value + loc
    return bounded(value, below, above, math.nan, math.nan, not_positive([*parameters, scale]))


for _name, _law in LAWS.items():
    same(f"{_name}_pdf", partial(density, _law, False))
    same(f"{_name}_logpdf", partial(density, _law, True))
    if _law.less is not None:
        for _method, _log, _upper in [
            ("cdf", False, False), ("logcdf", True, False), ("sf", False, True), ("logsf", True, True),
        ]:  # fmt: skip
            same(f"{_name}_{_method}", partial(probability, _law, _log, _upper))
        same(f"{_name}_ppf", partial(quantile, _law))


# Student's distribution, whose probabilities are those of no function here


def t_slope(method: str) -> Callable[..., Sym]:
    """The density, over the probability where that stands under a logarithm; of ppf over 1."""

    def slope(g: Sym, x: Sym, df: Sym, loc: Sym, scale: Sym, y: Sym) -> Sym:
        up = g if method.endswith("cdf") else -g
        if method.startswith("log"):
            return up * call("exp", call("t_logpdf", x, df, loc, scale) - y)
        return up * call("t_pdf", x, df, loc, scale)

    return slope


for _method in ("cdf", "logcdf", "sf", "logsf"):
    _slope = t_slope(_method)
    rule(
        f"t_{_method}(x, df, loc, scale)",
        x=_slope,
        df=no_derivative(f"t.{_method}", "df"),
        loc=lambda slope=_slope, **names: -slope(**names),
        scale=lambda scale, x, loc, slope=_slope, **names: (
            -slope(x=x, loc=loc, scale=scale, **names) * standard(x, loc, scale)
        ),
    )
rule(
    "t_ppf(q, df, loc, scale)",
    q=lambda g, y, df, loc, scale, **rest: g / call("t_pdf", y, df, loc, scale),
    df=no_derivative("t.ppf", "df"),
    loc="g",
    scale="g * (y - loc) / scale",
)


# ---------------------------------------------------------------------------------------------------- discrete


def outside_of(p: Sym) -> list[Sym]:
    """Conditions under which a number is no probability."""
    return [] if 0 <= _known(p) <= 1 else [p < 0, p > 1]


def poisson_mass(log: bool, k: Sym, mu: Sym) -> Sym:
    """mu ** k * exp(-mu) / k!."""
    value = call("xlogy", k, mu) - call("gammaln", k + 1) - mu
    return value if log else call("exp", value)


def binom_mass(log: bool, k: Sym, n: Sym, p: Sym) -> Sym:
    """p ** k * (1 - p) ** (n - k) * n! / (k! * (n - k)!)."""
    ways = call("gammaln", n + 1) - call("gammaln", k + 1) - call("gammaln", n - k + 1)
    value = ways + call("xlogy", k, p) + call("xlog1py", n - k, -p)
    return value if log else call("exp", value)


def bernoulli_mass(log: bool, k: Sym, p: Sym) -> Sym:
    """p or 1 - p."""
    value = call("where", k > 0.5, p, 1 - p)
    return call("log", value) if log else value


def whole(x: Sym) -> tuple[list[Sym], Sym]:
    """Whether a number is no integer, and the integer below it: there is no derivative by what is counted."""
    if array_type(x).dtype.kind in "biu":
        return [], x
    below = call("floor", double(x))
    return [call("not_equal", below, x)], below


def mass(name: str, log: bool, k: Sym, loc: Sym, **shapes: Sym) -> Sym:
    """Of pmf and logpmf."""
    broken, k = whole(k if _is(loc, 0) else k - loc)
    parameters = dict(shapes)
    wrong: list[Sym] = []
    if "n" in shapes:
        wrong, parameters["n"] = whole(shapes["n"])
        wrong += [] if _is_positive(shapes["n"]) else [parameters["n"] < 0]
    if "p" in shapes:
        wrong += outside_of(shapes["p"])
    else:
        wrong += [] if _is_positive(shapes["mu"]) else [shapes["mu"] < 0]
    top = {"bernoulli": 1, "binom": parameters.get("n")}.get(name)
    outside = [*broken, k < 0, *([] if top is None else [k > top])]
    within = where_any(outside, 0, k)
    value = MASSES[name](log, within, *(double(p) for p in parameters.values()))
    none = -math.inf if log else 0.0
    return bounded(value, outside, [], none, none, wrong)


MASSES: dict[str, Formula] = {"poisson": poisson_mass, "binom": binom_mass, "bernoulli": bernoulli_mass}
for _name in MASSES:
    same(f"{_name}_pmf", partial(mass, _name, False))
    same(f"{_name}_logpmf", partial(mass, _name, True))


# ---------------------------------------------------------------------------------------------------- several variables


def multivariate(log: bool, x: Sym, mean: Sym, cov: Sym, **flags: object) -> Sym:
    """exp(-|L^-1 (x - mean)|^2 / 2) / ((2 pi)^(d / 2) |L|), cov = L L.T; SciPy reads its lower triangle alone."""
    x, mean, cov = map(double, (x, mean, cov))
    lower = call("tril", cov)
    factor = call("cholesky", lower + call("transpose", call("tril", cov, k=-1)))
    vectors = call("moveaxis", x - mean, source=-1, destination=0) if rank(x) > 1 else x - mean
    columns = call("reshape", vectors, call("size", vectors, axis=0), -1) if rank(x) > 2 else vectors
    whitened = call("solve_triangular", factor, columns, lower=True)
    squares = call("sum", whitened**2, axis=0)
    logs = call("sum", call("log", call("diagonal", factor)))
    value = -squares / 2 - logs - LOG_TWO_PI / 2 * call("size", x, axis=-1)
    value = value if log else call("exp", value)
    shape = array_type(x).shape[:-1]
    if len(shape) <= 1 and not any(map(is_one, shape)):
        return value
    kept = [call("size", x, axis=k) for k, size in enumerate(shape) if not is_one(size)]
    return call("reshape", value, *kept) if kept else call("sum", value)


same("multivariate_normal_pdf", partial(multivariate, False))
same("multivariate_normal_logpdf", partial(multivariate, True))
