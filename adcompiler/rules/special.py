"""Derivatives of special functions, as in Abramowitz and Stegun, Handbook of Mathematical Functions [A], and the
Digital Library of Mathematical Functions, https://dlmf.nist.gov [D].

With respect to the order of a Bessel function, and to the parameters of incomplete gamma and beta functions, there is no
derivative in closed form: there they are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from adcompiler.ir.core import Const
from adcompiler.ir.types import broadcast_axes
from adcompiler.rules.elementwise import absent
from adcompiler.rules.language import Sym, call
from adcompiler.rules.linalg import Cotangents, Results
from adcompiler.rules.reductions import aligned
from adcompiler.rules.registry import NoDerivative, constant, rule
from adcompiler.rules.structure import Axis, array_type, rank, unbroadcast

ROOT_PI = math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2 * math.pi)
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
GELU_ROOT, GELU_CUBE = 0.7978845608028654, 0.044715


def no_derivative(function: str, operand: str) -> Callable[..., Sym]:
    """The refusal of a derivative that has no closed form."""

    def refuse(**names: object) -> Sym:
        raise NoDerivative(
            f"{function} has no derivative with respect to {operand} in closed form",
            "differentiate with respect to the other arguments, or make this one a constant",
        )

    return refuse


def bell(x: Sym) -> Sym:
    """exp(-x ** 2)."""
    return call("exp", -(x**2))


def normal(x: Sym) -> Sym:
    """The density of the normal distribution."""
    return call("exp", -(x**2) / 2) / ROOT_TWO_PI


# error functions and the normal distribution [D 7.2, 7.10]
rule("erf(x)", x=lambda g, x, **rest: g * (2 / ROOT_PI) * bell(x))
rule("erfc(x)", x=lambda g, x, **rest: -g * (2 / ROOT_PI) * bell(x))
rule("erfcx(x)", x=lambda g, x, y, **rest: g * (2 * x * y - 2 / ROOT_PI))
rule("erfi(x)", x=lambda g, x, **rest: g * (2 / ROOT_PI) * call("exp", x**2))
rule("erfinv(x)", x=lambda g, y, **rest: g * (ROOT_PI / 2) * call("exp", y**2))
rule("erfcinv(x)", x=lambda g, y, **rest: -g * (ROOT_PI / 2) * call("exp", y**2))
rule("dawsn(x)", x="g * (1 - 2 * x * y)")
rule("ndtr(x)", x=lambda g, x, **rest: g * normal(x))
rule("ndtri(x)", x=lambda g, y, **rest: g * ROOT_TWO_PI * call("exp", y**2 / 2))
rule("log_ndtr(x)", x=lambda g, x, y, **rest: g * call("exp", -(x**2) / 2 - y) / ROOT_TWO_PI)


def around(g: Sym, h: Sym, a: Sym, **rest: object) -> Sym:
    """-exp(-h ** 2 / 2) * erf(a * h / sqrt(2)) / (2 * sqrt(2 * pi))."""
    return -g * normal(h) * call("erf", a * h / math.sqrt(2)) / 2


def wider(g: Sym, h: Sym, a: Sym, **rest: object) -> Sym:
    """exp(-h ** 2 * (1 + a ** 2) / 2) / (2 * pi * (1 + a ** 2))."""
    spread = 1 + a**2
    return g * call("exp", -(h**2) * spread / 2) / (2 * math.pi * spread)


# Owen, Tables for computing bivariate normal probabilities (1956), equation 2.1; [D 7.10.1]
rule("owens_t(h, a)", h=around, a=wider)
rule("wofz(x)", x=lambda g, x, y, **rest: g * (2j / ROOT_PI - 2 * x * y))


def several_gamma(g: Sym, a: Sym, d: int, **rest: object) -> Sym:
    """The sum of digamma(a - k / 2) over k < d."""
    total = call("digamma", a)
    for k in range(1, d):
        total = total + call("digamma", a - k / 2)
    return g * total


def incomplete_gamma(g: Sym, a: Sym, x: Sym, **rest: object) -> Sym:
    """x ** (a - 1) * exp(-x) / gamma(a)  [D 8.8]."""
    return g * call("exp", call("xlogy", a - 1, x) - x - call("gammaln", a))


def incomplete_beta(g: Sym, a: Sym, b: Sym, x: Sym, **rest: object) -> Sym:
    """x ** (a - 1) * (1 - x) ** (b - 1) / beta(a, b)  [D 8.17]."""
    return g * beta_density(a, b, x)


def beta_density(a: Sym, b: Sym, x: Sym) -> Sym:
    """The density of the beta distribution."""
    return call("exp", call("xlogy", a - 1, x) + call("xlog1py", b - 1, -x) - call("betaln", a, b))


def hurwitz(g: Sym, x: Sym, q: Sym, **rest: object) -> Sym | None:
    """-x * zeta(x + 1, q)  [D 25.11.17]."""
    return None if absent(q) else -g * x * call("zeta", x + 1, q)


# gamma and beta functions [D 5.2, 5.12, 5.15]
rule("gamma(x)", x="g * y * digamma(x)")
rule("gammaln(x)", x="g * digamma(x)")
rule("loggamma(x)", x="g * digamma(x)")
rule("digamma(x)", x="g * polygamma(1, x)")
rule("polygamma(n, x)", x="g * polygamma(n + 1, x)")
rule("multigammaln(a)", a=several_gamma)
rule("factorial_of(n)", n="g * y * digamma(n + 1)")
rule("rgamma(x)", x="-g * y * digamma(x)")
constant("gammasgn")
rule("poch(z, m)", z="g * y * (digamma(z + m) - digamma(z))", m="g * y * digamma(z + m)")
rule("beta(a, b)", a="g * y * (digamma(a) - digamma(a + b))", b="g * y * (digamma(b) - digamma(a + b))")
rule("betaln(a, b)", a="g * (digamma(a) - digamma(a + b))", b="g * (digamma(b) - digamma(a + b))")
rule(
    "binom(n, k)",
    n="g * y * (digamma(n + 1) - digamma(n - k + 1))",
    k="g * y * (digamma(n - k + 1) - digamma(k + 1))",
)
rule("gammainc(a, x)", a=no_derivative("gammainc", "a"), x=incomplete_gamma)
rule(
    "gammaincc(a, x)", a=no_derivative("gammaincc", "a"), x=lambda g, a, x, **rest: incomplete_gamma(-g, a, x)
)
rule(
    "gammaincinv(a, b)",
    a=no_derivative("gammaincinv", "a"),
    b=lambda g, a, y, **rest: g * call("exp", call("gammaln", a) + y - call("xlogy", a - 1, y)),
)
rule(
    "betainc(a, b, x)",
    a=no_derivative("betainc", "a"),
    b=no_derivative("betainc", "b"),
    x=incomplete_beta,
)
rule(
    "betaincinv(a, b, c)",
    a=no_derivative("betaincinv", "a"),
    b=no_derivative("betaincinv", "b"),
    c=lambda g, a, b, y, **rest: g / beta_density(a, b, y),
)
rule("zeta(x, q)", x=no_derivative("zeta", "its first argument"), q=hurwitz)
rule(
    "hyp1f1(a, b, x)",
    a=no_derivative("hyp1f1", "a"),
    b=no_derivative("hyp1f1", "b"),
    x="g * (a / b) * hyp1f1(a + 1, b + 1, x)",
)
# [D 15.5.1, 16.3.1]
rule(
    "hyp2f1(a, b, c, x)",
    a=no_derivative("hyp2f1", "a"),
    b=no_derivative("hyp2f1", "b"),
    c=no_derivative("hyp2f1", "c"),
    x="g * (a * b / c) * hyp2f1(a + 1, b + 1, c + 1, x)",
)
rule("hyp0f1(v, x)", v=no_derivative("hyp0f1", "v"), x="g / v * hyp0f1(v + 1, x)")


def gauss(a: float, b: float, c: float, x: Sym) -> Sym:
    """The hypergeometric function of Gauss."""
    return call("hyp2f1", *(Sym(x.builder, Const(value)) for value in (a, b, c)), x)


def dilogarithm(g: Sym, x: Sym, **rest: object) -> Sym:
    """log(x) / (1 - x), and -1 at 1."""
    one = x.equal(1)
    return g * call("where", one, -1, call("log", x) / call("where", one, 1, 1 - x))


def relative_exponential(g: Sym, x: Sym, **rest: object) -> Sym:
    """The integral of t * exp(x * t) over t from 0 to 1  [D 13.4.1]."""
    return g * call("hyp1f1", Sym(x.builder, Const(2.0)), 3.0, x) / 2


# logistic functions, entropies and other combinations of exponentials and logarithms
rule("expit(x)", x="g * y * (1 - y)")
rule("logit(x)", x="g / (x * (1 - x))")
rule("log_expit(x)", x="g * expit(-x)")
rule("exprel(x)", x=relative_exponential)
rule("xlogy(a, b)", a="g * log(b)", b="g * a / b")
rule("xlog1py(a, b)", a="g * log1p(b)", b="g * a / (1 + b)")
# (x ** k - 1) / k is log(x) * exprel(k * log(x)), and the slope of exprel(t) hyp1f1(2, 3, t) / 2 [D 13.4.1]
rule(
    "boxcox(x, k)",
    x="g * x ** (k - 1)",
    k="g * log(x) ** 2 * hyp1f1(2.0, 3.0, k * log(x)) / 2",
)
rule(
    "boxcox1p(x, k)",
    x="g * exp(xlog1py(k - 1, x))",
    k="g * log1p(x) ** 2 * hyp1f1(2.0, 3.0, k * log1p(x)) / 2",
)
rule("entr(x)", x="-g * (log(x) + 1)")
rule("rel_entr(a, b)", a="g * (log(a / b) + 1)", b="-g * a / b")
rule("kl_div(a, b)", a="g * log(a / b)", b="g * (1 - a / b)")
rule("exp1(x)", x="-g * exp(-x) / x")
rule("expi(x)", x="g * exp(x) / x")
rule("expn(n, x)", x="-g * expn(n - 1, x)")
rule("spence(x)", x=dilogarithm)
rule("exp10(x)", x=lambda g, y, **rest: g * math.log(10) * y)
rule("cosm1(x)", x="-g * sin(x)")
rule(
    "huber(delta, r)",
    delta="g * maximum(absolute(r) - delta, 0)",
    r="g * clip(r, -delta, delta)",
)
rule(
    "pseudo_huber(delta, r)",
    delta="g * y ** 2 / (delta ** 3 * sqrt(1 + (r / delta) ** 2))",
    r="g * r / sqrt(1 + (r / delta) ** 2)",
)


def of_pair(first: Callable[[Sym], Sym], second: Callable[[Sym], Sym]) -> Callable[..., Sym | None]:
    """The rule of a function of one number with two results, by their slopes."""

    def added(g: tuple[Sym | None, Sym | None], x: Sym, **rest: object) -> Sym | None:
        parts = [gk * slope(x) for gk, slope in zip(g, (first, second), strict=True) if gk is not None]
        return sum(parts[1:], parts[0]) if parts else None

    return added


# [D 6.2.9, 6.2.13, 7.2.7, 7.2.8]
rule(
    "sici(x)",
    x=of_pair(lambda x: call("sinc", x / math.pi), lambda x: call("cos", x) / x),
)
rule(
    "fresnel(x)",
    x=of_pair(lambda x: call("sin", math.pi / 2 * x**2), lambda x: call("cos", math.pi / 2 * x**2)),
)
# as K = pi / 2 F(1/2, 1/2; 1; m) and E = pi / 2 F(-1/2, 1/2; 1; m), which has no hole at 0 [D 19.5.1, 19.5.2]
rule("ellipk(m)", m=lambda g, m, **rest: g * (math.pi / 8) * gauss(1.5, 1.5, 2.0, m))
rule("ellipe(m)", m=lambda g, m, **rest: -g * (math.pi / 8) * gauss(0.5, 1.5, 2.0, m))


def slope_at_zero(x: Sym, slope: Callable[[Sym], Sym]) -> Sym:
    """A slope that divides by x, and one half at 0."""
    zero = x.equal(0)
    return call("where", zero, 0.5, slope(call("where", zero, 1, x)))


# Bessel functions [A 9.1.27, 9.6.26, 9.6.27]; the order of jv and its kin has no derivative
rule("j0(x)", x="-g * j1(x)")


def polar_slope(g: Sym, n: Sym, m: Sym, theta: Sym, phi: Sym, **rest: object) -> Sym:
    """Handbook, 8.5.1 and 8.5.3, for functions of the polar angle that are normalised: no division by its sine."""
    # where the order is larger than the degree, all of them are 0
    up, down = call("maximum", (n - m) * (n + m + 1), 0), call("maximum", (n + m) * (n - m + 1), 0)
    above = call("sqrt", up) * call("sph_harm_y", n, m + 1, theta, phi)
    below = call("sqrt", down) * call("sph_harm_y", n, m - 1, theta, phi)
    # SciPy takes the absolute value of the sine
    g = call("where", call("sin", theta) < 0, -g, g)
    return g * (call("exp", phi * -1j) * above - call("exp", phi * 1j) * below) / 2


rule("sph_harm_y(n, m, theta, phi)", theta=polar_slope, phi="g * y * m * 1j")
rule("j1(x)", x="g * (j0(x) - jv(2, x)) / 2")
rule("jv(v, x)", v=no_derivative("jv", "its order"), x="g * (jv(v - 1, x) - jv(v + 1, x)) / 2")
rule("y0(x)", x="-g * y1(x)")
rule("y1(x)", x="g * (y0(x) - yv(2, x)) / 2")
rule("yv(v, x)", v=no_derivative("yv", "its order"), x="g * (yv(v - 1, x) - yv(v + 1, x)) / 2")
rule("i0(x)", x="g * i1(x)")
rule("i0e(x)", x="g * (i1e(x) - sign(x) * y)")
rule("i1(x)", x=lambda g, x, y, **rest: g * slope_at_zero(x, lambda x: call("i0", x) - y / x))
rule(
    "i1e(x)",
    x=lambda g, x, y, **rest: g * slope_at_zero(x, lambda x: call("i0e", x) - y * (call("sign", x) + 1 / x)),
)
rule("iv(v, x)", v=no_derivative("iv", "its order"), x="g * (iv(v - 1, x) + iv(v + 1, x)) / 2")
rule("k0(x)", x="-g * k1(x)")
rule("k1(x)", x="-g * (k0(x) + kv(2, x)) / 2")
rule("kv(v, x)", v=no_derivative("kv", "its order"), x="-g * (kv(v - 1, x) + kv(v + 1, x)) / 2")
rule("yn(n, x)", x="g * (yv(n - 1, x) - yv(n + 1, x)) / 2")
rule("kn(n, x)", x="-g * (kv(n - 1, x) + kv(n + 1, x)) / 2")
rule("k0e(x)", x="g * (y - k1e(x))")
rule("k1e(x)", x="g * (y - k0e(x) - y / x)")
rule(
    "ive(v, x)",
    v=no_derivative("ive", "its order"),
    x="g * ((ive(v - 1, x) + ive(v + 1, x)) / 2 - sign(x) * y)",
)


# along axes


def weighted(
    g: Sym | Cotangents, y: Sym | Results, a: Sym, b: Sym, axis: Axis, keepdims: bool, **rest: object
) -> Sym | None:
    """b * exp(a - y), with the sign of the sum."""
    share = _share(g, y, a, b, axis, keepdims)
    return None if share is None else unbroadcast(share if absent(b) else share * b, a)


def weights(
    g: Sym | Cotangents, y: Sym | Results, a: Sym, b: Sym, axis: Axis, keepdims: bool, **rest: object
) -> Sym | None:
    """exp(a - y), with the sign of the sum."""
    share = _share(g, y, a, b, axis, keepdims)
    if share is None:
        return None
    if broadcast_axes(array_type(b).shape, array_type(share).shape[-rank(b) :]):
        # a has an axis of size 1, or none, where b has more
        share = share + call("zeros_of", call("shape", b), dtype=array_type(b).dtype)
    return unbroadcast(share, b)


def _share(g: Sym | Cotangents, y: Sym | Results, a: Sym, b: Sym, axis: Axis, keepdims: bool) -> Sym | None:
    """exp(a - y) times the cotangent; without weights the sign is 1."""
    slope = g[0] if isinstance(g, tuple) else g
    if slope is None:
        return None
    log = y[0] if isinstance(y, tuple) else y
    if isinstance(y, tuple) and not absent(b):
        slope = slope * y[1]
    return call("exp", a - _back(log, a, b, axis, keepdims)) * _back(slope, a, b, axis, keepdims)


def _back(reduced: Sym, a: Sym, b: Sym, axis: Axis, keepdims: bool) -> Sym:
    """A reduced value with axes of size 1 where it was reduced; weights may have more axes than a."""
    wide = a if absent(b) or rank(a) >= rank(b) else b
    return aligned(reduced, wide, axis, keepdims)


def softmax(g: Sym, y: Sym, axis: object, **rest: object) -> Sym:
    """y * (g - sum(g * y))."""
    return y * (g - call("sum", g * y, axis=axis, keepdims=axis is not None))


def log_softmax(g: Sym, y: Sym, axis: object, **rest: object) -> Sym:
    """g - softmax * sum(g)."""
    return g - call("exp", y) * call("sum", g, axis=axis, keepdims=axis is not None)


rule("logsumexp(a, b)", a=weighted, b=weights)
rule("softmax(x)", x=softmax)
rule("log_softmax(x)", x=log_softmax)


# activation functions of jax.nn, at kinks as there


def gelu(g: Sym, x: Sym, approximate: bool, **rest: object) -> Sym:
    """Of x times the normal distribution, or of its approximation by tanh."""
    if not approximate:
        return g * (call("ndtr", x) + x * normal(x))
    t = call("tanh", GELU_ROOT * (x + GELU_CUBE * x**3))
    slope = x * (1 - t**2) * (1 + 3 * GELU_CUBE * x**2)
    return g * (1 + t + GELU_ROOT * slope) / 2


rule("relu(x)", x="where(greater(x, 0), g, 0)")
rule("relu6(x)", x="where(logical_and(greater(x, 0), less(x, 6)), g, 0)")
rule("sigmoid(x)", x="g * y * (1 - y)")
rule("log_sigmoid(x)", x="g * sigmoid(-x)")
rule("softplus(x)", x="g * sigmoid(x)")
rule("silu(x)", x="g * (sigmoid(x) * (1 - y) + y)")
rule("soft_sign(x)", x="g / (absolute(x) + 1) ** 2")
rule("hard_tanh(x)", x="where(less_equal(absolute(x), 1), g, 0)")
rule("elu(x)", x="where(greater(x, 0), g, g * (y + alpha))")
rule("celu(x)", x="where(greater(x, 0), g, g * (y / alpha + 1))")
rule("leaky_relu(x)", x="where(greater_equal(x, 0), g, g * negative_slope)")
rule(
    "selu(x)",
    x=lambda g, x, y, **rest: call("where", x > 0, g * SELU_SCALE, g * (y + SELU_SCALE * SELU_ALPHA)),
)
rule("gelu(x)", x=gelu)
rule("softmax_last(x)", x=softmax)
rule("log_softmax_last(x)", x=log_softmax)
constant("one_hot")
