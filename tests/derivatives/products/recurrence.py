"""Gradient, and Hessian times a vector, of tests/golden/recurrence.py."""

# %% numpy
import numpy as np


def recurrence_grad_jvp(x, *, x_dot):
    """Value and tangent of recurrence_grad with respect to x.   x: f64[n]"""
    y = np.zeros(len(x))
    y_dot = np.zeros_like(y)
    y_dot[0] = x_dot[0]
    y[0] = x[0]
    for i in range(1, len(x)):
        y_im1 = y[i - 1]
        t = np.sin(y_im1)
        x_i = x[i]
        y_dot[i] = y_dot[i - 1] * np.cos(y_im1) * x_i + t * x_dot[i]
        y[i] = t * x_i
    dy = np.ones_like(y)
    dx = np.zeros_like(x)
    dy_dot = np.zeros_like(y)
    dx_dot = np.zeros_like(x)
    for i in reversed(range(1, len(x))):
        y_dot_im1 = y_dot[i - 1]
        y_im1 = y[i - 1]
        t = np.cos(y_im1)
        t1 = np.sin(y_im1)
        x_i = x[i]
        dy_dot_i = dy_dot[i]
        dy_i = dy[i]
        t2 = dy_i * x_i
        dx_dot[i] = dy_dot_i * t1 + dy_i * (y_dot_im1 * t)
        dx[i] = dy_i * t1
        dy_dot[i - 1] += (dy_dot_i * x_i + dy_i * x_dot[i]) * t - t2 * (y_dot_im1 * t1)
        dy[i - 1] += t2 * t
    dx_dot[0] = dy_dot[0]
    dx[0] = dy[0]
    return dx, dx_dot

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
def recurrence_grad_jvp(x, *, x_dot):
    """Value and tangent of recurrence_grad with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    x_dot = jnp.asarray(x_dot)
    y = jnp.zeros(x.shape[0])
    y_dot = jnp.zeros_like(y).at[0].set(x_dot[0])
    y = y.at[0].set(x[0])

    def body_i(i, carry):
        y, y_dot = carry
        y_im1 = read_at(y, i - 1)
        t = jnp.sin(y_im1)
        x_i = read_at(x, i)
        y_dot = write_at(y_dot, read_at(y_dot, i - 1) * jnp.cos(y_im1) * x_i + t * read_at(x_dot, i), i)
        y = write_at(y, t * x_i, i)
        return y, y_dot

    y, y_dot = fori_loop(1, x.shape[0], body_i, (y, y_dot))
    dy = jnp.ones_like(y)
    dx = jnp.zeros_like(x)

    def body_i(k, carry):
        dy, dx, dy_dot, dx_dot = carry
        i = x.shape[0] - k
        y_dot_im1 = read_at(y_dot, i - 1)
        y_im1 = read_at(y, i - 1)
        t = jnp.cos(y_im1)
        t_1 = jnp.sin(y_im1)
        x_i = read_at(x, i)
        dy_dot_i = read_at(dy_dot, i)
        dy_i = read_at(dy, i)
        t_2 = dy_i * x_i
        dx_dot = write_at(dx_dot, dy_dot_i * t_1 + dy_i * (y_dot_im1 * t), i)
        dx = write_at(dx, dy_i * t_1, i)
        dy_dot = add_at(
            dy_dot, (dy_dot_i * x_i + dy_i * read_at(x_dot, i)) * t - t_2 * (y_dot_im1 * t_1), i - 1
        )
        dy = add_at(dy, t_2 * t, i - 1)
        return dy, dx, dy_dot, dx_dot

    dy, dx, dy_dot, dx_dot = fori_loop(1, x.shape[0], body_i, (dy, dx, jnp.zeros_like(y), jnp.zeros_like(x)))
    dx_dot = dx_dot.at[0].set(dy_dot[0])
    dx = dx.at[0].set(dy[0])
    return dx, dx_dot
