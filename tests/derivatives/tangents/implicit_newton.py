"""Tangent of tests/golden/implicit_newton.py."""

# %% numpy
import numpy as np


def f_jvp(a, b, *, a_dot, b_dot):
    """Value and tangent of f with respect to a, b.   a: f64[n,m], b: f64[m]"""
    x = np.zeros_like(b)
    for _ in range(20):
        x = x - np.linalg.solve(a + np.diag(3 * x ** 2), a @ x + x ** 3 - b)
    matrix = np.zeros((x.size, x.size), dtype=np.float64)
    for k in range(x.size):
        unit = np.zeros(x.size, dtype=np.float64)
        unit[k] = 1.0
        matrix[:, k] = 3 * x ** 2 * unit + a.T @ unit
    return np.sum(x ** 2), np.sum(2 * x * np.linalg.solve(matrix.T, b_dot - a_dot @ x))

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_jvp(a, b, *, a_dot, b_dot):
    """Value and tangent of f with respect to a, b.   a: f64[n,m], b: f64[m]"""
    x = jnp.zeros_like(b)

    def body_k(k, x):
        return x - jnp.linalg.solve(a + jnp.diag(3 * x ** 2), a @ x + x ** 3 - b)

    x = lax.fori_loop(0, 20, body_k, x)

    def body_k(k, matrix):
        unit = write_at(jnp.zeros(x.size, dtype=jnp.float64), 1.0, k)
        return matrix.at[:, k].set(3 * x ** 2 * unit + unit @ a)

    matrix = fori_loop(0, x.size, body_k, jnp.zeros((x.size, x.size), dtype=jnp.float64))
    return jnp.sum(x ** 2), jnp.sum(2 * x * jnp.linalg.solve(matrix.T, b_dot - a_dot @ x))
