"""The derivative of every elementwise primitive, proved by SymPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.types import FLOAT, Type, strong, type_of
from adcompiler.primitives.registry import PRIMITIVES, find
from adcompiler.rules.language import Sym
from adcompiler.rules.registry import RULES, NoDerivative, evaluate

x, a, b, c = sp.symbols("x a b c", real=True)

# what each primitive means, and points at which it is defined, on both sides of a kink where there is one
MEANING: dict[str, tuple[Any, list[dict[Any, Any]]]] = {}


def means(name: str, expression: Any, *points: tuple[Any, ...]) -> None:
    """Say what a primitive computes."""
    symbols = [sp.Symbol(operand, real=True) for operand in PRIMITIVES[name].operands]
    MEANING[name] = (
        expression,
        [{s: sp.Rational(str(v)) for s, v in zip(symbols, point, strict=True)} for point in points],
    )


def _where(condition: Any, this: Any, that: Any) -> Any:
    return sp.Piecewise((this, condition), (that, True))


HALF: list[tuple[Any, ...]] = [(0.3,), (0.7,), (-0.45,)]
ABOVE: list[tuple[Any, ...]] = [(1.2,), (3.7,)]
PLUS: list[tuple[Any, ...]] = [(0.3,), (1.9,), (4.5,)]
BOTH: list[tuple[Any, ...]] = [(0.8, 1.7), (2.3, 0.6), (-1.4, 1.1), (0.9, -2.2)]
_TABLE: list[tuple[str, Any, list[tuple[Any, ...]]]] = [
    ("add", a + b, BOTH),
    ("subtract", a - b, BOTH),
    ("multiply", a * b, BOTH),
    ("divide", a / b, BOTH),
    ("floor_divide", sp.floor(a / b), BOTH),
    ("remainder", a - b * sp.floor(a / b), BOTH),
    ("power", a**b, BOTH[:2] + [(0.9, -2.2)]),
    ("float_power", a**b, BOTH[:2] + [(0.9, -2.2)]),
    ("negative", -x, HALF),
    ("positive", x, HALF),
    ("absolute", sp.Abs(x), HALF),
    ("fabs", sp.Abs(x), HALF),
    ("square", x**2, HALF),
    ("reciprocal", 1 / x, HALF),
    ("sqrt", sp.sqrt(x), PLUS),
    ("cbrt", sp.sign(x) * sp.Abs(x) ** sp.Rational(1, 3), HALF),
    ("hypot", sp.sqrt(a**2 + b**2), BOTH),
    ("fmod", a - b * sp.sign(a / b) * sp.floor(sp.Abs(a / b)), BOTH),
    ("ieee_remainder", a - b * sp.floor(a / b + sp.Rational(1, 2)), BOTH),
    ("fma", a * b + c, [(0.3, 1.2, -0.4)]),
    ("exp", sp.exp(x), HALF),
    ("exp2", 2**x, HALF),
    ("expm1", sp.exp(x) - 1, HALF),
    ("log", sp.log(x), PLUS),
    ("log2", sp.log(x) / sp.log(2), PLUS),
    ("log10", sp.log(x) / sp.log(10), PLUS),
    ("log1p", sp.log(1 + x), HALF),
    ("logaddexp", sp.log(sp.exp(a) + sp.exp(b)), BOTH),
    ("logaddexp2", sp.log(2**a + 2**b) / sp.log(2), BOTH),
    ("sin", sp.sin(x), HALF),
    ("cos", sp.cos(x), HALF),
    ("tan", sp.tan(x), HALF),
    ("arcsin", sp.asin(x), HALF),
    ("arccos", sp.acos(x), HALF),
    ("arctan", sp.atan(x), HALF),
    ("arctan2", sp.atan2(a, b), BOTH),
    ("sinh", sp.sinh(x), HALF),
    ("cosh", sp.cosh(x), HALF),
    ("tanh", sp.tanh(x), HALF),
    ("arcsinh", sp.asinh(x), HALF),
    ("arccosh", sp.acosh(x), ABOVE),
    ("arctanh", sp.atanh(x), HALF),
    ("sinc", sp.sin(sp.pi * x) / (sp.pi * x), HALF),
    ("deg2rad", sp.pi * x / 180, HALF),
    ("rad2deg", 180 * x / sp.pi, HALF),
    ("maximum", _where(a > b, a, b), BOTH),
    ("minimum", _where(a < b, a, b), BOTH),
    ("fmax", _where(a > b, a, b), BOTH),
    ("fmin", _where(a < b, a, b), BOTH),
    ("heaviside", _where(a > 0, 1, 0), BOTH),
    ("copysign", sp.Abs(a) * sp.sign(b), BOTH),
    ("nan_to_num", x, HALF),
    ("sign", sp.sign(x), HALF),
    ("floor", sp.floor(x), HALF),
    ("ceil", sp.ceiling(x), HALF),
    ("trunc", sp.sign(x) * sp.floor(sp.Abs(x)), HALF),
    ("rint", sp.floor(x + sp.Rational(1, 2)), HALF),
    ("nextafter", a, BOTH),
    ("complex", a, BOTH),  # of its real part, as for the next two
    ("real", x, HALF),
    ("imag", sp.Integer(0), HALF),
    ("conj", x, HALF),
    ("angle", _where(x < 0, sp.pi, 0), HALF),
]
UNIT: list[tuple[Any, ...]] = [(0.3,), (0.7,), (0.05,)]
PAIRS: list[tuple[Any, ...]] = [(0.8, 1.7), (2.3, 0.6)]
n, k, q, v, z, m = sp.symbols("n k q v z m", real=True)
_normal = (1 + sp.erf(x / sp.sqrt(2))) / 2
_beta = sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b)
_sigmoid = 1 / (1 + sp.exp(-x))
delta, h, r = sp.symbols("delta h r", real=True)
_huber = _where(sp.Abs(r) > delta, delta * (sp.Abs(r) - delta / 2), r**2 / 2)
_gelu = sp.tanh(sp.Rational(0.7978845608028654) * (x + sp.Rational(0.044715) * x**3))
_TABLE += [
    ("erf", sp.erf(x), HALF),
    ("erfc", sp.erfc(x), HALF),
    ("erfcx", sp.exp(x**2) * sp.erfc(x), HALF),
    ("erfi", sp.erfi(x), HALF),
    ("erfinv", sp.erfinv(x), HALF),
    ("erfcinv", sp.erfcinv(x), [(0.3,), (1.7,)]),
    ("dawsn", sp.sqrt(sp.pi) / 2 * sp.exp(-(x**2)) * sp.erfi(x), HALF),
    ("ndtr", _normal, HALF),
    ("ndtri", sp.sqrt(2) * sp.erfinv(2 * x - 1), UNIT),
    ("log_ndtr", sp.log(_normal), HALF),
    ("gamma", sp.gamma(x), PLUS),
    ("gammaln", sp.loggamma(x), PLUS),
    ("loggamma", sp.loggamma(x), PLUS),
    ("digamma", sp.digamma(x), PLUS),
    ("polygamma", sp.polygamma(n, x), [(1, 0.7), (2, 1.9)]),
    ("factorial_of", sp.gamma(n + 1), PLUS),
    ("rgamma", 1 / sp.gamma(x), PLUS),
    ("gammasgn", sp.sign(x), PLUS),
    ("poch", sp.gamma(z + m) / sp.gamma(z), PAIRS),
    ("beta", _beta, PAIRS),
    ("betaln", sp.loggamma(a) + sp.loggamma(b) - sp.loggamma(a + b), PAIRS),
    ("binom", sp.gamma(n + 1) / sp.gamma(k + 1) / sp.gamma(n - k + 1), [(3.4, 1.2)]),
    ("gammainc", sp.lowergamma(a, x) / sp.gamma(a), PAIRS),
    ("gammaincc", sp.uppergamma(a, x) / sp.gamma(a), PAIRS),
    ("betainc", sp.betainc_regularized(a, b, 0, x), [(0.8, 1.7, 0.3), (2.3, 0.6, 0.7)]),
    ("zeta", sp.zeta(x, q), [(2.5, 0.7), (3.5, 1.9)]),
    ("hyp1f1", sp.hyper([a], [b], x), [(0.8, 1.7, 0.3), (2.3, 0.6, -0.7)]),
    ("hyp2f1", sp.hyper([a, b], [c], x), [(0.8, 1.7, 2.1, 0.3), (2.3, 0.6, 1.4, -0.7)]),
    ("hyp0f1", sp.hyper([], [v], x), PAIRS),
    ("wofz", sp.exp(-(x**2)) * (1 + sp.I * sp.erfi(x)), HALF),
    ("exp10", 10**x, HALF),
    ("cosm1", sp.cos(x) - 1, HALF),
    ("huber", _huber, [(0.5, 2.3), (0.5, -2.3), (2.3, 0.5), (2.3, -0.5)]),
    ("pseudo_huber", delta**2 * (sp.sqrt(1 + (r / delta) ** 2) - 1), PAIRS),
    ("expit", _sigmoid, HALF),
    ("logit", sp.log(x / (1 - x)), UNIT),
    ("log_expit", sp.log(_sigmoid), HALF),
    ("exprel", (sp.exp(x) - 1) / x, HALF),
    ("xlogy", a * sp.log(b), PAIRS),
    ("xlog1py", a * sp.log(1 + b), PAIRS),
    ("boxcox", (x**k - 1) / k, PAIRS),
    ("boxcox1p", ((1 + x) ** k - 1) / k, PAIRS),
    ("entr", -x * sp.log(x), PLUS),
    ("rel_entr", a * sp.log(a / b), PAIRS),
    ("kl_div", a * sp.log(a / b) - a + b, PAIRS),
    ("exp1", sp.expint(1, x), PLUS),
    ("expi", sp.Ei(x), PLUS),
    ("expn", sp.expint(n, x), [(2, 0.7), (3, 1.9)]),
    ("spence", sp.polylog(2, 1 - x), [(0.3,), (1.7,)]),
    ("j0", sp.besselj(0, x), PLUS),
    ("j1", sp.besselj(1, x), PLUS),
    ("jv", sp.besselj(v, x), [(2, 0.7), (2.5, 1.9)]),
    ("y0", sp.bessely(0, x), PLUS),
    ("y1", sp.bessely(1, x), PLUS),
    ("yv", sp.bessely(v, x), [(2, 0.7), (2.5, 1.9)]),
    ("yn", sp.bessely(n, x), [(2, 0.7), (3, 1.9)]),
    ("ive", sp.exp(-sp.Abs(x)) * sp.besseli(v, x), [(2, 0.7), (2.5, 1.9)]),
    ("i0", sp.besseli(0, x), PLUS),
    ("i0e", sp.exp(-sp.Abs(x)) * sp.besseli(0, x), HALF),
    ("i1", sp.besseli(1, x), HALF),
    ("i1e", sp.exp(-sp.Abs(x)) * sp.besseli(1, x), HALF),
    ("iv", sp.besseli(v, x), [(2, 0.7), (2.5, 1.9)]),
    ("k0", sp.besselk(0, x), PLUS),
    ("k1", sp.besselk(1, x), PLUS),
    ("kv", sp.besselk(v, x), [(2, 0.7), (2.5, 1.9)]),
    ("kn", sp.besselk(n, x), [(2, 0.7), (3, 1.9)]),
    ("k0e", sp.exp(x) * sp.besselk(0, x), PLUS),
    ("k1e", sp.exp(x) * sp.besselk(1, x), PLUS),
    ("ellipk", sp.elliptic_k(m), HALF),
    ("ellipe", sp.elliptic_e(m), HALF),
    ("relu", _where(x > 0, x, 0), HALF),
    ("relu6", _where(x > 0, _where(x < 6, x, 6), 0), [*HALF, (7.5,)]),
    ("sigmoid", _sigmoid, HALF),
    ("log_sigmoid", sp.log(_sigmoid), HALF),
    ("softplus", sp.log(1 + sp.exp(x)), HALF),
    ("silu", x * _sigmoid, HALF),
    ("soft_sign", x / (1 + sp.Abs(x)), HALF),
    ("hard_tanh", _where(x > 1, 1, _where(x < -1, -1, x)), [*HALF, (1.5,), (-1.5,)]),
    ("elu", _where(x > 0, x, sp.exp(x) - 1), HALF),
    ("celu", _where(x > 0, x, sp.exp(x) - 1), HALF),
    ("leaky_relu", _where(x >= 0, x, sp.Rational(0.01) * x), HALF),
    (
        "selu",
        sp.Rational(1.0507009873554805) * _where(x > 0, x, sp.Rational(1.6732632423543772) * (sp.exp(x) - 1)),
        HALF,
    ),
    ("gelu", x * (1 + _gelu) / 2, HALF),
]
for _name, _expression, _points in _TABLE:
    means(_name, _expression, *_points)
means("ldexp", x * 2 ** sp.Symbol("i", real=True), (0.3, 2), (-1.1, -3))
_low, _high = sp.symbols("a_min a_max", real=True)
_clipped = _where(_where(x < _low, _low, x) > _high, _high, _where(x < _low, _low, x))
means("clip", _clipped, (0.5, 0, 1), (-0.5, 0, 1), (1.5, 0, 1))
means("where", _where(sp.Symbol("c") > 0, a, b), (1, 0.2, 0.3), (0, 0.2, 0.3))

# Student's distribution (Abramowitz and Stegun, 26.7)
_df, _loc, _scale = sp.symbols("df loc scale", real=True)
_t = (x - _loc) / _scale
_t_peak = sp.gamma((_df + 1) / 2) / (sp.sqrt(sp.pi * _df) * sp.gamma(_df / 2))
_t_pdf = _t_peak * (1 + _t**2 / _df) ** (-(_df + 1) / 2) / _scale
_t_half = _t * _t_peak * sp.hyper([sp.Rational(1, 2), (_df + 1) / 2], [sp.Rational(3, 2)], -(_t**2) / _df)
for _name, _expression in {
    "t_pdf": _t_pdf,
    "t_logpdf": sp.log(_t_pdf),
    "t_cdf": sp.Rational(1, 2) + _t_half,
    "t_logcdf": sp.log(sp.Rational(1, 2) + _t_half),
    "t_sf": sp.Rational(1, 2) - _t_half,
    "t_logsf": sp.log(sp.Rational(1, 2) - _t_half),
}.items():
    means(_name, _expression, (0.7, 3.4, 0.2, 1.3), (-0.6, 1.7, 0.3, 0.8))

# numbers that formulas contain as doubles
EXACT = {
    math.log(2.0): sp.log(2),
    math.log(10.0): sp.log(10),
    2 / math.sqrt(math.pi): 2 / sp.sqrt(sp.pi),
    math.sqrt(2): sp.sqrt(2),
    math.pi: sp.pi,
    math.pi / 2: sp.pi / 2,
    math.pi / 8: sp.pi / 8,
    2 * math.pi: 2 * sp.pi,
    2j / math.sqrt(math.pi): 2 * sp.I / sp.sqrt(sp.pi),
    -(math.pi**2) / 3: -(sp.pi**2) / 3,
    math.sqrt(math.pi) / 2: sp.sqrt(sp.pi) / 2,
    math.sqrt(2 * math.pi): sp.sqrt(2 * sp.pi),
    3 * 0.044715: 3 * sp.Rational(0.044715),
    1.0507009873554805 * 1.6732632423543772: sp.Rational(1.0507009873554805)
    * sp.Rational(1.6732632423543772),
}
MEANS_MORE = {
    "less": sp.Lt,
    "less_equal": sp.Le,
    "greater": sp.Gt,
    "greater_equal": sp.Ge,
    "equal": sp.Eq,
    "logical_and": sp.And,
    "isfinite": lambda value: sp.true,
}
# proved below, or where it is complex by its record: their meaning is no expression over their operands
APART = {"multigammaln", "gammaincinv", "betaincinv", "t_ppf", "owens_t", "sph_harm_y"}


def symbolic(ops: list[Any], env: dict[Any, Any]) -> None:
    """Execute the ops of a rule on SymPy expressions."""

    def read(operand: Operand) -> Any:
        if isinstance(operand, Value):
            return env[operand]
        if operand.value in EXACT:
            return EXACT[operand.value]
        assert isinstance(operand.value, (int, float))
        return sp.Rational(operand.value)

    for op in ops:
        assert isinstance(op, Apply), op
        values = [read(operand) for operand in op.operands]
        if op.primitive in MEANS_MORE:
            env[op.result] = MEANS_MORE[op.primitive](*values)
        elif op.primitive == "where":
            env[op.result] = _where(*values)
        elif op.primitive == "heaviside":
            env[op.result] = _where(values[0] > 0, 1, _where(sp.Eq(values[0], 0), values[1], 0))
        else:
            meaning, _ = MEANING[op.primitive]
            symbols = [sp.Symbol(name, real=True) for name in PRIMITIVES[op.primitive].operands]
            env[op.result] = meaning.subs(dict(zip(symbols, values, strict=True)), simultaneous=True)


def differentiable() -> list[str]:
    """The elementwise primitives whose rules have formulas."""
    return [
        name
        for name, row in PRIMITIVES.items()
        if row.elementwise and name in RULES and RULES[name].formulas and name not in APART
    ]


def operand_types(name: str) -> list[Type]:
    """Real scalars; the condition of where is a truth value, exponents and orders are integers."""
    whole = type_of(np.int64(1))
    kinds = {("where", "c"): type_of(np.bool_(True)), ("ldexp", "i"): whole}
    kinds |= {("polygamma", "n"): whole, ("expn", "n"): whole}
    return [kinds.get((name, operand), strong(FLOAT)) for operand in PRIMITIVES[name].operands]


@pytest.mark.parametrize("name", differentiable())
def test_elementwise_rule_is_the_derivative(name: str) -> None:
    row, rule = PRIMITIVES[name], RULES[name]
    expression, points = MEANING[name]
    for operand, formula in rule.formulas.items():
        builder = Builder()
        values = [Value(type) for type in operand_types(name)]
        g, y = Value(strong(FLOAT)), Value(strong(FLOAT))
        names: dict[str, Any] = {n: Sym(builder, v) for n, v in zip(row.operands, values, strict=True)}
        try:
            found = evaluate(formula, {**names, **row.defaults, "g": Sym(builder, g), "y": Sym(builder, y)})
        except NoDerivative:
            continue
        symbols = [sp.Symbol(operand, real=True) for operand in row.operands]
        env: dict[Any, Any] = dict(zip(values, symbols, strict=True))
        if name == "where":
            env[values[0]] = sp.Symbol("c") > 0
        env |= {g: sp.Integer(1), y: expression}
        symbolic(builder.ops, env)
        claimed = sp.Integer(0) if found is None else env[found.operand]
        wanted = sp.diff(expression, sp.Symbol(operand, real=True))
        prove(wanted - claimed, points, f"{name}: {operand}")


def prove(difference: Any, points: list[dict[Any, Any]], what: str) -> None:
    """Zero by simplification, or at each point to 50 digits; steps have no derivative between their jumps."""
    steps = {sp.Derivative: lambda *args: sp.Integer(0), sp.DiracDelta: lambda *args: sp.Integer(0)}
    for kind, zero in steps.items():
        difference = difference.replace(kind, zero)
    difference = difference.replace(lambda e: isinstance(e, sp.Subs), lambda e: sp.Integer(0))
    if not difference.has(sp.Piecewise, sp.floor, sp.sign, sp.Abs) and sp.simplify(difference) == 0:
        return
    for point in points:
        named = {sp.Symbol(s.name): v for s, v in point.items()}
        number = sp.N(difference.subs({**point, **named}), 50, maxn=500)
        assert abs(number) < sp.Float("1e-40"), f"{what} at {point}: off by {number}"


def claimed_slope(name: str, operand: str, values: dict[str, Any], **constants: object) -> Any:
    """What a rule gives for symbolic operands and a symbolic result, named y."""
    builder = Builder()
    kept = {n: Value(strong(FLOAT)) for n in (*values, "g")}
    names: dict[str, Any] = {n: Sym(builder, v) for n, v in kept.items()}
    names |= constants
    found = evaluate(RULES[name].formulas[operand], names)
    assert found is not None
    env: dict[Any, Any] = {kept[n]: v for n, v in values.items()} | {kept["g"]: sp.Integer(1)}
    symbolic(builder.ops, env)
    return env[found.operand]


def test_the_rules_of_inverse_functions() -> None:
    y = sp.Symbol("y", real=True)
    gamma = sp.diff(sp.lowergamma(a, y) / sp.gamma(a), y)
    claimed = claimed_slope("gammaincinv", "b", {"a": a, "b": b, "y": y})
    prove(1 / gamma - claimed, [{a: sp.Rational(7, 10), y: sp.Rational(1, 3)}], "gammaincinv")
    beta = sp.diff(sp.betainc_regularized(a, b, 0, y), y)
    claimed = claimed_slope("betaincinv", "c", {"a": a, "b": b, "c": c, "y": y})
    prove(
        1 / beta - claimed,
        [{a: sp.Rational(7, 10), b: sp.Rational(5, 2), y: sp.Rational(1, 3)}],
        "betaincinv",
    )
    q, df, loc, scale = sp.symbols("q df loc scale", real=True)
    density = MEANING["t_pdf"][0].subs(x, y)
    claimed = claimed_slope("t_ppf", "q", {"q": q, "df": df, "loc": loc, "scale": scale, "y": y})
    point = {df: sp.Rational(17, 5), loc: sp.Rational(1, 5), scale: sp.Rational(13, 10), y: sp.Rational(2, 3)}
    prove(1 / density - claimed, [point], "t_ppf")


def test_the_rule_of_owens_t() -> None:
    """It is 0 for a = 0, so the slopes are right where that by a is, and the mixed derivatives are equal."""
    by_a, by_h = (claimed_slope("owens_t", operand, {"h": h, "a": a}) for operand in "ah")
    integrand = sp.exp(-(h**2) * (1 + a**2) / 2) / (2 * sp.pi * (1 + a**2))
    points = [{h: sp.Rational(4, 5), a: sp.Rational(17, 10)}, {h: sp.Rational(-2), a: sp.Rational(3, 5)}]
    prove(by_a - integrand, points, "owens_t: a")
    prove(sp.diff(by_h, a) - sp.diff(integrand, h), points, "owens_t: h")
    assert by_h.subs(a, 0) == 0


@pytest.mark.parametrize(
    ("name", "slopes"),
    [
        ("sici", (sp.sin(x) / x, sp.cos(x) / x)),
        ("fresnel", (sp.sin(sp.pi * x**2 / 2), sp.cos(sp.pi * x**2 / 2))),
    ],
)
def test_the_rules_of_pairs_of_integrals(name: str, slopes: tuple[Any, Any]) -> None:
    integrals = {"sici": (sp.Si(x), sp.Ci(x)), "fresnel": (sp.fresnels(x), sp.fresnelc(x))}[name]
    for place, (slope, integral) in enumerate(zip(slopes, integrals, strict=True)):
        assert sp.simplify(sp.diff(integral, x) - slope) == 0
        builder = Builder()
        operand, g = Value(strong(FLOAT)), Value(strong(FLOAT))
        cotangents = [None, None]
        cotangents[place] = Sym(builder, g)
        found = evaluate(RULES[name].formulas["x"], {"g": tuple(cotangents), "x": Sym(builder, operand)})
        assert found is not None
        env: dict[Any, Any] = {operand: x, g: sp.Integer(1)}
        symbolic(builder.ops, env)
        prove(slope - env[found.operand], [{x: sp.Rational(7, 10)}, {x: sp.Rational(-19, 10)}], name)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_rule_of_the_multivariate_gamma_function(count: int) -> None:
    meaning = sum(sp.loggamma(a - sp.Rational(j, 2)) for j in range(count))
    claimed = claimed_slope("multigammaln", "a", {"a": a}, d=count)
    prove(sp.diff(meaning, a) - claimed, [{a: sp.Rational(7, 2)}], "multigammaln")


@pytest.mark.parametrize("exponent", [-2, -1, 0, 0.5, 1, 2, 3, 2.5])
def test_a_constant_exponent_is_proved(exponent: float) -> None:
    builder = Builder()
    base, g, y = (Value(strong(FLOAT)) for _ in range(3))
    names: dict[str, Operand] = {"a": base, "b": Const(exponent), "g": g, "y": y}
    found = evaluate(RULES["power"].formulas["a"], {n: Sym(builder, o) for n, o in names.items()})
    env: dict[Any, Any] = {base: a, g: sp.Integer(1)}
    symbolic(builder.ops, env)
    env[g] = sp.Integer(1)
    claimed = 0 if found is None else env[found.operand]
    assert sp.simplify(sp.diff(a ** sp.Rational(exponent), a) - claimed) == 0


def test_every_formula_is_proved_and_the_proof_can_fail() -> None:
    assert set(differentiable()) <= set(MEANING)
    with pytest.raises(AssertionError, match="off by"):
        prove(
            sp.diff(sp.tan(x)) - (1 + sp.tan(x) ** 2) * sp.Rational(1000001, 1000000),
            MEANING["tan"][1],
            "tan",
        )


def test_constant_rules_are_of_functions_that_do_not_change() -> None:
    for name, rule in RULES.items():
        row = PRIMITIVES[name]
        if not rule.constant or not row.elementwise:
            continue
        for path in row.paths:
            function = find(path)
            assert function is not None
            for point in (0.3, 1.7, 2.6):
                values = [point + 0.9 * k for k in range(len(row.operands))]
                try:
                    here, there = function(*values), function(*(v + 1e-9 for v in values))
                except (TypeError, ValueError):
                    continue  # a function of integers
                if name == "spacing":
                    continue
                assert here == there, path
