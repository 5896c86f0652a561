"""Loops over the elements and rows of matrices: linear systems and factorisations, in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Kernel, Scalar, sizes


# ---------------------------------------------------------------- Gauss-Seidel
def gauss_seidel(A: Array, b: Array, x: Array, sweeps: int) -> Scalar:
    """Gauss-Seidel sweeps for a linear system (Golub and Van Loan, Matrix Computations, section 11.2)."""
    x = x.copy()
    for _ in range(sweeps):
        for i in range(len(b)):
            x[i] += (b[i] - A[i] @ x) / A[i, i]
    return np.sum(x**2)


def gauss_seidel_jax(A: Any, b: Any, x: Any, sweeps: int) -> Any:
    """One scan over the rows for each sweep."""
    import jax.numpy as jnp
    from jax import lax

    rows = jnp.arange(len(b))

    def row(x: Any, inputs: Any) -> Any:
        i, a, b_i = inputs
        return x.at[i].add((b_i - a @ x) / a[i]), None

    def sweep(_: Any, x: Any) -> Any:
        return lax.scan(row, x, (rows, A, b))[0]

    return jnp.sum(lax.fori_loop(0, sweeps, sweep, x) ** 2)


def gauss_seidel_library(A: Any, b: Any, x: Any, sweeps: int) -> Any:
    """A sweep solves a triangular system: (D + L) x' = b - U x."""
    import jax.numpy as jnp
    from jax import lax
    from jax.scipy.linalg import solve_triangular

    lower, upper = jnp.tril(A), jnp.triu(A, 1)
    x = lax.fori_loop(0, sweeps, lambda _, x: solve_triangular(lower, b - upper @ x, lower=True), x)
    return jnp.sum(x**2)


def dominant_system(rng: Generator, n: int, sweeps: int) -> tuple[Any, ...]:
    """A matrix that is dominated by its diagonal, a right-hand side and a start."""
    A = rng.normal(size=(n, n)) / n + 2 * np.eye(n)
    return A, rng.normal(size=n), rng.normal(size=n), sweeps


# ---------------------------------------------------------------- Cholesky
def cholesky(A: Array) -> Scalar:
    """Log-determinant and a quadratic form by the row Cholesky factorisation, in place (Golub and Van Loan, 4.2)."""
    A = A.copy()
    for i in range(len(A)):
        for j in range(i):
            A[i, j] = (A[i, j] - A[i, :j] @ A[j, :j]) / A[j, j]
        A[i, i] = np.sqrt(A[i, i] - A[i, :i] @ A[i, :i])
    return np.sum(np.log(np.diag(A))) + np.sum(np.tril(A) ** 3)


def cholesky_jax(A: Any) -> Any:
    """By columns: a product of the part that is done with its row of the pivot, for all rows at once."""
    import jax.numpy as jnp
    from jax import lax

    n = len(A)
    rows = jnp.arange(n)

    def column(j: Any, L: Any) -> Any:
        v = A[:, j] - L @ L[j]
        return L.at[:, j].set(jnp.where(rows >= j, v / jnp.sqrt(v[j]), 0.0))

    L = lax.fori_loop(0, n, column, jnp.zeros_like(A))
    return jnp.sum(jnp.log(jnp.diag(L))) + jnp.sum(L**3)


def cholesky_library(A: Any) -> Any:
    """By LAPACK; the matrix is taken as its lower triangle."""
    import jax.numpy as jnp

    lower = jnp.tril(A)
    L = jnp.linalg.cholesky(lower + jnp.tril(A, -1).T, symmetrize_input=False)
    return jnp.sum(jnp.log(jnp.diag(L))) + jnp.sum(L**3)


def positive_matrix(rng: Generator, n: int) -> tuple[Any, ...]:
    """A symmetric positive definite matrix."""
    B = rng.random((n, n))
    return (B @ B.T / n + np.eye(n),)


# ---------------------------------------------------------------- LU
def lu(A: Array) -> Scalar:
    """Log-determinant by Gaussian elimination without pivoting, in place (Golub and Van Loan, 3.2)."""
    A = A.copy()
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    return np.sum(np.log(np.abs(np.diag(A)))) + np.sum(A**2)


def lu_jax(A: Any) -> Any:
    """One masked outer product for each pivot."""
    import jax.numpy as jnp
    from jax import lax

    n = len(A)
    rows = jnp.arange(n)

    def eliminate(k: Any, A: Any) -> Any:
        column = jnp.where(rows > k, A[:, k] / A[k, k], 0.0)
        A = A - jnp.outer(column, jnp.where(rows > k, A[k], 0.0))
        return A.at[:, k].set(jnp.where(rows > k, column, A[:, k]))

    A = lax.fori_loop(0, n, eliminate, A)
    return jnp.sum(jnp.log(jnp.abs(jnp.diag(A)))) + jnp.sum(A**2)


def dominant_matrix(rng: Generator, n: int) -> tuple[Any, ...]:
    """A matrix that needs no pivoting."""
    return (rng.normal(size=(n, n)) / n + 2 * np.eye(n),)


# ---------------------------------------------------------------- elimination by rows
def elimination(A: Array, b: Array) -> Scalar:
    """Gaussian elimination by rows with back substitution (Trefethen and Bau, Numerical Linear Algebra, 20)."""
    A, b = A.copy(), b.copy()
    n = len(b)
    for k in range(n - 1):
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            A[i, k:] -= factor * A[k, k:]
            b[i] -= factor * b[k]
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (b[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return np.sum(x**2)


def elimination_jax(A: Any, b: Any) -> Any:
    """One masked outer product for each pivot, and a scan over the rows from the last."""
    import jax.numpy as jnp
    from jax import lax

    n = len(b)
    rows = jnp.arange(n)

    def eliminate(k: Any, Ab: Any) -> Any:
        factors = jnp.where(rows > k, Ab[:, k] / Ab[k, k], 0.0)
        return Ab - jnp.outer(factors, Ab[k])

    Ab = lax.fori_loop(0, n - 1, eliminate, jnp.column_stack([A, b]))

    def row(x: Any, inputs: Any) -> Any:
        i, a = inputs
        return x.at[i].set((a[n] - a[:n] @ x) / a[i]), None

    x, _ = lax.scan(row, jnp.zeros_like(b), (rows, Ab), reverse=True)
    return jnp.sum(x**2)


def elimination_library(A: Any, b: Any) -> Any:
    """By LAPACK."""
    import jax.numpy as jnp

    return jnp.sum(jnp.linalg.solve(A, b) ** 2)


def square_system(rng: Generator, n: int) -> tuple[Any, ...]:
    """A matrix that needs no pivoting, and a right-hand side."""
    return rng.normal(size=(n, n)) / n + 2 * np.eye(n), rng.normal(size=n)


# ---------------------------------------------------------------- triangular solve
def triangular_solve(L: Array, b: Array) -> Scalar:
    """Forward substitution by rows (Golub and Van Loan, Matrix Computations, 3.1)."""
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return np.sum(x**2)


def triangular_solve_jax(L: Any, b: Any) -> Any:
    """A scan over the rows; what is not yet known of x is zero."""
    import jax.numpy as jnp
    from jax import lax

    def row(x: Any, inputs: Any) -> Any:
        i, a, b_i = inputs
        return x.at[i].set((b_i - a @ x) / a[i]), None

    x, _ = lax.scan(row, jnp.zeros_like(b), (jnp.arange(len(b)), L, b))
    return jnp.sum(x**2)


def triangular_solve_library(L: Any, b: Any) -> Any:
    """By LAPACK."""
    import jax.numpy as jnp
    from jax.scipy.linalg import solve_triangular

    return jnp.sum(solve_triangular(L, b, lower=True) ** 2)


# ---------------------------------------------------------------- Gram-Schmidt
def gram_schmidt(A: Array, W: Array) -> Scalar:
    """Modified Gram-Schmidt orthogonalisation, in place (Golub and Van Loan, Matrix Computations, 5.2)."""
    Q = A.copy()
    n = Q.shape[1]
    size = 0.0
    for k in range(n):
        r = np.sqrt(np.sum(Q[:, k] ** 2))
        Q[:, k] /= r
        size += np.log(r)
        for j in range(k + 1, n):
            Q[:, j] -= (Q[:, k] @ Q[:, j]) * Q[:, k]
    return size + np.sum(W * Q)


def gram_schmidt_jax(A: Any, W: Any) -> Any:
    """All later columns at once."""
    import jax.numpy as jnp
    from jax import lax

    n = A.shape[1]
    columns = jnp.arange(n)

    def column(k: Any, carry: Any) -> Any:
        Q, size = carry
        r = jnp.sqrt(jnp.sum(Q[:, k] ** 2))
        q = Q[:, k] / r
        Q = Q - jnp.outer(q, jnp.where(columns > k, q @ Q, 0.0))
        return Q.at[:, k].set(q), size + jnp.log(r)

    Q, size = lax.fori_loop(0, n, column, (A, jnp.zeros(())))
    return size + jnp.sum(W * Q)


def gram_schmidt_library(A: Any, W: Any) -> Any:
    """By LAPACK, with the signs of Gram-Schmidt."""
    import jax.numpy as jnp

    Q, R = jnp.linalg.qr(A)
    r = jnp.diag(R)
    return jnp.sum(jnp.log(jnp.abs(r))) + jnp.sum(W * Q * jnp.sign(r))


def tall_matrix(rng: Generator, m: int, n: int) -> tuple[Any, ...]:
    """A matrix with more rows than columns, and weights of its shape."""
    return rng.normal(size=(m, n)), rng.normal(size=(m, n))


# ---------------------------------------------------------------- Levinson-Durbin
def durbin(r: Array) -> Scalar:
    """Durbin's algorithm for the Yule-Walker equations (Golub and Van Loan, Matrix Computations, 4.7.3)."""
    n = len(r)
    y = np.zeros(n)
    z = np.zeros(n)
    y[0] = -r[0]
    alpha = -r[0]
    beta = 1.0
    for k in range(1, n):
        beta *= 1.0 - alpha * alpha
        s = r[k]
        for i in range(k):
            s += r[k - i - 1] * y[i]
        alpha = -s / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha
    return np.sum(y**2)


def durbin_jax(r: Any) -> Any:
    """Vectors turned by a gather, masked beyond the order that is reached."""
    import jax.numpy as jnp
    from jax import lax

    n = len(r)
    places = jnp.arange(n)

    def order(k: Any, carry: Any) -> Any:
        y, alpha, beta = carry
        beta = beta * (1.0 - alpha * alpha)
        turned = jnp.where(places < k, y[(k - 1 - places) % n], 0.0)
        alpha = -(r[k] + r @ jnp.where(places < k, turned, 0.0)) / beta
        return (y + alpha * turned).at[k].set(alpha), alpha, beta

    start = jnp.zeros_like(r).at[0].set(-r[0]), -r[0], jnp.ones(())
    y, _, _ = lax.fori_loop(1, n, order, start)
    return jnp.sum(y**2)


def autocorrelations(rng: Generator, n: int) -> tuple[Any, ...]:
    """The autocorrelations of a damped oscillation with noise."""
    k = np.arange(1, n + 1)
    return (0.5 * 0.9**k * np.cos(0.7 * k) + 0.01 * rng.normal(size=n) / n,)


# ---------------------------------------------------------------- Thomas
def thomas(a: Array, b: Array, c: Array, d: Array) -> Scalar:
    """Thomas's algorithm for a tridiagonal system, in place (Press et al., Numerical Recipes, 2.4)."""
    c, d = c.copy(), d.copy()
    n = len(d)
    c[0] /= b[0]
    d[0] /= b[0]
    for i in range(1, n):
        m = b[i] - a[i] * c[i - 1]
        c[i] /= m
        d[i] = (d[i] - a[i] * d[i - 1]) / m
    for i in range(n - 2, -1, -1):
        d[i] -= c[i] * d[i + 1]
    return np.sum(d**2)


def thomas_jax(a: Any, b: Any, c: Any, d: Any) -> Any:
    """Two scans with scalar carries and stacked results."""
    import jax.numpy as jnp
    from jax import lax

    def down(carry: Any, inputs: Any) -> Any:
        c_before, d_before = carry
        a_i, b_i, c_i, d_i = inputs
        m = b_i - a_i * c_before
        new = c_i / m, (d_i - a_i * d_before) / m
        return new, new

    def up(after: Any, inputs: Any) -> Any:
        c_i, d_i = inputs
        x = d_i - c_i * after
        return x, x

    zero = jnp.zeros(())
    _, eliminated = lax.scan(down, (zero, zero), (a.at[0].set(0.0), b, c, d))
    c_new, d_new = eliminated
    _, x = lax.scan(up, zero, (c_new.at[-1].set(0.0), d_new), reverse=True)
    return jnp.sum(x**2)


def thomas_library(a: Any, b: Any, c: Any, d: Any) -> Any:
    """By LAPACK."""
    import jax.numpy as jnp
    from jax import lax

    x = lax.linalg.tridiagonal_solve(a.at[0].set(0.0), b, c.at[-1].set(0.0), d[:, None])
    return jnp.sum(x**2)


def tridiagonal_system(rng: Generator, n: int) -> tuple[Any, ...]:
    """The three diagonals of a matrix that needs no pivoting, and a right-hand side."""
    return rng.random(n), 3.0 + rng.random(n), rng.random(n), rng.normal(size=n)


KERNELS = (
    Kernel(
        gauss_seidel,
        gauss_seidel_jax,
        "loops",
        "row",
        dominant_system,
        (0, 1, 2),
        sizes((6, 2), (100, 10), (300, 20)),
        gauss_seidel_library,
    ),
    Kernel(
        cholesky,
        cholesky_jax,
        "loops",
        "row",
        positive_matrix,
        (0,),
        sizes((6,), (100,), (300,)),
        cholesky_library,
    ),
    Kernel(lu, lu_jax, "loops", "element", dominant_matrix, (0,), sizes((5,), (60,), (200,))),
    Kernel(
        elimination,
        elimination_jax,
        "loops",
        "row",
        square_system,
        (0, 1),
        sizes((5,), (100,), (300,)),
        elimination_library,
    ),
    Kernel(
        triangular_solve,
        triangular_solve_jax,
        "loops",
        "row",
        square_system,
        (0, 1),
        sizes((6,), (300,), (1000,)),
        triangular_solve_library,
    ),
    Kernel(
        gram_schmidt,
        gram_schmidt_jax,
        "loops",
        "row",
        tall_matrix,
        (0,),
        sizes((6, 4), (120, 60), (400, 200)),
        gram_schmidt_library,
    ),
    Kernel(durbin, durbin_jax, "loops", "element", autocorrelations, (0,), sizes((6,), (300,), (1000,))),
    Kernel(
        thomas,
        thomas_jax,
        "loops",
        "element",
        tridiagonal_system,
        (0, 1, 2, 3),
        sizes((6,), (10_000,), (100_000,)),
        thomas_library,
    ),
)
