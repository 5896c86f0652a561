"""The Thomas algorithm for a tridiagonal system, in place: two sweeps over two arrays."""
import numpy as np


def f(a, b, c, d):
    n = len(d)
    c, d = c.copy(), d.copy()
    c[0] = c[0] / b[0]
    d[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * c[i - 1]
        c[i] = c[i] / m
        d[i] = (d[i] - a[i] * d[i - 1]) / m
    for i in range(n - 2, -1, -1):
        d[i] -= c[i] * d[i + 1]
    return np.sum(d**2)


args = (
    np.array([0.0, 0.4, -0.2, 0.3]),
    np.array([2.0, 2.5, 3.0, 2.2]),
    np.array([0.5, -0.6, 0.3, 0.0]),
    np.array([1.0, 0.2, -0.7, 0.4]),
)
argnums = (0, 1, 2, 3)


# %% ir
# func f_grad(%a: f64[a.shape[0]], %b: f64[b.shape[0]], %c: f64[c.shape[0]], %d: f64[d.shape[0]]):
#     %n: i64 = size(%d, axis=0)    # line 6
#     %c.1: f64[c.shape[0]] = copy(%c)    # line 7
#     %d.1: f64[d.shape[0]] = copy(%d)    # line 7
#     %t: f64 = getitem(%c.1, 0, index=(At(operand=0),))    # line 8
#     %t.1: f64 = getitem(%b, 0, index=(At(operand=0),))    # line 8
#     %t.2: f64 = divide(%t, %t.1)    # line 8
#     %c.2: f64[c.shape[0]] = setitem(%c.1, %t.2, 0, index=(At(operand=0),))    # line 8
#     %t.3: f64 = getitem(%d.1, 0, index=(At(operand=0),))    # line 9
#     %t.4: f64 = getitem(%b, 0, index=(At(operand=0),))    # line 9
#     %t.5: f64 = divide(%t.3, %t.4)    # line 9
#     %d.2: f64[d.shape[0]] = setitem(%d.1, %t.5, 0, index=(At(operand=0),))    # line 9
#     %c.3: f64[c.shape[0]], %d.3: f64[d.shape[0]] = for %i in range(1, %n, 1) carrying (%c.4 = %c.2, %d.4 = %d.2):    # line 10
#         %t.6: f64 = getitem(%b, %i, index=(At(operand=0),))    # line 11
#         %t.7: f64 = getitem(%a, %i, index=(At(operand=0),))    # line 11
#         %t.8: i64 = subtract(%i, 1)    # line 11
#         %t.9: f64 = getitem(%c.4, %t.8, index=(At(operand=0),))    # line 11
#         %t.10: f64 = multiply(%t.7, %t.9)    # line 11
#         %m: f64 = subtract(%t.6, %t.10)    # line 11
#         %t.11: f64 = getitem(%c.4, %i, index=(At(operand=0),))    # line 12
#         %t.12: f64 = divide(%t.11, %m)    # line 12
#         %c.5: f64[c.shape[0]] = setitem(%c.4, %t.12, %i, index=(At(operand=0),))    # line 12
#         %t.13: f64 = getitem(%d.4, %i, index=(At(operand=0),))    # line 13
#         %t.14: f64 = getitem(%a, %i, index=(At(operand=0),))    # line 13
#         %t.15: i64 = subtract(%i, 1)    # line 13
#         %t.16: f64 = getitem(%d.4, %t.15, index=(At(operand=0),))    # line 13
#         %t.17: f64 = multiply(%t.14, %t.16)    # line 13
#         %t.18: f64 = subtract(%t.13, %t.17)    # line 13
#         %t.19: f64 = divide(%t.18, %m)    # line 13
#         %d.5: f64[d.shape[0]] = setitem(%d.4, %t.19, %i, index=(At(operand=0),))    # line 13
#         yield %c.5, %d.5
#     %t.20: i64 = subtract(%n, 2)    # line 14
#     %d.6: f64[d.shape[0]] = for %i.1 in range(%t.20, -1, -1) carrying (%d.7 = %d.3):    # line 14
#         %t.21: f64 = getitem(%d.7, %i.1, index=(At(operand=0),))    # line 15
#         %t.22: f64 = getitem(%c.3, %i.1, index=(At(operand=0),))    # line 15
#         %t.23: i64 = add(%i.1, 1)    # line 15
#         %t.24: f64 = getitem(%d.7, %t.23, index=(At(operand=0),))    # line 15
#         %t.25: f64 = multiply(%t.22, %t.24)    # line 15
#         %t.26: f64 = subtract(%t.21, %t.25)    # line 15
#         %d.8: f64[d.shape[0]] = setitem(%d.7, %t.26, %i.1, index=(At(operand=0),))    # line 15
#         yield %d.8
#     %t.27: f64[d.shape[0]] = multiply(2, %d.6)    # adjoint of line 16
#     %t.28: (c.shape[0]) = shape(%c.3)    # adjoint of line 14
#     %dc: f64[c.shape[0]] = zeros_of(%t.28)    # adjoint of line 14
#     %dd: f64[d.shape[0]], %dc.1: f64[c.shape[0]] = for %i.2 in reversed range(%t.20, -1, -1) carrying (%dd.1 = %t.27, %dc.2 = %dc):    # adjoint of line 14
#         %t.29: f64 = getitem(%c.3, %i.2, index=(At(operand=0),))    # adjoint of line 15
#         %t.30: i64 = add(%i.2, 1)    # adjoint of line 15
#         %t.31: f64 = getitem(%d.6, %t.30, index=(At(operand=0),))    # adjoint of line 15
#         %t.32: f64 = getitem(%dd.1, %i.2, index=(At(operand=0),))    # adjoint of line 15
#         %t.33: f64 = multiply(%t.32, %t.31)    # adjoint of line 15
#         %t.34: f64 = negative(%t.33)    # adjoint of line 15
#         %t.35: f64 = multiply(%t.32, %t.29)    # adjoint of line 15
#         %t.36: f64 = negative(%t.35)    # adjoint of line 15
#         %dc.3: f64[c.shape[0]] = add_at(%dc.2, %t.34, %i.2, index=(At(operand=0),))    # adjoint of line 15
#         %dd.2: f64[d.shape[0]] = add_at(%dd.1, %t.36, %t.30, index=(At(operand=0),))    # adjoint of line 15
#         yield %dd.2, %dc.3
#     %t.37: (b.shape[0]) = shape(%b)    # adjoint of line 10
#     %db: f64[b.shape[0]] = zeros_of(%t.37)    # adjoint of line 10
#     %t.38: (a.shape[0]) = shape(%a)    # adjoint of line 10
#     %da: f64[a.shape[0]] = zeros_of(%t.38)    # adjoint of line 10
#     %dc.4: f64[c.shape[0]], %dd.3: f64[d.shape[0]], %db.1: f64[b.shape[0]], %da.1: f64[a.shape[0]] = for %i.3 in reversed range(1, %n, 1) carrying (%dc.5 = %dc.1, %dd.4 = %dd, %db.2 = %db, %da.2 = %da):    # adjoint of line 10
#         %t.39: f64 = getitem(%a, %i.3, index=(At(operand=0),))    # adjoint of line 11
#         %t.40: i64 = subtract(%i.3, 1)    # adjoint of line 11
#         %t.41: f64 = getitem(%c.3, %t.40, index=(At(operand=0),))    # adjoint of line 11
#         %t.42: f64 = getitem(%b, %i.3, index=(At(operand=0),))    # adjoint of line 11
#         %t.43: f64 = multiply(%t.39, %t.41)    # adjoint of line 11
#         %m.1: f64 = subtract(%t.42, %t.43)    # adjoint of line 11
#         %t.44: f64 = getitem(%c.3, %i.3, index=(At(operand=0),))    # adjoint of line 12
#         %t.45: f64 = getitem(%d.3, %t.40, index=(At(operand=0),))    # adjoint of line 13
#         %t.46: f64 = getitem(%d.3, %i.3, index=(At(operand=0),))    # adjoint of line 13
#         %t.47: f64 = getitem(%dd.4, %i.3, index=(At(operand=0),))    # adjoint of line 13
#         %t.48: f64 = divide(%t.47, %m.1)    # adjoint of line 13
#         %t.49: f64 = multiply(%t.48, %t.46)    # adjoint of line 13
#         %dm: f64 = negative(%t.49)    # adjoint of line 13
#         %t.50: f64 = multiply(%t.48, %t.45)    # adjoint of line 13
#         %t.51: f64 = negative(%t.50)    # adjoint of line 13
#         %t.52: f64 = multiply(%t.48, %t.39)    # adjoint of line 13
#         %t.53: f64 = negative(%t.52)    # adjoint of line 13
#         %da.3: f64[a.shape[0]] = add_at(%da.2, %t.51, %i.3, index=(At(operand=0),))    # adjoint of line 13
#         %dd.5: f64[d.shape[0]] = setitem(%dd.4, %t.48, %i.3, index=(At(operand=0),))    # adjoint of line 13
#         %dd.6: f64[d.shape[0]] = add_at(%dd.5, %t.53, %t.40, index=(At(operand=0),))    # adjoint of line 13
#         %t.54: f64 = getitem(%dc.5, %i.3, index=(At(operand=0),))    # adjoint of line 12
#         %t.55: f64 = divide(%t.54, %m.1)    # adjoint of line 12
#         %t.56: f64 = multiply(%t.55, %t.44)    # adjoint of line 12
#         %dm.1: f64 = subtract(%dm, %t.56)    # adjoint of line 12
#         %dc.6: f64[c.shape[0]] = setitem(%dc.5, %t.55, %i.3, index=(At(operand=0),))    # adjoint of line 12
#         %t.57: f64 = add(%t.56, %t.49)    # adjoint of line 11
#         %t.58: f64 = multiply(%t.57, %t.41)    # adjoint of line 11
#         %t.59: f64 = multiply(%t.57, %t.39)    # adjoint of line 11
#         %dc.7: f64[c.shape[0]] = add_at(%dc.6, %t.59, %t.40, index=(At(operand=0),))    # adjoint of line 11
#         %da.4: f64[a.shape[0]] = add_at(%da.3, %t.58, %i.3, index=(At(operand=0),))    # adjoint of line 11
#         %db.3: f64[b.shape[0]] = setitem(%db.2, %dm.1, %i.3, index=(At(operand=0),))    # adjoint of line 11
#         yield %dc.7, %dd.6, %db.3, %da.4
#     %t.60: f64 = getitem(%dd.3, 0, index=(At(operand=0),))    # adjoint of line 9
#     %t.61: f64 = divide(%t.60, %t.4)    # adjoint of line 9
#     %t.62: f64 = multiply(%t.61, %t.5)    # adjoint of line 9
#     %t.63: f64 = negative(%t.62)    # adjoint of line 9
#     %db.4: f64[b.shape[0]] = setitem(%db.1, %t.63, 0, index=(At(operand=0),))    # adjoint of line 9
#     %dd.7: f64[d.shape[0]] = setitem(%dd.3, %t.61, 0, index=(At(operand=0),))    # adjoint of line 9
#     %t.64: f64 = getitem(%dc.4, 0, index=(At(operand=0),))    # adjoint of line 8
#     %t.65: f64 = divide(%t.64, %t.1)    # adjoint of line 8
#     %t.66: f64 = multiply(%t.65, %t.2)    # adjoint of line 8
#     %t.67: f64 = negative(%t.66)    # adjoint of line 8
#     %db.5: f64[b.shape[0]] = add_at(%db.4, %t.67, 0, index=(At(operand=0),))    # adjoint of line 8
#     %dc.8: f64[c.shape[0]] = setitem(%dc.4, %t.65, 0, index=(At(operand=0),))    # adjoint of line 8
#     return %da.1, %db.5, %dc.8, %dd.7

# %% numpy
import numpy as np


def f_grad(a, b, c, d):
    """Gradient of f with respect to a, b, c, d.   a: f64[n], b: f64[m], c: f64[k], d: f64[l]"""
    # primal
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
    d_copy = d.copy()
    for i in range(t, -1, -1):
        d[i] -= c[i] * d[i + 1]
    # adjoint
    dd = 2 * d            # line 16: return np.sum(d**2)
    dc = np.zeros_like(c)
    # line 14: for i in range(n - 2, -1, -1)
    for i in reversed(range(t, -1, -1)):
        dd_i = dd[i]      # line 15: d[i] -= c[i] * d[i + 1]
        dc[i] -= dd_i * d[i + 1]
        dd[i + 1] -= dd_i * c[i]
    db = np.zeros_like(b)
    da = np.zeros_like(a)
    # line 10: for i in range(1, n)
    for i in reversed(range(1, n)):
        a_i = a[i]        # line 11: m = b[i] - a[i] * c[i - 1]
        c_im1 = c[i - 1]
        m = b[i] - a_i * c_im1
        dd_i = dd[i] / m  # line 13: d[i] = (d[i] - a[i] * d[i - 1]) / m
        t = dd_i * d_copy[i]
        dm = -t
        da[i] -= dd_i * d_copy[i - 1]
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
def f_grad(a, b, c, d):
    """Gradient of f with respect to a, b, c, d.   a: f64[n], b: f64[m], c: f64[k], d: f64[l]"""
    a = jnp.asarray(a)
    b = jnp.asarray(b)
    c = jnp.asarray(c)
    d = jnp.asarray(d)
    # primal
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
    # adjoint
    dc = jnp.zeros_like(c)  # line 14: for i in range(n - 2, -1, -1):
    trips = len(range(t, -1, -1))

    def body_i(k, carry):
        dd, dc = carry
        i = t + (trips - 1 - k) * -1
        dd_i = read_at(dd, i)  # line 15: d[i] -= c[i] * d[i + 1]
        dc = add_at(dc, -(dd_i * read_at(d_1, i + 1)), i)
        dd = add_at(dd, -(dd_i * read_at(c, i)), i + 1)
        return dd, dc

    dd, dc = fori_loop(0, trips, body_i, (2 * d_1, dc))
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
