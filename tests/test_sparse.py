"""Jacobians and Hessians with a known pattern: the elements of the dense ones, by fewer sweeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse

from adcompiler import grad, hessian, jacfwd
from adcompiler.sparse import pattern_of

pytest.importorskip("networkx")

N = 12
X = np.linspace(-1.2, 1.5, N)
BAND = scipy.sparse.diags_array([np.ones(N - 1), np.ones(N), np.ones(N - 1)], offsets=[-1, 0, 1])


def valley(x: Any) -> Any:
    """The extended Rosenbrock function: its Hessian is tridiagonal."""
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def stencil(x: Any) -> Any:
    """A result of another size than the argument."""
    return (x[2:] - 2 * x[1:-1] + x[:-2]) * x[1:-1]


def arrow(x: Any) -> Any:
    """Its Hessian has a dense row and column: as many colours as columns."""
    return np.sum(x[1:] ** 2) * x[0]


@pytest.mark.parametrize("pattern", [BAND, BAND.tocsc(), BAND.toarray(), BAND.toarray() != 0])
def test_hessian(pattern: Any) -> None:
    """Three colours for three diagonals, in whatever form the pattern is given."""
    found = hessian(valley, sparsity=pattern)(X)
    assert isinstance(found, scipy.sparse.csr_array) and found.nnz == 3 * N - 2
    np.testing.assert_allclose(found.toarray(), hessian(valley)(X), rtol=1e-13, atol=1e-12)
    assert pattern_of(pattern).products == 3


def test_backends() -> None:
    """On XLA the same."""
    found = hessian(valley, backend="jax", sparsity=BAND)(X)
    np.testing.assert_allclose(found.toarray(), hessian(valley)(X), rtol=1e-12, atol=1e-12)


def test_jacobian() -> None:
    """One that is not square, of single precision too; a pattern may be larger than needed."""
    pattern = scipy.sparse.diags_array(np.ones((3, N)), offsets=[0, 1, 2], shape=(N - 2, N))
    assert pattern_of(pattern).products == 3
    for x in (X, X.astype(np.float32)):
        for given in (pattern, np.ones((N - 2, N))):
            found = jacfwd(stencil, "x", sparsity=given)(x=x)
            assert found.dtype == x.dtype
            np.testing.assert_allclose(found.toarray(), jacfwd(stencil)(x), rtol=1e-5, atol=1e-6)


def test_arrays_of_any_rank() -> None:
    """The pattern is that of the elements, in the order of the memory of a C array."""

    def f(a: Any) -> Any:
        return np.sum(a[1:] ** 2 * a[:-1])

    a = np.arange(6.0).reshape(3, 2) + 1
    wanted = hessian(f)(a).reshape(6, 6)
    found = hessian(f, sparsity=wanted)(a)
    np.testing.assert_allclose(found.toarray(), wanted, rtol=1e-14)
    assert pattern_of(wanted).products == 3


def test_dense_rows() -> None:
    """Columns with a common row cannot share a sweep."""
    pattern = hessian(arrow)(X) != 0
    assert pattern_of(pattern).products == N
    np.testing.assert_allclose(hessian(arrow, sparsity=pattern)(X).toarray(), hessian(arrow)(X), rtol=1e-13)


def test_elements_outside_of_the_pattern() -> None:
    """One random product finds them, whether they fall on an element of the pattern or on none."""
    for hole in ((3, 4), (0, 1), (N - 1, N - 2)):
        pattern = BAND.toarray()
        pattern[hole] = 0
        with pytest.raises(ValueError, match=f"too small: row {hole[0]} "):
            hessian(valley, sparsity=pattern)(X)
    with pytest.raises(ValueError, match="too small: row 0 "):
        hessian(valley, sparsity=np.zeros((N, N)))(X)


def test_not_a_number() -> None:
    """What is infinite or not a number stays where it is, and is not taken for a hole of the pattern."""

    def f(x: Any) -> Any:
        return np.sum(x[1:] * x[:-1]) + np.sum(np.sqrt(x) * x)

    x = np.array([1.0, 0.0, 4.0, 9.0])
    pattern = abs(np.subtract.outer(np.arange(4), np.arange(4))) < 2
    with np.errstate(all="ignore"):
        found, wanted = hessian(f, sparsity=pattern)(x).toarray(), hessian(f)(x)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(wanted) | ~pattern)
    np.testing.assert_allclose(found[2:], wanted[2:], rtol=1e-13)


def test_what_does_not_fit() -> None:
    """Shapes, containers and several arguments are refused."""
    with pytest.raises(ValueError, match="for an array of 5 elements"):
        hessian(valley, sparsity=np.eye(5))(X)
    with pytest.raises(ValueError, match="for a result of size 10"):
        jacfwd(stencil, sparsity=np.ones((4, N)))(X)
    with pytest.raises(ValueError, match="rows and columns"):
        hessian(valley, sparsity=np.ones(N))
    with pytest.raises(TypeError, match="one argument"):
        jacfwd(lambda a, b: a * b, (0, 1), sparsity=BAND)
    with pytest.raises(TypeError, match="not of a container"):
        jacfwd(lambda x: (x, x), sparsity=np.eye(N))(X)
    with pytest.raises(TypeError, match="real floats"):
        jacfwd(lambda x: x * 2, sparsity=np.eye(N))(np.arange(N))


def test_in_an_optimiser() -> None:
    """SciPy's solvers take the sparse Hessian as it is."""
    curved = hessian(valley, sparsity=BAND)
    given = {"jac": grad(valley), "hess": curved, "method": "trust-constr"}
    found = scipy.optimize.minimize(valley, np.zeros(N), tol=1e-9, options={"maxiter": 300}, **given)
    np.testing.assert_allclose(found.x, np.ones(N), atol=1e-4)
