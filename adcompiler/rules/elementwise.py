"""Derivatives of the elementwise functions.

At a tie, maximum, minimum and clip give each operand half of the derivative, as JAX does; where a function
jumps, its derivative is zero. For complex numbers the cotangents are those of JAX: a holomorphic f passes on
g * f'(x).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adcompiler.ir.core import Const, Scalar
from adcompiler.ir.types import Array
from adcompiler.rules.language import Like, Sym, call
from adcompiler.rules.registry import constant, rule

LN_2 = math.log(2.0)
LN_10 = math.log(10.0)


def literal(x: Sym) -> complex | np.number[Any] | None:
    """The number that an operand is, where it is a constant."""
    match x.operand:
        case Const(value=bool() | int() | float() | complex() | np.number() as value):
            return value
    return None


def is_complex(x: Sym) -> bool:
    """Whether an operand is complex."""
    return isinstance(x.type, Array) and x.type.dtype.kind == "c"


def absent(x: Sym) -> bool:
    """Whether an operand is None, such as a missing bound of clip."""
    return isinstance(x.operand, Const) and x.operand.value is None


def where_larger(g: Sym, a: Like, b: Like) -> Sym:
    """g where a > b, half of it where they are equal, zero elsewhere."""
    left, right = _plain(a), _plain(b)
    if right == 0.0:
        return g * call("heaviside", a, 0.5)
    if left == 0.0:
        return g * call("heaviside", call("negative", b), 0.5)
    if any(number is not None and np.isfinite(number) for number in (left, right)):
        return g * call("heaviside", call("subtract", a, b), 0.5)
    # a difference of infinities would be no number
    return call("where", call("greater", a, b), g, call("where", call("equal", a, b), g / 2, 0))


def where_taken(g: Sym, y: Sym, a: Sym, b: Sym) -> Sym:
    """g where the result is a, half of it where it is b too; a > b would be false where b is missing."""
    return call("where", a.equal(b), g / 2, call("where", a.equal(y), g, 0))


def _plain(x: Like) -> complex | np.number[Any] | None:
    return literal(x) if isinstance(x, Sym) else x


def power_base(g: Sym, a: Sym, b: Sym, **rest: object) -> Sym | None:
    """b * a ** (b - 1), and zero for b = 0, even where a = 0."""
    n = literal(b)
    if n is None:
        return g * b * a ** call("where", b.equal(0), 1, b - 1)
    if n == 0:
        return None
    if n == 1:
        return g
    if n == -1:
        return -g / a**2
    return _const(a, n) * (a if n == 2 else a ** _const(a, n - 1)) * g


def _const(like: Sym, value: Scalar) -> Sym:
    return Sym(like.builder, Const(value))


def power_exponent(g: Sym, y: Sym, a: Sym, **rest: object) -> Sym | None:
    """log(a) * a ** b, and zero for a = 0, as in JAX."""
    base = literal(a)
    if base == 0:
        return None
    if isinstance(base, (int, float)) and type(base) in (bool, int, float) and base > 0:
        return g * y * math.log(base)
    return g * y * call("log", a if base is not None else call("where", a.equal(0), 1, a))


def square(g: Sym, x: Sym, **rest: object) -> Sym:
    """2 * x * g, the 2 first, as for x ** 2."""
    return 2 * x * g


def conjugate(x: Sym) -> Sym:
    """The conjugate of a complex operand, a real one as it is."""
    return call("conj", x) if is_complex(x) else x


def direction(g: Sym, x: Sym, y: Sym, **rest: object) -> Sym | None:
    """That of a real number is constant; that of a complex one turns with it, but does not grow."""
    if not is_complex(x):
        return None
    size = call("absolute", x)
    return (g - call("real", g * y) * conjugate(y)) / call("where", call("equal", size, 0), 1, size)


def absolute(g: Sym, x: Sym, **rest: object) -> Sym:
    """The sign, for complex numbers the conjugate of the direction."""
    return g * conjugate(call("sign", x))


def clipped(g: Sym, x: Sym, a_min: Sym, a_max: Sym, **rest: object) -> Sym:
    """g strictly between the bounds, half of it on them, zero outside."""
    if not absent(a_min):
        g = where_larger(g, x, a_min)
    return g if absent(a_max) else where_larger(g, a_max, x)


def lower_bound(g: Sym, x: Sym, a_min: Sym, a_max: Sym, **rest: object) -> Sym | None:
    """g where the lower bound is the result: clip is min(max(x, a_min), a_max)."""
    if absent(a_min):
        return None
    if not absent(a_max):
        g = where_larger(g, a_max, a_min)
    return where_larger(g, a_min, x)


def upper_bound(g: Sym, x: Sym, a_min: Sym, a_max: Sym, **rest: object) -> Sym | None:
    """g where the upper bound is the result."""
    if absent(a_max):
        return None
    return where_larger(g, x if absent(a_min) else call("maximum", x, a_min), a_max)


def imaginary(g: Sym, x: Sym, **rest: object) -> Sym | None:
    """-1j * g, and zero for real numbers."""
    return g * -1j if is_complex(x) else None


def angular(g: Sym, x: Sym, **rest: object) -> Sym | None:
    """d angle = Im(dx / x), and zero for real numbers."""
    return g * -1j / x if is_complex(x) else None


# arithmetic
rule("add(a, b)", a="g", b="g")
rule("subtract(a, b)", a="g", b="-g")
rule("multiply(a, b)", a="g * b", b="g * a")
rule("divide(a, b)", a="g / b", b="-(g / b) * y")
constant("floor_divide")
rule("remainder(a, b)", a="g", b="-g * (a // b)")
rule("power(a, b)", a=power_base, b=power_exponent)
rule("negative(x)", x="-g")
rule("positive(x)", x="g")
rule("absolute(x)", x=absolute)
rule("fabs(x)", x="g * sign(x)")
rule("float_power(a, b)", a=power_base, b=power_exponent)
rule("square(x)", x=square)
rule("reciprocal(x)", x="-g * y ** 2")
rule("sqrt(x)", x="g / (2 * y)")
rule("cbrt(x)", x="g / (3 * y ** 2)")
rule("hypot(a, b)", a="g * a / y", b="g * b / y")
rule("fmod(a, b)", a="g", b="-g * trunc(a / b)")
rule("ieee_remainder(a, b)", a="g", b="-g * rint(a / b)")
rule("fma(a, b, c)", a="g * b", b="g * a", c="g")
rule("frexp(x)", x=lambda g, y, **rest: None if g[0] is None else call("ldexp", g[0], -y[1]))
rule("ldexp(x, i)", x="ldexp(g, i)")

# exponentials and logarithms
rule("exp(x)", x="g * y")
rule("exp2(x)", x=lambda g, y, **rest: g * y * LN_2)
rule("expm1(x)", x="g * (y + 1)")
rule("log(x)", x="g / x")
rule("log2(x)", x=lambda g, x, **rest: g / (x * LN_2))
rule("log10(x)", x=lambda g, x, **rest: g / (x * LN_10))
rule("log1p(x)", x="g / (1 + x)")
rule("logaddexp(a, b)", a="g * exp(a - y)", b="g * exp(b - y)")
rule("logaddexp2(a, b)", a="g * exp2(a - y)", b="g * exp2(b - y)")

# trigonometric and hyperbolic functions; (1 - x) * (1 + x) does not cancel near 1, as 1 - x ** 2 would
rule("sin(x)", x="g * cos(x)")
rule("cos(x)", x="-g * sin(x)")
rule("tan(x)", x="g * (1 + y ** 2)")
rule("arcsin(x)", x="g / sqrt((1 - x) * (1 + x))")
rule("arccos(x)", x="-g / sqrt((1 - x) * (1 + x))")
rule("arctan(x)", x="g / (1 + x ** 2)")
rule("arctan2(a, b)", a="g * b / (a ** 2 + b ** 2)", b="-g * a / (a ** 2 + b ** 2)")
rule("sinh(x)", x="g * cosh(x)")
rule("cosh(x)", x="g * sinh(x)")
rule("tanh(x)", x="g * (1 - y ** 2)")
rule("arcsinh(x)", x="g / sqrt(x ** 2 + 1)")
rule("arccosh(x)", x=lambda g, x, **rest: g / arccosh_slope(x))
rule("arctanh(x)", x="g / ((1 - x) * (1 + x))")
rule("sinc(x)", x=lambda g, y, x, **rest: g * sinc_slope(x, y))
rule("deg2rad(x)", x="deg2rad(g)")
rule("rad2deg(x)", x="rad2deg(g)")


def arccosh_slope(x: Sym) -> Sym:
    """sqrt((x - 1) * (x + 1)); on the left half of the complex plane that root has the other sign."""
    if is_complex(x):
        return call("sqrt", x - 1) * call("sqrt", x + 1)
    return call("sqrt", (x - 1) * (x + 1))


def sinc_slope(x: Sym, y: Sym) -> Sym:
    """(cos(pi x) - sinc(x)) / x, and its tangent at 0, so that the second derivative there is right too."""
    zero = x.equal(0)
    slope = (call("cos", math.pi * x) - y) / call("where", zero, 1, x)
    return call("where", zero, (-(math.pi**2) / 3) * x, slope)


# the larger, the smaller, choices
rule(
    "maximum(a, b)",
    a=lambda g, a, b, **rest: where_larger(g, a, b),
    b=lambda g, a, b, **rest: where_larger(g, b, a),
)
rule(
    "minimum(a, b)",
    a=lambda g, a, b, **rest: where_larger(g, b, a),
    b=lambda g, a, b, **rest: where_larger(g, a, b),
)
rule(
    "fmax(a, b)",
    a=lambda g, y, a, b, **rest: where_taken(g, y, a, b),
    b=lambda g, y, a, b, **rest: where_taken(g, y, b, a),
)
rule(
    "fmin(a, b)",
    a=lambda g, y, a, b, **rest: where_taken(g, y, a, b),
    b=lambda g, y, a, b, **rest: where_taken(g, y, b, a),
)
rule("clip(x, a_min, a_max)", x=clipped, a_min=lower_bound, a_max=upper_bound)
rule("where(c, a, b)", a="where(c, g, 0)", b="where(c, 0, g)")
rule("heaviside(a, b)", b="where(equal(a, 0), g, 0)")
rule("copysign(a, b)", a="g * sign(a) * copysign(1, b)")
rule("nan_to_num(x)", x="where(isfinite(x), g, 0)")

# steps
rule("sign(x)", x=direction)
constant("floor", "ceil", "trunc", "rint", "round", "nearest", "floor_int", "ceil_int", "trunc_int")
constant("round_digits")
rule("fraction(x)", x="g")
rule("nextafter(a, b)", a="g")
constant("spacing")

# complex numbers; a real cotangent of a complex operand is converted by the transform
rule("complex(a, b)", a="real(g)", b="-imag(g)")
rule("real(x)", x="g")
rule("imag(x)", x=imaginary)
rule("conj(x)", x="conj(g)")
rule("angle(x)", x=angular)

# comparisons and logic
constant("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
constant("logical_and", "logical_or", "logical_xor", "logical_not")
constant("bitwise_count", "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift")
constant(
    "isnan", "isinf", "isfinite", "isposinf", "isneginf", "iscomplex", "isreal", "signbit", "isclose", "close"
)

# integers
constant("gcd", "lcm", "isqrt", "factorial", "comb")
