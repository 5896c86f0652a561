"""Sums, products, extrema, moments, norms, running sums and products."""

from __future__ import annotations

from typing import Any

import numpy as np

from operations.record import (
    Text,
    boolean,
    complexes,
    distinct,
    family,
    integers,
    normal,
    operation,
    sample,
)

family("reductions", "Sums, products, extrema, moments, norms")

SHAPES = [normal(), normal(1), normal(4), normal(2, 3), normal(2, 1, 3)]
KEEP = [False, True]
AXES_1 = [None, 0, -1, (0,)]
AXES_2 = [None, 0, 1, -1, (0, 1), (1, 0)]
AXES_3 = [None, 1, -2, (0, 2), (0, -1), (2, 1)]

for _name in ("sum", "mean", "prod"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=SHAPES),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=normal(4), axis=AXES_1, keepdims=KEEP
        ),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=normal(2, 3), axis=AXES_2, keepdims=KEEP
        ),
        sample(
            f"np.{_name}(x, {{axis}}, keepdims={{keepdims}})", x=normal(2, 1, 3), axis=AXES_3, keepdims=KEEP
        ),
        sample(f"x.{_name}({{axis}})", x=normal(2, 3), axis=[None, 0, (0, 1)]),
        sample(f"np.{_name}(x, axis=0)", x=[normal(1, 3), normal(3, 1), normal(3, 0)]),
        sample(f"np.{_name}(x, axis=1)", x=complexes(2, 3), analytic=False, order=1),
        sample(
            f"np.{_name}(x, axis=0, dtype=np.float64) * x",
            x=normal(2, 3),
            single=False,
            analytic=False,
            extended=False,
        ),
        order=2,
    )
operation(
    "numpy.prod with zeros",
    sample(
        "np.prod(x)",
        x=[np.array(v) for v in ([0.0, 1.2, -0.7], [0.0, 1.2, 0.0], [0.0, 0.0, 0.0], [1.5, 0.8, 0.0], [0.0])],
    ),
    sample("np.prod(x, axis={axis})", x=np.array([[0.0, 1.2, -0.7], [0.5, 0.0, 0.0]]), axis=[0, 1, (0, 1)]),
    sample("np.cumprod(x)", x=[np.array([0.0, 1.2, -0.7]), np.array([0.4, 0.0, 1.1, 0.0, 2.0])]),
    sample("np.cumprod(x, axis={axis})", x=np.array([[0.0, 1.2, -0.7], [0.5, 0.0, 0.9]]), axis=[0, 1]),
    order=2,
)

for _name in ("max", "min"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[distinct(*shape) for shape in [(), (1,), (4,), (2, 3), (2, 1, 3)]]),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})", x=distinct(4), axis=AXES_1, keepdims=KEEP
        ),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})",
            x=distinct(2, 3),
            axis=AXES_2,
            keepdims=KEEP,
        ),
        sample(
            f"np.{_name}(x, axis={{axis}}, keepdims={{keepdims}})",
            x=distinct(2, 1, 3),
            axis=AXES_3,
            keepdims=KEEP,
        ),
        sample(f"np.a{_name}(x, {{axis}})", x=distinct(2, 3), axis=[0, 1]),
        sample(f"x.{_name}({{axis}})", x=distinct(2, 3), axis=[None, 0]),
        sample(f"np.{_name}(x, axis=0) * x", x=distinct(3, 2), order=2),
        analytic=False,
    )
for _name in ("var", "std"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=[normal(4), normal(2, 3), normal(2, 1, 3)]),
        sample(
            f"np.{_name}(x, axis={{axis}}, ddof={{ddof}}, keepdims={{keepdims}})",
            x=normal(4),
            axis=[None, 0],
            ddof=[0, 1],
            keepdims=KEEP,
        ),
        sample(
            f"np.{_name}(x, axis={{axis}}, ddof={{ddof}}, keepdims={{keepdims}})",
            x=normal(2, 3),
            axis=[None, 0, -1, (0, 1)],
            ddof=[0, 1],
            keepdims=KEEP,
        ),
        sample(f"np.{_name}(x, axis={{axis}})", x=normal(2, 1, 3), axis=[(0, 2), (0, -1), (2, 1)]),
        sample(f"x.{_name}(axis={{axis}})", x=normal(2, 3), axis=[None, 0]),
        sample(f"np.{_name}(x, axis=1)", x=complexes(2, 3), order=1),
        *([sample("np.var(x)", x=normal(1))] if _name == "var" else []),
        analytic=False,  # the deviations are multiplied by their conjugates
        order=2,
    )

VECTOR: list[Any] = [None, 1, 2, 3, 1.5, 0, np.inf, -np.inf]
MATRIX: list[Any] = ["fro", 1, -1, np.inf, -np.inf]
operation(
    "numpy.linalg.norm",
    sample("np.linalg.norm(x)", x=[normal(1), normal(4), normal(2, 3), normal(2, 1, 3)]),
    sample(
        "np.linalg.norm(x, ord={ord}, axis={axis}, keepdims={keepdims})",
        x=normal(4),
        ord=VECTOR,
        axis=[None, 0],
        keepdims=KEEP,
    ),
    sample("np.linalg.norm(x, ord={ord}, axis={axis})", x=normal(2, 3), ord=VECTOR, axis=[0, 1]),
    sample(
        "np.linalg.norm(x, {ord}, axis={axis}, keepdims={keepdims})",
        x=normal(2, 3),
        ord=MATRIX,
        axis=[(0, 1), (1, 0)],
        keepdims=KEEP,
    ),
    sample("np.linalg.norm(x, {ord})", x=normal(2, 3), ord=MATRIX),
    sample("np.linalg.norm(x, {ord}, axis=(0, 2))", x=normal(2, 3, 4), ord=MATRIX),
    sample(
        "np.linalg.norm(x, axis={axis}, keepdims={keepdims})",
        x=normal(2, 1, 3),
        axis=[0, 1, -1],
        keepdims=KEEP,
    ),
    sample("np.linalg.norm(x)", x=complexes(3), order=1),
    analytic=False,
    order=2,
)
for _name in ("cumsum", "cumprod"):
    operation(
        f"numpy.{_name}",
        sample(f"np.{_name}(x)", x=SHAPES),
        sample(f"np.{_name}(x, axis={{axis}})", x=normal(2, 3), axis=[None, 0, 1, -1]),
        sample(f"np.{_name}(x, axis={{axis}})", x=normal(2, 1, 3), axis=[0, 1, 2]),
        sample(f"np.{_name}(x, axis=0)", x=[normal(4), normal(0, 2)]),
        sample(f"x.{_name}({{axis}})", x=normal(2, 3), axis=[None, 1]),
        sample(f"np.{_name}(x, axis=1)", x=complexes(2, 3), analytic=False, order=1),
        order=2,
    )
operation(
    "builtins.sum",
    sample("sum(x)", x=[normal(4), normal(3, 2)], jax=False),
    sample("sum([x[0], x[1] * x[2], 1.0])", x=normal(3)),
    sample("sum(a * b for a, b in zip(x, y))", x=normal(3), y=normal(3), jax=False),
    order=2,
)
operation(
    "math.fsum",
    sample("math.fsum(x * x)", x=normal(4)),
    analytic=False,
    jax=False,
)
operation(
    "math.prod",
    sample("math.prod([x[0], x[1], x[2] * x[0]])", x=normal(3)),
    analytic=False,
)
operation(
    "positions and tests",
    sample("x[np.{name}(x)] * x", x=distinct(4), name=[Text("argmax"), Text("argmin")]),
    sample(
        "np.take_along_axis(x, np.{name}(x, axis=1, keepdims=True), axis=1)",
        x=distinct(2, 4),
        name=[Text("argmax"), Text("argmin")],
    ),
    sample(
        "np.where(np.{name}(x > 0, axis=0), x, 2.0 * x)",
        x=normal(2, 3),
        name=[Text("all"), Text("any"), Text("count_nonzero")],
    ),
    sample("x * np.count_nonzero(c)", x=normal(3), c=[boolean(4), integers(0, 3, 5)]),
    analytic=False,
    order=2,
)
