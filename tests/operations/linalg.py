"""Linear algebra: systems, decompositions, functions of matrices, spectral norms.

A decomposition of a symmetric matrix reads one triangle: the samples that JAX is asked about, which spreads the
cotangent over both, make the matrix symmetric first.
"""

from __future__ import annotations

import numpy as np

from operations.record import NUMPY, Text, complexes, distinct, family, normal, operation, refused, sample

family("linalg", "Linear algebra")

CONDITION = {"tolerance": 1e-10, "because": "solving with a matrix loses digits to its condition"}


def matrices(*shape: int, seed: int = 0) -> np.ndarray:
    """Well-conditioned matrices with singular values and eigenvalues far apart."""
    rng = np.random.default_rng(seed)
    diagonal = np.zeros(shape)
    index = np.arange(min(shape[-2:]))
    diagonal[..., index, index] = 2.0 + 1.3 * index
    return diagonal + rng.uniform(-0.4, 0.4, shape)


def hermitian(*shape: int, seed: int = 0) -> np.ndarray:
    """Complex matrices of that kind, with a positive diagonal."""
    return matrices(*shape, seed=seed) + 1j * np.tril(matrices(*shape, seed=seed + 1), -1)


SQUARE = [matrices(3, 3), matrices(1, 1), matrices(2, 3, 3), matrices(2, 1, 2, 2)]
TALL = [matrices(3, 3), matrices(4, 3), matrices(2, 4, 2)]
ANY = [*TALL, matrices(2, 4), matrices(2, 3, 4)]
COMPLEX = [hermitian(3, 3), hermitian(2, 2, 2)]
FULL = hermitian(3, 3) + 0.3j * matrices(
    3, 3, seed=5
)  # of which the diagonal and the upper triangle do not count
INDEFINITE = matrices(3, 3) * np.array([1.0, -1.0, 1.0])
SYMMETRIC = "(a + np.swapaxes(a, -1, -2)) / 2"

# ---------------------------------------------------------------------------------------------------- systems

operation(
    "numpy.linalg.solve",
    sample("np.linalg.solve(a, b)", a=matrices(3, 3), b=[normal(3), normal(3, 2), normal(2, 3, 2)]),
    sample("np.linalg.solve(a, b)", a=matrices(2, 3, 3), b=[normal(3), normal(3, 2), normal(2, 3, 1)]),
    sample("np.linalg.solve(a, b)", a=matrices(4, 1, 2, 2), b=normal(3, 2, 2)),
    sample("np.linalg.solve(a, b)", a=COMPLEX[0], b=[complexes(3), normal(3, 2)], analytic=False, order=1),
    sample("np.linalg.solve(a, b)", a=matrices(3, 3), b=complexes(3), analytic=False, order=1),
    order=2,
    **CONDITION,
)
operation(
    "numpy.linalg.inv",
    sample("np.linalg.inv(a)", a=SQUARE),
    sample("np.linalg.inv(a)", a=COMPLEX, analytic=False, order=1),
    order=2,
    **CONDITION,
)
operation(
    "numpy.linalg.pinv",
    sample("np.linalg.pinv(a)", a=ANY),
    sample("np.linalg.pinv(a, rcond=1e-8)", a=matrices(3, 2)),
    sample("np.linalg.pinv(a)", a=[*COMPLEX, matrices(4, 3) + 0.2j * matrices(4, 3, seed=5)]),
    sample("np.linalg.pinv(a, rtol={rtol})", a=matrices(3, 2), rtol=[None, 1e-8]),
    sample("np.linalg.pinv(a, hermitian=True)", a=[*SQUARE, FULL], jax=False),
    sample("np.linalg.pinv(a, 1e-8, True) @ b", a=matrices(3, 3), b=normal(3), jax=False, order=2),
    sample("np.linalg.pinv(a, hermitian=True, rtol=None)", a=matrices(2, 3, 3), jax=False),
    sample(f"np.linalg.pinv({SYMMETRIC}, hermitian=True)", a=matrices(3, 3)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.lstsq",
    sample("np.linalg.lstsq(a, b, rcond=None)[0]", a=matrices(4, 3), b=[normal(4), normal(4, 2)]),
    sample("np.linalg.lstsq(a, b)[0]", a=[matrices(3, 3), matrices(3, 4)], b=[normal(3), normal(3, 1)]),
    sample("x, _, rank, s = np.linalg.lstsq(a, b); x * s + rank", a=matrices(4, 3), b=normal(4)),
    sample(
        "np.linalg.lstsq(a, b)[0]",
        a=[matrices(3, 3) + 0.2j * matrices(3, 3, seed=5)],
        b=[complexes(3), complexes(3, 2)],
    ),
    refused("np.linalg.lstsq(a, b)[1]", "depends on the rank", a=matrices(4, 3), b=normal(4)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.matrix_rank",
    sample("a * np.linalg.matrix_rank(a)", a=[matrices(3, 3), matrices(2, 3)]),
    sample("a * np.linalg.matrix_rank(a, 1e-3)", a=matrices(3, 2)),
    sample("a * np.linalg.matrix_rank(a, hermitian=True)", a=[matrices(3, 3), INDEFINITE]),
    sample("a * np.linalg.matrix_rank(a, 1e-3, True)", a=matrices(3, 3), jax=False),
    sample("a * np.linalg.matrix_rank(a)[:, None, None]", a=matrices(2, 3, 3)),
    analytic=False,
)
operation(
    "numpy.linalg.tensorsolve",
    sample("np.linalg.tensorsolve(a, b)", a=matrices(6, 6).reshape(2, 3, 6), b=normal(2, 3)),
    sample("np.linalg.tensorsolve(a, b)", a=matrices(6, 6).reshape(6, 2, 3), b=normal(6)),
    sample("np.linalg.tensorsolve(a, b)", a=matrices(4, 4).reshape(2, 2, 2, 2), b=normal(2, 2)),
    **CONDITION,
)
operation(
    "numpy.linalg.tensorinv",
    sample("np.linalg.tensorinv(a)", a=matrices(4, 4).reshape(2, 2, 2, 2)),
    sample("np.linalg.tensorinv(a, ind=1)", a=matrices(6, 6).reshape(6, 2, 3)),
    sample("np.linalg.tensorinv(a, 2)", a=matrices(6, 6).reshape(2, 3, 6)),
    **CONDITION,
)

# ---------------------------------------------------------------------------------------------------- functions

operation(
    "numpy.linalg.det",
    sample("np.linalg.det(a)", a=SQUARE),
    sample("np.linalg.det(a)", a=COMPLEX, analytic=False, order=1),
    order=2,
    **CONDITION,
)
operation(
    "numpy.linalg.slogdet",
    sample("np.linalg.slogdet(a)", a=SQUARE),
    sample("np.linalg.slogdet(a).logabsdet", a=matrices(3, 3)),
    sample("sign, log = np.linalg.slogdet(-a); sign * log", a=matrices(3, 3)),
    sample("np.linalg.slogdet(a)", a=COMPLEX),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.matrix_power",
    sample(
        "np.linalg.matrix_power(a, {n})", a=[matrices(3, 3), matrices(2, 2, 2)], n=[-3, -1, 0, 1, 2, 3, 5]
    ),
    order=2,
    **CONDITION,
)
operation(
    "numpy.linalg.multi_dot",
    sample("np.linalg.multi_dot([a, b])", a=normal(2, 3), b=normal(3, 2)),
    sample(
        "np.linalg.multi_dot([a, b, c])",
        a=[normal(3), normal(2, 3)],
        b=normal(3, 4),
        c=[normal(4), normal(4, 2)],
    ),
    sample(
        "np.linalg.multi_dot([a, b, c, d])",
        a=normal(2, 3),
        b=normal(3, 2),
        c=normal(2, 4),
        d=[normal(4), normal(4, 1)],
    ),
    sample("np.linalg.multi_dot([a, b, a])", a=normal(2, 2), b=normal(2, 2)),
    order=2,
    tolerance=1e-11,
    because="products of four matrices are rounded in another order",
)
operation(
    "numpy.linalg.matmul",
    sample("np.linalg.matmul(a, b)", a=[normal(2, 3), normal(4, 2, 3)], b=[normal(3, 2), normal(3)]),
    sample("np.linalg.matmul(a, b)", a=normal(3), b=normal(2, 3, 2)),
    order=2,
)
operation(
    "numpy.linalg.outer",
    sample("np.linalg.outer(a, b)", a=[normal(2), normal(1)], b=[normal(3), normal(1), normal(2)]),
    order=2,
)
operation(
    "numpy.linalg.tensordot",
    sample(
        "np.linalg.tensordot(a, b, axes={axes})", a=normal(2, 3, 2), b=normal(3, 2, 4), axes=[2, ((1,), (0,))]
    ),
    sample(
        "np.linalg.tensordot(a, b, axes={axes})",
        a=normal(2, 3),
        b=normal(3, 2),
        axes=[0, 1, ((0, 1), (1, 0))],
    ),
    order=2,
)
operation(
    "numpy.linalg.trace",
    sample("np.linalg.trace(a)", a=[normal(3, 3), normal(2, 3), normal(2, 3, 3)]),
    sample("np.linalg.trace(a, offset={offset})", a=normal(3, 4), offset=[-1, 1, 2]),
    sample(
        "np.linalg.trace(a, offset=1, dtype={dtype})",
        a=normal(2, 3, 4),
        dtype=[None, Text("float")],
        analytic=False,
    ),
    order=2,
)
operation(
    "numpy.linalg.diagonal",
    sample("np.linalg.diagonal(a)", a=[normal(3, 3), normal(2, 3), normal(2, 3, 3)]),
    sample("np.linalg.diagonal(a, offset={offset})", a=normal(3, 4), offset=[-1, 1, 2]),
    order=2,
)
operation(
    "numpy.linalg.cross",
    sample("np.linalg.cross(a, b)", a=[normal(3), normal(2, 3)], b=[normal(3), normal(2, 3)]),
    sample("np.linalg.cross(a, b, axis=0)", a=normal(3, 2), b=normal(3, 2)),
    order=2,
)
operation(
    "numpy.linalg.vecdot",
    sample("np.linalg.vecdot(a, b)", a=[normal(3), normal(2, 3)], b=[normal(3), normal(2, 3)]),
    sample("np.linalg.vecdot(a, b, axis=0)", a=normal(3, 2), b=normal(3, 2)),
    analytic=False,  # the first factor is conjugated
    order=2,
)
operation(
    "numpy.linalg.matrix_transpose",
    sample("np.linalg.matrix_transpose(a) * b", a=normal(2, 3), b=normal(3, 2)),
    sample(
        "np.linalg.matrix_transpose(a)", a=[normal(2, 3), normal(2, 3, 4), normal(1, 1), normal(2, 1, 3, 2)]
    ),
    order=2,
)
operation(
    "numpy.linalg.cond",
    sample("np.linalg.cond(a)", a=[matrices(3, 3), matrices(4, 3), matrices(2, 3, 3)]),
    sample("np.linalg.cond(a, {p})", a=matrices(3, 3), p=[2, -2, 1, -1, np.inf, -np.inf, "fro"]),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.norm",
    sample("np.linalg.norm(a, {ord})", a=[matrices(3, 3), matrices(3, 2)], ord=["nuc", 2, -2]),
    sample(
        "np.linalg.norm(a, {ord}, axis={axis}, keepdims={keepdims})",
        a=matrices(2, 3, 4),
        ord=["nuc", 2, -2],
        axis=[(1, 2), (2, 0)],
        keepdims=[False, True],
    ),
    sample("np.linalg.norm(a, {ord})", a=COMPLEX[0], ord=["nuc", 2]),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.matrix_norm",
    sample("np.linalg.matrix_norm(a)", a=[matrices(3, 2), matrices(2, 3, 3)]),
    sample(
        "np.linalg.matrix_norm(a, ord={ord}, keepdims={keepdims})",
        a=matrices(3, 2),
        ord=["nuc", 2, 1, np.inf],
        keepdims=[False, True],
    ),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.vector_norm",
    sample("np.linalg.vector_norm(a)", a=[normal(3), normal(2, 3)]),
    sample(
        "np.linalg.vector_norm(a, axis={axis}, ord={ord})", a=normal(2, 3), axis=[0, 1], ord=[1, 2, 3, np.inf]
    ),
    sample(
        "np.linalg.vector_norm(a, axis={axis}, keepdims={keepdims})",
        a=normal(2, 3, 2),
        axis=[(0, 1), (2, 0), (-1, 1), (0, 1, 2), (1,)],
        keepdims=[False, True],
    ),
    sample("np.linalg.vector_norm(a, axis=(0, 1), ord={ord})", a=normal(2, 3), ord=[1, 3, np.inf, -np.inf]),
    analytic=False,
)

# ---------------------------------------------------------------------------------------------------- decompositions

operation(
    "numpy.linalg.cholesky",
    sample(f"np.linalg.cholesky({SYMMETRIC})", a=SQUARE),
    sample("np.linalg.cholesky(a)", a=[*SQUARE, *COMPLEX], jax=False),
    sample(
        "np.linalg.cholesky(a, upper={upper})",
        a=[matrices(3, 3), hermitian(3, 3)],
        upper=[False, True],
        jax=False,
    ),
    sample("np.linalg.cholesky(a @ np.conj(a.T))", a=hermitian(3, 3)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.qr",
    sample("np.linalg.qr(a)", a=TALL),
    sample("q, r = np.linalg.qr(a); np.sum(q ** 2) + np.sum(r ** 3)", a=matrices(4, 3)),
    sample("np.linalg.qr(a).R", a=matrices(3, 3)),
    sample("np.linalg.qr(a)", a=[matrices(4, 3) + 0.3j * matrices(4, 3, seed=2)]),
    refused("np.linalg.qr(a)", "at least as many rows", a=matrices(2, 3)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.svd",
    sample("np.linalg.svd(a, full_matrices=False)", a=ANY),
    sample("np.linalg.svd(a, False).S ** 2", a=matrices(2, 3)),
    sample(
        "u, s, vh = np.linalg.svd(a, full_matrices=False); (u * s ** 0.5) @ vh",
        a=[matrices(4, 3), matrices(2, 3)],
    ),
    sample(
        "u, s, vh = np.linalg.svd(a, full_matrices=False); (u * s ** 0.5) @ vh",
        a=[matrices(4, 3) + 0.3j * matrices(4, 3, seed=2), hermitian(3, 3)],
    ),
    sample("np.linalg.svd(a)", a=matrices(3, 3)),
    sample("np.linalg.svd(a)[1]", a=[matrices(4, 3), matrices(2, 3)], jax=False),  # JAX refuses
    sample("np.linalg.svd(a, compute_uv=False)", a=ANY),
    sample("np.linalg.svd(a)[2]", a=[matrices(4, 3), matrices(2, 4, 3)], jax=False),
    sample("u, s, vh = np.linalg.svd(a); u * s", a=matrices(2, 3), jax=False),
    refused("np.linalg.svd(a)[0]", "full_matrices", a=matrices(4, 3)),
    refused("np.linalg.svd(a)[2]", "full_matrices", a=matrices(2, 3)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.svd (hermitian)",
    sample("np.linalg.svd(a, compute_uv=False, hermitian=True)", a=[*SQUARE, INDEFINITE, FULL]),
    sample("np.linalg.svd(a, hermitian=True)", a=[*SQUARE, INDEFINITE], backends=NUMPY),
    sample("np.linalg.svd(a, False, True, True).S ** 2", a=INDEFINITE, backends=NUMPY),
    sample(
        "u, s, vh = np.linalg.svd(a, hermitian=True); (u * s**0.5) @ vh",
        a=[matrices(3, 3), INDEFINITE],
        backends=NUMPY,
        order=2,
    ),
    sample(
        "u, s, vh = np.linalg.svd(a, hermitian=True); (u * np.exp(-s)) @ vh",
        a=[FULL, FULL * np.array([1.0, -1.0, 1.0])],
        backends=NUMPY,
    ),
    refused("np.linalg.svd(a, hermitian=True)", "no counterpart", a=matrices(2, 2), backends=("jax",)),
    refused("np.linalg.svd(a, hermitian=True)", "must be square", a=matrices(3, 2)),
    analytic=False,
    jax=False,
    **CONDITION,
)
operation(
    "numpy.linalg.svdvals",
    sample("np.linalg.svdvals(a)", a=[*ANY, *COMPLEX]),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.eigh",
    sample(f"np.linalg.eigh({SYMMETRIC})", a=SQUARE),
    sample("np.linalg.eigh(a)", a=SQUARE, jax=False),
    sample("np.linalg.eigh(a, {UPLO})", a=[matrices(3, 3), matrices(2, 2, 2)], UPLO=["L", "U"], jax=False),
    sample("np.linalg.eigh(a).eigenvalues", a=COMPLEX, jax=False),
    sample(
        "w, v = np.linalg.eigh(a, {UPLO}); (v * np.exp(w)) @ np.conj(v.T)",
        a=hermitian(3, 3),
        UPLO=["L", "U"],
        jax=False,
    ),
    sample("w, v = np.linalg.eigh((a + np.conj(a.T)) / 2); np.abs(v) * w", a=hermitian(3, 3)),
    analytic=False,
    **CONDITION,
)
operation(
    "numpy.linalg.eigvalsh",
    sample(f"np.linalg.eigvalsh({SYMMETRIC})", a=SQUARE),
    sample("np.linalg.eigvalsh(a, UPLO={UPLO})", a=[matrices(3, 3), *COMPLEX], UPLO=["L", "U"], jax=False),
    analytic=False,
    **CONDITION,
)

# ---------------------------------------------------------------------------------------------------- scipy.linalg

operation(
    "scipy.linalg.expm",
    sample(
        "scipy.linalg.expm(a)",
        a=[matrices(3, 3) / 3, matrices(1, 1), matrices(2, 3, 3) / 5, matrices(3, 3, seed=3)],
    ),
    sample("scipy.linalg.expm(t * a) @ x", a=matrices(3, 3), t=normal(), x=normal(3)),
    **CONDITION,
)
operation(
    "scipy.linalg.solve_triangular",
    sample("scipy.linalg.solve_triangular(a, b, 1, True, overwrite_b=False)", a=matrices(3, 3), b=normal(3)),
    sample("scipy.linalg.solve_triangular(a, b)", a=matrices(3, 3), b=[normal(3), normal(3, 2)]),
    sample(
        "scipy.linalg.solve_triangular(a, b, trans={trans}, lower={lower}, unit_diagonal={unit})",
        a=matrices(3, 3),
        b=normal(3, 2),
        trans=[0, 1, "T"],
        lower=[False, True],
        unit=[False, True],
    ),
    sample(
        "scipy.linalg.solve_triangular(a, b, trans={trans})",
        a=hermitian(3, 3).conj().T,
        b=[complexes(3), complexes(3, 2)],
        trans=[0, 1, 2, "C"],
        analytic=False,
    ),
    **CONDITION,
)
operation(
    "scipy.linalg.cholesky",
    sample(f"scipy.linalg.cholesky({SYMMETRIC}, lower={{lower}})", a=matrices(3, 3), lower=[False, True]),
    sample(f"scipy.linalg.cholesky({SYMMETRIC}, True, overwrite_a=False)", a=matrices(3, 3)),
    sample(
        "scipy.linalg.cholesky(a, lower={lower})",
        a=[matrices(3, 3), matrices(1, 1)],
        lower=[False, True],
        jax=False,
    ),
    analytic=False,
    **CONDITION,
)
METRICS = ["euclidean", "sqeuclidean", "cityblock", "chebyshev"]
operation(
    "scipy.spatial.distance.cdist",
    sample(
        "scipy.spatial.distance.cdist(x, y, {metric})", x=distinct(3, 2), y=distinct(4, 2), metric=METRICS
    ),
    sample("scipy.spatial.distance.cdist(x, y)", x=normal(1, 3), y=normal(2, 3)),
    sample("scipy.spatial.distance.cdist(x, x, {metric})", x=distinct(3, 2), metric=METRICS[:2]),
    refused(
        "scipy.spatial.distance.cdist(x, y, 'cosine')", "for the metrics", x=normal(2, 3), y=normal(2, 3)
    ),
    analytic=False,
    extended=False,
    single=False,
    jax=False,
    order=2,
)
operation(
    "scipy.spatial.distance.pdist",
    sample(
        "scipy.spatial.distance.pdist(x, metric={metric})", x=[distinct(4, 2), distinct(2, 3)], metric=METRICS
    ),
    analytic=False,
    extended=False,
    single=False,
    jax=False,
    order=2,
)
