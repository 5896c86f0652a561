"""Eigenvalues of matrices that need not be symmetric: numbers that are complex, or happen to be real."""

from __future__ import annotations

from collections.abc import Sequence

from adcompiler.ir.types import BOOL, Array, Type
from adcompiler.primitives.linalg import complex_dtype, linalg_dtype, square
from adcompiler.primitives.registry import Attrs, primitive


def infer_eig(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """The eigenvalues, and the eigenvectors as columns; where they are `real`, of the dtype of the matrix."""
    x = square(types[0])
    dtype = linalg_dtype(x.dtype)
    dtype = dtype if attrs["real"] else complex_dtype(dtype)
    return Array(dtype, x.shape[:-1]), Array(dtype, x.shape)


def infer_eigvals(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The eigenvalues."""
    return infer_eig(types, attrs, path)[0]


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
primitive(
    "is_real(x, /)", infer_truth, numpy="not np.any(x.imag)", jax="jnp.logical_not(jnp.any(jnp.isnan(x)))"
)
primitive("is_complex(x, /)", infer_truth, numpy="np.any(x.imag)", jax="jnp.any(x.imag)")
