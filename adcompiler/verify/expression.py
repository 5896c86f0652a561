"""SymPy expressions in the place of floats, and NumPy's functions on them.

Only scalars: whatever has no closed form (the truth or the integer value of data, an array) raises
NotClosedForm. Python floats are taken at their word: 0.1 is one tenth, and the floats nearest to pi and e
are pi and e.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from adcompiler.verify.finite import is_number

LARGEST = 20000  # operations in one expression; beyond, SymPy would take minutes


class NotClosedForm(Exception):
    """The function has no closed form that can be followed; the message says why."""


class Expression:
    """A SymPy expression in the place of a float: what needs its value raises NotClosedForm.

    `dropped`: a case that holds on a boundary alone, such as x == 0, was left out of it.
    """

    __slots__ = ("dropped", "expr", "size")
    __array_ufunc__ = None  # arrays leave arithmetic with an Expression to the Expression

    dtype = np.dtype(np.float64)
    shape: tuple[()] = ()
    ndim = 0

    def __init__(self, expr: Any, size: int = 1, dropped: bool = False) -> None:
        if size > LARGEST:
            raise NotClosedForm(f"its closed form has more than {LARGEST} operations")
        self.expr = expr
        self.size = size
        self.dropped = dropped

    def __repr__(self) -> str:
        return str(self.expr)

    def __format__(self, spec: str) -> str:
        return str(self.expr)

    def __add__(self, other: object) -> Expression:
        return combined(lambda a, b: a + b, self, other)

    def __radd__(self, other: object) -> Expression:
        return combined(lambda a, b: a + b, other, self)

    def __sub__(self, other: object) -> Expression:
        return combined(lambda a, b: a - b, self, other)

    def __rsub__(self, other: object) -> Expression:
        return combined(lambda a, b: a - b, other, self)

    def __mul__(self, other: object) -> Expression:
        return combined(lambda a, b: a * b, self, other)

    def __rmul__(self, other: object) -> Expression:
        return combined(lambda a, b: a * b, other, self)

    def __truediv__(self, other: object) -> Expression:
        return combined(lambda a, b: a / b, self, other)

    def __rtruediv__(self, other: object) -> Expression:
        return combined(lambda a, b: a / b, other, self)

    def __pow__(self, other: object) -> Expression:
        return combined(lambda a, b: a**b, self, other)

    def __rpow__(self, other: object) -> Expression:
        return combined(lambda a, b: a**b, other, self)

    def __floordiv__(self, other: object) -> Expression:
        return combined(elementwise()["floor_divide"], self, other)

    def __rfloordiv__(self, other: object) -> Expression:
        return combined(elementwise()["floor_divide"], other, self)

    def __mod__(self, other: object) -> Expression:
        return combined(elementwise()["remainder"], self, other)

    def __rmod__(self, other: object) -> Expression:
        return combined(elementwise()["remainder"], other, self)

    def __neg__(self) -> Expression:
        return combined(lambda a: -a, self)

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return combined(sympy().Abs, self)

    def __lt__(self, other: object) -> Expression:
        return _compared("Lt", self, other)

    def __le__(self, other: object) -> Expression:
        return _compared("Le", self, other)

    def __gt__(self, other: object) -> Expression:
        return _compared("Gt", self, other)

    def __ge__(self, other: object) -> Expression:
        return _compared("Ge", self, other)

    def __eq__(self, other: object) -> Any:
        return _compared("Eq", self, other) if _has_value(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return _compared("Ne", self, other) if _has_value(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.expr)

    def __and__(self, other: object) -> Expression:
        return _logical("And", self, other)

    def __or__(self, other: object) -> Expression:
        return _logical("Or", self, other)

    def __xor__(self, other: object) -> Expression:
        return _logical("Xor", self, other)

    def __invert__(self) -> Expression:
        return _logical("Not", self)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __bool__(self) -> bool:
        if self.expr in (sympy().true, sympy().false):
            return bool(self.expr)
        if not is_condition(self.expr) and self.expr.is_zero is not None:
            return not self.expr.is_zero
        raise NotClosedForm(f"it branches or loops on data: whether {self.expr}")

    def __float__(self) -> float:
        return float(self._number("it needs the value of"))

    def __int__(self) -> int:
        return int(self._number("it needs the value of"))

    def __index__(self) -> int:
        number = self._number("it counts or indexes with data:")
        if not number.is_Integer:
            raise TypeError(f"{number} is not an integer")
        return int(number)

    def __round__(self, digits: int | None = None) -> Expression:
        if digits:
            raise NotClosedForm("it rounds to digits")
        return combined(elementwise()["rint"], self)

    def __len__(self) -> int:
        raise NotClosedForm(f"it takes {self.expr} for an array")

    def __iter__(self) -> Any:
        raise NotClosedForm(f"it takes {self.expr} for an array")

    def __getitem__(self, index: object) -> Expression:
        if index == () or index is Ellipsis:
            return self
        raise NotClosedForm(f"it takes {self.expr} for an array")

    @property
    def T(self) -> Expression:
        """A scalar is its own transpose."""
        return self

    real = T

    def copy(self) -> Expression:
        """Expressions are never written into."""
        return self

    conj = conjugate = item = sum = mean = copy

    def astype(self, dtype: object, **_: object) -> Expression:
        """Real numbers have no precision to lose."""
        return self

    def _number(self, need: str) -> Any:
        if not self.expr.is_number:
            raise NotClosedForm(f"{need} {self.expr}")
        return self.expr


@functools.cache
def sympy() -> Any:
    """SymPy, imported when first needed: it takes half a second."""
    return importlib.import_module("sympy")


def exact(value: object) -> Any:
    """The SymPy expression for a number or Expression; conditions count 1 or 0. Else NotClosedForm."""
    sp = sympy()
    match value:
        case Expression():
            return (
                choice(value.expr, sp.Integer(1), sp.Integer(0)) if is_condition(value.expr) else value.expr
            )
        case np.ndarray() if value.shape == ():
            return exact(value[()])
        case bool() | np.bool_() | int() | np.integer():
            return sp.Integer(int(value))
        case float() | np.floating():
            return _exact_float(float(value))
        case Fraction():
            return sp.Rational(value.numerator, value.denominator)
    described = (
        f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
    )
    raise NotClosedForm(f"it computes with {described}")


@functools.cache
def floor_function() -> Any:
    """A floor for SymPy whose derivative is zero, and not an unevaluated Derivative."""
    sp = sympy()

    def evaluated(cls: Any, x: Any) -> Any:
        return sp.floor(x) if x.is_number else None

    def fdiff(self: Any, argindex: int = 1) -> Any:
        return sp.Integer(0)

    members = {"eval": classmethod(evaluated), "fdiff": fdiff, "is_extended_real": True}
    return type("floor_of", (sp.Function,), members)


@functools.cache
def case_function() -> Any:
    """A SymPy function of (u, a, b): a where u > 0, else b; differentiated away from the boundary u = 0.

    SymPy's Piecewise does the same, but reasons about its conditions at every step: nested ones take minutes.
    """
    sp = sympy()

    def evaluated(cls: Any, u: Any, then: Any, other: Any) -> Any:
        if then == other:
            return then
        return None if u.is_extended_positive is None else then if u.is_extended_positive else other

    def fdiff(self: Any, argindex: int = 1) -> Any:
        u = self.args[0]
        return (sp.Integer(0), self.func(u, 1, 0), self.func(u, 0, 1))[argindex - 1]

    def shown(self: Any, printer: Any) -> str:
        u, then, other = map(printer.doprint, self.args)
        return f"where({u} > 0, {then}, {other})"

    members = {"eval": classmethod(evaluated), "fdiff": fdiff, "_sympystr": shown, "is_extended_real": True}
    return type("case_of", (sp.Function,), members)


def choice(condition: Any, then: Any, other: Any) -> Any:
    """The SymPy expression that is `then` where a condition holds, and `other` elsewhere.

    Equalities count as false, unless they always hold. Like all of this oracle it is about almost every
    point, not about boundaries.
    """
    sp = sympy()
    case = case_function()
    if condition in (sp.true, sp.false):
        return then if condition == sp.true else other
    match condition:
        case sp.Eq():
            return other
        case sp.Ne():
            return then
        case sp.Rel():
            return case(condition.gts - condition.lts, then, other)
        case sp.Not():
            return choice(condition.args[0], other, then)
        case sp.And():
            return functools.reduce(lambda rest, c: choice(c, rest, other), condition.args, then)
        case sp.Or():
            return functools.reduce(lambda rest, c: choice(c, then, rest), condition.args, other)
        case sp.Xor():
            first, rest = condition.args[0], sp.Xor(*condition.args[1:])
            return choice(first, choice(rest, other, then), choice(rest, then, other))
    raise NotClosedForm(f"it depends on the condition {condition}")


def largest(*items: Any) -> Any:
    """The maximum of SymPy expressions, as cases."""
    return functools.reduce(lambda a, b: choice(sympy().Gt(a, b), a, b), items)


def smallest(*items: Any) -> Any:
    """The minimum of SymPy expressions, as cases."""
    return functools.reduce(lambda a, b: choice(sympy().Lt(a, b), a, b), items)


def _exact_float(value: float) -> Any:
    sp = sympy()
    named = {
        math.pi: sp.pi,
        -math.pi: -sp.pi,
        math.tau: 2 * sp.pi,
        math.e: sp.E,
        math.inf: sp.oo,
        -math.inf: -sp.oo,
    }
    if value in named:
        return named[value]
    return sp.nan if math.isnan(value) else sp.Rational(repr(value))


def is_condition(expr: Any) -> bool:
    """Whether a SymPy expression is a truth value; symbols are not, though SymPy counts them among both."""
    boolean = importlib.import_module("sympy.logic.boolalg")
    return isinstance(expr, (sympy().Rel, boolean.BooleanFunction, boolean.BooleanAtom))


def _condition(value: object) -> Any:
    """The truth of a value as a SymPy condition."""
    sp = sympy()
    if isinstance(value, Expression):
        return value.expr if is_condition(value.expr) else sp.Ne(value.expr, 0)
    return sp.true if value else sp.false


def _has_value(value: object) -> bool:
    return isinstance(value, Expression) or (is_number(value) and not getattr(value, "ndim", 0))


def combined(operation: Callable[..., Any], *values: object) -> Expression:
    """An operation on SymPy expressions, applied to numbers and Expressions."""
    return Expression(operation(*map(exact, values)), _size(values), any(map(drops, values)))


def _size(values: Sequence[object]) -> int:
    return 1 + sum(value.size if isinstance(value, Expression) else 1 for value in values)


def drops(value: object) -> bool:
    """Whether a case is left out of what is made of a value."""
    if not isinstance(value, Expression):
        return False
    sp = sympy()
    return value.dropped or (is_condition(value.expr) and value.expr.has(sp.Eq, sp.Ne))


def _compared(name: str, left: object, right: object) -> Expression:
    return combined(getattr(sympy(), name), left, right)


def _logical(name: str, *values: object) -> Expression:
    expr = getattr(sympy(), name)(*map(_condition, values))
    return Expression(expr, _size(values), any(map(drops, values)))


@functools.cache
def elementwise() -> Mapping[str, Callable[..., Any]]:
    """Functions of numbers by their names in numpy, math and scipy.special, on SymPy expressions."""
    sp = sympy()
    floor = floor_function()
    one, two = sp.Integer(1), sp.Integer(2)

    def trunc(x: Any) -> Any:
        return sp.sign(x) * floor(sp.Abs(x))

    def logarithm(x: Any, base: Any = sp.E) -> Any:
        return sp.log(x) / sp.log(base)

    names = "sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh atan2 exp sqrt erf erfc gamma sign"
    plain = {name: getattr(sp, name) for name in names.split()}
    numpy_names = {
        "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
        "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    }  # fmt: skip
    operations: dict[str, Callable[..., Any]] = {
        "abs": sp.Abs,
        "add": lambda a, b: a + b,
        "cbrt": lambda x: sp.sign(x) * sp.Abs(x) ** (one / 3),
        "ceil": lambda x: -floor(-x),
        "conjugate": lambda x: x,
        "copysign": lambda a, b: sp.Abs(a) * sp.sign(b),
        "deg2rad": lambda x: x * sp.pi / 180,
        "divide": lambda a, b: a / b,
        "equal": sp.Eq,
        "exp2": lambda x: two**x,
        "expit": lambda x: 1 / (1 + sp.exp(-x)),
        "expm1": lambda x: sp.exp(x) - 1,
        "floor": floor,
        "floor_divide": lambda a, b: floor(a / b),
        "fmod": lambda a, b: a - b * trunc(a / b),
        "greater": sp.Gt,
        "greater_equal": sp.Ge,
        "heaviside": lambda x, middle: choice(x > 0, one, sp.Integer(0)),
        "hypot": lambda *xs: sp.sqrt(sum(x**2 for x in xs)),
        "ldexp": lambda a, n: a * two**n,
        "less": sp.Lt,
        "less_equal": sp.Le,
        "lgamma": sp.loggamma,
        "log": logarithm,
        "log10": lambda x: sp.log(x) / sp.log(10),
        "log1p": lambda x: sp.log(1 + x),
        "log2": lambda x: sp.log(x) / sp.log(2),
        "logaddexp": lambda a, b: sp.log(sp.exp(a) + sp.exp(b)),
        "logaddexp2": lambda a, b: sp.log(two**a + two**b) / sp.log(2),
        "maximum": largest,
        "minimum": smallest,
        "multiply": lambda a, b: a * b,
        "negative": lambda x: -x,
        "not_equal": sp.Ne,
        "positive": lambda x: x,
        "power": lambda a, b: a**b,
        "rad2deg": lambda x: x * 180 / sp.pi,
        "reciprocal": lambda x: 1 / x,
        "remainder": lambda a, b: a - b * floor(a / b),
        "rint": lambda x: floor(x + one / 2),
        "sinc": lambda x: sp.sin(sp.pi * x) / (sp.pi * x),
        "square": lambda x: x**2,
        "subtract": lambda a, b: a - b,
        "trunc": trunc,
        "xlogy": lambda a, b: a * sp.log(b),
    }
    other_names = {
        "absolute": "abs", "conj": "conjugate", "degrees": "rad2deg", "dot": "multiply", "fabs": "abs",
        "fix": "trunc", "float_power": "power", "fmax": "maximum", "fmin": "minimum", "gammaln": "lgamma",
        "matmul": "multiply", "mod": "remainder", "pow": "power", "radians": "deg2rad",
        "true_divide": "divide", "vdot": "multiply",
    }  # fmt: skip
    table = plain | operations | {new: plain[old] for new, old in numpy_names.items()}
    return table | {new: table[old] for new, old in other_names.items()}


def _where(condition: object, then: object, other: object) -> object:
    if not isinstance(condition, Expression):
        return then if condition else other
    chosen = combined(lambda a, b: choice(_condition(condition), a, b), then, other)
    return Expression(chosen.expr, chosen.size, chosen.dropped or drops(condition))


def _clip(x: object, low: object = None, high: object = None, **names: object) -> object:
    low, high = names.get("a_min", names.get("min", low)), names.get("a_max", names.get("max", high))
    x = x if low is None else combined(largest, x, low)
    return x if high is None else combined(smallest, x, high)


def _same(x: object, shape: object = None, **names: object) -> object:
    """Reductions and reshapes of a scalar leave it as it is; `shape` may be an axis, too."""
    if not isinstance(x, Expression) or shape not in (None, ()) or names.get("axis") is not None:
        raise NotClosedForm("it uses arrays")
    return x


# What NumPy does with a scalar besides arithmetic.
_CONVERSIONS = "array asarray ascontiguousarray copy"
_REDUCTIONS = "amax amin broadcast_to max mean min prod real reshape squeeze sum transpose"
STRUCTURAL: Mapping[str, Callable[..., object]] = {
    **dict.fromkeys(_CONVERSIONS.split(), lambda x, *_, **__: _same(x)),
    **dict.fromkeys(_REDUCTIONS.split(), _same),
    "clip": _clip,
    "empty_like": lambda x, **_: 0.0,
    "full_like": lambda x, value, **_: value,
    "iscomplexobj": lambda x: False,
    "isfinite": lambda x: True,
    "isinf": lambda x: False,
    "isnan": lambda x: False,
    "isscalar": lambda x: True,
    "logical_and": lambda a, b: _logical("And", a, b),
    "logical_not": lambda a: _logical("Not", a),
    "logical_or": lambda a, b: _logical("Or", a, b),
    "logical_xor": lambda a, b: _logical("Xor", a, b),
    "ndim": lambda x: 0,
    "ones_like": lambda x, **_: 1.0,
    "shape": lambda x: (),
    "size": lambda x: 1,
    "where": _where,
    "zeros_like": lambda x, **_: 0.0,
}
