"""A derivative by one argument, differentiated by another, through a loop that writes in place."""
import numpy as np

from adcompiler import grad


def wave(rate, u):
    u = u.copy()
    for i in range(1, len(u)):
        u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
    return np.sum(u ** 2)


by_rate = grad(wave)


def f(u, rate):
    return by_rate(rate, u)


args = (np.array([0.3, -1.2, 0.8, 2.1]), 0.7)
argnums = (0, 1)
more_args = [(np.array([0.3]), 0.7)]


# %% ir
# func f_grad(%u: f64[u.shape[0]], %rate: f64):
#     %u.1: f64[u.shape[0]] = copy(%u)    # line 8
#     %t: i64 = size(%u.1, axis=0)    # line 9
#     %u.2: f64[u.shape[0]] = for %i in range(1, %t, 1) carrying (%u.3 = %u.1):    # line 9
#         %t.1: i64 = subtract(%i, 1)    # line 10
#         %t.2: f64 = getitem(%u.3, %t.1, index=(At(operand=0),))    # line 10
#         %t.3: f64 = multiply(%rate, %t.2)    # line 10
#         %t.4: f64 = sin(%t.3)    # line 10
#         %t.5: f64 = getitem(%u.3, %i, index=(At(operand=0),))    # line 10
#         %t.6: f64 = multiply(0.5, %t.5)    # line 10
#         %t.7: f64 = add(%t.4, %t.6)    # line 10
#         %u.4: f64[u.shape[0]] = setitem(%u.3, %t.7, %i, index=(At(operand=0),))    # line 10
#         yield %u.4
#     %t.8: f64[u.shape[0]] = multiply(2, %u.2)    # line 11
#     %t.9: i64 = subtract(%t, 1)    # line 9
#     %du_i_tape: list[f64] = tape(%t.9, item=f64)    # line 9
#     %du: f64[u.shape[0]], %du_i_tape.1: list[f64] = for %i.1 in reversed range(1, %t, 1) carrying (%du.1 = %t.8, %du_i_tape.2 = %du_i_tape):    # line 9, records 8 bytes a trip
#         %t.10: i64 = subtract(%t, 1)    # line 9
#         %t.11: i64 = subtract(%t.10, 1)    # line 9
#         %t.12: i64 = subtract(%i.1, 1)    # line 9
#         %t.13: i64 = subtract(%t.11, %t.12)    # line 9
#         %t.14: i64 = subtract(%i.1, 1)    # line 10
#         %t.15: f64 = getitem(%u.2, %t.14, index=(At(operand=0),))    # line 10
#         %t.16: f64 = multiply(%rate, %t.15)    # line 10
#         %t.17: f64 = getitem(%du.1, %i.1, index=(At(operand=0),))    # line 10
#         %du_i_tape.3: list[f64] = record(%du_i_tape.2, %t.13, %t.17)    # line 9
#         %t.18: f64 = multiply(%t.17, 0.5)    # line 10
#         %du.2: f64[u.shape[0]] = setitem(%du.1, %t.18, %i.1, index=(At(operand=0),))    # line 10
#         %t.19: f64 = cos(%t.16)    # line 10
#         %t.20: f64 = multiply(%t.17, %t.19)    # line 10
#         %t.21: f64 = multiply(%t.20, %rate)    # line 10
#         %du.3: f64[u.shape[0]] = add_at(%du.2, %t.21, %t.14, index=(At(operand=0),))    # line 10
#         yield %du.3, %du_i_tape.3
#     %t.22: (u.shape[0]) = shape(%du)    # adjoint of line 9
#     %t.23: f64[u.shape[0]] = zeros_of(%t.22)    # adjoint of line 9
#     %t.24: (u.shape[0]) = shape(%u.2)    # adjoint of line 9
#     %du.4: f64[u.shape[0]] = zeros_of(%t.24)    # adjoint of line 9
#     %ddu: f64[u.shape[0]], %du.5: f64[u.shape[0]], %drate: f64 = for %i.2 in range(1, %t, 1) carrying (%ddu.1 = %t.23, %du.6 = %du.4, %drate.1 = 0.0):    # adjoint of line 9
#         %t.25: i64 = subtract(%t.9, 1)    # adjoint of line 9
#         %t.26: i64 = subtract(%i.2, 1)    # adjoint of line 9
#         %t.27: i64 = subtract(%t.25, %t.26)    # adjoint of line 9
#         %t.28: f64 = recall(%du_i_tape.1, %t.27)    # adjoint of line 9
#         %t.29: f64 = getitem(%u.2, %t.26, index=(At(operand=0),))    # adjoint of line 10
#         %t.30: f64 = multiply(%rate, %t.29)    # adjoint of line 10
#         %t.31: f64 = cos(%t.30)    # adjoint of line 10
#         %t.32: f64 = multiply(%t.28, %t.31)    # adjoint of line 10
#         %t.33: f64 = getitem(%ddu.1, %t.26, index=(At(operand=0),))    # adjoint of line 10
#         %t.34: f64 = multiply(%t.33, %rate)    # adjoint of line 10
#         %t.35: f64 = multiply(%t.33, %t.32)    # adjoint of line 10
#         %drate.2: f64 = add(%drate.1, %t.35)    # adjoint of line 10
#         %t.36: f64 = add(%t.34, %t.29)    # adjoint of line 10
#         %t.37: f64 = multiply(%t.36, %t.31)    # adjoint of line 10
#         %t.38: f64 = multiply(%t.36, %t.28)    # adjoint of line 10
#         %t.39: f64 = sin(%t.30)    # adjoint of line 10
#         %t.40: f64 = multiply(%t.38, %t.39)    # adjoint of line 10
#         %t.41: f64 = getitem(%ddu.1, %i.2, index=(At(operand=0),))    # adjoint of line 10
#         %t.42: f64 = multiply(%t.41, 0.5)    # adjoint of line 10
#         %t.43: f64 = add(%t.37, %t.42)    # adjoint of line 10
#         %ddu.2: f64[u.shape[0]] = setitem(%ddu.1, %t.43, %i.2, index=(At(operand=0),))    # adjoint of line 10
#         %t.44: f64 = multiply(%t.40, %t.29)    # adjoint of line 10
#         %drate.3: f64 = subtract(%drate.2, %t.44)    # adjoint of line 10
#         %t.45: f64 = multiply(%t.40, %rate)    # adjoint of line 10
#         %t.46: f64 = subtract(%t.32, %t.45)    # adjoint of line 10
#         %du.7: f64[u.shape[0]] = setitem(%du.6, %t.46, %t.26, index=(At(operand=0),))    # adjoint of line 10
#         yield %ddu.2, %du.7, %drate.3
#     %t.47: f64[u.shape[0]] = multiply(%ddu, 2)    # adjoint of line 11
#     %du.8: f64[u.shape[0]] = add(%du.5, %t.47)    # adjoint of line 11
#     %du.9: f64[u.shape[0]], %drate.4: f64 = for %i.3 in reversed range(1, %t, 1) carrying (%du.10 = %du.8, %drate.5 = %drate):    # adjoint of line 9
#         %t.48: i64 = subtract(%i.3, 1)    # adjoint of line 10
#         %t.49: f64 = getitem(%u.2, %t.48, index=(At(operand=0),))    # adjoint of line 10
#         %t.50: f64 = multiply(%rate, %t.49)    # adjoint of line 10
#         %t.51: f64 = getitem(%du.10, %i.3, index=(At(operand=0),))    # adjoint of line 10
#         %t.52: f64 = multiply(%t.51, 0.5)    # adjoint of line 10
#         %t.53: f64 = cos(%t.50)    # adjoint of line 10
#         %t.54: f64 = multiply(%t.51, %t.53)    # adjoint of line 10
#         %t.55: f64 = multiply(%t.54, %t.49)    # adjoint of line 10
#         %drate.6: f64 = add(%drate.5, %t.55)    # adjoint of line 10
#         %t.56: f64 = multiply(%t.54, %rate)    # adjoint of line 10
#         %du.11: f64[u.shape[0]] = setitem(%du.10, %t.52, %i.3, index=(At(operand=0),))    # adjoint of line 10
#         %du.12: f64[u.shape[0]] = add_at(%du.11, %t.56, %t.48, index=(At(operand=0),))    # adjoint of line 10
#         yield %du.12, %drate.6
#     return %du.9, %drate.4

# %% numpy
import numpy as np


def f_grad(u, rate):
    """Gradient of f with respect to u, rate.   u: f64[n], rate: float"""
    # primal
    u = u.copy()
    for i in range(1, len(u)):
        u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
    du = 2 * u
    du_i_tape = []
    for i in reversed(range(1, len(u))):  # records 8 bytes a trip
        du_i = du[i]
        du_i_tape.append(du_i)
        du[i] = du_i * 0.5
        du[i - 1] += du_i * np.cos(rate * u[i - 1]) * rate
    # adjoint
    ddu = np.zeros_like(du)
    du = np.zeros_like(u)
    drate = 0.0
    for i in range(1, len(u)):  # line 9: for i in range(1, len(u))
        du_i = du_i_tape[len(u) - 1 - 1 - (i - 1)]
        u_im1 = u[i - 1]        # line 10: u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
        t = rate * u_im1
        t1 = np.cos(t)
        t2 = du_i * t1
        ddu_im1 = ddu[i - 1]
        drate += ddu_im1 * t2
        t3 = ddu_im1 * rate + u_im1
        t4 = t3 * du_i * np.sin(t)
        ddu[i] = t3 * t1 + ddu[i] * 0.5
        drate -= t4 * u_im1
        du[i - 1] = t2 - t4 * rate
    du = du + ddu * 2           # line 11: return np.sum(u ** 2)
    # line 9: for i in range(1, len(u))
    for i in reversed(range(1, len(u))):
        u_im1 = u[i - 1]        # line 10: u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
        du_i = du[i]
        t = du_i * np.cos(rate * u_im1)
        drate += t * u_im1
        du[i] = du_i * 0.5
        du[i - 1] += t * rate
    return du, drate

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
def f_grad(u, rate):
    """Gradient of f with respect to u, rate.   u: f64[n], rate: float"""
    rate = jnp.asarray(rate)

    # primal
    def body_i(i, u_1):
        return write_at(u_1, jnp.sin(rate * read_at(u_1, i - 1)) + 0.5 * read_at(u_1, i), i)

    u_1 = fori_loop(1, u.shape[0], body_i, u)
    t = 2 * u_1
    t_1 = u.shape[0] - 1

    def body_i(k, carry):  # records 8 bytes a trip
        du, du_i_tape = carry
        i = u.shape[0] - k
        du_i = read_at(du, i)
        du_i_tape = write_at(du_i_tape, du_i, u.shape[0] - 1 - 1 - (i - 1))
        du = write_at(du, du_i * 0.5, i)
        du = add_at(du, du_i * jnp.cos(rate * read_at(u_1, i - 1)) * rate, i - 1)
        return du, du_i_tape

    du, du_i_tape = fori_loop(1, u.shape[0], body_i, (t, jnp.zeros(max(t_1, 0))))
    # adjoint
    du_1 = jnp.zeros_like(u_1)  # line 9: for i in range(1, len(u)):

    def body_i(i, carry):
        ddu, du, drate = carry
        du_i = read_at(du_i_tape, t_1 - 1 - (i - 1))
        u_im1 = read_at(u_1, i - 1)  # line 10: u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
        t = rate * u_im1
        t_2 = jnp.cos(t)
        t_3 = du_i * t_2
        ddu_im1 = read_at(ddu, i - 1)
        drate = drate + ddu_im1 * t_3
        t_4 = ddu_im1 * rate + u_im1
        t = t_4 * du_i * jnp.sin(t)
        ddu = write_at(ddu, t_4 * t_2 + read_at(ddu, i) * 0.5, i)
        drate = drate - t * u_im1
        du = write_at(du, t_3 - t * rate, i - 1)
        return ddu, du, drate

    ddu, du, drate = fori_loop(1, u.shape[0], body_i, (jnp.zeros_like(du), du_1, 0.0))
    du = du + ddu * 2  # line 11: return np.sum(u ** 2)

    def body_i(k, carry):            # line 9: for i in range(1, len(u)):
        du, drate = carry
        i = u.shape[0] - k
        u_im1 = read_at(u_1, i - 1)  # line 10: u[i] = np.sin(rate * u[i - 1]) + 0.5 * u[i]
        du_i = read_at(du, i)
        t = du_i * jnp.cos(rate * u_im1)
        drate = drate + t * u_im1
        du = write_at(du, du_i * 0.5, i)
        du = add_at(du, t * rate, i - 1)
        return du, drate

    du, drate = fori_loop(1, u.shape[0], body_i, (du, drate))
    return du, drate
