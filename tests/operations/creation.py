"""Arrays made of numbers that are differentiated."""

from __future__ import annotations

from operations.record import family, normal, operation, sample

family("creation", "Making arrays")

operation(
    "numpy.full",
    sample("np.full({shape}, x)", x=[normal(), 0.7], shape=[3, (2, 3)]),
)
operation(
    "numpy.array",
    sample("np.array([x, 2.0 * y, 1.0])", x=normal(), y=[normal(), 0.7]),
    sample("np.array([x, y])", x=normal(3), y=normal(3)),
)
operation(
    "numpy.arange",
    sample("x * np.arange({n}, step={step})[:2]", x=normal(2), n=5, step=[2, 3]),
    sample("x[0] * np.arange(3, 9, 2) + x[1] * np.arange(start=1, stop=4)", x=normal(2)),
)
operation(
    "numpy.size",
    sample("x * (np.shape(x)[1] + np.ndim(x) + np.size(x) + np.size(x, 0))", x=normal(2, 3)),
    jax=False,
)
