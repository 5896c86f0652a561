"""SciPy's linear algebra where it is not NumPy's: factors that are kept and used again, one triangle of a matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import dim, same
from adcompiler.ir.types import Array, Type, type_of
from adcompiler.primitives.linalg import (
    infer_eigh,
    infer_factor,
    infer_inverse,
    infer_lstsq,
    infer_qr,
    infer_solve,
    infer_square,
    infer_svd,
    infer_svdvals,
    linalg_dtype,
    matrix,
    shorter,
    square,
)
from adcompiler.primitives.reductions import infer_norm
from adcompiler.primitives.registry import Attrs, find, primitive
from adcompiler.primitives.structure import array

INT32 = np.dtype(np.int32)


def infer_one_system(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As solve, of one matrix; b is a vector or a matrix."""
    a, b = square(types[0]), array(types[1])
    if a.rank != 2 or b.rank not in (1, 2):
        raise ValueError("one matrix and a vector or matrix are taken here; loop over stacks of them")
    return infer_solve(types, attrs, path)


def infer_triangle(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Real eigenvalues, and the eigenvectors as columns."""
    return infer_eigh(types, {"UPLO": "L"}, path)


def infer_triangle_values(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Real eigenvalues."""
    return infer_triangle(types, attrs, path)[0]


def infer_modes(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Q and R; SciPy calls np.linalg's modes by other names."""
    names = {"full": "complete", "economic": "reduced"}
    if attrs["mode"] not in names:
        raise TypeError(f"only mode='full' and 'economic' of qr are supported, not {attrs['mode']!r}")
    x = matrix(types[0])
    mode = "reduced" if same(x.shape[-2], x.shape[-1]) else names[str(attrs["mode"])]
    return infer_qr(types, {"mode": mode}, path)


def infer_one_inverse(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The transposed shape, of one matrix."""
    if matrix(types[0]).rank != 2:
        raise ValueError("one matrix is taken here; loop over stacks of them")
    return infer_inverse(types, {"hermitian": False}, path)


def infer_banded(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of the right side."""
    ab, b = array(types[0]), array(types[1])
    if ab.rank != 2 or b.rank not in (1, 2):
        raise ValueError("solve_banded takes the diagonals of one matrix, and a vector or matrix")
    if same(ab.shape[1], b.shape[0]) is False:
        raise ValueError("shapes of ab and b are not compatible.")
    lower, upper = attrs["lower"], attrs["upper"]
    assert isinstance(lower, int) and isinstance(upper, int)
    if same(ab.shape[0], dim(lower + upper + 1)) is False:
        raise ValueError(
            f"invalid values for the number of lower and upper diagonals: l+u+1 ({lower + upper + 1})"
        )
    return Array(linalg_dtype(ab.dtype, b.dtype), b.shape)


def infer_lu(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Both triangles in one matrix, and with which row each was exchanged."""
    x = square(types[0])
    if x.rank != 2:
        raise ValueError("one matrix is taken here; loop over stacks of them")
    return Array(linalg_dtype(x.dtype), x.shape), Array(INT32, (shorter(x),))


def infer_lu_solve(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As solve, with the factors in place of the matrix."""
    if attrs["trans"] not in (0, 1, 2):
        raise ValueError(f"trans is one of 0, 1, 2, not {attrs['trans']!r}")
    return infer_one_system((types[0], types[2]), attrs, path)


def infer_rows(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An integer for each row."""
    return Array(INT32, array(types[0]).shape)


def infer_double_det(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A number for each square matrix, in double precision always."""
    x = square(types[0])
    return Array(np.dtype(np.complex128 if x.dtype.kind == "c" else np.float64), x.shape[:-2])


def infer_blas_norm(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As np.linalg.norm; BLAS gives a number of Python."""
    x = array(types[0])
    found = array(infer_norm(types, attrs, "numpy.linalg.norm"))
    norm = find("scipy.linalg.norm")
    if x.dtype.itemsize < 8:
        raise TypeError(
            "scipy.linalg.norm gives numbers of several dtypes for such arrays; use np.linalg.norm"
        )
    if norm is None or found != Array(found.dtype):
        return found
    return type_of(norm(np.ones((2,) * x.rank, x.dtype), attrs["ord"], attrs["axis"]))


# as of np.linalg, but for dtypes, and for errors where there is something that is no number
primitive(
    "solve_one(a, b, /, check_finite=True)",
    infer_one_system,
    "scipy.linalg.solve",
    numpy="linalg.solve(a, b, check_finite=check_finite)",
    jax="jnp.linalg.solve(a, b)",
)
primitive(
    "inv_one(a, /, check_finite=True)",
    infer_square,
    "scipy.linalg.inv",
    numpy="linalg.inv(a, check_finite=check_finite)",
    jax="jnp.linalg.inv(a)",
)
primitive(
    "det_double(a, /, check_finite=True)",
    infer_double_det,
    "scipy.linalg.det",
    numpy="linalg.det(a, check_finite=check_finite)",
    jax="jnp.linalg.det(a)",
)
primitive(
    "norm_blas(x, /, ord=None, axis=None, keepdims=False, check_finite=True)",
    infer_blas_norm,
    "scipy.linalg.norm",
    jax="jnp.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)",
)
primitive(
    "svd_one(a, /, full_matrices=True, check_finite=True)",
    infer_svd,
    "scipy.linalg.svd",
    numpy="linalg.svd(a, full_matrices=full_matrices, check_finite=check_finite)",
    jax="jnp.linalg.svd(a, full_matrices=full_matrices)",
)
primitive(
    "svdvals_one(a, /, check_finite=True)",
    infer_svdvals,
    "scipy.linalg.svdvals",
    numpy="linalg.svdvals(a, check_finite=check_finite)",
    jax="jnp.linalg.svdvals(a)",
)

primitive(
    "pinv_one(a, /, check_finite=True)",
    infer_one_inverse,
    "scipy.linalg.pinv",
    numpy="linalg.pinv(a, check_finite=check_finite)",
    jax="jnp.linalg.pinv(a)",
)
primitive(
    "lstsq_one(a, b, /, check_finite=True)",
    infer_lstsq,
    "scipy.linalg.lstsq",
    numpy="linalg.lstsq(a, b, check_finite=check_finite)[0]",
    jax="jnp.linalg.lstsq(a, b)[0]",
)

# a symmetric matrix of which one triangle is read
primitive(
    "solve_positive(a, b, /, lower=False, check_finite=True)",
    infer_one_system,
    numpy="linalg.solve(a, b, lower=lower, assume_a='pos', check_finite=check_finite)",
    jax="jax.scipy.linalg.solve(a, b, lower=lower, assume_a='pos')",
)
primitive(
    "eigh_triangle(a, /, lower=True, check_finite=True)",
    infer_triangle,
    "scipy.linalg.eigh",
    numpy="linalg.eigh(a, lower=lower, check_finite=check_finite)",
    jax="jnp.linalg.eigh(a, UPLO='L', symmetrize_input=False) if lower"
    " else jnp.linalg.eigh(a, UPLO='U', symmetrize_input=False)",
)
primitive(
    "eigvalsh_triangle(a, /, lower=True, check_finite=True, *, eigvals_only=False)",
    infer_triangle_values,
    "scipy.linalg.eigvalsh",
    numpy="linalg.eigh(a, lower=lower, eigvals_only=True, check_finite=check_finite) if eigvals_only"
    " else linalg.eigvalsh(a, lower=lower, check_finite=check_finite)",
    jax="jnp.linalg.eigvalsh(a, UPLO='L', symmetrize_input=False) if lower"
    " else jnp.linalg.eigvalsh(a, UPLO='U', symmetrize_input=False)",
)
primitive(
    "qr_modes(a, /, mode='full', check_finite=True)",
    infer_modes,
    "scipy.linalg.qr",
    numpy="linalg.qr(a, mode=mode, check_finite=check_finite)",
    jax="jax.scipy.linalg.qr(a, mode=mode)",
)

# a matrix by its diagonals: row upper + i - j of ab has element (i, j) at j
_BANDED = "linalg.solve_banded((lower, upper), ab, b, check_finite=check_finite)"
primitive(
    "solve_banded(ab, b, /, lower=1, upper=1, check_finite=True)",
    infer_banded,
    "scipy.linalg.solve_banded",
    numpy=_BANDED,
    numpy_only=True,
)
_DIAGONALS = "jax.lax.linalg.tridiagonal_solve(jnp.roll(ab[2], 1), ab[1], jnp.roll(ab[0], -1),"
primitive(
    "solve_tridiagonal(ab, b, /, lower=1, upper=1, check_finite=True, *, vector=True)",
    infer_banded,
    numpy=_BANDED,
    jax=f"{_DIAGONALS} b[:, None])[:, 0] if vector else {_DIAGONALS} b)",
)

# factors; of a Cholesky factor one triangle counts, and the other one is what it was
primitive(
    "cho_factor(a, /, lower=False, check_finite=True)",
    infer_factor,
    "scipy.linalg.cho_factor",
    numpy="linalg.cho_factor(a, lower=lower, check_finite=check_finite)[0]",
    jax="jax.scipy.linalg.cholesky(a, lower=True) + jnp.triu(a, 1) if lower"
    " else jax.scipy.linalg.cholesky(a) + jnp.tril(a, -1)",
)
primitive(
    "cho_solve(c, b, /, lower=False, check_finite=True)",
    infer_one_system,
    "scipy.linalg.cho_solve",
    numpy="linalg.cho_solve((c, lower), b, check_finite=check_finite)",
    jax="jax.scipy.linalg.cho_solve((c, lower), b)",
)
primitive(
    "lu_factor(a, /, check_finite=True)",
    infer_lu,
    "scipy.linalg.lu_factor",
    numpy="linalg.lu_factor(a, check_finite=check_finite)",
    jax="jax.scipy.linalg.lu_factor(a)",
)
primitive(
    "lu_solve(lu, rows, b, /, trans=0, check_finite=True)",
    infer_lu_solve,
    "scipy.linalg.lu_solve",
    numpy="linalg.lu_solve((lu, rows), b, trans=trans, check_finite=check_finite)",
    jax="jax.scipy.linalg.lu_solve((lu, rows), b, trans=trans)",
)
# the row of the matrix that each row of its factors stands for
primitive(
    "lu_order(rows, /)",
    infer_rows,
    jax="jax.lax.linalg.lu_pivots_to_permutation(rows, rows.shape[0])",
)
