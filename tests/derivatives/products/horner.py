"""Gradient, and Hessian times a vector, of tests/golden/horner.py."""

# %% numpy
import numpy as np


def f_grad_jvp(c, x, *, c_dot, x_dot):
    """Value and tangent of f_grad with respect to c, x.   c: f64[n], x: float"""
    t = len(c) - 1
    value_tape = []
    value_tape_dot = []
    value = 0.0
    value_dot = 0.0
    for i in range(t, -1, -1):  # records 16 bytes a trip
        value_tape_dot.append(value_dot)
        value_tape.append(value)
        value_dot = value_dot * x + value * x_dot + c_dot[i]
        value = value * x + c[i]
    dc = np.zeros_like(c)
    dc_dot = np.zeros_like(c)
    dvalue = 1.0
    dx = 0.0
    dvalue_dot = 0.0
    dx_dot = 0.0
    for i in reversed(range(t, -1, -1)):
        t1 = t - i
        value = value_tape[t1]
        dc_dot[i] += dvalue_dot
        dc[i] += dvalue
        t2 = dvalue_dot * value
        dvalue_dot = dvalue_dot * x + dvalue * x_dot
        t3 = dvalue * value_tape_dot[t1]
        t1 = dvalue * value
        dvalue = dvalue * x
        dx_dot = dx_dot + (t2 + t3)
        dx = dx + t1
    return (dc, dx), (dc_dot, dx_dot)

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
def f_grad_jvp(c, x, *, c_dot, x_dot):
    """Value and tangent of f_grad with respect to c, x.   c: f64[n], x: float"""
    c = jnp.asarray(c)
    x = jnp.asarray(x)
    c_dot = jnp.asarray(c_dot)
    x_dot = jnp.asarray(x_dot)
    t = c.shape[0] - 1
    t_1 = t - -1

    def body_i(k, carry):  # records 16 bytes a trip
        value, value_tape, value_dot, value_tape_dot = carry
        i = t + k * -1
        t_1 = t - i
        value_tape_dot = write_at(value_tape_dot, value_dot, t_1)
        value_tape = write_at(value_tape, value, t_1)
        value_dot = value_dot * x + value * x_dot + read_at(c_dot, i)
        value = value * x + read_at(c, i)
        return value, value_tape, value_dot, value_tape_dot

    _, value_tape, _, value_tape_dot = fori_loop(
        0, len(range(t, -1, -1)), body_i, (0.0, jnp.zeros(t_1), 0.0, jnp.zeros(t_1))
    )
    dc = jnp.zeros_like(c)
    trips = len(range(t, -1, -1))

    def body_i(k, carry):
        dvalue, dx, dc, dvalue_dot, dx_dot, dc_dot = carry
        i = t + (trips - 1 - k) * -1
        t_1 = t - i
        value_dot = read_at(value_tape_dot, t_1)
        value = read_at(value_tape, t_1)
        dc_dot = add_at(dc_dot, dvalue_dot, i)
        dc = add_at(dc, dvalue, i)
        dvalue_dot_1 = dvalue_dot * x + dvalue * x_dot
        dvalue_1 = dvalue * x
        dx_dot = dx_dot + (dvalue_dot * value + dvalue * value_dot)
        dx = dx + dvalue * value
        return dvalue_1, dx, dc, dvalue_dot_1, dx_dot, dc_dot

    _, dx, dc, _, dx_dot, dc_dot = fori_loop(0, trips, body_i, (1.0, 0.0, dc, 0.0, 0.0, jnp.zeros_like(c)))
    return (dc, dx), (dc_dot, dx_dot)
