"""A deque of fixed length: a filter that remembers its last two outputs."""

from collections import deque

import numpy as np


def f(x, a, b):
    last = deque([0.0, 0.0], maxlen=2)
    out = np.zeros(len(x))
    for n, v in enumerate(x):
        y = v + a * last[0] - b * last[1]
        last.appendleft(y)
        out[n] = y
    return np.sum(out**2)


args = (np.array([0.5, 1.0, -0.3, 0.8]), 0.5, 0.25)
argnums = (0, 1, 2)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %a: f64, %b: f64):
#     %t: i64 = size(%x, axis=0)    # line 10
#     %out: f64[x.shape[0]] = zeros(%t)    # line 10
#     %t.1: i64 = size(%x, axis=0)    # line 11
#     %items_tape: list[f64] = tape(%t.1, item=f64)    # line 11
#     %items_tape.1: list[f64] = tape(%t.1, item=f64)    # line 11
#     %items: f64, %items.1: f64, %out.1: f64[x.shape[0]], %items_tape.2: list[f64], %items_tape.3: list[f64] = for %n in range(0, %t.1, 1) carrying (%items.2 = 0.0, %items.3 = 0.0, %out.2 = %out, %items_tape.4 = %items_tape, %items_tape.5 = %items_tape.1):    # line 11, records 16 bytes a trip
#         %items_tape.6: list[f64] = record(%items_tape.4, %n, %items.2)    # line 11
#         %items_tape.7: list[f64] = record(%items_tape.5, %n, %items.3)    # line 11
#         %v: f64 = getitem(%x, %n, index=(At(operand=0),))    # line 11
#         %t.2: f64 = multiply(%a, %items.2)    # line 12
#         %t.3: f64 = add(%v, %t.2)    # line 12
#         %t.4: f64 = multiply(%b, %items.3)    # line 12
#         %y: f64 = subtract(%t.3, %t.4)    # line 12
#         %out.3: f64[x.shape[0]] = setitem(%out.2, %y, %n, index=(At(operand=0),))    # line 14
#         yield %y, %items.2, %out.3, %items_tape.6, %items_tape.7
#     %t.5: (x.shape[0]) = shape(%x)    # adjoint of line 15
#     %t.6: f64[x.shape[0]] = multiply(2, %out.1)    # adjoint of line 15
#     %dx: f64[x.shape[0]] = zeros_of(%t.5)    # adjoint of line 11
#     %ditems: f64, %ditems.1: f64, %dout: f64[x.shape[0]], %dx.1: f64[x.shape[0]], %da: f64, %db: f64 = for %n.1 in reversed range(0, %t.1, 1) carrying (%ditems.2 = 0.0, %ditems.3 = 0.0, %dout.1 = %t.6, %dx.2 = %dx, %da.1 = 0.0, %db.1 = 0.0):    # adjoint of line 11
#         %items.4: f64 = recall(%items_tape.2, %n.1)    # adjoint of line 11
#         %items.5: f64 = recall(%items_tape.3, %n.1)    # adjoint of line 11
#         %t.7: f64 = getitem(%dout.1, %n.1, index=(At(operand=0),))    # adjoint of line 14
#         %dy: f64 = add(%ditems.2, %t.7)    # adjoint of line 14
#         %t.8: f64 = multiply(%dy, %items.5)    # adjoint of line 12
#         %db.2: f64 = subtract(%db.1, %t.8)    # adjoint of line 12
#         %t.9: f64 = multiply(%dy, %b)    # adjoint of line 12
#         %ditems.4: f64 = negative(%t.9)    # adjoint of line 12
#         %t.10: f64 = multiply(%dy, %items.4)    # adjoint of line 12
#         %da.2: f64 = add(%da.1, %t.10)    # adjoint of line 12
#         %t.11: f64 = multiply(%dy, %a)    # adjoint of line 12
#         %ditems.5: f64 = add(%ditems.3, %t.11)    # adjoint of line 12
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %dy, %n.1, index=(At(operand=0),))    # adjoint of line 11
#         yield %ditems.5, %ditems.4, %dout.1, %dx.3, %da.2, %db.2
#     return %dx.1, %da, %db

# %% numpy
import numpy as np


def f_grad(x, a, b):
    """Gradient of f with respect to x, a, b.   x: f64[n], a: float, b: float"""
    # primal
    out = np.zeros(len(x))
    items_tape = []
    items_tape_1 = []
    items = 0.0
    items_1 = 0.0
    for n in range(len(x)):  # records 16 bytes a trip
        items_tape.append(items)
        items_tape_1.append(items_1)
        v = x[n]
        y = v + a * items - b * items_1
        out[n] = y
        items_1 = items
        items = y
    # adjoint
    dout = 2 * out                     # line 15: return np.sum(out**2)
    dx = np.zeros_like(x)
    ditems = 0.0
    ditems_1 = 0.0
    da = 0.0
    db = 0.0
    for n in reversed(range(len(x))):  # line 11: for n, v in enumerate(x)
        dy = ditems + dout[n]          # line 14: out[n] = y
        db -= dy * items_tape_1[n]     # line 12: y = v + a * last[0] - b * last[1]
        ditems = ditems_1 + dy * a
        da += dy * items_tape[n]
        dx[n] = dy
        ditems_1 = -(dy * b)
    return dx, da, db

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
def f_grad(x, a, b):
    """Gradient of f with respect to x, a, b.   x: f64[n], a: float, b: float"""
    x = jnp.asarray(x)
    a = jnp.asarray(a)
    b = jnp.asarray(b)
    # primal
    out = jnp.zeros(x.shape[0])

    def body_n(n, carry):  # records 16 bytes a trip
        items, items_1, out, items_tape, items_tape_1 = carry
        items_tape = write_at(items_tape, items, n)
        items_tape_1 = write_at(items_tape_1, items_1, n)
        v = read_at(x, n)
        y = v + a * items - b * items_1
        out = write_at(out, y, n)
        return y, items, out, items_tape, items_tape_1

    _, _, out, items_tape, items_tape_1 = fori_loop(
        0, x.shape[0], body_n, (0.0, 0.0, out, jnp.zeros(x.shape[0]), jnp.zeros(x.shape[0]))
    )
    # adjoint
    dx = jnp.zeros_like(x)  # line 11: for n, v in enumerate(x):

    def body_n(k, carry):
        ditems, ditems_1, dout, dx, da, db = carry
        n = x.shape[0] - 1 - k
        items = read_at(items_tape, n)
        items_1 = read_at(items_tape_1, n)
        dy = ditems + read_at(dout, n)  # line 14: out[n] = y
        db = db - dy * items_1          # line 12: y = v + a * last[0] - b * last[1]
        ditems = -(dy * b)
        da = da + dy * items
        ditems_1 = ditems_1 + dy * a
        dx = write_at(dx, dy, n)        # line 11: for n, v in enumerate(x):
        return ditems_1, ditems, dout, dx, da, db

    _, _, _, dx, da, db = fori_loop(0, x.shape[0], body_n, (0.0, 0.0, 2 * out, dx, 0.0, 0.0))
    return dx, da, db
