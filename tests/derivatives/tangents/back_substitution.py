"""Tangent of tests/golden/back_substitution.py."""

# %% numpy
import numpy as np


def f_jvp(U, b, *, U_dot, b_dot):
    """Value and tangent of f with respect to U, b.   U: f64[n,m], b: f64[k]"""
    n = len(b)
    x = np.zeros(n)
    x_dot = np.zeros_like(x)
    for i in range(n - 1, -1, -1):
        U_i = U[i, i + 1:]
        t = x[i + 1:]
        U_i_i = U[i, i]
        x_i = (b[i] - U_i @ t) / U_i_i
        x_dot[i] = (
            (b_dot[i] - (U_dot[i, i + 1:] @ t + U_i @ x_dot[i + 1:])) / U_i_i - U_dot[i, i] / U_i_i * x_i
        )
        x[i] = x_i
    return np.sum(x ** 2), np.sum(2 * x * x_dot)

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)


def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)


def resized(x, size, axis):
    """x with another size along an axis: cut off, or filled up with zeros."""
    ends = [(0, max(size - n, 0) if k == axis else 0) for k, n in enumerate(x.shape)]
    return lax.slice_in_dim(jnp.pad(x, ends), 0, size, axis=axis)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_jvp(U, b, *, U_dot, b_dot):
    """Value and tangent of f with respect to U, b.   U: f64[n,m], b: f64[k]"""
    U = jnp.asarray(U)
    b = jnp.asarray(b)
    U_dot = jnp.asarray(U_dot)
    b_dot = jnp.asarray(b_dot)
    n = b.shape[0]
    x = jnp.zeros(n)
    t = n - 1

    def body_i(k, carry):
        x, x_dot = carry
        i = t + k * -1
        U_i = read_at(U, i)
        t_1 = resized(x, U.shape[1], 0)
        t_2 = jnp.arange(U.shape[1]) >= i + 1
        U_i_i = read_at(U, i, i)
        x_i = (read_at(b, i) - jnp.sum(jnp.where(t_2, U_i * t_1, 0))) / U_i_i
        x_dot = write_at(
            x_dot,
            (
                (
                    read_at(b_dot, i)
                    - (
                        jnp.sum(jnp.where(t_2, read_at(U_dot, i) * t_1, 0))
                        + jnp.sum(jnp.where(t_2, U_i * resized(x_dot, U.shape[1], 0), 0))
                    )
                ) / U_i_i
                - read_at(U_dot, i, i) / U_i_i * x_i
            ),
            i,
        )
        x = write_at(x, x_i, i)
        return x, x_dot

    x, x_dot = fori_loop(0, len(range(t, -1, -1)), body_i, (x, jnp.zeros_like(x)))
    return jnp.sum(x ** 2), jnp.sum(2 * x * x_dot)
