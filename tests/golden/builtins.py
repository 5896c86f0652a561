"""The builtin functions of numbers and sequences."""
import numpy as np


def f(x, y, z):
    low = min(x, y)
    high = max(x, y, 0.5)
    values = [low, high, abs(x - y)]
    total = sum(values) + pow(high, 3) + round(x) * y + int(y) * x + float(x) ** 2
    for i in range(len(z)):
        total += max(z[i], 0.1) * min(z)
    return total


args = (1.7, -0.6, np.array([0.4, -0.2, 0.9]))
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64, %y: f64, %z: f64[z.shape[0]]):
#     %t: i64 = python(%y, kind=i64)    # line 9
#     %t.1: i64 = size(%z, axis=0)    # line 10
#     %tape: list[f64] = tape(%t.1, item=f64)    # line 10
#     %tape.1: list[f64] = for %i in range(0, %t.1, 1) carrying (%tape.2 = %tape):    # line 10, records 8 bytes a trip
#         %t.2: f64 = min(%z, keepdims=False)    # line 11
#         %tape.3: list[f64] = record(%tape.2, %i, %t.2)    # line 10
#         yield %tape.3
#     %t.3: f64 = maximum(%x, %y)    # adjoint of line 7
#     %high: f64 = maximum(%t.3, 0.5)    # adjoint of line 7
#     %t.4: f64 = subtract(%x, %y)    # adjoint of line 8
#     %t.5: i64 = nearest(%x)    # adjoint of line 9
#     %t.6: (z.shape[0]) = shape(%z)    # adjoint of line 10
#     %dz: f64[z.shape[0]] = zeros_of(%t.6)    # adjoint of line 10
#     %dz.1: f64[z.shape[0]] = for %i.1 in reversed range(0, %t.1, 1) carrying (%dz.2 = %dz):    # adjoint of line 10
#         %t.7: f64 = recall(%tape.1, %i.1)    # adjoint of line 10
#         %t.8: f64 = getitem(%z, %i.1, index=(At(operand=0),))    # adjoint of line 11
#         %t.9: f64 = maximum(%t.8, 0.1)    # adjoint of line 11
#         %t.10: bool[z.shape[0]] = hits(%z, %t.7, of='min')    # adjoint of line 11
#         %t.11: i64 = sum(%t.10, keepdims=False)    # adjoint of line 11
#         %t.12: f64[z.shape[0]] = where(%t.10, %t.9, 0)    # adjoint of line 11
#         %t.13: f64[z.shape[0]] = divide(%t.12, %t.11)    # adjoint of line 11
#         %dz.3: f64[z.shape[0]] = add(%dz.2, %t.13)    # adjoint of line 11
#         %t.14: f64 = subtract(%t.8, 0.1)    # adjoint of line 11
#         %t.15: f64 = heaviside(%t.14, 0.5)    # adjoint of line 11
#         %t.16: f64 = multiply(%t.7, %t.15)    # adjoint of line 11
#         %dz.4: f64[z.shape[0]] = add_at(%dz.3, %t.16, %i.1, index=(At(operand=0),))    # adjoint of line 11
#         yield %dz.4
#     %t.17: f64 = multiply(2, %x)    # adjoint of line 9
#     %t.18: f64 = multiply(1.0, %t)    # adjoint of line 9
#     %dx: f64 = add(%t.17, %t.18)    # adjoint of line 9
#     %dy: f64 = multiply(1.0, %t.5)    # adjoint of line 9
#     %t.19: f64 = power(%high, 2)    # adjoint of line 9
#     %t.20: f64 = multiply(3, %t.19)    # adjoint of line 9
#     %dhigh: f64 = add(%t.20, 1.0)    # adjoint of line 9
#     %t.21: f64 = sign(%t.4)    # adjoint of line 8
#     %dx.1: f64 = add(%dx, %t.21)    # adjoint of line 8
#     %dy.1: f64 = subtract(%dy, %t.21)    # adjoint of line 8
#     %t.22: f64 = subtract(%t.3, 0.5)    # adjoint of line 7
#     %t.23: f64 = heaviside(%t.22, 0.5)    # adjoint of line 7
#     %t.24: f64 = multiply(%dhigh, %t.23)    # adjoint of line 7
#     %t.25: bool = greater(%x, %y)    # adjoint of line 7
#     %t.26: bool = equal(%x, %y)    # adjoint of line 7
#     %t.27: f64 = divide(%t.24, 2)    # adjoint of line 7
#     %t.28: f64 = where(%t.26, %t.27, 0)    # adjoint of line 7
#     %t.29: f64 = where(%t.25, %t.24, %t.28)    # adjoint of line 7
#     %dx.2: f64 = add(%dx.1, %t.29)    # adjoint of line 7
#     %t.30: bool = greater(%y, %x)    # adjoint of line 7
#     %t.31: bool = equal(%y, %x)    # adjoint of line 7
#     %t.32: f64 = where(%t.31, %t.27, 0)    # adjoint of line 7
#     %t.33: f64 = where(%t.30, %t.24, %t.32)    # adjoint of line 7
#     %dy.2: f64 = add(%dy.1, %t.33)    # adjoint of line 7
#     %t.34: f64 = divide(1.0, 2)    # adjoint of line 6
#     %t.35: f64 = where(%t.31, %t.34, 0)    # adjoint of line 6
#     %t.36: f64 = where(%t.30, 1.0, %t.35)    # adjoint of line 6
#     %dx.3: f64 = add(%dx.2, %t.36)    # adjoint of line 6
#     %t.37: f64 = where(%t.26, %t.34, 0)    # adjoint of line 6
#     %t.38: f64 = where(%t.25, 1.0, %t.37)    # adjoint of line 6
#     %dy.3: f64 = add(%dy.2, %t.38)    # adjoint of line 6
#     return %dx.3, %dy.3, %dz.1

# %% numpy
import numpy as np


def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: f64[n]"""
    # primal
    tape = []
    for _ in range(len(z)):  # records 8 bytes a trip
        tape.append(min(z))
    # adjoint
    t = max(x, y)              # line 7: high = max(x, y, 0.5)
    high = max(t, 0.5)
    dz = np.zeros_like(z)
    # line 10: for i in range(len(z))
    for i in reversed(range(len(z))):
        t1 = tape[i]
        z_i = z[i]             # line 11: total += max(z[i], 0.1) * min(z)
        t2 = z == t1
        dz += np.where(t2, max(z_i, 0.1), 0) / np.sum(t2)
        dz[i] += t1 * np.heaviside(z_i - 0.1, 0.5)
    dx = 2 * x + 1.0 * int(y)  # line 9: total = sum(values) + pow(high, 3) + round(x) * y + int( ...
    dy = 1.0 * round(x)
    dhigh = 3 * high ** 2 + 1.0
    t1 = np.sign(x - y)        # line 8: values = [low, high, abs(x - y)]
    dx += t1
    dy -= t1
    # line 7: high = max(x, y, 0.5)
    t1 = dhigh * np.heaviside(t - 0.5, 0.5)
    t = x > y
    t2 = x == y
    t3 = t1 / 2
    dx += np.where(t, t1, np.where(t2, t3, 0))
    t4 = y > x
    t5 = y == x
    dy += np.where(t4, t1, np.where(t5, t3, 0))
    t1 = 1.0 / 2               # line 6: low = min(x, y)
    dx += np.where(t4, 1.0, np.where(t5, t1, 0))
    dy += np.where(t, 1.0, np.where(t2, t1, 0))
    return dx, dy, dz

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


def larger(a, b):
    """max(a, b) as Python takes it: beside a NaN the first."""
    return jnp.where(b > a, b, a)


def smallest(x):
    """min(x) as Python takes it: a NaN only if it comes first."""
    return jnp.where(jnp.isnan(x[0]), x[0], jnp.nanmin(x))


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


@jax.jit
def f_grad(x, y, z):
    """Gradient of f with respect to x, y, z.   x: float, y: float, z: f64[n]"""
    x = jnp.asarray(x)
    y = jnp.asarray(y)
    z = jnp.asarray(z)

    # primal
    def body_i(i, tape):  # records 8 bytes a trip
        return write_at(tape, smallest(z), i)

    tape = fori_loop(0, z.shape[0], body_i, jnp.zeros(z.shape[0]))
    # adjoint
    t = larger(x, y)        # line 7: high = max(x, y, 0.5)
    high = larger(t, 0.5)
    dz = jnp.zeros_like(z)  # line 10: for i in range(len(z)):

    def body_i(k, dz):
        i = z.shape[0] - 1 - k
        z_i = read_at(z, i)  # line 11: total += max(z[i], 0.1) * min(z)
        t = z == jnp.min(z)
        dz = dz + jnp.where(t, larger(z_i, 0.1), 0) / jnp.sum(t.astype(jnp.int64))
        return add_at(dz, read_at(tape, i) * jnp.heaviside(z_i - 0.1, 0.5), i)

    dz = fori_loop(0, z.shape[0], body_i, dz)
    # line 9: total = sum(values) + pow(high, 3) + round(x) * y + int(y) * x + float(x) ** 2
    dx = 2 * x + 1.0 * y.astype(jnp.int64)
    dy = 1.0 * jnp.round(x).astype(int)
    dhigh = 3 * high ** 2 + 1.0
    t_1 = jnp.sign(x - y)                    # line 8: values = [low, high, abs(x - y)]
    dx = dx + t_1
    dy = dy - t_1
    t = dhigh * jnp.heaviside(t - 0.5, 0.5)  # line 7: high = max(x, y, 0.5)
    t_1 = x > y
    t_2 = x == y
    t_3 = t / 2
    dx = dx + jnp.where(t_1, t, jnp.where(t_2, t_3, 0))
    t_4 = y > x
    t_5 = y == x
    dy = dy + jnp.where(t_4, t, jnp.where(t_5, t_3, 0))
    t = 1.0 / 2                              # line 6: low = min(x, y)
    dx = dx + jnp.where(t_4, 1.0, jnp.where(t_5, t, 0))
    dy = dy + jnp.where(t_1, 1.0, jnp.where(t_2, t, 0))
    return dx, dy, dz
