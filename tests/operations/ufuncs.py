"""Methods of NumPy's ufuncs."""

from __future__ import annotations

from operations.record import NUMPY, boolean, distinct, family, normal, operation, positive, sample

family("ufuncs", "Methods of ufuncs")

OUTER_SHAPES = [normal(3), normal(2, 3)]
for _name in ("add", "subtract", "multiply"):
    operation(
        f"numpy.{_name}.outer",
        sample(f"np.{_name}.outer(a, b)", a=OUTER_SHAPES, b=[normal(2), normal(4, 2)]),
        sample(f"np.{_name}.outer(a, b)", a=normal(), b=normal(2)),
        sample(f"np.{_name}.outer(a, b)", a=normal(2), b=normal()),
        sample(f"np.{_name}.outer(a, [0.5, 2.0])", a=normal(3)),
        order=2,
        jax=False,
    )
operation("numpy.divide.outer", sample("np.divide.outer(a, b)", a=normal(2), b=positive(3)), jax=False)
operation("numpy.power.outer", sample("np.power.outer(a, b)", a=positive(2), b=normal(3)), jax=False)
operation(
    "numpy.maximum.outer",
    sample("np.maximum.outer(a, b)", a=distinct(3), b=distinct(2, 2)),
    analytic=False,
    jax=False,
)

for _name in ("add", "multiply"):
    operation(
        f"numpy.{_name}.reduce",
        sample(f"np.{_name}.reduce(x)", x=[normal(4), normal(2, 3)]),
        sample(f"np.{_name}.reduce(x, axis={{axis}})", x=normal(2, 3), axis=[None, 0, 1, (0, 1)]),
        sample(f"np.{_name}.reduce(x, {{axis}}, float)", x=normal(2, 3), axis=[0, -1], analytic=False),
        sample(f"np.{_name}.reduce(x, axis=1, keepdims=True)", x=normal(2, 3)),
        sample(f"np.{_name}.reduce(x, initial=2.0)", x=normal(4)),
        order=2,
        jax=False,
    )
    operation(
        f"numpy.{_name}.accumulate",
        sample(f"np.{_name}.accumulate(x)", x=[normal(4), normal(2, 3)]),
        sample(f"np.{_name}.accumulate(x, {{axis}})", x=normal(2, 3), axis=[0, 1]),
        jax=False,
    )
for _name in ("maximum", "minimum"):
    operation(
        f"numpy.{_name}.reduce",
        sample(f"np.{_name}.reduce(x)", x=[distinct(4), distinct(2, 3)]),
        sample(f"np.{_name}.reduce(x, axis=1)", x=distinct(2, 3)),
        analytic=False,
        jax=False,
    )
operation(
    "numpy.logical_and.reduce",
    sample("x * np.logical_and.reduce(x > 0.0) + np.logical_or.reduce(x > 0.0, axis=0)", x=normal(4)),
    analytic=False,
    jax=False,
)
operation(
    "numpy.add.at",
    sample("y = x * x; np.add.at(y, [0, 0, 2], v); y", x=normal(4), v=normal(3)),
    jax=False,
)
for _name in ("multiply", "divide", "maximum", "minimum", "power"):
    operation(
        f"numpy.{_name}.at",
        sample(f"y = x * x; np.{_name}.at(y, [0, 0, 2], v); y", x=distinct(4), v=[positive(3), positive()]),
        sample(
            f"y = x * x; np.{_name}.at(y, m, v); y", x=distinct(4), v=positive(), m=boolean(4), backends=NUMPY
        ),
        analytic=False,
        jax=False,
    )
