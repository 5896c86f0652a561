"""Functions of each element, with broadcasting."""

from __future__ import annotations

import math

import numpy as np

from operations.record import (
    Text,
    boolean,
    complexes,
    distinct,
    family,
    inside,
    integers,
    normal,
    number,
    operation,
    positive,
    sample,
)

family("elementwise", "Element by element")

SHAPES = [(), (1,), (3,), (2, 3), (2, 1, 3), (0,), (2, 0)]
PAIRS = [
    ((), ()),
    ((3,), ()),
    ((), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((1, 3), (2, 3)),
    ((3,), (2, 1, 3)),
    ((1,), (1,)),
    ((2, 0), (1, 1)),
]
Interval = tuple[float, float]

# ---------------------------------------------------------------------------------------- of one variable

# numpy's name, the same in mpmath, an interval on which it is analytic, and in math
SMOOTH: list[tuple[str, str, Interval, str]] = [
    ("sin", "sin(x)", (-2.0, 2.0), "sin"),
    ("cos", "cos(x)", (-2.0, 2.0), "cos"),
    ("tan", "tan(x)", (-1.4, 1.4), "tan"),
    ("arcsin", "asin(x)", (-0.95, 0.95), "asin"),
    ("arccos", "acos(x)", (-0.95, 0.95), "acos"),
    ("arctan", "atan(x)", (-3.0, 3.0), "atan"),
    ("sinh", "sinh(x)", (-2.0, 2.0), "sinh"),
    ("cosh", "cosh(x)", (-2.0, 2.0), "cosh"),
    ("tanh", "tanh(x)", (-2.0, 2.0), "tanh"),
    ("arcsinh", "asinh(x)", (-3.0, 3.0), "asinh"),
    ("arccosh", "acosh(x)", (1.1, 4.0), "acosh"),
    ("arctanh", "atanh(x)", (-0.95, 0.95), "atanh"),
    ("exp", "exp(x)", (-2.0, 2.0), "exp"),
    ("exp2", "mpf(2) ** x", (-2.0, 2.0), "exp2"),
    ("expm1", "expm1(x)", (-2.0, 2.0), "expm1"),
    ("log", "log(x)", (0.2, 4.0), "log"),
    ("log2", "log(x) / log(2)", (0.2, 4.0), "log2"),
    ("log10", "log10(x)", (0.2, 4.0), "log10"),
    ("log1p", "log1p(x)", (-0.8, 3.0), "log1p"),
    ("sqrt", "sqrt(x)", (0.2, 4.0), "sqrt"),
    ("square", "x * x", (-2.0, 2.0), ""),
    ("reciprocal", "1 / x", (0.3, 3.0), ""),
    ("negative", "-x", (-2.0, 2.0), ""),
    ("positive", "+x", (-2.0, 2.0), ""),
]
SYNONYMS = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
OPERATORS = {"negative": "-x", "positive": "+x"}

for _name, _exact, _interval, _math in SMOOTH:
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[inside(*_interval, *shape) for shape in SHAPES]),
        sample(f"np.{_name}(x)", x=number(*_interval)),
        # on the left half of the plane JAX's derivative of arccosh has the wrong sign
        sample(f"np.{_name}(x)", x=complexes(4), analytic=False, order=1, mpmath="", jax=_name != "arccosh"),
        sample(
            f"np.{_name}(x) * np.{_name}(y)", x=inside(*_interval, 2, 1), y=inside(*_interval, 3), mpmath=""
        ),
        *[sample(f"np.{_also}(x)", x=inside(*_interval, 4)) for n, _also in SYNONYMS.items() if n == _name],
        *[sample(_text, x=inside(*_interval, 4)) for n, _text in OPERATORS.items() if n == _name],
        mpmath=_exact,
        order=2,
    )
    if _math:
        operation(
            f"math.{_math}",
            sample(
                f"math.{_math}(x)",
                x=[inside(*_interval), number(*_interval), number(_interval[0], _interval[0] + 0.1)],
            ),
            mpmath=_exact,
            analytic=False,
            jax=False,
        )

operation(
    "numpy.cbrt",
    sample("np.cbrt(x)", x=[positive(*shape) for shape in SHAPES]),
    sample("np.cbrt(x)", x=inside(-3.0, -0.2, 4), mpmath="-cbrt(-x)"),
    sample("math.cbrt(x)", x=number(0.2, 3.0), jax=False),
    mpmath="cbrt(x)",
    analytic=False,  # np.cbrt takes no complex numbers
    order=2,
)
operation(
    "numpy.sinc",
    sample("np.sinc(x)", x=[normal(*shape) for shape in SHAPES]),
    sample("np.sinc(x)", x=np.array([0.0, 0.4]), mpmath=""),
    mpmath="sin(pi * x) / (pi * x)",
    analytic=False,  # np.sinc takes no complex numbers with an imaginary part of 1e-30
    order=2,
)
for _name, _also, _exact in (("deg2rad", "radians", "x * pi / 180"), ("rad2deg", "degrees", "x * 180 / pi")):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x) * x", x=[normal(), normal(2, 3)]),
        sample(f"np.{_also}(x) * x", x=normal(3)),
        sample(f"math.{_also}(x) * x", x=number(0.5, 2.0), jax=False),
        mpmath=f"({_exact}) * x",
        analytic=False,  # np.deg2rad and np.rad2deg take no complex numbers
    )
for _name, _exact in (("absolute", "abs(x)"), ("fabs", "abs(x)")):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(*shape) for shape in SHAPES]),
        sample(f"np.{_name}(x) * x", x=normal(3), mpmath="abs(x) * x"),
        *([sample("np.abs(x)", x=complexes(2, 2), mpmath="", order=1)] if _name == "absolute" else []),
        *([sample("abs(x)", x=[normal(3), number(-2, -1)])] if _name == "absolute" else []),
        *([sample("math.fabs(x)", x=number(-2, -1), jax=False)] if _name == "fabs" else []),
        mpmath=_exact,
        analytic=False,
        order=2,
    )
operation(
    "numpy.nan_to_num",
    sample("np.nan_to_num(x)", x=[normal(3), normal(2, 3)]),
    sample("np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-2.0) * x", x=normal(3), mpmath="x * x"),
    mpmath="x",
    analytic=False,
)
operation(
    "numpy.nan_to_num (in place)",
    sample("y = x * x; z = np.nan_to_num(y, copy=False); z[0] = 2.0; x * y", x=normal(3), jax=False),
    sample(
        "z = 2 * x; y = np.nan_to_num(z.T, False, 3.0); y[0] = 2.0; x.T * y * z.T", x=normal(2, 3), jax=False
    ),
)

# -------------------------------------------------------------------------------------- of two variables

# numpy's name, mpmath, both operands' intervals, whether analytic, how Python writes it
POSITIVE, ANY = (0.3, 2.0), (-2.0, 2.0)
BINARY: list[tuple[str, str, Interval, Interval, bool, str]] = [
    ("add", "a + b", ANY, ANY, True, "a + b"),
    ("subtract", "a - b", ANY, ANY, True, "a - b"),
    ("multiply", "a * b", ANY, ANY, True, "a * b"),
    ("divide", "a / b", ANY, POSITIVE, True, "a / b"),
    ("power", "a ** b", POSITIVE, ANY, True, "a ** b"),
    ("float_power", "a ** b", POSITIVE, ANY, True, ""),
    ("hypot", "hypot(a, b)", ANY, POSITIVE, False, ""),
    ("arctan2", "atan2(a, b)", ANY, POSITIVE, False, ""),
    ("logaddexp", "log(exp(a) + exp(b))", ANY, ANY, False, ""),
    ("logaddexp2", "log(mpf(2) ** a + mpf(2) ** b) / log(2)", ANY, ANY, False, ""),
    ("maximum", "a if a > b else b", ANY, (-2.1, 2.3), False, ""),
    ("minimum", "a if a < b else b", ANY, (-2.1, 2.3), False, ""),
    ("fmax", "a if a > b else b", ANY, (-2.1, 2.3), False, ""),
    ("fmin", "a if a < b else b", ANY, (-2.1, 2.3), False, ""),
    ("remainder", "a - b * floor(a / b)", (-5.0, 5.0), (0.6, 2.1), False, "a % b"),
    ("fmod", "a - b * sign(a / b) * floor(abs(a / b))", (-5.0, 5.0), (0.6, 2.1), False, ""),
    ("floor_divide", "floor(a / b)", (-5.0, 5.0), (0.6, 2.1), False, "a // b"),
    ("copysign", "abs(a) * sign(b)", ANY, ANY, False, ""),
]
IN_MATH = {
    "float_power": "pow",
    "hypot": "hypot",
    "arctan2": "atan2",
    "fmod": "fmod",
    "copysign": "copysign",
}
ALSO = {"divide": ["true_divide"], "remainder": ["mod"], "arctan2": ["atan2"], "power": []}

for _name, _exact, _a, _b, _analytic, _text in BINARY:
    operation(
        f"numpy.{_name}",
        *[sample(f"np.{_name}(a, b)", a=inside(*_a, *left), b=inside(*_b, *right)) for left, right in PAIRS],
        sample(f"np.{_name}(a, b)", a=number(*_a), b=inside(*_b, 2, 2)),
        sample(f"np.{_name}(a, b)", a=inside(*_a, 3), b=number(*_b)),
        *[
            sample(_text, a=inside(*_a, 2, 3), b=[inside(*_b, 3), inside(*_b), number(*_b)])
            for _ in [0]
            if _text
        ],
        *[sample(_text, a=number(*_a), b=[number(*_b), inside(*_b, 3)]) for _ in [0] if _text],
        *[sample(f"np.{_other}(a, b)", a=inside(*_a, 3), b=inside(*_b, 3)) for _other in ALSO.get(_name, [])],
        *[
            sample(f"math.{_other}(a, b)", a=number(*_a), b=number(*_b), analytic=False, jax=False)
            for n, _other in IN_MATH.items()
            if n == _name
        ],
        mpmath=_exact,
        analytic=_analytic,
        order=1 if _name == "floor_divide" else 2,
    )

operation(
    "numpy.power with a constant",
    sample("x ** {n}", x=positive(3), n=[2, 3, -1, -2, 0.5, 2.5, -0.5, 1, 0, 1.0]),
    sample("x ** {n}", x=inside(-2.0, -0.3, 2, 2), n=[2, 3, -1, -3]),
    sample("np.power(x, {n})", x=normal(3), n=[2, 3]),
    sample("pow(x, {n})", x=positive(2), n=[2, 1.5]),
    sample("{a} ** x", x=normal(3), a=[2, 2.0, 0.7]),
    sample("x ** n", x=normal(3), n=[integers(1, 4, 3), integers(1, 4, 2, 1), 3]),
    order=2,
)
operation(
    "numpy.ldexp",
    sample("np.ldexp(x, i) * x", x=normal(3), i=[integers(-2, 4, 3), 2]),
    sample("math.ldexp(x, 3) * x", x=number(-1, 1), jax=False),
    analytic=False,
)
operation(
    "numpy.heaviside",
    sample("np.heaviside(a, b) * a", a=normal(3), b=[normal(3), normal(2, 1)]),
    sample("np.heaviside(n, b)", n=integers(-1, 2, 4), b=[normal(4), normal()]),
    analytic=False,
)
operation(
    "numpy.nextafter",
    sample("np.nextafter(a, b) * a", a=normal(3), b=normal(3)),
    analytic=False,
    jax=False,  # JAX has no derivative of it
    extended=False,  # long double has neighbours of its own
)
operation(
    "math.remainder",
    sample("math.remainder(a, b)", a=number(3.0, 3.2), b=[number(0.9, 1.0), number(1.7, 1.8)]),
    analytic=False,
    jax=False,
)

# ------------------------------------------------------------------------------------- choices and steps

operation(
    "numpy.where",
    *[
        sample("np.where(c, a, b)", c=boolean(*shape), a=normal(*left), b=normal(*right))
        for shape, left, right in [
            ((3,), (3,), (3,)),
            ((2, 3), (3,), ()),
            ((3,), (2, 3), (2, 1)),
            ((), (3,), (3,)),
            ((2, 1), (1, 3), (2, 3)),
        ]
    ],
    sample("np.where(a > b, a * b, b)", a=normal(2, 3), b=[normal(3), 0.1], analytic=False),
    sample("np.where(a > 0, a, {b})", a=normal(2, 3), b=[0, 1.5, -1], analytic=False),
    order=2,
)
operation(
    "numpy.clip",
    sample("np.clip(x, {low}, {high})", x=distinct(2, 3), low=[-1.0, 0, None], high=[1.1, 1]),
    sample(
        "np.clip(x, a, b)",
        x=distinct(2, 4),
        a=[inside(-1.4, -0.4, 4), inside(-1, 0)],
        b=[inside(0.4, 1.4, 4), 0.9],
    ),
    sample("np.clip(x, a, None)", x=distinct(4), a=inside(-1.4, 1.4, 2, 1)),
    sample("np.clip(x, a_min=-0.7, a_max=0.8)", x=distinct(5), jax=False),
    sample("np.clip(x, min=-0.7, max=0.8)", x=distinct(5)),
    sample("x.clip(-0.7, 0.8)", x=distinct(5)),
    analytic=False,
    order=2,
)
operation(
    "builtins.max and min",
    sample("{f}(a, b)", a=number(0.1, 1.0), b=number(1.1, 2.0), f=[Text("max"), Text("min")]),
    sample("{f}(a, b, 0.5)", a=number(0.1, 0.4), b=number(1.1, 2.0), f=[Text("max"), Text("min")]),
    sample("{f}([x[0], x[1], x[2]])", x=distinct(3), f=[Text("max"), Text("min")]),
    analytic=False,
    jax=False,  # they ask which one is larger, which JAX refuses while tracing
    order=2,
)
STEPS = {
    "numpy.sign": "np.sign(x)",
    "numpy.floor": "np.floor(x)",
    "numpy.ceil": "np.ceil(x)",
    "numpy.trunc": "np.trunc(x)",
    "numpy.rint": "np.rint(x)",
    "numpy.round": "np.round(x)",
}
for _name, _text in STEPS.items():
    operation(
        _name,
        # JAX takes the direction of a complex number for constant
        *([sample("np.sign(z)", z=complexes(3), jax=False)] if _name == "numpy.sign" else []),
        sample(_text, x=[distinct(), distinct(3)]),
        sample(f"{_text} * x", x=[distinct(2, 3), number(1.1, 1.2)]),
        analytic=False,
    )
for _text in ("round(x)", "int(x)", "math.floor(x)", "math.ceil(x)", "math.trunc(x)"):
    operation(
        f"builtins.{_text[:-3]}" if "." not in _text else _text[:-3],
        sample(f"{_text} * x", x=[number(1.1, 1.2), number(-1.9, -1.8)]),
        analytic=False,
        jax=False,
    )
operation(
    "comparisons",
    sample(
        "np.where(a {sign} b, a, 2.0 * b)",
        a=normal(3),
        b=normal(3),
        sign=[Text(t) for t in "< <= > >= == !=".split()],
    ),
    sample("(a {sign} b) * a", a=normal(3), b=normal(3), sign=[Text("<"), Text(">=")]),
    sample(
        "np.{name}(a, b) * a",
        a=normal(2, 3),
        b=normal(3),
        name=[Text("less"), Text("greater_equal"), Text("logical_and"), Text("isclose")],
    ),
    sample(
        "np.{name}(a) * a",
        a=normal(2, 3),
        name=[Text("isnan"), Text("isfinite"), Text("signbit"), Text("logical_not")],
    ),
    analytic=False,
)

NAMES = "less less_equal greater greater_equal equal not_equal logical_or logical_xor"
operation(
    "comparisons by name",
    sample("np.{name}(a, b) * a", a=normal(2, 3), b=normal(3), name=[Text(t) for t in NAMES.split()]),
    sample(
        "np.where(np.{name}(a), a, 2.0)",
        a=normal(3),
        name=[Text(t) for t in "isinf isposinf isneginf iscomplex isreal".split()],
    ),
    sample(
        "x * (2.0 if math.{name}(x) else 3.0)",
        x=number(0.5, 1.0),
        name=[Text(t) for t in "isnan isinf isfinite".split()],
        jax=False,
    ),
    sample("x * math.isclose(x, y)", x=number(0.5, 1.0), y=number(0.5, 1.0), jax=False),
    sample("x * np.allclose(x, y)", x=normal(3), y=normal(3)),
    sample("np.around(x, 1) * x", x=normal(3)),
    analytic=False,
)
operation(
    "integers",
    sample("x * np.bitwise_count(n)", x=normal(3), n=integers(-9, 40, 3)),
    sample(
        "x * np.{name}(n, m)",
        x=normal(3),
        n=integers(1, 40, 3),
        m=integers(1, 40, 3),
        name=[Text(t) for t in "gcd lcm bitwise_and bitwise_or bitwise_xor".split()],
    ),
    sample(
        "x * (n {sign} 2)",
        x=normal(3),
        n=integers(1, 9, 3),
        sign=[Text(t) for t in "& | ^ << >> // % **".split()],
    ),
    sample(
        "x * np.{name}(n, 2)",
        x=normal(3),
        n=integers(1, 9, 3),
        name=[Text("left_shift"), Text("right_shift")],
    ),
    sample("x * np.{name}(n)", x=normal(3), n=integers(1, 9, 3), name=[Text("invert"), Text("bitwise_not")]),
    sample("x * ~n", x=normal(3), n=[integers(1, 9, 3), 5]),
    sample(
        "x * math.{name}(n, m)",
        x=normal(),
        n=12,
        m=4,
        name=[Text(t) for t in "gcd lcm comb".split()],
        jax=False,
    ),
    sample("x * math.{name}(n)", x=normal(), n=6, name=[Text("isqrt"), Text("factorial")], jax=False),
)
operation(
    "spacing",
    sample("x + np.spacing(x)", x=normal(3), extended=False),
    sample("x + math.ulp(x)", x=number(0.5, 1.0)),
    sample("math.nextafter(x, 2.0) * x", x=number(0.5, 1.0)),
    analytic=False,
    jax=False,
)
operation(
    "numpy.empty",
    sample("y = np.empty(3, x.dtype); y[:] = x; y * x", x=normal(3)),
    sample("y = np.empty_like(x); y[:] = 2.0 * x; y * x", x=normal(3)),
    jax=False,
)
if hasattr(math, "fma"):
    operation(
        "math.fma",
        sample("math.fma(a, b, c)", a=number(0, 1), b=number(1, 2), c=number(2, 3)),
        analytic=False,
        jax=False,
    )

# ---------------------------------------------------------------------------------------- complex numbers

for _name in ("real", "imag", "conj", "angle"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[complexes(3), complexes(), complexes(2, 2)]),
        sample(f"np.{_name}(x) * x", x=[complexes(3), positive(3)]),
        *[sample("np.conjugate(x) * x", x=complexes(2)) for _ in [0] if _name == "conj"],
        *[
            sample(f"x.{_name}{'()' if _name == 'conj' else ''}", x=complexes(3))
            for _ in [0]
            if _name != "angle"
        ],
        analytic=False,
    )
_CMATH = "exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split()
operation(
    "complex",
    sample("complex(a, b) * x", a=normal(), b=[normal(), 2, -0.0], x=[complexes(3), normal()]),
    sample("complex(real=a) * complex(imag=a)", a=normal()),
    analytic=False,
    jax=False,  # complex() cannot be traced
)
operation(
    "cmath",
    sample("cmath.{f}(x)", x=[complexes(), number(0.2, 0.8)], f=[Text(t) for t in _CMATH]),
    sample("cmath.{f}(x)", x=number(-3, -2), f=[Text(t) for t in "sqrt log acos asin atanh acosh".split()]),
    sample("cmath.phase(z)", z=complexes()),
    analytic=False,
    jax=False,
)
operation(
    "complex arithmetic",
    sample(
        "a {sign} b",
        a=complexes(3),
        b=[complexes(3), positive(3), complexes()],
        sign=[Text(t) for t in "+ - * /".split()],
    ),
    sample("a {sign} b", a=positive(3), b=complexes(3), sign=[Text(t) for t in "+ - * / **".split()]),
    sample("a ** {b}", a=complexes(3), b=[2, 3, -1, 0.5]),
    sample("np.sum(a * np.conj(b))", a=complexes(3), b=complexes(3)),
    sample("np.abs(a) ** 2 * b", a=complexes(3), b=normal(3)),
    sample("np.exp(1j * t) * a", t=normal(3), a=complexes()),
    sample("(a * b).real + a.imag", a=complexes(2, 2), b=complexes(2)),
    analytic=False,
)

# --------------------------------------------------------------------------------------- special functions

for _name, _exact in (("gamma", "gamma(x)"), ("lgamma", "log(abs(gamma(x)))")):
    operation(
        f"math.{_name}",
        sample(f"math.{_name}(x)", x=[number(0.4, 0.6), number(2.1, 3.9), normal()], mpmath=_exact),
        mpmath=_exact,
        analytic=False,
        jax=False,
    )
for _name in ("erf", "erfc"):
    operation(
        f"math.{_name}",
        sample(f"math.{_name}(x)", x=[number(-1.5, 1.5), normal()]),
        sample(f"math.{_name}(x * x) * x", x=number(0.5, 1.5), mpmath=f"{_name}(x * x) * x"),
        mpmath=f"{_name}(x)",
        analytic=False,
        jax=False,
    )
