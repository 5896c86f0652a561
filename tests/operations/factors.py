"""SciPy's linear algebra where it is not NumPy's: factors that are used again, one triangle of a matrix."""

from __future__ import annotations

import numpy as np

from operations.linalg import CONDITION, SYMMETRIC, matrices
from operations.record import NUMPY, complexes, family, normal, operation, refused, sample

family("factors", "Linear algebra of SciPy")

A = matrices(3, 3)
EXCHANGED = A[[2, 0, 1]]
SIDES = [False, True]
DIAGONALS = matrices(5, 4, seed=2) + np.array([[0.0], [0.0], [4.0], [0.0], [0.0]])

operation(
    "scipy.linalg.solve",
    sample("scipy.linalg.solve(a, b)", a=[A, EXCHANGED], b=[normal(3), normal(3, 2)], order=2),
    sample("scipy.linalg.solve(a, b, check_finite=False, assume_a='gen')", a=EXCHANGED, b=normal(3)),
    sample("scipy.linalg.solve(a, b)", a=EXCHANGED + 0.5j * A, b=complexes(3), analytic=False),
    sample(
        "scipy.linalg.solve(a, b, assume_a='pos', lower={lower})",
        a=[A, matrices(3, 3, seed=1)],
        b=[normal(3), normal(3, 2)],
        lower=SIDES,
        analytic=False,
        jax=False,
        order=2,
    ),
    refused("scipy.linalg.solve(a, b, assume_a='sym')", "assume_a='sym'", a=A, b=normal(3)),
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.inv",
    sample("scipy.linalg.inv(a)", a=[A, EXCHANGED, matrices(1, 1)]),
    sample("scipy.linalg.inv(a, check_finite=False)", a=A),
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.det",
    sample("scipy.linalg.det(a)", a=[A, EXCHANGED, matrices(1, 1)], analytic=False),
    sample("scipy.linalg.det(a) * b", a=A, b=normal(3), analytic=False, order=2),
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.norm",
    sample("scipy.linalg.norm(x)", x=[normal(4), normal(2, 3)]),
    sample("scipy.linalg.norm(x) * x", x=normal(4), order=2),
    sample("scipy.linalg.norm(x, {o})", x=normal(4), o=[1, 2, 3]),
    sample("scipy.linalg.norm(x, {o}, axis=1, keepdims=True)", x=normal(2, 3), o=[None, 1, 2]),
    sample("scipy.linalg.norm(a, {o})", a=matrices(3, 4), o=[1, 2, "fro", "nuc"]),
    refused("scipy.linalg.norm(x)", "use np.linalg.norm", x=normal(3, dtype="f4")),
    analytic=False,
    extended=False,
    jax=False,
    single=False,
)
operation(
    "scipy.linalg.eigh",
    sample("np.sum(scipy.linalg.eigh(a, lower={lower})[0] ** 3)", a=A, lower=SIDES, jax=False, order=2),
    sample("w, v = scipy.linalg.eigh(a, lower={lower}); v * v * x", a=A, x=normal(3), lower=SIDES, jax=False),
    sample(f"w, v = scipy.linalg.eigh({SYMMETRIC}, check_finite=False); w @ (v * v)", a=A),
    sample("scipy.linalg.eigh(a, eigvals_only=True)", a=A, jax=False),
    refused("scipy.linalg.eigh(a, b)", "the keyword 'b'", a=A, b=A),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.eigvalsh",
    sample("scipy.linalg.eigvalsh(a, lower={lower})", a=A, lower=SIDES, jax=False),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.svd",
    sample("u, s, v = scipy.linalg.svd(a, full_matrices=False); s @ (v * v)", a=[A, matrices(4, 3)]),
    sample("u, s, v = scipy.linalg.svd(a, full_matrices=False); u * u", a=[A, matrices(2, 4)]),
    sample("scipy.linalg.svd(a, compute_uv=False)", a=[A, matrices(4, 2)]),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.svdvals",
    sample("scipy.linalg.svdvals(a)", a=[A, matrices(2, 4)], jax=False),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.qr",
    sample("q, r = scipy.linalg.qr(a); q * q @ (r * r)", a=A),
    sample("q, r = scipy.linalg.qr(a, mode='economic'); q * q @ (r * r)", a=[A, matrices(4, 3)]),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.cho_factor",
    sample("c, lower = scipy.linalg.cho_factor(a, lower={lower}); c", a=A, lower=SIDES, jax=False, order=2),
    sample("np.diag(scipy.linalg.cho_factor(a)[0])", a=[A, matrices(1, 1)], jax=False),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.cho_solve",
    sample(
        f"scipy.linalg.cho_solve(scipy.linalg.cho_factor({SYMMETRIC}, lower={{lower}}), b)",
        a=A,
        b=[normal(3), normal(3, 2)],
        lower=SIDES,
        order=2,
    ),
    sample(
        "scipy.linalg.cho_solve((c, {lower}), b, check_finite=False)",
        c=A,
        b=[normal(3), normal(3, 2)],
        lower=SIDES,
        jax=False,
    ),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.lu_factor",
    sample("lu, rows = scipy.linalg.lu_factor(a); lu", a=[A, EXCHANGED, matrices(1, 1)], order=2),
    sample("np.sum(np.log(np.abs(np.diag(scipy.linalg.lu_factor(a)[0]))))", a=EXCHANGED),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.lu_solve",
    sample(
        "scipy.linalg.lu_solve(scipy.linalg.lu_factor(a), b, trans={trans})",
        a=[A, EXCHANGED],
        b=[normal(3), normal(3, 2)],
        trans=[0, 1],
        order=2,
    ),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.solve_triangular",
    sample("scipy.linalg.solve_triangular(a, b, check_finite=False)", a=A, b=normal(3)),
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.cholesky",
    sample(f"scipy.linalg.cholesky({SYMMETRIC}, check_finite=False)", a=A),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.block_diag",
    sample("scipy.linalg.block_diag(a, b, c)", a=normal(2, 3), b=normal(2), c=normal()),
    sample("scipy.linalg.block_diag(a) @ b", a=normal(2, 3), b=normal(3)),
)
operation(
    "scipy.linalg.toeplitz",
    sample("scipy.linalg.toeplitz(c)", c=[normal(4), complexes(3)], analytic=False),
    sample("scipy.linalg.toeplitz(c, r)", c=normal(3), r=normal(5)),
)
operation(
    "scipy.linalg.hankel",
    sample("scipy.linalg.hankel(c)", c=normal(4)),
    sample("scipy.linalg.hankel(c, r)", c=normal(3), r=normal(5)),
    jax=False,
)
operation("scipy.linalg.circulant", sample("scipy.linalg.circulant(c)", c=[normal(4), normal(1)]), jax=False)

# ---------------------------------------------------------------------------------------------------- other factors

operation(
    "scipy.linalg.lu",
    sample(
        "p, lower, upper = scipy.linalg.lu(a); p @ lower @ upper * b", a=EXCHANGED, b=normal(3, 3), order=2
    ),
    sample("p, lower, upper = scipy.linalg.lu(a); lower + upper * upper", a=[A, EXCHANGED, matrices(1, 1)]),
    sample("lower, upper = scipy.linalg.lu(a, permute_l=True); lower * upper", a=EXCHANGED),
    sample("p, lower, upper = scipy.linalg.lu(a, p_indices=True); lower[p]", a=EXCHANGED, jax=False),
    analytic=False,
    extended=False,
    **CONDITION,
)
operation(
    "scipy.linalg.polar",
    sample("u, p = scipy.linalg.polar(a); u", a=[A, matrices(4, 3)]),
    sample("u, p = scipy.linalg.polar(a, side={side}); p", a=[A, matrices(4, 3)], side=["right", "left"]),
    analytic=False,
    extended=False,
    jax=False,  # no derivative in reverse
    **CONDITION,
)
operation(
    "scipy.linalg.pinv",
    sample("scipy.linalg.pinv(a)", a=[A, matrices(4, 3), matrices(2, 4)]),
    sample("scipy.linalg.pinv(a, check_finite=False) @ b", a=matrices(4, 3), b=normal(4)),
    analytic=False,
    extended=False,
    jax=False,  # there is none
    **CONDITION,
)
operation(
    "scipy.linalg.lstsq",
    sample("scipy.linalg.lstsq(a, b)[0]", a=matrices(4, 3), b=[normal(4), normal(4, 2)]),
    refused("scipy.linalg.lstsq(a, b)[1]", "only the solution", a=matrices(4, 3), b=normal(4)),
    analytic=False,
    extended=False,
    jax=False,  # there is none
    **CONDITION,
)
operation(
    "scipy.linalg.solve_banded",
    sample("scipy.linalg.solve_banded((1, 1), a, b)", a=DIAGONALS[1:4], b=[normal(4), normal(4, 2)]),
    sample("np.sum(scipy.linalg.solve_banded((1, 1), a, b) ** 2)", a=DIAGONALS[1:4], b=normal(4), order=2),
    sample(
        "scipy.linalg.solve_banded((2, 2), a, b)", a=DIAGONALS, b=[normal(4), normal(4, 2)], backends=NUMPY
    ),
    sample("scipy.linalg.solve_banded((1, 2), a, b)", a=DIAGONALS[:4], b=normal(4), backends=NUMPY),
    sample("scipy.linalg.solve_banded((0, 1), a, b)", a=DIAGONALS[1:3], b=normal(4), backends=NUMPY),
    analytic=False,
    extended=False,
    jax=False,  # there is none
    **CONDITION,
)

# ---------------------------------------------------------------------------------------------------- patterns

operation("scipy.linalg.companion", sample("scipy.linalg.companion(a)", a=[normal(4), normal(2)]))
operation(
    "scipy.linalg.convolution_matrix",
    sample(
        "scipy.linalg.convolution_matrix(a, {n}, {mode})",
        a=normal(3),
        n=[2, 5],
        mode=["full", "same", "valid"],
    ),
)
operation("scipy.linalg.fiedler", sample("scipy.linalg.fiedler(a)", a=normal(4), analytic=False))
operation("scipy.linalg.leslie", sample("scipy.linalg.leslie(f, s)", f=normal(3), s=normal(2)))
operation(
    "matrices of a size",
    sample("scipy.linalg.hilbert(3) @ x", x=normal(3)),
    sample("scipy.linalg.dft(4, {scale}) @ x", x=normal(4), scale=[None, "n", "sqrtn"]),
    analytic=False,
)
