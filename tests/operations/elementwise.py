"""Functions of each element, with broadcasting."""

from __future__ import annotations

from operations.record import family, inside, normal, operation, sample

family("elementwise", "Element by element")

SHAPES = [(), (1,), (3,), (2, 3), (2, 1, 3)]
PAIRS = [
    ((), ()),
    ((3,), ()),
    ((), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((1, 3), (2, 3)),
    ((3,), (2, 1, 3)),
    ((1,), (1,)),
]

# the name in numpy, what it is in mpmath, and an interval on which it is analytic
UNARY = [
    ("sin", "sin(x)", -2.0, 2.0),
    ("cos", "cos(x)", -2.0, 2.0),
    ("tan", "tan(x)", -1.4, 1.4),
    ("arcsin", "asin(x)", -0.95, 0.95),
    ("arccos", "acos(x)", -0.95, 0.95),
    ("arctan", "atan(x)", -3.0, 3.0),
    ("sinh", "sinh(x)", -2.0, 2.0),
    ("cosh", "cosh(x)", -2.0, 2.0),
    ("tanh", "tanh(x)", -2.0, 2.0),
    ("arcsinh", "asinh(x)", -3.0, 3.0),
    ("arccosh", "acosh(x)", 1.1, 4.0),
    ("arctanh", "atanh(x)", -0.95, 0.95),
    ("exp", "exp(x)", -2.0, 2.0),
    ("exp2", "mpf(2) ** x", -2.0, 2.0),
    ("expm1", "expm1(x)", -2.0, 2.0),
    ("log", "log(x)", 0.2, 4.0),
    ("log2", "log(x) / log(2)", 0.2, 4.0),
    ("log10", "log10(x)", 0.2, 4.0),
    ("log1p", "log1p(x)", -0.8, 3.0),
    ("sqrt", "sqrt(x)", 0.2, 4.0),
    ("square", "x * x", -2.0, 2.0),
    ("reciprocal", "1 / x", 0.3, 3.0),
    ("negative", "-x", -2.0, 2.0),
    ("positive", "+x", -2.0, 2.0),
]

for _name, _exact, _low, _high in UNARY:
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[inside(_low, _high, *shape) for shape in SHAPES]),
        mpmath=_exact,
        order=2,
    )

operation(
    "numpy.multiply",
    sample("np.multiply(a, b)", a=[normal(3)], b=[normal(3)]),
    *(sample("a * b", a=normal(*left), b=normal(*right)) for left, right in PAIRS),
    mpmath="a * b",
    order=2,
)
operation(
    "numpy.maximum",
    *(
        sample("np.maximum(a, b)", a=inside(-2, 2, *left), b=inside(-2.1, 2.3, *right))
        for left, right in PAIRS
    ),
    mpmath="a if a > b else b",
    analytic=False,
)
