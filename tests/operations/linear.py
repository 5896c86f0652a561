"""Products of vectors, matrices and stacks of them."""

from __future__ import annotations

from typing import Any

from operations.record import complexes, family, normal, operation, sample

family("linear", "Products of vectors and matrices")

Shapes = tuple[tuple[int, ...], tuple[int, ...]]
PRODUCTS: list[Shapes] = [
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((3,), (2, 3, 4)),
    ((5, 2, 3), (3,)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((2, 0), (0, 3)),
    ((1, 1), (1, 1)),
]
STACKS: list[Shapes] = [((1, 2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)), ((5, 2, 3), (6, 5, 3, 4))]
NUMBERS: list[Shapes] = [((), ()), ((), (3,)), ((2, 3), ())]

operation(
    "numpy.matmul",
    *[sample("a @ b", a=normal(*left), b=normal(*right)) for left, right in PRODUCTS + STACKS],
    sample("np.matmul(a, b)", a=normal(2, 3), b=normal(3, 2)),
    sample("a @ b", a=complexes(2, 3), b=[complexes(3, 2), normal(3)], analytic=False, order=1),
    sample("a @ a", a=normal(2, 2)),
    order=2,
)
operation(
    "numpy.dot",
    *[sample("np.dot(a, b)", a=normal(*left), b=normal(*right)) for left, right in PRODUCTS + NUMBERS],
    sample("a.dot(b)", a=normal(2, 3), b=[normal(3), normal(3, 2)]),
    sample("np.dot(a, b)", a=complexes(2, 3), b=complexes(3, 2), analytic=False, order=1),
    order=2,
)
operation(
    "numpy.inner",
    *[
        sample("np.inner(a, b)", a=normal(*left), b=normal(*right))
        for left, right in [
            *NUMBERS,
            ((3,), (3,)),
            ((3,), (2, 3)),
            ((2, 3), (3,)),
            ((2, 3), (4, 3)),
            ((2, 4, 3), (5, 3)),
            ((3,), (4, 2, 3)),
        ]
    ],
    sample("np.inner(a, b)", a=complexes(3), b=complexes(2, 3), analytic=False, order=1),
    order=2,
)
operation(
    "numpy.outer",
    *[
        sample("np.outer(a, b)", a=normal(*left), b=normal(*right))
        for left, right in [((3,), (2,)), ((2, 2), (3,)), ((), (3,)), ((3,), (2, 1)), ((0,), (2,))]
    ],
    sample("np.outer(a, b)", a=complexes(3), b=complexes(2), analytic=False, order=1),
    order=2,
)
operation(
    "numpy.vdot",
    *[
        sample("np.vdot(a, b)", a=normal(*left), b=normal(*right))
        for left, right in [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ())]
    ],
    sample("np.vdot(a, b)", a=complexes(3), b=[complexes(3), normal(3)], order=1),
    analytic=False,
    order=2,
)
CONTRACTIONS: list[tuple[Shapes, Any]] = [
    (((2, 3, 4), (3, 4, 5)), 2),
    (((2, 3), (3, 4)), 1),
    (((2, 3), (4,)), 0),
    (((2, 3, 4), (4, 5, 3)), ([1, 2], [2, 0])),
    (((2, 3, 4), (4, 5, 3)), ((2, 1), (0, 2))),
    (((2, 3), (2, 3)), ((0, 1), (0, 1))),
    (((2, 3), (5, 2)), (0, 1)),
    (((2, 3), (5, 2)), (-2, -1)),
]
operation(
    "numpy.tensordot",
    *[
        sample(
            "np.tensordot(a, b, axes={axes})",
            a=normal(*left),
            b=normal(*right),
            axes=(axes if isinstance(axes, (int, tuple)) else axes),
        )
        for (left, right), axes in CONTRACTIONS
    ],
    sample("np.tensordot(a, b)", a=normal(2, 3, 4), b=normal(3, 4)),
    order=2,
)
SUMS: list[tuple[str, list[tuple[int, ...]]]] = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij,jk", [(2, 3), (3, 4)]),
    ("id,jd->ij", [(2, 3), (4, 3)]),
    ("i,i->", [(3,), (3,)]),
    ("i,j->ij", [(3,), (2,)]),
    ("ij->ji", [(2, 3)]),
    ("ij->", [(2, 3)]),
    ("ij->i", [(2, 3)]),
    ("ii->i", [(3, 3)]),
    ("ii->", [(3, 3)]),
    ("ii", [(3, 3)]),
    ("iij,j->i", [(2, 2, 3), (3,)]),
    ("ij,k->k", [(2, 3), (4,)]),
    ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
    ("...i,i->...", [(2, 4, 3), (3,)]),
    ("b...,b...->...", [(2, 4), (2, 3, 4)]),
    ("bij,bjk,bk->i", [(2, 3, 4), (2, 4, 5), (2, 5)]),
    ("ij,ij->j", [(1, 3), (2, 3)]),
    (" i j , j -> i ", [(2, 3), (3,)]),
    (",i->i", [(), (3,)]),
]
operation(
    "numpy.einsum",
    *[
        sample(
            f"np.einsum({{subscripts}}, {', '.join('abc'[: len(shapes)])})",
            subscripts=subscripts,
            **{name: normal(*shape) for name, shape in zip("abc", shapes, strict=False)},
        )
        for subscripts, shapes in SUMS
    ],
    sample("np.einsum('ij,jk->ik', a, b)", a=complexes(2, 3), b=complexes(3, 2), analytic=False, order=1),
    sample("np.einsum('ij,ij->', a, a)", a=normal(2, 3)),
    sample(
        "np.einsum('ij,jk,kl->il', a, b, c, optimize=True)", a=normal(2, 3), b=normal(3, 2), c=normal(2, 4)
    ),
    order=2,
)
operation(
    "numpy.trace",
    sample("np.trace(x)", x=[normal(3, 3), normal(2, 4), normal(1, 1)]),
    sample("np.trace(x, offset={k})", x=normal(3, 4), k=[1, -1, 2]),
    sample("x.trace()", x=normal(3, 3)),
)

operation(
    "numpy.einsum (of lists)",
    sample("np.einsum(x, [0, 1], y, [1, 2], [0, 2])", x=normal(2, 3), y=normal(3, 2)),
    sample("np.einsum(x, [2, 1], y, [1, 0])", x=normal(2, 3), y=normal(3, 4)),
    sample("np.einsum(x, [..., 0, 1], y, [1], [..., 0])", x=[normal(2, 3), normal(2, 2, 3)], y=normal(3)),
)
