"""Both halves of the pullback of tests/golden/thomas.py."""

# %% numpy
import numpy as np


def f_fwd(a, b, c, d):
    """Value of f, and what f_bwd reads."""
    n = len(d)
    c = c.copy()
    d = d.copy()
    b0 = b[0]
    c0 = c[0] / b0
    c[0] = c0
    b0_1 = b[0]
    d0 = d[0] / b0_1
    d[0] = d0
    for i in range(1, n):
        m = b[i] - a[i] * c[i - 1]
        c[i] = c[i] / m
        d[i] = (d[i] - a[i] * d[i - 1]) / m
    t = n - 2
    d_1 = d.copy()
    for i in range(t, -1, -1):
        d_1[i] -= c[i] * d_1[i + 1]
    return np.sum(d_1 ** 2), (a.copy(), b.copy(), b0, c0, b0_1, d0, c, d, t, d_1)


def f_bwd(a, b, b0, c0, b0_1, d0, c, d, t, d_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    n = len(d_1)          # line 6: n = len(d)
    dd = 2 * d_1 * g      # line 16: return np.sum(d**2)
    dc = np.zeros_like(c)
    # line 14: for i in range(n - 2, -1, -1)
    for i in reversed(range(t, -1, -1)):
        dd_i = dd[i]      # line 15: d[i] -= c[i] * d[i + 1]
        dc[i] -= dd_i * d_1[i + 1]
        dd[i + 1] -= dd_i * c[i]
    db = np.zeros_like(b)
    da = np.zeros_like(a)
    # line 10: for i in range(1, n)
    for i in reversed(range(1, n)):
        a_i = a[i]        # line 11: m = b[i] - a[i] * c[i - 1]
        c_im1 = c[i - 1]
        m = b[i] - a_i * c_im1
        dd_i = dd[i] / m  # line 13: d[i] = (d[i] - a[i] * d[i - 1]) / m
        t = dd_i * d[i]
        dm = -t
        da[i] -= dd_i * d[i - 1]
        dd[i] = dd_i
        dd[i - 1] -= dd_i * a_i
        dc_i = dc[i] / m  # line 12: c[i] = c[i] / m
        t1 = dc_i * c[i]
        dm -= t1
        dc[i] = dc_i
        t2 = t1 + t       # line 11: m = b[i] - a[i] * c[i - 1]
        dc[i - 1] += t2 * a_i
        da[i] += t2 * c_im1
        db[i] = dm
    dd0 = dd[0] / b0_1    # line 9: d[0] = d[0] / b[0]
    db[0] = -(dd0 * d0)
    dd[0] = dd0
    dc0 = dc[0] / b0      # line 8: c[0] = c[0] / b[0]
    db[0] -= dc0 * c0
    dc[0] = dc0
    return da, db, dc, dd

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
def f_fwd(a, b, c, d):
    """Value of f, and what f_bwd reads."""
    a = jnp.asarray(a)
    b = jnp.asarray(b)
    c = jnp.asarray(c)
    d = jnp.asarray(d)
    d_before = d
    n = d.shape[0]
    b0 = b[0]
    c0 = c[0] / b0
    c = c.at[0].set(c0)
    b0_1 = b[0]
    d0 = d[0] / b0_1
    d = d.at[0].set(d0)

    def body_i(i, carry):
        c, d = carry
        m = read_at(b, i) - read_at(a, i) * read_at(c, i - 1)
        c = write_at(c, read_at(c, i) / m, i)
        d = write_at(d, (read_at(d, i) - read_at(a, i) * read_at(d, i - 1)) / m, i)
        return c, d

    c, d = fori_loop(1, n, body_i, (c, d))
    t = n - 2

    def body_i(k, d):
        i = t + k * -1
        return write_at(d, read_at(d, i) - read_at(c, i) * read_at(d, i + 1), i)

    d_1 = fori_loop(0, len(range(t, -1, -1)), body_i, d)
    return jnp.sum(d_1 ** 2), (a, b, c, d, d_before, b0, c0, b0_1, d0, d_1)


@jax.jit
def f_bwd(a, b, c, d, d_before, b0, c0, b0_1, d0, d_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    n = d_before.shape[0]
    t = n - 2
    dd = 2 * d_1 * g        # line 16: return np.sum(d**2)
    dc = jnp.zeros_like(c)  # line 14: for i in range(n - 2, -1, -1):
    trips = len(range(t, -1, -1))

    def body_i(k, carry):
        dd, dc = carry
        i = t + (trips - 1 - k) * -1
        dd_i = read_at(dd, i)  # line 15: d[i] -= c[i] * d[i + 1]
        dc = add_at(dc, -(dd_i * read_at(d_1, i + 1)), i)
        dd = add_at(dd, -(dd_i * read_at(c, i)), i + 1)
        return dd, dc

    dd, dc = fori_loop(0, trips, body_i, (dd, dc))
    db = jnp.zeros_like(b)  # line 10: for i in range(1, n):
    da = jnp.zeros_like(a)

    def body_i(k, carry):
        dc, dd, db, da = carry
        i = n - k
        a_i = read_at(a, i)        # line 11: m = b[i] - a[i] * c[i - 1]
        c_im1 = read_at(c, i - 1)
        m = read_at(b, i) - a_i * c_im1
        dd_i = read_at(dd, i) / m  # line 13: d[i] = (d[i] - a[i] * d[i - 1]) / m
        t = dd_i * read_at(d, i)
        dm = -t
        da = add_at(da, -(dd_i * read_at(d, i - 1)), i)
        dd = write_at(dd, dd_i, i)
        dd = add_at(dd, -(dd_i * a_i), i - 1)
        dc_i = read_at(dc, i) / m  # line 12: c[i] = c[i] / m
        t_1 = dc_i * read_at(c, i)
        dm = dm - t_1
        dc = write_at(dc, dc_i, i)
        t = t_1 + t                # line 11: m = b[i] - a[i] * c[i - 1]
        dc = add_at(dc, t * a_i, i - 1)
        da = add_at(da, t * c_im1, i)
        db = write_at(db, dm, i)
        return dc, dd, db, da

    dc, dd, db, da = fori_loop(1, n, body_i, (dc, dd, db, da))
    dd0 = dd[0] / b0_1  # line 9: d[0] = d[0] / b[0]
    db = db.at[0].set(-(dd0 * d0))
    dd = dd.at[0].set(dd0)
    dc0 = dc[0] / b0    # line 8: c[0] = c[0] / b[0]
    db = db.at[0].add(-(dc0 * c0))
    dc = dc.at[0].set(dc0)
    return da, db, dc, dd
