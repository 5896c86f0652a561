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
from adcompiler.rules.registry import RULES, evaluate

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
    ("erf", sp.erf(x), HALF),
    ("erfc", sp.erfc(x), HALF),
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
    ("real", x, HALF),
    ("imag", sp.Integer(0), HALF),
    ("conj", x, HALF),
    ("angle", _where(x < 0, sp.pi, 0), HALF),
]
for _name, _expression, _points in _TABLE:
    means(_name, _expression, *_points)
means("ldexp", x * 2 ** sp.Symbol("i", real=True), (0.3, 2), (-1.1, -3))
_low, _high = sp.symbols("a_min a_max", real=True)
_clipped = _where(_where(x < _low, _low, x) > _high, _high, _where(x < _low, _low, x))
means("clip", _clipped, (0.5, 0, 1), (-0.5, 0, 1), (1.5, 0, 1))
means("where", _where(sp.Symbol("c") > 0, a, b), (1, 0.2, 0.3), (0, 0.2, 0.3))

# numbers that formulas contain as doubles
EXACT = {
    math.log(2.0): sp.log(2),
    math.log(10.0): sp.log(10),
    2 / math.sqrt(math.pi): 2 / sp.sqrt(sp.pi),
    math.pi: sp.pi,
    -(math.pi**2) / 3: -(sp.pi**2) / 3,
}
MEANS_MORE = {"less": sp.Lt, "greater": sp.Gt, "equal": sp.Eq, "isfinite": lambda value: sp.true}


def symbolic(ops: list[Any], env: dict[Any, Any]) -> None:
    """Execute the ops of a rule on SymPy expressions."""

    def read(operand: Operand) -> Any:
        if isinstance(operand, Value):
            return env[operand]
        assert isinstance(operand.value, (int, float))
        return EXACT.get(operand.value, sp.Rational(operand.value))

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
        name for name, row in PRIMITIVES.items() if row.elementwise and name in RULES and RULES[name].formulas
    ]


def operand_types(name: str) -> list[Type]:
    """Real scalars; the condition of where is a truth value, the exponent of ldexp an integer."""
    kinds = {("where", "c"): type_of(np.bool_(True)), ("ldexp", "i"): type_of(np.int64(1))}
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
        found = evaluate(formula, {**names, **row.defaults, "g": Sym(builder, g), "y": Sym(builder, y)})
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
