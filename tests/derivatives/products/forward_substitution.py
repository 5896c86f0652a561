"""Gradient, and Hessian times a vector, of tests/golden/forward_substitution.py."""

# %% numpy
import numpy as np


def f_grad_jvp(L, b, *, L_dot, b_dot):
    """Value and tangent of f_grad with respect to L, b.   L: f64[n,m], b: f64[k]"""
    n = len(b)
    x = np.zeros(n)
    x_dot = np.zeros_like(x)
    for i in range(n):
        total_dot = b_dot[i]
        total = b[i]
        for j in range(i):
            L_i_j = L[i, j]
            x_j = x[j]
            total_dot -= L_dot[i, j] * x_j + L_i_j * x_dot[j]
            total -= L_i_j * x_j
        L_i_i = L[i, i]
        x_i = total / L_i_i
        x_dot[i] = total_dot / L_i_i - L_dot[i, i] / L_i_i * x_i
        x[i] = x_i
    dx_dot = 2 * x_dot
    dx = 2 * x
    db = np.zeros_like(b)
    dL = np.zeros_like(L)
    db_dot = np.zeros_like(b)
    dL_dot = np.zeros_like(L)
    for i in reversed(range(n)):
        L_i_i = L[i, i]
        x_i = x[i]
        dx_dot_i = dx_dot[i]
        dx_i = dx[i]
        dx_dot[i] = 0
        dx[i] = 0
        dtotal = dx_i / L_i_i
        dtotal_dot = dx_dot_i / L_i_i - L_dot[i, i] / L_i_i * dtotal
        dL_dot[i, i] -= dtotal_dot * x_i + dtotal * x_dot[i]
        dL[i, i] -= dtotal * x_i
        for j in reversed(range(i)):
            L_i_j = L[i, j]
            x_j = x[j]
            dx_dot[j] -= dtotal_dot * L_i_j + dtotal * L_dot[i, j]
            dx[j] -= dtotal * L_i_j
            dL_dot[i, j] -= dtotal_dot * x_j + dtotal * x_dot[j]
            dL[i, j] -= dtotal * x_j
        db_dot[i] = dtotal_dot
        db[i] = dtotal
    return (dL, db), (dL_dot, db_dot)

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


def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad_jvp(L, b, *, L_dot, b_dot):
    """Value and tangent of f_grad with respect to L, b.   L: f64[n,m], b: f64[k]"""
    L = jnp.asarray(L)
    b = jnp.asarray(b)
    L_dot = jnp.asarray(L_dot)
    b_dot = jnp.asarray(b_dot)
    n = b.shape[0]
    x = jnp.zeros(n)

    def body_i(i, carry):
        x, x_dot = carry
        total_dot = read_at(b_dot, i)
        total = read_at(b, i)

        def body_j(j, carry):
            total, total_dot = carry
            L_i_j = read_at(L, i, j)
            x_j = read_at(x, j)
            total_dot = total_dot - (read_at(L_dot, i, j) * x_j + L_i_j * read_at(x_dot, j))
            total = total - L_i_j * x_j
            return total, total_dot

        total, total_dot = lax.fori_loop(0, i, body_j, (total, total_dot))
        L_i_i = read_at(L, i, i)
        x_i = total / L_i_i
        x_dot = write_at(x_dot, total_dot / L_i_i - read_at(L_dot, i, i) / L_i_i * x_i, i)
        x = write_at(x, x_i, i)
        return x, x_dot

    x, x_dot = fori_loop(0, n, body_i, (x, jnp.zeros_like(x)))
    db = jnp.zeros_like(b)
    dL = jnp.zeros_like(L)

    def body_i(k, carry):
        dx, db, dL, dx_dot, db_dot, dL_dot = carry
        i = n - 1 - k
        L_i_i = read_at(L, i, i)
        x_i = read_at(x, i)
        dx_dot_i = read_at(dx_dot, i)
        dx_i = read_at(dx, i)
        dx_dot = write_at(dx_dot, jnp.where(i >= 0, 0.0, dx_dot_i), i)
        dx = write_at(dx, jnp.where(i >= 0, 0.0, dx_i), i)
        dtotal = dx_i / L_i_i
        dtotal_dot = dx_dot_i / L_i_i - read_at(L_dot, i, i) / L_i_i * dtotal
        dL_dot = add_at(dL_dot, -(dtotal_dot * x_i + dtotal * read_at(x_dot, i)), i, i)
        dL = add_at(dL, -(dtotal * x_i), i, i)

        def body_j(k, carry):
            dL, dx, dL_dot, dx_dot = carry
            j = i - 1 - k
            L_i_j = read_at(L, i, j)
            x_j = read_at(x, j)
            dx_dot = add_at(dx_dot, -(dtotal_dot * L_i_j + dtotal * read_at(L_dot, i, j)), j)
            dx = add_at(dx, -(dtotal * L_i_j), j)
            dL_dot = add_at(dL_dot, -(dtotal_dot * x_j + dtotal * read_at(x_dot, j)), i, j)
            dL = add_at(dL, -(dtotal * x_j), i, j)
            return dL, dx, dL_dot, dx_dot

        dL, dx, dL_dot, dx_dot = lax.fori_loop(0, i, body_j, (dL, dx, dL_dot, dx_dot))
        db_dot = write_at(db_dot, dtotal_dot, i)
        db = write_at(db, dtotal, i)
        return dx, db, dL, dx_dot, db_dot, dL_dot

    _, db, dL, _, db_dot, dL_dot = fori_loop(
        0, n, body_i, (2 * x, db, dL, 2 * x_dot, jnp.zeros_like(b), jnp.zeros_like(L))
    )
    return (dL, db), (dL_dot, db_dot)
