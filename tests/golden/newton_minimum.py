"""Newton's method on a derivative of a derivative: how the minimum moves with a parameter."""
import math

from adcompiler import grad


def cost(x, a):
    return x ** 4 / 4 + a * math.cos(x) - x


first = grad(cost)
second = grad(first)


def f(x, a):
    for _ in range(20):
        step = first(x, a) / second(x, a)
        x -= step
        if abs(step) < 1e-12:
            break
    return x


args = (1.5, 0.7)
argnums = 1
more_args = [(1.1, -0.4)]


# %% ir
# func f_grad(%x: f64, %a: f64):
#     %x_tape: list[f64] = tape(-1, item=f64)    # line 16
#     %x.1: f64, %broke: bool, %_: i64, %x_tape.1: list[f64] = while carrying (%x.2 = %x, %broke.1 = False, %_.1 = 0, %x_tape.2 = %x_tape):    # line 16, records 8 bytes a trip
#         %t: bool = logical_not(%broke.1)    # line 16
#         %t.1: bool = if %t:    # line 16
#             %t.2: bool = less(%_.1, 20)    # line 16
#             yield %t.2
#         else:
#             yield False
#         test %t.1
#     do:
#         %x_tape.3: list[f64] = record(%x_tape.2, %_.1, %x.2)    # line 16
#         %t.3: f64 = sin(%x.2)    # line 8
#         %t.4: f64 = multiply(%a, %t.3)    # line 8
#         %dx: f64 = subtract(-1.0, %t.4)    # line 8
#         %t.5: f64 = power(%x.2, 3)    # line 8
#         %dx.1: f64 = add(%dx, %t.5)    # line 8
#         %t.6: f64 = cos(%x.2)    # line 8
#         %t.7: f64 = multiply(%a, %t.6)    # line 8
#         %t.8: f64 = power(%x.2, 2)    # line 8
#         %t.9: f64 = multiply(3, %t.8)    # line 8
#         %dx.2: f64 = subtract(%t.9, %t.7)    # line 8
#         %step: f64 = divide(%dx.1, %dx.2)    # line 17
#         %x.3: f64 = subtract(%x.2, %step)    # line 18
#         %t.10: f64 = absolute(%step)    # line 19
#         %t.11: bool = less(%t.10, 1e-12)    # line 19
#         %broke.2: bool = if %t.11:    # line 19
#             yield True
#         else:
#             yield %broke.1
#         %t.12: i64 = add(%_.1, 1)    # line 16
#         yield %x.3, %broke.2, %t.12, %x_tape.3
#     %dx.3: f64, %da: f64 = for %_.2 in reversed range(0, %_, 1) carrying (%dx.4 = 1.0, %da.1 = 0.0):    # adjoint of line 16
#         %x.4: f64 = recall(%x_tape.1, %_.2)    # adjoint of line 16
#         %t.13: f64 = sin(%x.4)    # adjoint of line 8
#         %t.14: f64 = cos(%x.4)    # adjoint of line 8
#         %t.15: f64 = power(%x.4, 2)    # adjoint of line 8
#         %t.16: f64 = multiply(3, %t.15)    # adjoint of line 8
#         %t.17: f64 = multiply(%a, %t.14)    # adjoint of line 8
#         %dx.5: f64 = subtract(%t.16, %t.17)    # adjoint of line 8
#         %t.18: f64 = multiply(%a, %t.13)    # adjoint of line 8
#         %dx.6: f64 = subtract(-1.0, %t.18)    # adjoint of line 8
#         %t.19: f64 = power(%x.4, 3)    # adjoint of line 8
#         %dx.7: f64 = add(%dx.6, %t.19)    # adjoint of line 8
#         %step.1: f64 = divide(%dx.7, %dx.5)    # adjoint of line 17
#         %t.20: f64 = divide(%dx.4, %dx.5)    # adjoint of line 17
#         %ddx: f64 = multiply(%t.20, %step.1)    # adjoint of line 17
#         %t.21: f64 = multiply(%ddx, 3)    # adjoint of line 8
#         %t.22: f64 = multiply(2, %x.4)    # adjoint of line 8
#         %t.23: f64 = multiply(%t.22, %t.21)    # adjoint of line 8
#         %dx.8: f64 = add(%dx.4, %t.23)    # adjoint of line 8
#         %t.24: f64 = multiply(%ddx, %t.14)    # adjoint of line 8
#         %da.2: f64 = subtract(%da.1, %t.24)    # adjoint of line 8
#         %t.25: f64 = multiply(%ddx, %a)    # adjoint of line 8
#         %t.26: f64 = multiply(%t.25, %t.13)    # adjoint of line 8
#         %dx.9: f64 = add(%dx.8, %t.26)    # adjoint of line 8
#         %t.27: f64 = multiply(%t.16, %t.20)    # adjoint of line 8
#         %dx.10: f64 = subtract(%dx.9, %t.27)    # adjoint of line 8
#         %t.28: f64 = multiply(%t.20, %t.13)    # adjoint of line 8
#         %da.3: f64 = add(%da.2, %t.28)    # adjoint of line 8
#         %t.29: f64 = multiply(%t.20, %a)    # adjoint of line 8
#         %t.30: f64 = multiply(%t.29, %t.14)    # adjoint of line 8
#         %dx.11: f64 = add(%dx.10, %t.30)    # adjoint of line 8
#         yield %dx.11, %da.3
#     return %da

# %% numpy
import math


def f_grad(x, a):
    """Gradient of f with respect to a.   x: float, a: float"""
    # primal
    x_tape = []
    broke = False
    __1 = 0
    while not broke and __1 < 20:  # records 8 bytes a trip
        x_tape.append(x)
        dx = -1.0 - a * math.sin(x)
        dx += x ** 3
        dx_1 = 3 * x ** 2 - a * math.cos(x)
        step = dx / dx_1
        x -= step
        if abs(step) < 1e-12:
            broke = True
        __1 += 1
    # adjoint
    dx = 1.0
    da = 0.0
    for x in reversed(x_tape):   # line 16: for _ in range(20)
        t = math.sin(x)          # line 8: return x ** 4 / 4 + a * math.cos(x) - x
        t1 = math.cos(x)
        t2 = 3 * x ** 2
        dx_1 = t2 - a * t1
        t3 = dx / dx_1           # line 17: step = first(x, a) / second(x, a)
        step = (-1.0 - a * t + x ** 3) / dx_1
        ddx = t3 * step
        dx += 2 * x * (ddx * 3)  # line 8: return x ** 4 / 4 + a * math.cos(x) - x
        da -= ddx * t1
        dx += ddx * a * t
        dx -= t2 * t3
        da += t3 * t
        dx += t3 * a * t1
    return da

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
def f_grad(x, a):
    """Gradient of f with respect to a.   x: float, a: float"""
    a = jnp.asarray(a)

    # primal
    def condition(carry):
        _, broke, __1, _ = carry
        return jnp.logical_and(jnp.logical_not(broke), __1 < 20)

    def body(carry):  # records 8 bytes a trip
        x, broke, __1, x_tape = carry
        x_tape = write_at(x_tape, x, __1)
        dx = -1.0 - a * jnp.sin(x)
        dx = dx + x ** 3
        dx_1 = 3 * x ** 2 - a * jnp.cos(x)
        step = dx / dx_1
        x = x - step
        broke = jnp.logical_or(jnp.abs(step) < 1e-12, broke)
        return x, broke, __1 + 1, x_tape

    _, _, __1, x_tape = lax.while_loop(condition, body, (x, False, 0, jnp.zeros(20)))

    # adjoint
    def body_k(trip, carry):         # line 16: for _ in range(20):
        dx, da = carry
        k = __1 - 1 - trip
        x = read_at(x_tape, k)       # line 16: for _ in range(20):
        t = jnp.sin(x)               # line 8: return x ** 4 / 4 + a * math.cos(x) - x
        t_1 = jnp.cos(x)
        t_2 = 3 * x ** 2
        dx_1 = t_2 - a * t_1
        dx_2 = -1.0 - a * t
        dx_2 = dx_2 + x ** 3
        step = dx_2 / dx_1           # line 17: step = first(x, a) / second(x, a)
        t_3 = dx / dx_1
        ddx = t_3 * step
        dx = dx + 2 * x * (ddx * 3)  # line 8: return x ** 4 / 4 + a * math.cos(x) - x
        da = da - ddx * t_1
        dx = dx + ddx * a * t
        dx = dx - t_2 * t_3
        da = da + t_3 * t
        dx = dx + t_3 * a * t_1
        return dx, da

    _, da = lax.fori_loop(0, __1, body_k, (1.0, 0.0))
    return da
