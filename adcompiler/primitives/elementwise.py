"""Functions that work element by element, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from adcompiler.ir.dims import Dim, dim, opaque
from adcompiler.ir.types import FLOAT, INT, Array, Type, broadcast_shapes, dummy, join, type_of
from adcompiler.primitives.registry import (
    Attrs,
    Infer,
    elementwise,
    find,
    infer_elementwise,
    primitive,
    smallest,
)


def sized(combine: Callable[..., Dim | None], infer: Infer = infer_elementwise) -> Infer:
    """As infer_elementwise, and where the operands are sizes the result is one."""

    def infer_sized(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
        result = infer(types, attrs, path)
        assert isinstance(result, Array)
        sizes = [t.size for t in types if isinstance(t, Array)]
        if result.dtype.kind != "i" or result.rank or any(size is None for size in sizes):
            return result
        return replace(result, size=combine(*sizes))

    return infer_sized


def floor_divided(a: Dim, b: Dim) -> Dim | None:
    """The size a // b."""
    if b.hint in (None, 0):
        return opaque(f"?{a}//{b}", None)
    hint = None if a.hint is None or b.hint is None else a.hint // b.hint
    return opaque(f"({a}) // ({b})" if hint is not None else f"?{a}//{b}", hint, a, b)


def remainder(a: Dim, b: Dim) -> Dim | None:
    """The size a % b."""
    if b.hint in (None, 0):
        return opaque(f"?{a}%{b}", None)
    hint = None if a.hint is None or b.hint is None else a.hint % b.hint
    return opaque(f"({a}) % ({b})" if hint is not None else f"?{a}%{b}", hint, a, b)


def raised(a: Dim, b: Dim) -> Dim | None:
    """The size a ** b."""
    if b.known is None or b.known < 0:
        return None
    result = dim(1)
    for _ in range(min(b.known, 8)):
        result = result * a
    return result if b.known <= 8 else None


def smaller(a: Dim, b: Dim) -> Dim | None:
    """The size min(a, b)."""
    return _extreme("min", a, b)


def larger(a: Dim, b: Dim) -> Dim | None:
    """The size max(a, b)."""
    return _extreme("max", a, b)


def _extreme(name: str, a: Dim, b: Dim) -> Dim | None:
    if a == b:
        return a
    pick = min if name == "min" else max
    if (a - b).known is not None:
        a_wins = ((a - b).const <= 0) == (name == "min")
        return a if a_wins else b
    if a.hint is None or b.hint is None:
        return opaque(f"?{name}({a}, {b})", None)
    return opaque(f"{name}({a}, {b})", pick(a.hint, b.hint), a, b)


def magnitude(a: Dim) -> Dim | None:
    """The size abs(a)."""
    if a.known is not None:
        return dim(abs(a.known))
    return opaque(f"?abs({a})", None) if a.hint is None else opaque(f"abs({a})", abs(a.hint), a)


def shifted_left(a: Dim, b: Dim) -> Dim | None:
    """The size a << b."""
    return a * 2**b.known if b.known is not None and 0 <= b.known < 64 else None


def shifted_right(a: Dim, b: Dim) -> Dim | None:
    """The size a >> b."""
    return floor_divided(a, dim(2**b.known)) if b.known is not None and 0 <= b.known < 64 else None


def infer_power(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_elementwise; an integer to a negative power is a float in Python, and refused by NumPy."""
    result = infer_elementwise(types, attrs, path)
    assert isinstance(result, Array)
    exponent = types[1]
    if not isinstance(exponent, Array) or result.dtype.kind != "i" or exponent.size is None:
        return result
    if exponent.size.known is None or exponent.size.known >= 0:
        return result
    if result.weak:
        return FLOAT
    raise ValueError(
        "integers to negative integer powers are not allowed; write 1.0 / x ** n or make x a float"
    )


def infer_reciprocal(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_elementwise, of numbers that are not integers: NumPy would round, JAX would not."""
    if any(isinstance(t, Array) and not t.inexact for t in types):
        raise TypeError("np.reciprocal of integers is rounded to 0 or 1; write 1 / x")
    return infer_elementwise(types, attrs, path)


def infer_extreme(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Python's min and max give one of their operands, NumPy's a value of the joined dtype."""
    if not path.startswith("builtins."):
        return infer_elementwise(types, attrs, path)
    a, b = types
    if not isinstance(a, Array) or not isinstance(b, Array) or a.rank or b.rank:
        raise TypeError("min and max of arrays: use np.minimum and np.maximum, or np.min and np.max")
    joined = join(a, b, "min")
    assert isinstance(joined, Array)
    return replace(joined, size=None)


def infer_scalar(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_elementwise, of numbers alone."""
    if any(not isinstance(t, Array) or t.rank for t in types):
        raise TypeError(f"{path} takes a number, not an array")
    return infer_elementwise(types, attrs, path)


def infer_not(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Python's `not` is for numbers, NumPy's for arrays too."""
    return (infer_scalar if path.startswith("operator.") else infer_elementwise)(types, attrs, path)


def infer_with_attrs(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_elementwise, for a function with static arguments; an operand that is None stands for none."""
    arrays = [t for t in types if isinstance(t, Array)]
    if len(arrays) != len(types):
        raise TypeError("a list is not a number; use np.array(...) or np.stack(...)")
    given = [t for t in arrays if t.dtype.kind != "O"]
    scalar = type_with_attrs(path, tuple(smallest(t) for t in arrays), tuple(attrs.items()))
    shape = broadcast_shapes(*(t.shape for t in given))
    return Array(scalar.dtype, shape, scalar.weak and not shape)


@cache
def type_with_attrs(path: str, types: tuple[Array, ...], attrs: tuple[tuple[str, object], ...]) -> Array:
    """As scalar_type, for a function with static arguments; an operand that is None stands for none."""
    function = find(path)
    if function is None:
        raise TypeError(f"{path} is not imported")
    values = [None if t.dtype.kind == "O" else dummy(t) for t in types]
    with np.errstate(all="ignore"):
        return type_of(function(*values, **dict(attrs)))


def infer_fraction(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As infer_elementwise: the first of the two results of np.modf."""
    return infer_elementwise(types, attrs, "numpy.trunc")


def infer_parts(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The mantissas and the exponents of np.frexp."""
    x = infer_elementwise(types, attrs, "numpy.spacing")
    assert isinstance(x, Array)
    return Array(x.dtype, x.shape), Array(np.dtype(np.intc), x.shape)


def infer_digits(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Python's round with digits keeps the type."""
    (x,) = types
    if not isinstance(x, Array) or x.rank:
        raise TypeError("round takes a number, not an array; use np.round")
    return replace(INT if x.dtype.kind == "b" and x.weak else x, size=None)


def _operator(signature: str, infer: Infer, paths: str, text: str) -> None:
    primitive(signature, infer, paths, numpy=text, jax=text, elementwise=True)


# the path of an operator that changes its left operand in place, as `a += b` does
IN_PLACE = {
    "add": "operator.iadd",
    "subtract": "operator.isub",
    "multiply": "operator.imul",
    "divide": "operator.itruediv",
    "floor_divide": "operator.ifloordiv",
    "remainder": "operator.imod",
    "power": "operator.ipow",
    "matmul": "operator.imatmul",
    "bitwise_and": "operator.iand",
    "bitwise_or": "operator.ior",
    "bitwise_xor": "operator.ixor",
    "left_shift": "operator.ilshift",
    "right_shift": "operator.irshift",
}


def _integer(signature: str, path: str, jax: str) -> None:
    primitive(signature, infer_scalar, path, jax=jax, elementwise=True)


# arithmetic
_operator("add(a, b, /)", sized(lambda a, b: a + b), "operator.add numpy.add", "a + b")
_operator("subtract(a, b, /)", sized(lambda a, b: a - b), "operator.sub numpy.subtract", "a - b")
_operator("multiply(a, b, /)", sized(lambda a, b: a * b), "operator.mul numpy.multiply", "a * b")
_operator("divide(a, b, /)", infer_elementwise, "operator.truediv numpy.divide numpy.true_divide", "a / b")
_operator("floor_divide(a, b, /)", sized(floor_divided), "operator.floordiv numpy.floor_divide", "a // b")
_operator("remainder(a, b, /)", sized(remainder), "operator.mod numpy.remainder numpy.mod", "a % b")
_operator("power(a, b, /)", sized(raised, infer_power), "operator.pow numpy.power builtins.pow", "a ** b")
_operator("negative(x, /)", sized(lambda a: -a), "operator.neg numpy.negative", "-x")
_operator("positive(x, /)", sized(lambda a: a), "operator.pos numpy.positive", "+x")
primitive(
    "absolute(x, /)", sized(magnitude), "numpy.abs numpy.absolute builtins.abs operator.abs", elementwise=True
)
elementwise("fabs(x, /)", "numpy.fabs math.fabs")
elementwise("float_power(a, b, /)", "numpy.float_power math.pow")
elementwise("square(x, /)", "numpy.square")
primitive("reciprocal(x, /)", infer_reciprocal, "numpy.reciprocal", elementwise=True)
elementwise("sqrt(x, /)", "numpy.sqrt math.sqrt cmath.sqrt")
elementwise("cbrt(x, /)", "numpy.cbrt math.cbrt scipy.special.cbrt")
elementwise("hypot(a, b, /)", "numpy.hypot math.hypot")
elementwise("fmod(a, b, /)", "numpy.fmod math.fmod")
elementwise("ieee_remainder(a, b, /)", "math.remainder", jax="a - jnp.round(a / b) * b")
elementwise("fma(a, b, c, /)", "math.fma", jax="a * b + c")
primitive("frexp(x, /)", infer_parts, "numpy.frexp", cheap=True)
elementwise("ldexp(x, i, /)", "numpy.ldexp math.ldexp")

# exponentials and logarithms
elementwise("exp(x, /)", "numpy.exp math.exp cmath.exp")
elementwise("exp2(x, /)", "numpy.exp2 math.exp2 scipy.special.exp2")
elementwise("expm1(x, /)", "numpy.expm1 math.expm1 scipy.special.expm1")
elementwise("log(x, /)", "numpy.log math.log cmath.log")
elementwise("log2(x, /)", "numpy.log2 math.log2")
elementwise("log10(x, /)", "numpy.log10 math.log10 cmath.log10")
elementwise("log1p(x, /)", "numpy.log1p math.log1p scipy.special.log1p")
elementwise("logaddexp(a, b, /)", "numpy.logaddexp")
elementwise("logaddexp2(a, b, /)", "numpy.logaddexp2")

# trigonometric and hyperbolic functions
elementwise("sin(x, /)", "numpy.sin math.sin cmath.sin")
elementwise("cos(x, /)", "numpy.cos math.cos cmath.cos")
elementwise("tan(x, /)", "numpy.tan math.tan cmath.tan")
elementwise("arcsin(x, /)", "numpy.arcsin numpy.asin math.asin cmath.asin")
elementwise("arccos(x, /)", "numpy.arccos numpy.acos math.acos cmath.acos")
elementwise("arctan(x, /)", "numpy.arctan numpy.atan math.atan cmath.atan")
elementwise("arctan2(a, b, /)", "numpy.arctan2 numpy.atan2 math.atan2")
elementwise("sinh(x, /)", "numpy.sinh math.sinh cmath.sinh")
elementwise("cosh(x, /)", "numpy.cosh math.cosh cmath.cosh")
elementwise("tanh(x, /)", "numpy.tanh math.tanh cmath.tanh")
elementwise("arcsinh(x, /)", "numpy.arcsinh numpy.asinh math.asinh cmath.asinh")
elementwise("arccosh(x, /)", "numpy.arccosh numpy.acosh math.acosh cmath.acosh")
elementwise("arctanh(x, /)", "numpy.arctanh numpy.atanh math.atanh cmath.atanh")
elementwise("sinc(x, /)", "numpy.sinc")
elementwise("deg2rad(x, /)", "numpy.deg2rad numpy.radians math.radians")
elementwise("rad2deg(x, /)", "numpy.rad2deg numpy.degrees math.degrees")

# the larger, the smaller, choices
_EXTREME = sized(larger, infer_extreme), sized(smaller, infer_extreme)
primitive("maximum(a, b, /)", _EXTREME[0], "numpy.maximum builtins.max", elementwise=True)
primitive("minimum(a, b, /)", _EXTREME[1], "numpy.minimum builtins.min", elementwise=True)
elementwise("fmax(a, b, /)", "numpy.fmax")
elementwise("fmin(a, b, /)", "numpy.fmin")
primitive("clip(x, a_min, a_max, /)", infer_with_attrs, "numpy.clip", elementwise=True)
elementwise("where(c, a, b, /)", "numpy.where")
elementwise("heaviside(a, b, /)", "numpy.heaviside")
elementwise("copysign(a, b, /)", "numpy.copysign math.copysign")
primitive(
    "nan_to_num(x, /, *, nan=0.0, posinf=None, neginf=None)",
    infer_with_attrs,
    "numpy.nan_to_num",
    elementwise=True,
)

# steps
elementwise("sign(x, /)", "numpy.sign")
elementwise("floor(x, /)", "numpy.floor")
elementwise("ceil(x, /)", "numpy.ceil")
elementwise("trunc(x, /)", "numpy.trunc numpy.fix")
elementwise("rint(x, /)", "numpy.rint")
primitive("fraction(x, /)", infer_fraction, numpy="np.modf(x)[0]", jax="jnp.modf(x)[0]", cheap=True)
primitive("round(x, /, decimals=0)", infer_with_attrs, "numpy.round numpy.around", elementwise=True)
_integer("nearest(x, /)", "builtins.round", "jnp.round(x).astype(int)")
_integer("floor_int(x, /)", "math.floor", "jnp.floor(x).astype(int)")
_integer("ceil_int(x, /)", "math.ceil", "jnp.ceil(x).astype(int)")
_integer("trunc_int(x, /)", "math.trunc", "jnp.trunc(x).astype(int)")
primitive(
    "round_digits(x, /, ndigits=0)",
    infer_digits,
    numpy="round(x, ndigits)",
    jax="jnp.round(x, ndigits)",
    elementwise=True,
)
elementwise("nextafter(a, b, /)", "numpy.nextafter math.nextafter")
# XLA takes the bits of the number itself, and the result is of one byte, to which no operand is converted
primitive(
    "bitwise_count(x, /)",
    infer_elementwise,
    "numpy.bitwise_count",
    jax="jnp.bitwise_count(jnp.abs(x))",
    cheap=True,
)
elementwise("spacing(x, /)", "numpy.spacing math.ulp")

# complex numbers
primitive("complex(a, b, /)", infer_scalar, "builtins.complex", jax="jax.lax.complex(a, b)", elementwise=True)
primitive("real(x, /)", infer_elementwise, "numpy.real", elementwise=True, view=True)
primitive("imag(x, /)", infer_elementwise, "numpy.imag", elementwise=True, view=True)
elementwise("conj(x, /)", "numpy.conj numpy.conjugate")
elementwise("angle(x, /)", "numpy.angle cmath.phase")

# comparisons and logic
_operator("less(a, b, /)", infer_elementwise, "operator.lt numpy.less", "a < b")
_operator("less_equal(a, b, /)", infer_elementwise, "operator.le numpy.less_equal", "a <= b")
_operator("greater(a, b, /)", infer_elementwise, "operator.gt numpy.greater", "a > b")
_operator("greater_equal(a, b, /)", infer_elementwise, "operator.ge numpy.greater_equal", "a >= b")
_operator("equal(a, b, /)", infer_elementwise, "operator.eq numpy.equal", "a == b")
_operator("not_equal(a, b, /)", infer_elementwise, "operator.ne numpy.not_equal", "a != b")
elementwise("logical_and(a, b, /)", "numpy.logical_and")
elementwise("logical_or(a, b, /)", "numpy.logical_or")
elementwise("logical_xor(a, b, /)", "numpy.logical_xor")
primitive(
    "logical_not(x, /)",
    infer_not,
    "operator.not_ numpy.logical_not",
    numpy="not x",
    jax="jnp.logical_not(x)",
    elementwise=True,
)
_operator("bitwise_and(a, b, /)", infer_elementwise, "operator.and_ numpy.bitwise_and", "a & b")
_operator("bitwise_or(a, b, /)", infer_elementwise, "operator.or_ numpy.bitwise_or", "a | b")
_operator("bitwise_xor(a, b, /)", infer_elementwise, "operator.xor numpy.bitwise_xor", "a ^ b")
_operator("invert(x, /)", infer_elementwise, "operator.invert numpy.invert numpy.bitwise_not", "~x")
_operator("left_shift(a, b, /)", sized(shifted_left), "operator.lshift numpy.left_shift", "a << b")
_operator("right_shift(a, b, /)", sized(shifted_right), "operator.rshift numpy.right_shift", "a >> b")
elementwise("isnan(x, /)", "numpy.isnan math.isnan")
elementwise("isinf(x, /)", "numpy.isinf math.isinf")
elementwise("isfinite(x, /)", "numpy.isfinite math.isfinite")
elementwise("isposinf(x, /)", "numpy.isposinf")
elementwise("isneginf(x, /)", "numpy.isneginf")
elementwise("iscomplex(x, /)", "numpy.iscomplex")
elementwise("isreal(x, /)", "numpy.isreal")
elementwise("signbit(x, /)", "numpy.signbit")
primitive(
    "isclose(a, b, /, rtol=1e-05, atol=1e-08, equal_nan=False)",
    infer_with_attrs,
    "numpy.isclose",
    elementwise=True,
)
primitive(
    "close(a, b, /, *, rel_tol=1e-09, abs_tol=0.0)",
    infer_scalar,
    "math.isclose",
    jax="jnp.abs(a - b) <= jnp.maximum(rel_tol * jnp.maximum(jnp.abs(a), jnp.abs(b)), abs_tol)",
    elementwise=True,
)

# integers
elementwise("gcd(a, b, /)", "numpy.gcd math.gcd")
elementwise("lcm(a, b, /)", "numpy.lcm math.lcm")
_integer("isqrt(x, /)", "math.isqrt", "jnp.floor(jnp.sqrt(x)).astype(int)")
_integer("factorial(x, /)", "math.factorial", "jnp.round(jax.scipy.special.factorial(x)).astype(int)")
_integer(
    "comb(n, k, /)",
    "math.comb",
    "jnp.round(jax.scipy.special.factorial(n) / jax.scipy.special.factorial(k)"
    " / jax.scipy.special.factorial(n - k)).astype(int)",
)
