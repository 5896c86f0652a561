"""Tangent of tests/golden/log_sum_exp_rows.py."""

# %% numpy
import numpy as np


def f_jvp(X, *, X_dot):
    """Value and tangent of f with respect to X.   X: f64[n,m]"""
    s = 0.0
    s_dot = 0.0
    for k in range(len(X)):
        row_dot = X_dot[k]
        row = X[k]
        t = np.exp(row)
        t1 = np.sum(t)
        s_dot += np.sum(row_dot * t) / t1
        s += np.log(t1)
    return s, s_dot

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index):]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_jvp(X, *, X_dot):
    """Value and tangent of f with respect to X.   X: f64[n,m]"""
    X = jnp.asarray(X)
    X_dot = jnp.asarray(X_dot)

    def body_k(k, carry):
        s, s_dot = carry
        row_dot = read_at(X_dot, k)
        row = read_at(X, k)
        t = jnp.exp(row)
        t_1 = jnp.sum(t)
        s_dot = s_dot + jnp.sum(row_dot * t) / t_1
        s = s + jnp.log(t_1)
        return s, s_dot

    s, s_dot = fori_loop(0, X.shape[0], body_k, (0.0, 0.0))
    return s, s_dot
