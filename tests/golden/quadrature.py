"""A lambda given to a helper function of the same module."""
import numpy as np


def integrate(g, a, b, n):
    h = (b - a) / n
    s = g(a) + g(b)
    for i in range(1, n):
        s += (4 if i % 2 else 2) * g(a + i * h)
    return s * h / 3


def f(rate, upper):
    return integrate(lambda t: np.exp(-rate * t * t), 0.0, upper, 6)


args = (0.7, 1.5)
argnums = (0, 1)


# %% ir
# func f_grad(%rate: f64, %upper: f64):
#     %t: f64 = subtract(%upper, 0.0)    # line 6
#     %h: f64 = divide(%t, 6)    # line 6
#     %t.1: f64 = negative(%rate)    # line 14
#     %t.2: f64 = multiply(%t.1, 0.0)    # line 14
#     %t.3: f64 = multiply(%t.2, 0.0)    # line 14
#     %t.4: f64 = exp(%t.3)    # line 14
#     %t.5: f64 = negative(%rate)    # line 14
#     %t.6: f64 = multiply(%t.5, %upper)    # line 14
#     %t.7: f64 = multiply(%t.6, %upper)    # line 14
#     %t.8: f64 = exp(%t.7)    # line 14
#     %s: f64 = add(%t.4, %t.8)    # line 7
#     %tape: list[i64] = tape(5, item=i64)    # line 8
#     %s.1: f64, %tape.1: list[i64] = for %i in range(1, 6, 1) carrying (%s.2 = %s, %tape.2 = %tape):    # line 8, records 8 bytes a trip
#         %t.9: i64 = subtract(%i, 1)    # line 8
#         %t.10: i64 = remainder(%i, 2)    # line 9
#         %t.11: bool = not_equal(%t.10, 0)    # line 9
#         %t.12: i64 = if %t.11:    # line 9
#             yield 4
#         else:
#             yield 2
#         %tape.3: list[i64] = record(%tape.2, %t.9, %t.12)    # line 8
#         %t.13: f64 = multiply(%i, %h)    # line 9
#         %t.14: f64 = add(0.0, %t.13)    # line 9
#         %t.15: f64 = negative(%rate)    # line 14
#         %t.16: f64 = multiply(%t.15, %t.14)    # line 14
#         %t.17: f64 = multiply(%t.16, %t.14)    # line 14
#         %t.18: f64 = exp(%t.17)    # line 14
#         %t.19: f64 = multiply(%t.12, %t.18)    # line 9
#         %s.3: f64 = add(%s.2, %t.19)    # line 9
#         yield %s.3, %tape.3
#     %ds: f64 = multiply(0.3333333333333333, %h)    # adjoint of line 10
#     %dh: f64 = multiply(0.3333333333333333, %s.1)    # adjoint of line 10
#     %dh.1: f64, %drate: f64 = for %i.1 in reversed range(1, 6, 1) carrying (%dh.2 = %dh, %drate.1 = 0.0):    # adjoint of line 8
#         %t.20: i64 = subtract(%i.1, 1)    # adjoint of line 8
#         %t.21: i64 = recall(%tape.1, %t.20)    # adjoint of line 8
#         %t.22: f64 = multiply(%i.1, %h)    # adjoint of line 9
#         %t.23: f64 = multiply(%rate, %t.22)    # adjoint of line 14
#         %t.24: f64 = multiply(%t.23, %t.22)    # adjoint of line 14
#         %t.25: f64 = negative(%t.24)    # adjoint of line 14
#         %t.26: f64 = exp(%t.25)    # adjoint of line 14
#         %t.27: f64 = multiply(%ds, %t.21)    # adjoint of line 9
#         %t.28: f64 = multiply(%t.27, %t.26)    # adjoint of line 14
#         %t.29: f64 = multiply(%t.28, %t.22)    # adjoint of line 14
#         %t.30: f64 = multiply(%t.28, %t.23)    # adjoint of line 14
#         %t.31: f64 = negative(%t.30)    # adjoint of line 14
#         %t.32: f64 = multiply(%t.29, %t.22)    # adjoint of line 14
#         %t.33: f64 = multiply(%t.29, %rate)    # adjoint of line 14
#         %t.34: f64 = subtract(%t.31, %t.33)    # adjoint of line 14
#         %drate.2: f64 = subtract(%drate.1, %t.32)    # adjoint of line 14
#         %t.35: f64 = multiply(%t.34, %i.1)    # adjoint of line 9
#         %dh.3: f64 = add(%dh.2, %t.35)    # adjoint of line 9
#         yield %dh.3, %drate.2
#     %t.36: f64 = multiply(%ds, %t.8)    # adjoint of line 14
#     %t.37: f64 = multiply(%t.36, %upper)    # adjoint of line 14
#     %dupper: f64 = multiply(%t.36, %t.6)    # adjoint of line 14
#     %t.38: f64 = multiply(%t.37, %upper)    # adjoint of line 14
#     %t.39: f64 = multiply(%t.37, %rate)    # adjoint of line 14
#     %dupper.1: f64 = subtract(%dupper, %t.39)    # adjoint of line 14
#     %drate.3: f64 = subtract(%drate, %t.38)    # adjoint of line 14
#     %t.40: f64 = multiply(%ds, %t.4)    # adjoint of line 14
#     %t.41: f64 = multiply(%t.40, 0.0)    # adjoint of line 14
#     %t.42: f64 = multiply(%t.41, 0.0)    # adjoint of line 14
#     %drate.4: f64 = subtract(%drate.3, %t.42)    # adjoint of line 14
#     %t.43: f64 = divide(%dh.1, 6)    # adjoint of line 6
#     %dupper.2: f64 = add(%dupper.1, %t.43)    # adjoint of line 6
#     return %drate.4, %dupper.2

# %% numpy
import numpy as np


def f_grad(rate, upper):
    """Gradient of f with respect to rate, upper.   rate: float, upper: float"""
    # primal
    h = (upper - 0.0) / 6
    t = np.exp(-rate * 0.0 * 0.0)
    t1 = -rate * upper
    t2 = np.exp(t1 * upper)
    s = t + t2
    tape = []
    for i in range(1, 6):  # records 8 bytes a trip
        t3 = 4 if i % 2 != 0 else 2
        tape.append(t3)
        t4 = 0.0 + i * h
        s += t3 * np.exp(-rate * t4 * t4)
    # adjoint
    ds = 0.3333333333333333 * h      # line 10: return s * h / 3
    dh = 0.3333333333333333 * s
    drate = 0.0
    for i in reversed(range(1, 6)):  # line 8: for i in range(1, n)
        t3 = i * h                   # line 9: s += (4 if i % 2 else 2) * g(a + i * h)
        t4 = rate * t3               # line 14: return integrate(lambda t: np.exp(-rate * t * t), 0.0, u ...
        t5 = ds * tape[i - 1] * np.exp(-(t4 * t3))
        t6 = t5 * t3
        drate -= t6 * t3
        # line 9: s += (4 if i % 2 else 2) * g(a + i * h)
        dh += (-(t5 * t4) - t6 * rate) * i
    t3 = ds * t2                     # line 14: return integrate(lambda t: np.exp(-rate * t * t), 0.0, u ...
    t2 = t3 * upper
    dupper = t3 * t1
    dupper -= t2 * rate
    drate -= t2 * upper
    drate -= ds * t * 0.0 * 0.0
    dupper += dh / 6                 # line 6: h = (b - a) / n
    return drate, dupper

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
def f_grad(rate, upper):
    """Gradient of f with respect to rate, upper.   rate: float, upper: float"""
    rate = jnp.asarray(rate)
    upper = jnp.asarray(upper)
    # primal
    h = (upper - 0.0) / 6
    t = jnp.exp(-rate * 0.0 * 0.0)
    t_1 = -rate * upper
    t_2 = jnp.exp(t_1 * upper)
    s = t + t_2

    def body_i(i, carry):  # records 8 bytes a trip
        s, tape = carry
        t = jnp.where(i % 2 != 0, 4, 2)
        tape = write_at(tape, t, i - 1)
        t_1 = 0.0 + i * h
        s = s + t * jnp.exp(-rate * t_1 * t_1)
        return s, tape

    s, tape = lax.fori_loop(1, 6, body_i, (s, jnp.zeros(5, jnp.int64)))
    # adjoint
    ds = 0.3333333333333333 * h  # line 10: return s * h / 3
    dh = 0.3333333333333333 * s

    def body_i(k, carry):  # line 8: for i in range(1, n):
        dh, drate = carry
        i = 6 - k
        t = i * h          # line 9: s += (4 if i % 2 else 2) * g(a + i * h)
        t_1 = rate * t     # line 14: return integrate(lambda t: np.exp(-rate * t * t), 0.0, upper, 6)
        t_2 = ds * read_at(tape, i - 1) * jnp.exp(-(t_1 * t))
        t_3 = t_2 * t
        drate = drate - t_3 * t
        # line 9: s += (4 if i % 2 else 2) * g(a + i * h)
        dh = dh + (-(t_2 * t_1) - t_3 * rate) * i
        return dh, drate

    dh, drate = lax.fori_loop(1, 6, body_i, (dh, 0.0))
    t_2 = ds * t_2            # line 14: return integrate(lambda t: np.exp(-rate * t * t), 0.0, upper, 6)
    t_3 = t_2 * upper
    dupper = t_2 * t_1
    dupper = dupper - t_3 * rate
    drate = drate - t_3 * upper
    drate = drate - ds * t * 0.0 * 0.0
    dupper = dupper + dh / 6  # line 6: h = (b - a) / n
    return drate, dupper
