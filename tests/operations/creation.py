"""Arrays made of numbers that are differentiated."""

from __future__ import annotations

from operations.record import JAX, NUMPY, Text, family, inside, normal, number, operation, refused, sample

family("creation", "Making arrays")

NUMBERS = [normal(), number(0.5, 0.9)]

operation(
    "numpy.full",
    sample("np.full({shape}, x)", x=NUMBERS, shape=[3, (2, 3), (), (0, 2)]),
    sample("np.full(n, x)", x=normal(), n=4),
)
operation(
    "numpy.full_like",
    sample("np.full_like(y, x)", x=NUMBERS, y=[normal(3), normal(2, 3)], single=False),
)
operation(
    "numpy.arange",
    sample("np.arange(x, 5.5)", x=inside(0.4, 0.5), single=False, backends=NUMPY),
    sample("np.arange(0.25, x, y)", x=inside(2.8, 2.9), y=inside(0.6, 0.7), single=False, backends=NUMPY),
    refused(
        "np.sum(np.arange(0.25, x, y))",
        "the shape of this array is known only when the program runs",
        x=inside(2.8, 2.9),
        y=inside(0.6, 0.7),
        backends=JAX,
    ),
    sample("x * np.arange(3)", x=normal(3)),
    sample("x * np.arange({n}, step={step})[:2]", x=normal(2), n=5, step=[2, 3]),
    sample("x[0] * np.arange(3, 9, 2) + x[1] * np.arange(start=1, stop=4)", x=normal(2)),
    analytic=False,
    jax=False,  # the number of elements may not depend on data
    extended=False,
)
operation(
    "numpy.linspace",
    sample("np.linspace(a, b, {n})", a=normal(), b=[normal(), number(1.1, 2.0)], n=[1, 2, 5]),
    sample("np.linspace(a, b, {n}, endpoint=False)", a=normal(), b=normal(), n=[1, 4]),
    sample("np.linspace(a, 1.0, num=4)", a=number(0.1, 0.2)),
    sample("np.linspace(0.0, 1.0, 3) * x", x=normal(3)),
)
operation(
    "numpy.array",
    sample("np.array([x, 2.0 * y, 1.0])", x=normal(), y=NUMBERS),
    sample("np.array([[x, 1.0], [y, x * y]])", x=normal(), y=NUMBERS),
    sample("np.array([x, y])", x=normal(3), y=normal(3)),
    sample("np.array(x) * x", x=[normal(3), normal()]),
    sample("np.array([v * v for v in x])", x=normal(3), jax=False),
)
operation(
    "numpy.asarray",
    sample("np.asarray(x) * x", x=[normal(3), normal(), number(0.5, 1.0)]),
    sample("np.asarray(np.arange(3), dtype=float) / 2 * x", x=normal(3)),
    sample("np.{name}(x) * x", x=normal(3), name=[Text("asanyarray"), Text("ascontiguousarray")], jax=False),
    refused("np.ascontiguousarray(x)", "makes a vector of a number", x=normal()),
)
operation(
    "constant arrays",
    sample("np.{name}(3) * x", x=normal(3), name=[Text("zeros"), Text("ones")]),
    sample("np.{name}((2, 3)) + x", x=normal(3), name=[Text("zeros"), Text("ones")]),
    sample("np.{name}(x) + x", x=normal(2, 3), name=[Text("zeros_like"), Text("ones_like")]),
    sample("np.eye(3) * x", x=normal(3)),
    sample("np.eye(2, 3, k=1) * x", x=normal(2, 3)),
    sample("np.identity(2) @ x", x=normal(2, 2)),
)
operation(
    "numpy.size",
    sample("x * (np.shape(x)[1] + np.ndim(x) + np.size(x) + np.size(x, 0))", x=normal(2, 3)),
    jax=False,
)
