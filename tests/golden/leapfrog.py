"""Forces as gradients in a loop: the orbit that an energy gives, differentiated by where it starts."""
import numpy as np

from adcompiler import grad


def potential(q, stiffness):
    stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]


force = grad(potential)


def f(q, p, stiffness, steps):
    q = q.copy()
    p = p - 0.05 * force(q, stiffness)
    for _ in range(steps):
        q += 0.1 * p
        p -= 0.1 * force(q, stiffness)
    return 0.5 * np.sum(p ** 2) + potential(q, stiffness)


args = (np.array([0.8, 0.4]), np.array([-0.3, 0.6]), 2.0, 7)
argnums = (0, 1, 2)
more_args = [(np.array([0.8, 0.4]), np.array([-0.3, 0.6]), 2.0, 0)]


# %% ir
# func f_grad(%q: f64[q.shape[0]], %p: f64[p.shape[0]], %stiffness: f64, %steps: i64):
#     %q.1: f64[q.shape[0]] = copy(%q)    # line 16
#     %t: f64[q.shape[0]] = power(%q.1, 2)    # line 8
#     %t.1: f64 = sum(%t, keepdims=False)    # line 8
#     %t.2: f64 = sqrt(%t.1)    # line 8
#     %stretch: f64 = subtract(%t.2, 1.0)    # line 8
#     %t.3: f64 = multiply(0.5, %stiffness)    # line 9
#     %t.4: (q.shape[0]) = shape(%q.1)    # line 9
#     %t.5: f64[q.shape[0]] = zeros_of(%t.4)    # line 9
#     %t.6: f64[q.shape[0]] = setitem(%t.5, 0.3, 1, index=(At(operand=0),))    # line 9
#     %t.7: f64 = multiply(2, %stretch)    # line 9
#     %t.8: f64 = multiply(%t.7, %t.3)    # line 9
#     %t.9: f64 = multiply(2, %t.2)    # line 8
#     %t.10: f64 = divide(%t.8, %t.9)    # line 8
#     %t.11: f64[q.shape[0]] = multiply(2, %q.1)    # line 8
#     %t.12: f64[q.shape[0]] = multiply(%t.11, %t.10)    # line 8
#     %t.13: f64[q.shape[0]] = add(%t.6, %t.12)    # line 8
#     %t.14: f64[q.shape[0]] = multiply(0.05, %t.13)    # line 17
#     %p.1: f64[p.shape[0]] = subtract(%p, %t.14)    # line 17
#     %q_tape: list[f64[q.shape[0]]] = tape(%steps, item=f64[q.shape[0]])    # line 18
#     %tape: list[f64] = tape(%steps, item=f64)    # line 18
#     %q.2: f64[q.shape[0]], %p.2: f64[p.shape[0]], %q_tape.1: list[f64[q.shape[0]]], %tape.1: list[f64] = for %_ in range(0, %steps, 1) carrying (%q.3 = %q.1, %p.3 = %p.1, %q_tape.2 = %q_tape, %tape.2 = %tape):    # line 18, records 8 * q.shape[0] + 8 bytes a trip
#         %t.15: f64[p.shape[0]] = multiply(0.1, %p.3)    # line 19
#         %q.4: f64[q.shape[0]] = add(%q.3, %t.15)    # line 19
#         %q_tape.3: list[f64[q.shape[0]]] = record(%q_tape.2, %_, %q.4)    # line 18
#         %t.16: f64[q.shape[0]] = power(%q.4, 2)    # line 8
#         %t.17: f64 = sum(%t.16, keepdims=False)    # line 8
#         %t.18: f64 = sqrt(%t.17)    # line 8
#         %tape.3: list[f64] = record(%tape.2, %_, %t.18)    # line 18
#         %stretch.1: f64 = subtract(%t.18, 1.0)    # line 8
#         %t.19: f64 = multiply(0.5, %stiffness)    # line 9
#         %t.20: (q.shape[0]) = shape(%q.4)    # line 9
#         %t.21: f64[q.shape[0]] = zeros_of(%t.20)    # line 9
#         %t.22: f64[q.shape[0]] = setitem(%t.21, 0.3, 1, index=(At(operand=0),))    # line 9
#         %t.23: f64 = multiply(2, %stretch.1)    # line 9
#         %t.24: f64 = multiply(%t.23, %t.19)    # line 9
#         %t.25: f64 = multiply(2, %t.18)    # line 8
#         %t.26: f64 = divide(%t.24, %t.25)    # line 8
#         %t.27: f64[q.shape[0]] = multiply(2, %q.4)    # line 8
#         %t.28: f64[q.shape[0]] = multiply(%t.27, %t.26)    # line 8
#         %t.29: f64[q.shape[0]] = add(%t.22, %t.28)    # line 8
#         %t.30: f64[q.shape[0]] = multiply(0.1, %t.29)    # line 20
#         %p.4: f64[p.shape[0]] = subtract(%p.3, %t.30)    # line 20
#         yield %q.4, %p.4, %q_tape.3, %tape.3
#     %t.31: f64[q.shape[0]] = power(%q.2, 2)    # line 8
#     %t.32: f64 = sum(%t.31, keepdims=False)    # line 8
#     %t.33: f64 = sqrt(%t.32)    # adjoint of line 8
#     %stretch.2: f64 = subtract(%t.33, 1.0)    # adjoint of line 8
#     %t.34: f64 = power(%stretch.2, 2)    # adjoint of line 9
#     %t.35: (q.shape[0]) = shape(%q.2)    # adjoint of line 9
#     %dq: f64[q.shape[0]] = zeros_of(%t.35)    # adjoint of line 9
#     %dq.1: f64[q.shape[0]] = setitem(%dq, 0.3, 1, index=(At(operand=0),))    # adjoint of line 9
#     %t.36: f64 = multiply(2, %stretch.2)    # adjoint of line 9
#     %dstretch: f64 = multiply(%t.36, %t.3)    # adjoint of line 9
#     %dstiffness: f64 = multiply(%t.34, 0.5)    # adjoint of line 9
#     %t.37: f64 = multiply(2, %t.33)    # adjoint of line 8
#     %t.38: f64 = divide(%dstretch, %t.37)    # adjoint of line 8
#     %t.39: f64[q.shape[0]] = multiply(2, %q.2)    # adjoint of line 8
#     %t.40: f64[q.shape[0]] = multiply(%t.39, %t.38)    # adjoint of line 8
#     %dq.2: f64[q.shape[0]] = add(%dq.1, %t.40)    # adjoint of line 8
#     %dq.3: f64[q.shape[0]], %dp: f64[p.shape[0]], %dstiffness.1: f64 = for %_.1 in reversed range(0, %steps, 1) carrying (%dq.4 = %dq.2, %dp.1 = %p.2, %dstiffness.2 = %dstiffness):    # adjoint of line 18
#         %q.5: f64[q.shape[0]] = recall(%q_tape.1, %_.1)    # adjoint of line 18
#         %t.41: f64 = recall(%tape.1, %_.1)    # adjoint of line 18
#         %stretch.3: f64 = subtract(%t.41, 1.0)    # adjoint of line 8
#         %t.42: f64 = multiply(2, %stretch.3)    # adjoint of line 9
#         %t.43: f64 = multiply(2, %t.41)    # adjoint of line 8
#         %t.44: f64 = multiply(%t.42, %t.3)    # adjoint of line 9
#         %t.45: f64 = divide(%t.44, %t.43)    # adjoint of line 8
#         %t.46: f64[q.shape[0]] = multiply(2, %q.5)    # adjoint of line 8
#         %t.47: f64[p.shape[0]] = multiply(-0.1, %dp.1)    # adjoint of line 20
#         %t.48: f64[p.shape[0]] = multiply(%t.47, %t.45)    # adjoint of line 8
#         %t.49: f64[p.shape[0]] = multiply(%t.47, %t.46)    # adjoint of line 8
#         %t.50: f64 = sum(%t.49, keepdims=False)    # adjoint of line 8
#         %t.51: f64[p.shape[0]] = multiply(%t.48, 2)    # adjoint of line 8
#         %dq.5: f64[q.shape[0]] = add(%dq.4, %t.51)    # adjoint of line 8
#         %t.52: f64 = divide(%t.50, %t.43)    # adjoint of line 8
#         %t.53: f64 = multiply(%t.52, %t.45)    # adjoint of line 8
#         %t.54: f64 = multiply(-2, %t.53)    # adjoint of line 8
#         %t.55: f64 = multiply(%t.52, %t.3)    # adjoint of line 9
#         %t.56: f64 = multiply(%t.52, %t.42)    # adjoint of line 9
#         %dstretch.1: f64 = multiply(%t.55, 2)    # adjoint of line 9
#         %t.57: f64 = multiply(%t.56, 0.5)    # adjoint of line 9
#         %dstiffness.3: f64 = add(%dstiffness.2, %t.57)    # adjoint of line 9
#         %t.58: f64 = add(%t.54, %dstretch.1)    # adjoint of line 8
#         %t.59: f64 = divide(%t.58, %t.43)    # adjoint of line 8
#         %t.60: f64[q.shape[0]] = multiply(%t.46, %t.59)    # adjoint of line 8
#         %dq.6: f64[q.shape[0]] = add(%dq.5, %t.60)    # adjoint of line 8
#         %t.61: f64[q.shape[0]] = multiply(%dq.6, 0.1)    # adjoint of line 19
#         %dp.2: f64[p.shape[0]] = add(%dp.1, %t.61)    # adjoint of line 19
#         yield %dq.6, %dp.2, %dstiffness.3
#     %t.62: f64[p.shape[0]] = multiply(-0.05, %dp)    # adjoint of line 17
#     %t.63: f64[p.shape[0]] = multiply(%t.62, %t.10)    # adjoint of line 8
#     %t.64: f64[p.shape[0]] = multiply(%t.62, %t.11)    # adjoint of line 8
#     %t.65: f64 = sum(%t.64, keepdims=False)    # adjoint of line 8
#     %t.66: f64[p.shape[0]] = multiply(%t.63, 2)    # adjoint of line 8
#     %dq.7: f64[q.shape[0]] = add(%dq.3, %t.66)    # adjoint of line 8
#     %t.67: f64 = divide(%t.65, %t.9)    # adjoint of line 8
#     %t.68: f64 = multiply(%t.67, %t.10)    # adjoint of line 8
#     %t.69: f64 = multiply(-2, %t.68)    # adjoint of line 8
#     %t.70: f64 = multiply(%t.67, %t.3)    # adjoint of line 9
#     %t.71: f64 = multiply(%t.67, %t.7)    # adjoint of line 9
#     %dstretch.2: f64 = multiply(%t.70, 2)    # adjoint of line 9
#     %t.72: f64 = multiply(%t.71, 0.5)    # adjoint of line 9
#     %dstiffness.4: f64 = add(%dstiffness.1, %t.72)    # adjoint of line 9
#     %t.73: f64 = add(%t.69, %dstretch.2)    # adjoint of line 8
#     %t.74: f64 = divide(%t.73, %t.9)    # adjoint of line 8
#     %t.75: f64[q.shape[0]] = multiply(%t.11, %t.74)    # adjoint of line 8
#     %dq.8: f64[q.shape[0]] = add(%dq.7, %t.75)    # adjoint of line 8
#     return %dq.8, %dp, %dstiffness.4

# %% numpy
import numpy as np


def f_grad(q, p, stiffness, steps):
    """Gradient of f with respect to q, p, stiffness.   q: f64[n], p: f64[n], stiffness: float, steps: int"""
    # primal
    q = q.copy()
    t = np.sqrt(np.sum(q ** 2))
    stretch = t - 1.0
    t1 = 0.5 * stiffness
    t2 = np.zeros_like(q)
    t2[1] = 0.3
    t3 = 2 * stretch
    t4 = 2 * t
    t = t3 * t1 / t4
    t5 = 2 * q
    p = p - 0.05 * (t2 + t5 * t)
    q_tape = []
    tape = []
    for _ in range(steps):  # records 8 * q.shape[0] + 8 bytes a trip
        q += 0.1 * p
        q_tape.append(q.copy())
        t2 = np.sqrt(np.sum(q ** 2))
        tape.append(t2)
        stretch = t2 - 1.0
        t6 = np.zeros_like(q)
        t6[1] = 0.3
        p -= 0.1 * (t6 + 2 * q * (2 * stretch * (0.5 * stiffness) / (2 * t2)))
    # adjoint
    t2 = np.sqrt(np.sum(q ** 2))  # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    stretch = t2 - 1.0
    dq = np.zeros_like(q)         # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
    dq[1] = 0.3
    dstretch = 2 * stretch * t1
    dstiffness = stretch ** 2 * 0.5
    # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    dq = dq + 2 * q * (dstretch / (2 * t2))
    dp = p
    # line 18: for _ in range(steps)
    for k in reversed(range(steps)):
        t2 = tape[k]
        stretch = t2 - 1.0        # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t6 = 2 * stretch          # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
        t7 = 2 * t2               # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t2 = t6 * t1 / t7
        t8 = 2 * q_tape[k]
        t9 = -0.1 * dp            # line 20: p -= 0.1 * force(q, stiffness)
        dq += t9 * t2 * 2         # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t10 = np.sum(t9 * t8) / t7
        dstretch = t10 * t1 * 2   # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
        dstiffness += t10 * t6 * 0.5
        # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        dq += t8 * ((-2 * (t10 * t2) + dstretch) / t7)
        dp += dq * 0.1            # line 19: q += 0.1 * p
    t2 = -0.05 * dp               # line 17: p = p - 0.05 * force(q, stiffness)
    dq = dq + t2 * t * 2          # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    t6 = np.sum(t2 * t5) / t4
    dstretch = t6 * t1 * 2        # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
    dstiffness += t6 * t3 * 0.5
    # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    dq = dq + t5 * ((-2 * (t6 * t) + dstretch) / t4)
    return dq, dp, dstiffness

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


@jax.jit(static_argnames=("steps",))
def f_grad(q, p, stiffness, steps):
    """Gradient of f with respect to q, p, stiffness.   q: f64[n], p: f64[n], stiffness: float, steps: int"""
    stiffness = jnp.asarray(stiffness)
    # primal
    t = jnp.sqrt(jnp.sum(q ** 2))
    stretch = t - 1.0
    t_1 = 0.5 * stiffness
    t_2 = 2 * stretch
    t = 2 * t
    t_3 = t_2 * t_1 / t
    t_4 = 2 * q
    p = p - 0.05 * (jnp.zeros_like(q).at[1].set(0.3) + t_4 * t_3)

    def body_k(k, carry):  # records 8 * q.shape[0] + 8 bytes a trip
        q_1, p, q_tape, tape = carry
        q_1 = q_1 + 0.1 * p
        q_tape = write_at(q_tape, q_1, k)
        t = jnp.sqrt(jnp.sum(q_1 ** 2))
        tape = write_at(tape, t, k)
        stretch = t - 1.0
        p = p - 0.1 * (
            jnp.zeros_like(q_1).at[1].set(0.3) + 2 * q_1 * (2 * stretch * (0.5 * stiffness) / (2 * t))
        )
        return q_1, p, q_tape, tape

    q_1, p, q_tape, tape = fori_loop(
        0, steps, body_k, (q, p, jnp.zeros((max(steps, 0), q.shape[0])), jnp.zeros(max(steps, 0)))
    )
    # adjoint
    t_5 = jnp.sqrt(jnp.sum(q_1 ** 2))           # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    stretch = t_5 - 1.0
    dq = jnp.zeros_like(q_1)                    # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
    dq = dq.at[1].set(0.3)
    dstretch = 2 * stretch * t_1
    dstiffness = stretch ** 2 * 0.5
    dq = dq + 2 * q_1 * (dstretch / (2 * t_5))  # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0

    def body_k(trip, carry):      # line 18: for _ in range(steps):
        dq, dp, dstiffness = carry
        k = steps - 1 - trip
        q_1 = read_at(q_tape, k)  # line 18: for _ in range(steps):
        t = read_at(tape, k)
        stretch = t - 1.0         # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t_2 = 2 * stretch         # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
        t = 2 * t                 # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t_3 = t_2 * t_1 / t
        t_4 = 2 * q_1
        t_5 = -0.1 * dp           # line 20: p -= 0.1 * force(q, stiffness)
        dq = dq + t_5 * t_3 * 2   # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        t_5 = jnp.sum(t_5 * t_4) / t
        dstretch = t_5 * t_1 * 2  # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
        dstiffness = dstiffness + t_5 * t_2 * 0.5
        # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
        dq = dq + t_4 * ((-2 * (t_5 * t_3) + dstretch) / t)
        dp = dp + dq * 0.1        # line 19: q += 0.1 * p
        return dq, dp, dstiffness

    dq, dp, dstiffness = fori_loop(0, steps, body_k, (dq, p, dstiffness))
    t_5 = -0.05 * dp          # line 17: p = p - 0.05 * force(q, stiffness)
    dq = dq + t_5 * t_3 * 2   # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    t_5 = jnp.sum(t_5 * t_4) / t
    dstretch = t_5 * t_1 * 2  # line 9: return 0.5 * stiffness * stretch ** 2 + 0.3 * q[1]
    dstiffness = dstiffness + t_5 * t_2 * 0.5
    # line 8: stretch = np.sqrt(np.sum(q ** 2)) - 1.0
    dq = dq + t_4 * ((-2 * (t_5 * t_3) + dstretch) / t)
    return dq, dp, dstiffness
