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
