"""Linear algebra: systems of equations, decompositions and functions of matrices; matrices are the last two axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, opaque, record, same
from adcompiler.ir.types import Array, DType, Type, broadcast_shapes
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array

INT64 = np.dtype(np.int64)


def linalg_dtype(*dtypes: DType) -> DType:
    """Single precision where all operands have it, else double; complex where one is."""
    if any(d.kind not in "biufc" or d.itemsize not in (1, 2, 4, 8, 16) or d == np.float16 for d in dtypes):
        raise TypeError(f"array type {dtypes[0]} is unsupported in linalg")
    single = all(d in (np.dtype(np.float32), np.dtype(np.complex64)) for d in dtypes)
    if any(d.kind == "c" for d in dtypes):
        return np.dtype(np.complex64 if single else np.complex128)
    return np.dtype(np.float32 if single else np.float64)


def real_dtype(dtype: DType) -> DType:
    """The dtype of the parts of a complex number."""
    return np.dtype(f"f{dtype.itemsize // 2}") if dtype.kind == "c" else dtype


def complex_dtype(dtype: DType) -> DType:
    """The dtype of complex numbers with such parts."""
    return dtype if dtype.kind == "c" else np.dtype(f"c{dtype.itemsize * 2}")


def matrix(type: Type) -> Array:
    """The type of a matrix, or of a stack of them."""
    x = array(type)
    if x.rank < 2:
        raise ValueError(f"{x.rank}-dimensional array given. Array must be at least two-dimensional")
    return x


def square(type: Type) -> Array:
    """As matrix, with as many rows as columns."""
    x = matrix(type)
    if same(x.shape[-2], x.shape[-1]) is False:
        raise ValueError("Last 2 dimensions of the array must be square")
    return x


def is_tall(x: Array) -> bool | None:
    """Whether matrices have at least as many rows as columns; None where only a run can tell. May record a guard."""
    rows, columns = x.shape[-2:]
    if rows == columns:
        return True
    if (rows - columns).known is not None:
        return (rows - columns).const >= 0
    if rows.hint is None or columns.hint is None or not (rows - columns).printable:
        return None
    record(f"{rows} >= {columns}", rows.hint >= columns.hint)
    return rows.hint >= columns.hint


def shorter(x: Array) -> Dim:
    """The smaller one of the numbers of rows and columns."""
    rows, columns = x.shape[-2:]
    match is_tall(x):
        case True:
            return columns
        case False:
            return rows
    return opaque(f"?min({rows}, {columns})", None)


def infer_solve(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """b is a vector where it has one axis, and else a stack of matrices."""
    a, b = square(types[0]), array(types[1])
    if not b.rank:
        raise ValueError("0-dimensional array given. Array must be at least one-dimensional")
    dtype = linalg_dtype(a.dtype, b.dtype)
    rows = b.shape[max(b.rank - 2, 0)]
    if same(a.shape[-1], rows) is False:
        raise ValueError(f"solve: a matrix with {a.shape[-1]} columns, and a right side with {rows} rows")
    if b.rank == 1:
        return Array(dtype, a.shape[:-1])
    return Array(dtype, (*broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-1], b.shape[-1]))


def infer_square(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A matrix for each square matrix."""
    x = square(types[0])
    return Array(linalg_dtype(x.dtype), x.shape)


def infer_inverse(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The transposed shape."""
    x = square(types[0]) if attrs["hermitian"] else matrix(types[0])
    return Array(linalg_dtype(x.dtype), (*x.shape[:-2], x.shape[-1], x.shape[-2]))


def infer_det(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A number for each square matrix."""
    x = square(types[0])
    return Array(linalg_dtype(x.dtype), x.shape[:-2])


def infer_slogdet(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The sign, and the logarithm of the absolute value."""
    x = square(types[0])
    dtype = linalg_dtype(x.dtype)
    return Array(dtype, x.shape[:-2]), Array(real_dtype(dtype), x.shape[:-2])


def infer_power(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape; integers stay integers unless they are inverted."""
    x = square(types[0])
    n = attrs["n"]
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError("the exponent of matrix_power is an integer known while compiling")
    if n < 0 or x.inexact:
        return Array(linalg_dtype(x.dtype), x.shape)
    return Array(x.dtype, x.shape)


def infer_qr(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Q with orthonormal columns, and R."""
    x = matrix(types[0])
    if attrs["mode"] not in ("reduced", "complete"):
        raise TypeError(f"only mode='reduced' of qr is supported, not {attrs['mode']!r}")
    dtype = linalg_dtype(x.dtype)
    k = shorter(x) if attrs["mode"] == "reduced" else x.shape[-2]
    return Array(dtype, (*x.shape[:-1], k)), Array(dtype, (*x.shape[:-2], k, x.shape[-1]))


def infer_svd(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """U, the singular values, and the conjugate transpose of V."""
    x = matrix(types[0])
    dtype = linalg_dtype(x.dtype)
    rows, columns = x.shape[-2:]
    if attrs["full_matrices"] and same(rows, columns):
        rows = columns
    k = columns if rows == columns else shorter(x)
    left, right = (rows, columns) if attrs["full_matrices"] else (k, k)
    u = Array(dtype, (*x.shape[:-1], left))
    return u, Array(real_dtype(dtype), (*x.shape[:-2], k)), Array(dtype, (*x.shape[:-2], right, columns))


def infer_svdvals(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The singular values."""
    x = matrix(types[0])
    return Array(real_dtype(linalg_dtype(x.dtype)), (*x.shape[:-2], shorter(x)))


def infer_hermitian_svd(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The same of square matrices."""
    return infer_svd((square(types[0]),), {"full_matrices": True}, path)


def infer_hermitian_values(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The singular values of square matrices."""
    return infer_svdvals((square(types[0]),), attrs, path)


def infer_eigh(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Real eigenvalues, and the eigenvectors as columns."""
    x = square(types[0])
    if attrs["UPLO"] not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    dtype = linalg_dtype(x.dtype)
    return Array(real_dtype(dtype), x.shape[:-1]), Array(dtype, x.shape)


def infer_eigvalsh(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Real eigenvalues."""
    return infer_eigh(types, attrs, path)[0]


def infer_rank(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An integer for each matrix."""
    x = square(types[0]) if attrs["hermitian"] else matrix(types[0])
    return Array(INT64, x.shape[:-2])


def infer_lstsq(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The solution alone: the shape of the residuals depends on the rank, and so on the data."""
    a, b = array(types[0]), array(types[1])
    if a.rank != 2 or b.rank not in (1, 2):
        raise ValueError("lstsq takes a matrix and a vector or matrix")
    if same(a.shape[0], b.shape[0]) is False:
        raise ValueError("Incompatible dimensions")
    return Array(linalg_dtype(a.dtype, b.dtype), (a.shape[1], *b.shape[1:]))


def infer_lstsq_rank(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An integer."""
    return Array(np.dtype(np.int32))


def infer_multi_dot(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A chain of matrices, the first and the last of which may be vectors."""
    arrays = [array(t) for t in types]
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    shape = arrays[0].shape
    for k, other in enumerate(arrays[1:], 1):
        ends = (1, 2) if k == len(arrays) - 1 else (2,)
        if other.rank not in ends or not shape:
            raise ValueError("multi_dot takes matrices, of which the first and the last may be vectors")
        if same(shape[-1], other.shape[0]) is False:
            raise ValueError(f"multi_dot: sizes {shape[-1]} and {other.shape[0]} are different")
        shape = shape[:-1] + other.shape[1:]
    dtype = np.result_type(*(a.dtype for a in arrays))
    return Array(dtype, shape)


def infer_triangular(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As solve, of one matrix."""
    a, b = square(types[0]), array(types[1])
    if b.rank not in (1, a.rank) or a.rank != 2:
        raise ValueError(
            "solve_triangular takes a matrix and a vector or matrix here; loop over stacks of them"
        )
    if attrs["trans"] not in (0, 1, 2, "N", "T", "C"):
        raise ValueError(f"trans is one of 0, 1, 2, 'N', 'T', 'C', not {attrs['trans']!r}")
    return infer_solve(types, attrs, path)


def infer_factor(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A triangular matrix."""
    x = square(types[0])
    if x.rank != 2:
        raise ValueError(f"{path} takes one matrix here; loop over stacks of them")
    return Array(linalg_dtype(x.dtype), x.shape)


def infer_factored(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As solve, with a factor in place of the matrix."""
    return infer_triangular(types, {**attrs, "trans": 0}, path)


_RECORDS = "numpy.linalg._linalg."

# systems of equations
primitive("solve(a, b, /)", infer_solve, "numpy.linalg.solve")
primitive("inv(a, /)", infer_square, "numpy.linalg.inv")
# a matrix whose lower triangle stands for both: JAX would read them all
_MIRRORED = "jnp.tril(a) + jnp.tril(a, -1).mT.conj()"
_EPSILON = "max(a.shape[-2:]) * jnp.finfo(a.dtype).eps"
primitive(
    "pinv(a, /, rcond=1e-15, hermitian=False, *, relative=False)",
    infer_inverse,
    "numpy.linalg.pinv",
    numpy="np.linalg.pinv(a, hermitian=hermitian, rtol=None) if relative"
    " else np.linalg.pinv(a, rcond=rcond, hermitian=hermitian)",
    jax=f"(jnp.linalg.pinv({_MIRRORED}, {_EPSILON}, hermitian) if relative"
    f" else jnp.linalg.pinv({_MIRRORED}, rcond, hermitian)) if hermitian"
    f" else (jnp.linalg.pinv(a, {_EPSILON}) if relative else jnp.linalg.pinv(a, rcond))",
)
primitive(
    "lstsq(a, b, /, rcond=None)",
    infer_lstsq,
    "numpy.linalg.lstsq",
    numpy="np.linalg.lstsq(a, b, rcond=rcond)[0]",
    jax="jnp.linalg.lstsq(a, b, rcond=rcond)[0]",
)
# what lstsq gives besides; the residuals are left out, since their shape depends on the rank
primitive(
    "lstsq_rank(a, b, /, rcond=None)",
    infer_lstsq_rank,
    numpy="np.linalg.lstsq(a, b, rcond=rcond)[2]",
    jax="jnp.linalg.lstsq(a, b, rcond=rcond)[2]",
)
primitive(
    "lstsq_values(a, b, /, rcond=None)",
    infer_svdvals,
    numpy="np.linalg.lstsq(a, b, rcond=rcond)[3]",
    jax="jnp.linalg.lstsq(a, b, rcond=rcond)[3]",
)
primitive(
    "matrix_rank(a, /, tol=None, hermitian=False, *, rtol=None)",
    infer_rank,
    "numpy.linalg.matrix_rank",
    jax=f"jnp.linalg.matrix_rank({_MIRRORED}, tol=tol, rtol=rtol, hermitian=True) if hermitian"
    " else jnp.linalg.matrix_rank(a, tol=tol, rtol=rtol)",
)

# functions of a matrix
primitive("det(a, /)", infer_det, "numpy.linalg.det")
primitive("slogdet(a, /)", infer_slogdet, "numpy.linalg.slogdet", record=_RECORDS + "SlogdetResult")
primitive("matrix_power(a, /, n=None)", infer_power, "numpy.linalg.matrix_power")
primitive(
    "multi_dot(*arrays)",
    infer_multi_dot,
    "numpy.linalg.multi_dot",
    numpy="np.linalg.multi_dot([*arrays])",
    jax="jnp.linalg.multi_dot([*arrays])",
)
primitive("expm(a, /)", infer_square, "scipy.linalg.expm")

# decompositions; NumPy reads one triangle of a matrix that has to be symmetric, and so does JAX when told to
primitive(
    "cholesky(a, /, *, upper=False)",
    infer_square,
    "numpy.linalg.cholesky",
    # JAX reads the lower triangle always
    jax="jnp.linalg.cholesky(a.mT.conj() if upper else a, upper=upper, symmetrize_input=False)",
)
primitive("qr(a, /, mode='reduced')", infer_qr, "numpy.linalg.qr", record=_RECORDS + "QRResult")
primitive("svd(a, /, full_matrices=True)", infer_svd, "numpy.linalg.svd", record=_RECORDS + "SVDResult")
primitive("svdvals(a, /)", infer_svdvals, "numpy.linalg.svdvals")
# JAX gives zeros for the row of V of a singular value that is 0
primitive(
    "svd_hermitian(a, /)",
    infer_hermitian_svd,
    numpy="np.linalg.svd(a, hermitian=True)",
    numpy_only=True,
    record=_RECORDS + "SVDResult",
)
primitive(
    "svdvals_hermitian(a, /)",
    infer_hermitian_values,
    numpy="np.linalg.svd(a, compute_uv=False, hermitian=True)",
    numpy_only=True,
)
primitive(
    "eigh(a, /, UPLO='L')",
    infer_eigh,
    "numpy.linalg.eigh",
    jax="jnp.linalg.eigh(a, UPLO=UPLO, symmetrize_input=False)",
    record=_RECORDS + "EighResult",
)
primitive(
    "eigvalsh(a, /, UPLO='L')",
    infer_eigvalsh,
    "numpy.linalg.eigvalsh",
    jax="jnp.linalg.eigvalsh(a, UPLO=UPLO, symmetrize_input=False)",
)

# scipy.linalg
primitive(
    "solve_triangular(a, b, /, trans=0, lower=False, unit_diagonal=False, *, check_finite=True)",
    infer_triangular,
    "scipy.linalg.solve_triangular",
)
primitive("factor(a, /, lower=False, *, check_finite=True)", infer_factor, "scipy.linalg.cholesky")
