"""Tangent of tests/golden/time_warping.py."""

# %% numpy
import numpy as np


def f_jvp(x, y, *, x_dot, y_dot):
    """Value and tangent of f with respect to x, y.   x: f64[n], y: f64[m]"""
    D = np.full((len(x) + 1, len(y) + 1), 1000.0)
    D[0, 0] = 0.0
    D_dot = np.zeros_like(D)
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            t = x[i - 1] - y[j - 1]
            D_dot_im1_j = D_dot[i - 1, j]
            D_im1_j = D[i - 1, j]
            D_dot_i_jm1 = D_dot[i, j - 1]
            D_i_jm1 = D[i, j - 1]
            D_dot_im1_jm1 = D_dot[i - 1, j - 1]
            D_im1_jm1 = D[i - 1, j - 1]
            t1 = (
                np.where(D_i_jm1 > D_im1_j, D_dot_im1_j, np.where(D_i_jm1 == D_im1_j, D_dot_im1_j / 2, 0))
                + np.where(D_im1_j > D_i_jm1, D_dot_i_jm1, np.where(D_im1_j == D_i_jm1, D_dot_i_jm1 / 2, 0))
            )
            t2 = min(D_im1_j, D_i_jm1)
            D_dot[i, j] = (
                2 * t * (x_dot[i - 1] - y_dot[j - 1])
                + (
                    np.where(D_im1_jm1 > t2, t1, np.where(D_im1_jm1 == t2, t1 / 2, 0))
                    + np.where(t2 > D_im1_jm1, D_dot_im1_jm1, np.where(t2 == D_im1_jm1, D_dot_im1_jm1 / 2, 0))
                )
            )
            D[i, j] = t ** 2 + min(t2, D_im1_jm1)
    return D[-1, -1], D_dot[-1, -1]

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


def smaller(a, b):
    """min(a, b) as Python takes it: beside a NaN the first."""
    return jnp.where(b < a, b, a)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_jvp(x, y, *, x_dot, y_dot):
    """Value and tangent of f with respect to x, y.   x: f64[n], y: f64[m]"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    x_dot = jnp.asarray(x_dot)
    y_dot = jnp.asarray(y_dot)
    D = jnp.full((x.shape[0] + 1, y.shape[0] + 1), 1000.0)
    D = D.at[0, 0].set(0.0)

    def body_i(i, carry):
        D, D_dot = carry

        def body_j(j, carry):
            D, D_dot = carry
            t = read_at(x, i - 1) - read_at(y, j - 1)
            D_dot_im1_j = read_at(D_dot, i - 1, j)
            D_im1_j = read_at(D, i - 1, j)
            D_dot_i_jm1 = read_at(D_dot, i, j - 1)
            D_i_jm1 = read_at(D, i, j - 1)
            D_dot_im1_jm1 = read_at(D_dot, i - 1, j - 1)
            D_im1_jm1 = read_at(D, i - 1, j - 1)
            t_1 = (
                jnp.where(D_i_jm1 > D_im1_j, D_dot_im1_j, jnp.where(D_i_jm1 == D_im1_j, D_dot_im1_j / 2, 0))
                + jnp.where(D_im1_j > D_i_jm1, D_dot_i_jm1, jnp.where(D_im1_j == D_i_jm1, D_dot_i_jm1 / 2, 0))
            )
            t_2 = smaller(D_im1_j, D_i_jm1)
            D_dot = write_at(
                D_dot,
                (
                    2 * t * (read_at(x_dot, i - 1) - read_at(y_dot, j - 1))
                    + (
                        jnp.where(D_im1_jm1 > t_2, t_1, jnp.where(D_im1_jm1 == t_2, t_1 / 2, 0))
                        + jnp.where(
                            t_2 > D_im1_jm1, D_dot_im1_jm1, jnp.where(t_2 == D_im1_jm1, D_dot_im1_jm1 / 2, 0)
                        )
                    )
                ),
                i,
                j,
            )
            D = write_at(D, t ** 2 + smaller(t_2, D_im1_jm1), i, j)
            return D, D_dot

        return fori_loop(1, y.shape[0] + 1, body_j, (D, D_dot))

    D, D_dot = fori_loop(1, x.shape[0] + 1, body_i, (D, jnp.zeros_like(D)))
    return D[-1, -1], D_dot[-1, -1]
