"""The derivative of a derivative of branches: what was recorded on one side only is read on that side."""
import numpy as np

from adcompiler import grad


def drag(v, limit):
    if v > limit:
        x = v
        for k in range(3):
            x = x * np.sin(x) + 0.1 * k
        return x
    return 0.5 * v ** 3


slope = grad(drag)


def f(v, limit):
    return slope(v, limit) ** 2


args = (0.9, 1.2)
more_args = [(2.0, 1.2), (-1.0, 1.2)]


# %% ir
# func f_grad(%v: f64, %limit: f64):
#     %t: bool = greater(%v, %limit)    # line 8
#     %x_tape: list[f64], %x_tape.1: list[f64] = if %t:    # line 8
#         %x_tape.2: list[f64] = tape(3, item=f64)    # line 10
#         %x_tape.3: list[f64] = tape(3, item=f64)    # line 10
#         %x: f64, %x_tape.4: list[f64], %x_tape.5: list[f64] = for %k in range(0, 3, 1) carrying (%x.1 = %v, %x_tape.6 = %x_tape.2, %x_tape.7 = %x_tape.3):    # line 10, records 16 bytes a trip
#             %x_tape.8: list[f64] = record(%x_tape.7, %k, %x.1)    # line 10
#             %x_tape.9: list[f64] = record(%x_tape.6, %k, %x.1)    # line 10
#             %t.1: f64 = sin(%x.1)    # line 11
#             %t.2: f64 = multiply(%x.1, %t.1)    # line 11
#             %t.3: f64 = multiply(0.1, %k)    # line 11
#             %x.2: f64 = add(%t.2, %t.3)    # line 11
#             yield %x.2, %x_tape.9, %x_tape.8
#         yield %x_tape.4, %x_tape.5
#     else:
#         %t.4: list[f64] = undefined(type=list[f64])    # line 8
#         %t.5: list[f64] = undefined(type=list[f64])    # line 8
#         yield %t.4, %t.5
#     %dv: f64, %dx_tape: list[f64] = if %t:    # line 8
#         %dx_tape.1: list[f64] = tape(3, item=f64)    # line 10
#         %dx: f64, %dx_tape.2: list[f64] = for %k.1 in reversed range(0, 3, 1) carrying (%dx.1 = 1.0, %dx_tape.3 = %dx_tape.1):    # line 10, records 8 bytes a trip
#             %t.6: i64 = subtract(2, %k.1)    # line 10
#             %dx_tape.4: list[f64] = record(%dx_tape.3, %t.6, %dx.1)    # line 10
#             %x.3: f64 = recall(%x_tape, %k.1)    # line 10
#             %t.7: f64 = sin(%x.3)    # line 11
#             %dx.2: f64 = multiply(%dx.1, %t.7)    # line 11
#             %t.8: f64 = multiply(%dx.1, %x.3)    # line 11
#             %t.9: f64 = cos(%x.3)    # line 11
#             %t.10: f64 = multiply(%t.8, %t.9)    # line 11
#             %dx.3: f64 = add(%dx.2, %t.10)    # line 11
#             yield %dx.3, %dx_tape.4
#         yield %dx, %dx_tape.2
#     else:
#         %t.11: f64 = power(%v, 2)    # line 13
#         %dv.1: f64 = multiply(1.5, %t.11)    # line 13
#         %t.12: list[f64] = undefined(type=list[f64])    # line 8
#         yield %dv.1, %t.12
#     %t.13: f64 = multiply(2, %dv)    # adjoint of line 20
#     %dx_tape.5: list[f64], %dv.2: f64 = if %t:    # adjoint of line 8
#         %dx_tape.6: list[f64] = seq_zeros(%x_tape)    # adjoint of line 10
#         %ddx: f64, %dx_tape.7: list[f64] = for %k.2 in range(0, 3, 1) carrying (%ddx.1 = %t.13, %dx_tape.8 = %dx_tape.6):    # adjoint of line 10
#             %t.14: i64 = subtract(2, %k.2)    # adjoint of line 10
#             %dx.4: f64 = recall(%dx_tape, %t.14)    # adjoint of line 10
#             %x.4: f64 = recall(%x_tape, %k.2)    # adjoint of line 10
#             %t.15: f64 = sin(%x.4)    # adjoint of line 11
#             %t.16: f64 = multiply(%dx.4, %x.4)    # adjoint of line 11
#             %t.17: f64 = cos(%x.4)    # adjoint of line 11
#             %t.18: f64 = multiply(%ddx.1, %t.17)    # adjoint of line 11
#             %t.19: f64 = multiply(%ddx.1, %t.16)    # adjoint of line 11
#             %t.20: f64 = multiply(%t.19, %t.15)    # adjoint of line 11
#             %ddx.2: f64 = multiply(%t.18, %x.4)    # adjoint of line 11
#             %t.21: f64 = multiply(%t.18, %dx.4)    # adjoint of line 11
#             %dx.5: f64 = subtract(%t.21, %t.20)    # adjoint of line 11
#             %t.22: f64 = multiply(%ddx.1, %t.15)    # adjoint of line 11
#             %ddx.3: f64 = add(%ddx.2, %t.22)    # adjoint of line 11
#             %t.23: f64 = multiply(%ddx.1, %dx.4)    # adjoint of line 11
#             %t.24: f64 = multiply(%t.23, %t.17)    # adjoint of line 11
#             %dx.6: f64 = add(%dx.5, %t.24)    # adjoint of line 11
#             %dx_tape.9: list[f64] = seq_set(%dx_tape.8, %k.2, %dx.6)    # adjoint of line 10
#             yield %ddx.3, %dx_tape.9
#         yield %dx_tape.7, 0.0
#     else:
#         %t.25: f64 = multiply(3, %dv)    # adjoint of line 13
#         %t.26: f64 = multiply(2, %v)    # adjoint of line 13
#         %dv.3: f64 = multiply(%t.26, %t.25)    # adjoint of line 13
#         %t.27: list[f64] = seq_zeros(%x_tape)    # adjoint of line 8
#         yield %t.27, %dv.3
#     %dv.4: f64 = if %t:    # adjoint of line 8
#         %dx.7: f64 = for %k.3 in reversed range(0, 3, 1) carrying (%dx.8 = 0.0):    # adjoint of line 10
#             %x.5: f64 = recall(%x_tape.1, %k.3)    # adjoint of line 10
#             %t.28: f64 = sin(%x.5)    # adjoint of line 11
#             %dx.9: f64 = multiply(%dx.8, %t.28)    # adjoint of line 11
#             %t.29: f64 = multiply(%dx.8, %x.5)    # adjoint of line 11
#             %t.30: f64 = cos(%x.5)    # adjoint of line 11
#             %t.31: f64 = multiply(%t.29, %t.30)    # adjoint of line 11
#             %dx.10: f64 = add(%dx.9, %t.31)    # adjoint of line 11
#             %t.32: f64 = recall(%dx_tape.5, %k.3)    # adjoint of line 10
#             %dx.11: f64 = add(%dx.10, %t.32)    # adjoint of line 10
#             yield %dx.11
#         %dv.5: f64 = add(%dv.2, %dx.7)    # adjoint of line 10
#         yield %dv.5
#     else:
#         yield %dv.2
#     return %dv.4

# %% numpy
import numpy as np


def f_grad(v, limit):
    """Gradient of f with respect to v.   v: float, limit: float"""
    # primal
    t = v > limit
    if t:
        x_tape = []
        x_tape_1 = []
        x = v
        for k in range(3):            # records 16 bytes a trip
            x_tape_1.append(x)
            x_tape.append(x)
            x = x * np.sin(x) + 0.1 * k
    else:
        x_tape = []
    if t:
        dx_tape = []
        dv = 1.0
        for k in reversed(range(3)):  # records 8 bytes a trip
            dx_tape.append(dv)
            x = x_tape[k]
            t1 = dv * x
            dx = dv * np.sin(x)
            dx = dx + t1 * np.cos(x)
            dv = dx
    else:
        dv = 1.5 * v ** 2
    # adjoint
    ddx = 2 * dv                       # line 20: return slope(v, limit) ** 2
    if t:
        dx_tape_1 = [0.0] * len(x_tape)
        for k in range(3):             # line 10: for k in range(3)
            dx = dx_tape[2 - k]
            x = x_tape[k]
            t1 = np.sin(x)             # line 11: x = x * np.sin(x) + 0.1 * k
            t2 = np.cos(x)
            t3 = ddx * t2
            t4 = ddx * (dx * x) * t1
            t5 = ddx * t1
            t1 = ddx * dx
            ddx = t3 * x
            dx = t3 * dx - t4
            ddx += t5
            dx += t1 * t2
            dx_tape_1[k] = dx
        dx_tape = dx_tape_1
        dv = 0.0
    else:
        dv = 2 * v * (3 * dv)          # line 13: return 0.5 * v ** 3
        dx_tape = [0.0] * len(x_tape)  # line 8: if v > limit
    if t:
        dx = 0.0
        for k in reversed(range(3)):   # line 10: for k in range(3)
            x = x_tape_1[k]
            t1 = dx * x                # line 11: x = x * np.sin(x) + 0.1 * k
            dx *= np.sin(x)
            dx += t1 * np.cos(x)
            dx += dx_tape[k]
        dv += dx
    return dv

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


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def f_grad(v, limit):
    """Gradient of f with respect to v.   v: float, limit: float"""
    v = jnp.asarray(v)
    # primal
    t = v > limit

    def then():
        def body_k(k, carry):  # records 16 bytes a trip
            x, x_tape, x_tape_1 = carry
            x_tape_1 = write_at(x_tape_1, x, k)
            x_tape = write_at(x_tape, x, k)
            x = x * jnp.sin(x) + 0.1 * k
            return x, x_tape, x_tape_1

        _, x_tape, x_tape_1 = lax.fori_loop(0, 3, body_k, (v, jnp.zeros(3), jnp.zeros(3)))
        return x_tape, x_tape_1

    x_tape, x_tape_1 = lax.cond(t, then, lambda: (jnp.zeros(3), jnp.zeros(3)))

    def then():
        def body_k(trip, carry):  # records 8 bytes a trip
            dx, dx_tape = carry
            k = 2 - trip
            dx_tape = write_at(dx_tape, dx, 2 - k)
            x = read_at(x_tape, k)
            dx_1 = dx * jnp.sin(x)
            dx = dx_1 + dx * x * jnp.cos(x)
            return dx, dx_tape

        return lax.fori_loop(0, 3, body_k, (1.0, jnp.zeros(3)))

    def otherwise():
        dv = 1.5 * v ** 2
        return dv, jnp.zeros(3)

    dv, dx_tape = lax.cond(t, then, otherwise)
    # adjoint
    t_1 = 2 * dv  # line 20: return slope(v, limit) ** 2

    def then():                             # line 8: if v > limit:
        dx_tape_1 = jnp.zeros_like(x_tape)  # line 10: for k in range(3):

        def body_k(k, carry):
            ddx, dx_tape_1 = carry
            dx = read_at(dx_tape, 2 - k)
            x = read_at(x_tape, k)
            t = jnp.sin(x)                       # line 11: x = x * np.sin(x) + 0.1 * k
            t_2 = jnp.cos(x)
            t_3 = ddx * t_2
            ddx_1 = t_3 * x
            dx_1 = t_3 * dx - ddx * (dx * x) * t
            ddx_1 = ddx_1 + ddx * t
            dx = dx_1 + ddx * dx * t_2
            dx_tape_1 = dx_tape_1.at[k].set(dx)  # line 10: for k in range(3):
            return ddx_1, dx_tape_1

        _, dx_tape_1 = lax.fori_loop(0, 3, body_k, (t_1, dx_tape_1))
        return dx_tape_1, 0.0

    def otherwise():
        dv_1 = 2 * v * (3 * dv)  # line 13: return 0.5 * v ** 3
        return jnp.zeros_like(x_tape), dv_1

    dx_tape, dv = lax.cond(t, then, otherwise)

    def then():
        def body_k(trip, dx):                # line 10: for k in range(3):
            k = 2 - trip
            x = read_at(x_tape_1, k)         # line 10: for k in range(3):
            dx_1 = dx * jnp.sin(x)           # line 11: x = x * np.sin(x) + 0.1 * k
            dx = dx_1 + dx * x * jnp.cos(x)
            return dx + read_at(dx_tape, k)  # line 10: for k in range(3):

        dx = lax.fori_loop(0, 3, body_k, 0.0)
        return dv + dx

    dv = lax.cond(t, then, lambda: dv)
    return dv
