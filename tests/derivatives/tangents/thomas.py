"""Tangent of tests/golden/thomas.py."""

# %% numpy
import numpy as np


def f_jvp(a, b, c, d, *, a_dot, b_dot, c_dot, d_dot):
    """Value and tangent of f with respect to a, b, c, d.   a: f64[n], b: f64[m], c: f64[k], d: f64[l]"""
    n = len(d)
    c_dot = c_dot.copy()
    c = c.copy()
    d_dot = d_dot.copy()
    d = d.copy()
    b_dot0 = b_dot[0]
    b0 = b[0]
    c0 = c[0] / b0
    c_dot[0] = c_dot[0] / b0 - b_dot0 / b0 * c0
    c[0] = c0
    b0 = b[0]
    d0 = d[0] / b0
    d_dot[0] = d_dot[0] / b0 - b_dot0 / b0 * d0
    d[0] = d0
    for i in range(1, n):
        a_dot_i = a_dot[i]
        a_i = a[i]
        c_im1 = c[i - 1]
        m_dot = b_dot[i] - (a_dot_i * c_im1 + a_i * c_dot[i - 1])
        m = b[i] - a_i * c_im1
        c_i = c[i] / m
        t = m_dot / m
        c_dot[i] = c_dot[i] / m - t * c_i
        c[i] = c_i
        d_im1 = d[i - 1]
        d_i = (d[i] - a[i] * d_im1) / m
        d_dot[i] = (d_dot[i] - (a_dot_i * d_im1 + a_i * d_dot[i - 1])) / m - t * d_i
        d[i] = d_i
    for i in range(n - 2, -1, -1):
        c_i = c[i]
        d_ip1 = d[i + 1]
        d_dot[i] -= c_dot[i] * d_ip1 + c_i * d_dot[i + 1]
        d[i] -= c_i * d_ip1
    return np.sum(d ** 2), np.sum(2 * d * d_dot)

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_jvp(a, b, c, d, *, a_dot, b_dot, c_dot, d_dot):
    """Value and tangent of f with respect to a, b, c, d.   a: f64[n], b: f64[m], c: f64[k], d: f64[l]"""
    a = jnp.asarray(a)
    b = jnp.asarray(b)
    c = jnp.asarray(c)
    d = jnp.asarray(d)
    a_dot = jnp.asarray(a_dot)
    b_dot = jnp.asarray(b_dot)
    c_dot = jnp.asarray(c_dot)
    d_dot = jnp.asarray(d_dot)
    n = d.shape[0]
    b_dot0 = b_dot[0]
    b0 = b[0]
    c0 = c[0] / b0
    c_dot = c_dot.at[0].set(c_dot[0] / b0 - b_dot0 / b0 * c0)
    c = c.at[0].set(c0)
    b0 = b[0]
    d0 = d[0] / b0
    d_dot = d_dot.at[0].set(d_dot[0] / b0 - b_dot0 / b0 * d0)
    d = d.at[0].set(d0)

    def body_i(i, carry):
        c, d, c_dot, d_dot = carry
        a_dot_i = read_at(a_dot, i)
        a_i = read_at(a, i)
        c_im1 = read_at(c, i - 1)
        m_dot = read_at(b_dot, i) - (a_dot_i * c_im1 + a_i * read_at(c_dot, i - 1))
        m = read_at(b, i) - a_i * c_im1
        c_i = read_at(c, i) / m
        t = m_dot / m
        c_dot = write_at(c_dot, read_at(c_dot, i) / m - t * c_i, i)
        c = write_at(c, c_i, i)
        d_im1 = read_at(d, i - 1)
        d_i = (read_at(d, i) - read_at(a, i) * d_im1) / m
        d_dot = write_at(
            d_dot, (read_at(d_dot, i) - (a_dot_i * d_im1 + a_i * read_at(d_dot, i - 1))) / m - t * d_i, i
        )
        d = write_at(d, d_i, i)
        return c, d, c_dot, d_dot

    c, d, c_dot, d_dot = fori_loop(1, n, body_i, (c, d, c_dot, d_dot))
    t = n - 2

    def body_i(k, carry):
        d, d_dot = carry
        i = t + k * -1
        c_i = read_at(c, i)
        d_ip1 = read_at(d, i + 1)
        d_dot = write_at(
            d_dot, read_at(d_dot, i) - (read_at(c_dot, i) * d_ip1 + c_i * read_at(d_dot, i + 1)), i
        )
        d = write_at(d, read_at(d, i) - c_i * d_ip1, i)
        return d, d_dot

    d, d_dot = fori_loop(0, len(range(t, -1, -1)), body_i, (d, d_dot))
    return jnp.sum(d ** 2), jnp.sum(2 * d * d_dot)
