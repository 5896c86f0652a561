"""Gradient, and Hessian times a vector, of tests/golden/log_sum_exp_rows.py."""

# %% numpy
import numpy as np


def f_grad_jvp(X, *, X_dot):
    """Value and tangent of f_grad with respect to X.   X: f64[n,m]"""
    tape = []
    tape_dot = []
    for k in range(len(X)):  # records 16 bytes a trip
        row_dot = X_dot[k]
        row = X[k]
        t = np.exp(row)
        tape_dot.append(np.sum(row_dot * t))
        tape.append(np.sum(t))
    dX = np.zeros_like(X)
    dX_dot = np.zeros_like(X)
    for k in reversed(range(len(X))):
        t = tape[k]
        t1 = np.exp(X[k])
        dX_k = t1 / t
        dX_dot[k] = X_dot[k] * t1 / t - tape_dot[k] / t * dX_k
        dX[k] = dX_k
    return dX, dX_dot

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


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_grad_jvp(X, *, X_dot):
    """Value and tangent of f_grad with respect to X.   X: f64[n,m]"""
    X = jnp.asarray(X)
    X_dot = jnp.asarray(X_dot)

    def body_k(k, carry):  # records 16 bytes a trip
        tape, tape_dot = carry
        row_dot = read_at(X_dot, k)
        row = read_at(X, k)
        t = jnp.exp(row)
        tape_dot = write_at(tape_dot, jnp.sum(row_dot * t), k)
        tape = write_at(tape, jnp.sum(t), k)
        return tape, tape_dot

    tape, tape_dot = fori_loop(0, X.shape[0], body_k, (jnp.zeros(X.shape[0]), jnp.zeros(X.shape[0])))
    dX = jnp.zeros_like(X)

    def body_k(trip, carry):
        dX, dX_dot = carry
        k = X.shape[0] - 1 - trip
        t = read_at(tape, k)
        t_1 = jnp.exp(read_at(X, k))
        dX_k = t_1 / t
        dX_dot = write_at(dX_dot, read_at(X_dot, k) * t_1 / t - read_at(tape_dot, k) / t * dX_k, k)
        dX = write_at(dX, dX_k, k)
        return dX, dX_dot

    dX, dX_dot = fori_loop(0, X.shape[0], body_k, (dX, jnp.zeros_like(X)))
    return dX, dX_dot
