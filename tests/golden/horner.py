"""A range with a negative step."""
import numpy as np


def f(c, x):
    value = 0.0
    for i in range(len(c) - 1, -1, -1):
        value = value * x + c[i]
    return value


args = (np.array([0.5, -2.0, 1.0, 0.3]), 1.3)
more_args = [(np.array([0.5]), 1.3), (np.array([]), 1.3)]
argnums = (0, 1)


# %% ir
# func f_grad(%c: f64[c.shape[0]], %x: f64):
#     %t: i64 = size(%c, axis=0)    # line 7
#     %t.1: i64 = subtract(%t, 1)    # line 7
#     %t.2: i64 = subtract(%t.1, -1)    # line 7
#     %value_tape: list[f64] = tape(%t.2, item=f64)    # line 7
#     %value: f64, %value_tape.1: list[f64] = for %i in range(%t.1, -1, -1) carrying (%value.1 = 0.0, %value_tape.2 = %value_tape):    # line 7, records 8 bytes a trip
#         %t.3: i64 = subtract(%t.1, %i)    # line 7
#         %value_tape.3: list[f64] = record(%value_tape.2, %t.3, %value.1)    # line 7
#         %t.4: f64 = multiply(%value.1, %x)    # line 8
#         %t.5: f64 = getitem(%c, %i, index=(At(operand=0),))    # line 8
#         %value.2: f64 = add(%t.4, %t.5)    # line 8
#         yield %value.2, %value_tape.3
#     %t.6: (c.shape[0]) = shape(%c)    # adjoint of line 7
#     %dc: f64[c.shape[0]] = zeros_of(%t.6)    # adjoint of line 7
#     %dvalue: f64, %dx: f64, %dc.1: f64[c.shape[0]] = for %i.1 in reversed range(%t.1, -1, -1) carrying (%dvalue.1 = 1.0, %dx.1 = 0.0, %dc.2 = %dc):    # adjoint of line 7
#         %t.7: i64 = subtract(%t.1, %i.1)    # adjoint of line 7
#         %value.3: f64 = recall(%value_tape.1, %t.7)    # adjoint of line 7
#         %dc.3: f64[c.shape[0]] = add_at(%dc.2, %dvalue.1, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %dvalue.2: f64 = multiply(%dvalue.1, %x)    # adjoint of line 8
#         %t.8: f64 = multiply(%dvalue.1, %value.3)    # adjoint of line 8
#         %dx.2: f64 = add(%dx.1, %t.8)    # adjoint of line 8
#         yield %dvalue.2, %dx.2, %dc.3
#     return %dc.1, %dx

# %% numpy
import numpy as np


def f_grad(c, x):
    """Gradient of f with respect to c, x.   c: f64[n], x: float"""
    # primal
    t = len(c) - 1
    value_tape = []
    value = 0.0
    for i in range(t, -1, -1):  # records 8 bytes a trip
        value_tape.append(value)
        value = value * x + c[i]
    # adjoint
    dc = np.zeros_like(c)
    dvalue = 1.0
    dx = 0.0
    for i in reversed(range(t, -1, -1)):  # line 7: for i in range(len(c) - 1, -1, -1)
        dc[i] += dvalue                   # line 8: value = value * x + c[i]
        t1 = dvalue * value_tape[t - i]
        dvalue *= x
        dx += t1
    return dc, dx

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
def f_grad(c, x):
    """Gradient of f with respect to c, x.   c: f64[n], x: float"""
    c = jnp.asarray(c)
    x = jnp.asarray(x)
    # primal
    t = c.shape[0] - 1

    def body_i(k, carry):  # records 8 bytes a trip
        value, value_tape = carry
        i = t + k * -1
        value_tape = write_at(value_tape, value, t - i)
        value = value * x + read_at(c, i)
        return value, value_tape

    _, value_tape = fori_loop(0, len(range(t, -1, -1)), body_i, (0.0, jnp.zeros(t - -1)))
    # adjoint
    dc = jnp.zeros_like(c)  # line 7: for i in range(len(c) - 1, -1, -1):
    trips = len(range(t, -1, -1))

    def body_i(k, carry):
        dvalue, dx, dc = carry
        i = t + (trips - 1 - k) * -1
        value = read_at(value_tape, t - i)
        dc = add_at(dc, dvalue, i)  # line 8: value = value * x + c[i]
        dvalue_1 = dvalue * x
        dx = dx + dvalue * value
        return dvalue_1, dx, dc

    _, dx, dc = fori_loop(0, trips, body_i, (1.0, 0.0, dc))
    return dc, dx
