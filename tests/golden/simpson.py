"""Ranges with a start, a stop and a step; the last one makes no trip when n is 2."""
import numpy as np


def f(y, h):
    n = len(y) - 1
    s = y[0] + y[n]
    for i in range(1, n, 2):
        s += 4 * y[i] ** 2
    for i in range(2, n, 2):
        s += 2 * y[i] ** 2
    return s * h / 3


args = (np.array([0.3, 1.0, -0.5, 0.7, 2.0, 1.1, 0.4]), 0.1)
more_args = [(np.array([0.3, 1.0, -0.5]), 0.1), (np.array([0.3]), 0.1)]
argnums = (0, 1)


# %% ir
# func f_grad(%y: f64[y.shape[0]], %h: f64):
#     %t: i64 = size(%y, axis=0)    # line 6
#     %n: i64 = subtract(%t, 1)    # line 6
#     %t.1: f64 = getitem(%y, 0, index=(At(operand=0),))    # line 7
#     %t.2: f64 = getitem(%y, %n, index=(At(operand=0),))    # line 7
#     %s: f64 = add(%t.1, %t.2)    # line 7
#     %s.1: f64 = for %i in range(1, %n, 2) carrying (%s.2 = %s):    # line 8
#         %t.3: f64 = getitem(%y, %i, index=(At(operand=0),))    # line 9
#         %t.4: f64 = power(%t.3, 2)    # line 9
#         %t.5: f64 = multiply(4, %t.4)    # line 9
#         %s.3: f64 = add(%s.2, %t.5)    # line 9
#         yield %s.3
#     %s.4: f64 = for %i.1 in range(2, %n, 2) carrying (%s.5 = %s.1):    # line 10
#         %t.6: f64 = getitem(%y, %i.1, index=(At(operand=0),))    # line 11
#         %t.7: f64 = power(%t.6, 2)    # line 11
#         %t.8: f64 = multiply(2, %t.7)    # line 11
#         %s.6: f64 = add(%s.5, %t.8)    # line 11
#         yield %s.6
#     %ds: f64 = multiply(0.3333333333333333, %h)    # adjoint of line 12
#     %dh: f64 = multiply(0.3333333333333333, %s.4)    # adjoint of line 12
#     %t.9: (y.shape[0]) = shape(%y)    # adjoint of line 10
#     %dy: f64[y.shape[0]] = zeros_of(%t.9)    # adjoint of line 10
#     %dy.1: f64[y.shape[0]] = for %i.2 in reversed range(2, %n, 2) carrying (%dy.2 = %dy):    # adjoint of line 10
#         %t.10: f64 = getitem(%y, %i.2, index=(At(operand=0),))    # adjoint of line 11
#         %t.11: f64 = multiply(0.6666666666666666, %h)    # adjoint of line 11
#         %t.12: f64 = multiply(2, %t.10)    # adjoint of line 11
#         %t.13: f64 = multiply(%t.12, %t.11)    # adjoint of line 11
#         %dy.3: f64[y.shape[0]] = add_at(%dy.2, %t.13, %i.2, index=(At(operand=0),))    # adjoint of line 11
#         yield %dy.3
#     %dy.4: f64[y.shape[0]] = for %i.3 in reversed range(1, %n, 2) carrying (%dy.5 = %dy.1):    # adjoint of line 8
#         %t.14: f64 = getitem(%y, %i.3, index=(At(operand=0),))    # adjoint of line 9
#         %t.15: f64 = multiply(1.3333333333333333, %h)    # adjoint of line 9
#         %t.16: f64 = multiply(2, %t.14)    # adjoint of line 9
#         %t.17: f64 = multiply(%t.16, %t.15)    # adjoint of line 9
#         %dy.6: f64[y.shape[0]] = add_at(%dy.5, %t.17, %i.3, index=(At(operand=0),))    # adjoint of line 9
#         yield %dy.6
#     %dy.7: f64[y.shape[0]] = add_at(%dy.4, %ds, %n, index=(At(operand=0),))    # adjoint of line 7
#     %dy.8: f64[y.shape[0]] = add_at(%dy.7, %ds, 0, index=(At(operand=0),))    # adjoint of line 7
#     return %dy.8, %dh

# %% numpy
import numpy as np


def f_grad(y, h):
    """Gradient of f with respect to y, h.   y: f64[n], h: float"""
    # primal
    n = len(y) - 1
    s = y[0] + y[n]
    for i in range(1, n, 2):
        s += 4 * y[i] ** 2
    for i in range(2, n, 2):
        s += 2 * y[i] ** 2
    # adjoint
    ds = 0.3333333333333333 * h                       # line 12: return s * h / 3
    dh = 0.3333333333333333 * s
    dy = np.zeros_like(y)
    for i in reversed(range(2, n, 2)):                # line 10: for i in range(2, n, 2)
        dy[i] += 2 * y[i] * (0.6666666666666666 * h)  # line 11: s += 2 * y[i] ** 2
    for i in reversed(range(1, n, 2)):                # line 8: for i in range(1, n, 2)
        dy[i] += 2 * y[i] * (1.3333333333333333 * h)  # line 9: s += 4 * y[i] ** 2
    dy[n] += ds                                       # line 7: s = y[0] + y[n]
    dy[0] += ds
    return dy, dh

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
def f_grad(y, h):
    """Gradient of f with respect to y, h.   y: f64[n], h: float"""
    y = jnp.asarray(y)
    h = jnp.asarray(h)
    # primal
    n = y.shape[0] - 1
    s = y[0] + y[n]

    def body_i(k, s):
        i = 1 + k * 2
        return s + 4 * read_at(y, i) ** 2

    s = fori_loop(0, len(range(1, n, 2)), body_i, s)

    def body_i(k, s):
        i = 2 + k * 2
        return s + 2 * read_at(y, i) ** 2

    s = fori_loop(0, len(range(2, n, 2)), body_i, s)
    # adjoint
    ds = 0.3333333333333333 * h  # line 12: return s * h / 3
    dh = 0.3333333333333333 * s
    dy = jnp.zeros_like(y)       # line 10: for i in range(2, n, 2):
    trips = len(range(2, n, 2))

    def body_i(k, dy):
        i = 2 + (trips - 1 - k) * 2
        return add_at(dy, 2 * read_at(y, i) * (0.6666666666666666 * h), i)  # line 11: s += 2 * y[i] ** 2

    dy = fori_loop(0, trips, body_i, dy)
    trips = len(range(1, n, 2))  # line 8: for i in range(1, n, 2):

    def body_i(k, dy):
        i = 1 + (trips - 1 - k) * 2
        return add_at(dy, 2 * read_at(y, i) * (1.3333333333333333 * h), i)  # line 9: s += 4 * y[i] ** 2

    dy = fori_loop(0, trips, body_i, dy)
    dy = dy.at[n].add(ds)  # line 7: s = y[0] + y[n]
    dy = dy.at[0].add(ds)
    return dy, dh
