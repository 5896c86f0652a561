"""Products of vectors, matrices and stacks of them."""

from __future__ import annotations

from operations.record import family, normal, operation, sample

family("linear", "Products of vectors and matrices")

PRODUCTS = [
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((3,), (2, 3, 4)),
    ((5, 2, 3), (3,)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
]
STACKS = [((1, 2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)), ((5, 2, 3), (6, 5, 3, 4)), ((1, 1), (1, 1))]
NUMBERS = [((), ()), ((), (3,)), ((2, 3), ())]

operation(
    "numpy.matmul",
    *(sample("a @ b", a=normal(*left), b=normal(*right)) for left, right in PRODUCTS + STACKS),
    sample("np.matmul(a, b)", a=normal(2, 3), b=normal(3, 2)),
    order=2,
)
operation(
    "numpy.dot",
    *(sample("np.dot(a, b)", a=normal(*left), b=normal(*right)) for left, right in PRODUCTS + NUMBERS),
    sample("a.dot(b)", a=normal(2, 3), b=[normal(3), normal(3, 2)]),
    order=2,
)
