"""Eigenvalues of matrices that need not be symmetric, roots of matrices and polynomials, equations of Sylvester's kind.

What comes out is complex, or happens to be real.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcompiler.ir.dims import same
from adcompiler.ir.types import BOOL, Array, Type
from adcompiler.primitives.linalg import complex_dtype, linalg_dtype, square
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array


def infer_eig(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The eigenvalues, and the eigenvectors as columns; where they are `real`, of the dtype of the matrix."""
    x = square(types[0])
    dtype = linalg_dtype(x.dtype)
    dtype = dtype if attrs["real"] else complex_dtype(dtype)
    return Array(dtype, x.shape[:-1]), Array(dtype, x.shape)


def infer_eigvals(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The eigenvalues."""
    return infer_eig(types, attrs, path)[0]


def infer_complex_eig(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Complex eigenvalues and eigenvectors of one matrix."""
    return infer_eig((one_square(types[0]),), {"real": False}, path)


def infer_complex_eigvals(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Complex eigenvalues of one matrix."""
    return infer_complex_eig(types, attrs, path)[0]


def infer_roots(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """One root less than there are coefficients, the first of which is not 0."""
    p = array(types[0])
    if p.rank != 1:
        raise ValueError("Input must be a rank-1 array.")
    dtype = linalg_dtype(p.dtype)
    return Array(dtype if attrs["real"] else complex_dtype(dtype), (p.shape[0] - 1,))


def infer_root(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A matrix of that shape."""
    x = one_square(types[0])
    dtype = linalg_dtype(x.dtype)
    return Array(dtype if attrs["real"] else complex_dtype(dtype), x.shape)


def infer_sylvester(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A matrix of the shape of the right side."""
    left, right, q = one_square(types[0]), one_square(types[-2]), array(types[-1])
    if q.rank != 2 or same(q.shape[0], left.shape[0]) is False or same(q.shape[1], right.shape[0]) is False:
        raise ValueError("a has as many rows as q, and b has as many rows as q has columns")
    return Array(linalg_dtype(left.dtype, right.dtype, q.dtype), q.shape)


def one_square(type: Type) -> Array:
    """The type of one square matrix."""
    x = square(type)
    if x.rank != 2:
        raise ValueError("one matrix is taken here; loop over stacks of them")
    return x


def infer_truth(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A truth value."""
    return BOOL


# `real`: what comes out is real, which `is_real` or `is_complex` checks when it runs
primitive(
    "eig(a, /, *, real=False)",
    infer_eig,
    "numpy.linalg.eig",
    numpy="np.linalg.eig(a)",
    jax="map(real_or_nan, jnp.linalg.eig(a)) if real else jnp.linalg.eig(a)",
    record="numpy.linalg._linalg.EigResult",
)
primitive(
    "eigvals(a, /, *, real=False)",
    infer_eigvals,
    "numpy.linalg.eigvals",
    numpy="np.linalg.eigvals(a)",
    jax="real_or_nan(jnp.linalg.eigvals(a)) if real else jnp.linalg.eigvals(a)",
)
# scipy.linalg gives complex eigenvalues also where all of them are real; the eigenvectors are real then, which no
# program sees, but complex for the rule
primitive("eig_complex(a, /)", infer_complex_eig, numpy="linalg.eig(a)", jax="jnp.linalg.eig(a)")
primitive(
    "eig_values(a, /, check_finite=True)",
    infer_complex_eigvals,
    "scipy.linalg.eig",
    numpy="linalg.eig(a, check_finite=check_finite)[0]",
    jax="jnp.linalg.eigvals(a)",
)
primitive(
    "eigvals_complex(a, /, check_finite=True)",
    infer_complex_eigvals,
    "scipy.linalg.eigvals",
    numpy="linalg.eigvals(a, check_finite=check_finite)",
    jax="jnp.linalg.eigvals(a)",
)
primitive(
    "roots(p, /, *, real=False)",
    infer_roots,
    "numpy.roots",
    numpy="np.roots(p)",
    jax="real_or_nan(jnp.roots(p, strip_zeros=False)) if real else jnp.roots(p, strip_zeros=False)",
)
primitive(
    "sqrtm(a, /, *, real=False)",
    infer_root,
    "scipy.linalg.sqrtm",
    numpy="linalg.sqrtm(a)",
    jax="nearly_real(jax.scipy.linalg.sqrtm(a)) if real else jax.scipy.linalg.sqrtm(a)",
)
primitive(
    "is_real(x, /)", infer_truth, numpy="not np.any(x.imag)", jax="jnp.logical_not(jnp.any(jnp.isnan(x)))"
)
primitive("is_complex(x, /)", infer_truth, numpy="np.any(x.imag)", jax="jnp.any(x.imag)")

# a x + x b = q
primitive("solve_sylvester(a, b, q, /)", infer_sylvester, "scipy.linalg.solve_sylvester")
# a x + x a.conj().T = q
primitive(
    "solve_lyapunov(a, q, /)",
    infer_sylvester,
    "scipy.linalg.solve_continuous_lyapunov",
    jax="jax.scipy.linalg.solve_sylvester(a, a.conj().T, q)",
)
