"""Moving, joining, repeating, sorting elements."""

from __future__ import annotations

from operations.record import distinct, family, normal, operation, sample

family("rearrange", "Moving, joining, repeating, sorting")

operation(
    "numpy.transpose",
    sample("np.transpose(x)", x=[normal(4), normal(2, 3), normal(2, 1, 3)]),
    sample("np.transpose(x, {axes})", x=normal(2, 3, 4), axes=[(1, 2, 0), (-1, 0, 1), (0, 2, 1)]),
    sample("x.T", x=[normal(2, 3), normal(4)]),
)
operation(
    "numpy.concatenate",
    sample("np.concatenate([x, y])", x=normal(4), y=[normal(2), normal(0)]),
    sample("np.concatenate((x, y), axis={axis})", x=normal(2, 3), y=normal(2, 3), axis=[0, 1, -1, None]),
)
operation(
    "numpy.sort",
    sample("np.sort(x, axis={axis})", x=distinct(3, 4), axis=[0, 1, -1, None]),
    analytic=False,
)
