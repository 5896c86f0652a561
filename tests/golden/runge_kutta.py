"""A nested function that reads the variables around it."""
import numpy as np


def pendulum(state, g, h, steps):
    def slope(s):
        return np.array([s[1], -g * np.sin(s[0])])

    for _ in range(steps):
        k1 = slope(state)
        k2 = slope(state + 0.5 * h * k1)
        k3 = slope(state + 0.5 * h * k2)
        k4 = slope(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return 0.5 * state[1] ** 2 - g * np.cos(state[0])


f = pendulum
args = (np.array([0.5, 0.0]), 9.81, 0.05, 4)
argnums = (0, 1, 2)


# %% ir
# func pendulum_grad(%state: f64[state.shape[0]], %g: f64, %h: f64, %steps: i64):
#     %state0_tape: list[f64] = tape(%steps, item=f64)    # line 9
#     %k1_tape: list[f64[2]] = tape(%steps, item=f64[2])    # line 9
#     %tape: list[f64] = tape(%steps, item=f64)    # line 9
#     %k2_tape: list[f64[2]] = tape(%steps, item=f64[2])    # line 9
#     %tape.1: list[f64] = tape(%steps, item=f64)    # line 9
#     %k3_tape: list[f64[2]] = tape(%steps, item=f64[2])    # line 9
#     %tape.2: list[f64] = tape(%steps, item=f64)    # line 9
#     %tape.3: list[f64[2]] = tape(%steps, item=f64[2])    # line 9
#     %state.1: f64[state.shape[0]], %state0_tape.1: list[f64], %k1_tape.1: list[f64[2]], %tape.4: list[f64], %k2_tape.1: list[f64[2]], %tape.5: list[f64], %k3_tape.1: list[f64[2]], %tape.6: list[f64], %tape.7: list[f64[2]] = for %_ in range(0, %steps, 1) carrying (%state.2 = %state, %state0_tape.2 = %state0_tape, %k1_tape.2 = %k1_tape, %tape.8 = %tape, %k2_tape.2 = %k2_tape, %tape.9 = %tape.1, %k3_tape.2 = %k3_tape, %tape.10 = %tape.2, %tape.11 = %tape.3):    # line 9, records 96 bytes a trip
#         %t: f64 = getitem(%state.2, 1, index=(At(operand=0),))    # line 7
#         %t.1: f64 = negative(%g)    # line 7
#         %t.2: f64 = getitem(%state.2, 0, index=(At(operand=0),))    # line 7
#         %state0_tape.3: list[f64] = record(%state0_tape.2, %_, %t.2)    # line 9
#         %t.3: f64 = sin(%t.2)    # line 7
#         %t.4: f64 = multiply(%t.1, %t.3)    # line 7
#         %k1: f64[2] = array(%t, %t.4, nesting=(0, 1))    # line 7
#         %k1_tape.3: list[f64[2]] = record(%k1_tape.2, %_, %k1)    # line 9
#         %t.5: f64 = multiply(0.5, %h)    # line 11
#         %t.6: f64[2] = multiply(%t.5, %k1)    # line 11
#         %t.7: f64[state.shape[0]] = add(%state.2, %t.6)    # line 11
#         %t.8: f64 = getitem(%t.7, 1, index=(At(operand=0),))    # line 7
#         %t.9: f64 = negative(%g)    # line 7
#         %t.10: f64 = getitem(%t.7, 0, index=(At(operand=0),))    # line 7
#         %tape.12: list[f64] = record(%tape.8, %_, %t.10)    # line 9
#         %t.11: f64 = sin(%t.10)    # line 7
#         %t.12: f64 = multiply(%t.9, %t.11)    # line 7
#         %k2: f64[2] = array(%t.8, %t.12, nesting=(0, 1))    # line 7
#         %k2_tape.3: list[f64[2]] = record(%k2_tape.2, %_, %k2)    # line 9
#         %t.13: f64 = multiply(0.5, %h)    # line 12
#         %t.14: f64[2] = multiply(%t.13, %k2)    # line 12
#         %t.15: f64[state.shape[0]] = add(%state.2, %t.14)    # line 12
#         %t.16: f64 = getitem(%t.15, 1, index=(At(operand=0),))    # line 7
#         %t.17: f64 = negative(%g)    # line 7
#         %t.18: f64 = getitem(%t.15, 0, index=(At(operand=0),))    # line 7
#         %tape.13: list[f64] = record(%tape.9, %_, %t.18)    # line 9
#         %t.19: f64 = sin(%t.18)    # line 7
#         %t.20: f64 = multiply(%t.17, %t.19)    # line 7
#         %k3: f64[2] = array(%t.16, %t.20, nesting=(0, 1))    # line 7
#         %k3_tape.3: list[f64[2]] = record(%k3_tape.2, %_, %k3)    # line 9
#         %t.21: f64[2] = multiply(%h, %k3)    # line 13
#         %t.22: f64[state.shape[0]] = add(%state.2, %t.21)    # line 13
#         %t.23: f64 = getitem(%t.22, 1, index=(At(operand=0),))    # line 7
#         %t.24: f64 = negative(%g)    # line 7
#         %t.25: f64 = getitem(%t.22, 0, index=(At(operand=0),))    # line 7
#         %tape.14: list[f64] = record(%tape.10, %_, %t.25)    # line 9
#         %t.26: f64 = sin(%t.25)    # line 7
#         %t.27: f64 = multiply(%t.24, %t.26)    # line 7
#         %k4: f64[2] = array(%t.23, %t.27, nesting=(0, 1))    # line 7
#         %t.28: f64 = divide(%h, 6)    # line 14
#         %t.29: f64[2] = multiply(2, %k2)    # line 14
#         %t.30: f64[2] = add(%k1, %t.29)    # line 14
#         %t.31: f64[2] = multiply(2, %k3)    # line 14
#         %t.32: f64[2] = add(%t.30, %t.31)    # line 14
#         %t.33: f64[2] = add(%t.32, %k4)    # line 14
#         %tape.15: list[f64[2]] = record(%tape.11, %_, %t.33)    # line 9
#         %t.34: f64[2] = multiply(%t.28, %t.33)    # line 14
#         %state.3: f64[state.shape[0]] = add(%state.2, %t.34)    # line 14
#         yield %state.3, %state0_tape.3, %k1_tape.3, %tape.12, %k2_tape.3, %tape.13, %k3_tape.3, %tape.14, %tape.15
#     %t.35: f64 = getitem(%state.1, 1, index=(At(operand=0),))    # line 15
#     %t.36: f64 = getitem(%state.1, 0, index=(At(operand=0),))    # line 15
#     %t.37: f64 = cos(%t.36)    # adjoint of line 15
#     %dg: f64 = negative(%t.37)    # adjoint of line 15
#     %t.38: f64 = sin(%t.36)    # adjoint of line 15
#     %t.39: f64 = multiply(%g, %t.38)    # adjoint of line 15
#     %t.40: (state.shape[0]) = shape(%state.1)    # adjoint of line 15
#     %dstate: f64[state.shape[0]] = zeros_of(%t.40)    # adjoint of line 15
#     %dstate.1: f64[state.shape[0]] = setitem(%dstate, %t.39, 0, index=(At(operand=0),))    # adjoint of line 15
#     %dstate.2: f64[state.shape[0]] = add_at(%dstate.1, %t.35, 1, index=(At(operand=0),))    # adjoint of line 15
#     %dstate.3: f64[state.shape[0]], %dg.1: f64, %dh: f64 = for %_.1 in reversed range(0, %steps, 1) carrying (%dstate.4 = %dstate.2, %dg.2 = %dg, %dh.1 = 0.0):    # adjoint of line 9
#         %t.41: f64 = recall(%state0_tape.1, %_.1)    # adjoint of line 9
#         %k1.1: f64[2] = recall(%k1_tape.1, %_.1)    # adjoint of line 9
#         %t.42: f64 = recall(%tape.4, %_.1)    # adjoint of line 9
#         %k2.1: f64[2] = recall(%k2_tape.1, %_.1)    # adjoint of line 9
#         %t.43: f64 = recall(%tape.5, %_.1)    # adjoint of line 9
#         %k3.1: f64[2] = recall(%k3_tape.1, %_.1)    # adjoint of line 9
#         %t.44: f64 = recall(%tape.6, %_.1)    # adjoint of line 9
#         %t.45: f64[2] = recall(%tape.7, %_.1)    # adjoint of line 9
#         %t.46: f64 = sin(%t.41)    # adjoint of line 7
#         %t.47: f64 = multiply(0.5, %h)    # adjoint of line 11
#         %t.48: f64 = sin(%t.42)    # adjoint of line 7
#         %t.49: f64 = sin(%t.43)    # adjoint of line 7
#         %t.50: f64 = sin(%t.44)    # adjoint of line 7
#         %t.51: f64 = divide(%h, 6)    # adjoint of line 14
#         %t.52: f64[state.shape[0]] = multiply(%dstate.4, %t.45)    # adjoint of line 14
#         %t.53: f64 = sum(%t.52, keepdims=False)    # adjoint of line 14
#         %dk4: f64[state.shape[0]] = multiply(%dstate.4, %t.51)    # adjoint of line 14
#         %dk3: f64[state.shape[0]] = multiply(%dk4, 2)    # adjoint of line 14
#         %t.54: f64 = divide(%t.53, 6)    # adjoint of line 14
#         %dh.2: f64 = add(%dh.1, %t.54)    # adjoint of line 14
#         %t.55: f64 = getitem(%dk4, 0, index=(At(operand=0),))    # adjoint of line 7
#         %t.56: f64 = getitem(%dk4, 1, index=(At(operand=0),))    # adjoint of line 7
#         %t.57: f64 = multiply(%t.56, %t.50)    # adjoint of line 7
#         %t.58: f64 = multiply(%t.56, %g)    # adjoint of line 7
#         %t.59: f64 = cos(%t.44)    # adjoint of line 7
#         %t.60: f64 = multiply(%t.58, %t.59)    # adjoint of line 7
#         %t.61: f64 = negative(%t.60)    # adjoint of line 7
#         %t.62: (state.shape[0]) = shape(%dstate.4)    # adjoint of line 7
#         %t.63: f64[state.shape[0]] = zeros_of(%t.62)    # adjoint of line 7
#         %t.64: f64[state.shape[0]] = setitem(%t.63, %t.61, 0, index=(At(operand=0),))    # adjoint of line 7
#         %dg.3: f64 = subtract(%dg.2, %t.57)    # adjoint of line 7
#         %t.65: f64[state.shape[0]] = add_at(%t.64, %t.55, 1, index=(At(operand=0),))    # adjoint of line 7
#         %dstate.5: f64[state.shape[0]] = add(%dstate.4, %t.65)    # adjoint of line 13
#         %t.66: f64[state.shape[0]] = multiply(%t.65, %k3.1)    # adjoint of line 13
#         %t.67: f64 = sum(%t.66, keepdims=False)    # adjoint of line 13
#         %dh.3: f64 = add(%dh.2, %t.67)    # adjoint of line 13
#         %t.68: f64[state.shape[0]] = multiply(%t.65, %h)    # adjoint of line 13
#         %dk3.1: f64[state.shape[0]] = add(%dk3, %t.68)    # adjoint of line 13
#         %t.69: f64 = getitem(%dk3.1, 0, index=(At(operand=0),))    # adjoint of line 7
#         %t.70: f64 = getitem(%dk3.1, 1, index=(At(operand=0),))    # adjoint of line 7
#         %t.71: f64 = multiply(%t.70, %t.49)    # adjoint of line 7
#         %t.72: f64 = multiply(%t.70, %g)    # adjoint of line 7
#         %t.73: f64 = cos(%t.43)    # adjoint of line 7
#         %t.74: f64 = multiply(%t.72, %t.73)    # adjoint of line 7
#         %t.75: f64 = negative(%t.74)    # adjoint of line 7
#         %t.76: f64[state.shape[0]] = zeros_of(%t.62)    # adjoint of line 7
#         %t.77: f64[state.shape[0]] = setitem(%t.76, %t.75, 0, index=(At(operand=0),))    # adjoint of line 7
#         %dg.4: f64 = subtract(%dg.3, %t.71)    # adjoint of line 7
#         %t.78: f64[state.shape[0]] = add_at(%t.77, %t.69, 1, index=(At(operand=0),))    # adjoint of line 7
#         %dstate.6: f64[state.shape[0]] = add(%dstate.5, %t.78)    # adjoint of line 12
#         %t.79: f64[state.shape[0]] = multiply(%t.78, %k2.1)    # adjoint of line 12
#         %t.80: f64 = sum(%t.79, keepdims=False)    # adjoint of line 12
#         %t.81: f64[state.shape[0]] = multiply(%t.78, %t.47)    # adjoint of line 12
#         %dk2: f64[state.shape[0]] = add(%dk3, %t.81)    # adjoint of line 12
#         %t.82: f64 = multiply(%t.80, 0.5)    # adjoint of line 12
#         %dh.4: f64 = add(%dh.3, %t.82)    # adjoint of line 12
#         %t.83: f64 = getitem(%dk2, 0, index=(At(operand=0),))    # adjoint of line 7
#         %t.84: f64 = getitem(%dk2, 1, index=(At(operand=0),))    # adjoint of line 7
#         %t.85: f64 = multiply(%t.84, %t.48)    # adjoint of line 7
#         %t.86: f64 = multiply(%t.84, %g)    # adjoint of line 7
#         %t.87: f64 = cos(%t.42)    # adjoint of line 7
#         %t.88: f64 = multiply(%t.86, %t.87)    # adjoint of line 7
#         %t.89: f64 = negative(%t.88)    # adjoint of line 7
#         %t.90: f64[state.shape[0]] = zeros_of(%t.62)    # adjoint of line 7
#         %t.91: f64[state.shape[0]] = setitem(%t.90, %t.89, 0, index=(At(operand=0),))    # adjoint of line 7
#         %dg.5: f64 = subtract(%dg.4, %t.85)    # adjoint of line 7
#         %t.92: f64[state.shape[0]] = add_at(%t.91, %t.83, 1, index=(At(operand=0),))    # adjoint of line 7
#         %dstate.7: f64[state.shape[0]] = add(%dstate.6, %t.92)    # adjoint of line 11
#         %t.93: f64[state.shape[0]] = multiply(%t.92, %k1.1)    # adjoint of line 11
#         %t.94: f64 = sum(%t.93, keepdims=False)    # adjoint of line 11
#         %t.95: f64[state.shape[0]] = multiply(%t.92, %t.47)    # adjoint of line 11
#         %dk1: f64[state.shape[0]] = add(%dk4, %t.95)    # adjoint of line 11
#         %t.96: f64 = multiply(%t.94, 0.5)    # adjoint of line 11
#         %dh.5: f64 = add(%dh.4, %t.96)    # adjoint of line 11
#         %t.97: f64 = getitem(%dk1, 0, index=(At(operand=0),))    # adjoint of line 7
#         %t.98: f64 = getitem(%dk1, 1, index=(At(operand=0),))    # adjoint of line 7
#         %t.99: f64 = multiply(%t.98, %t.46)    # adjoint of line 7
#         %t.100: f64 = multiply(%t.98, %g)    # adjoint of line 7
#         %t.101: f64 = cos(%t.41)    # adjoint of line 7
#         %t.102: f64 = multiply(%t.100, %t.101)    # adjoint of line 7
#         %t.103: f64 = negative(%t.102)    # adjoint of line 7
#         %dstate.8: f64[state.shape[0]] = add_at(%dstate.7, %t.103, 0, index=(At(operand=0),))    # adjoint of line 7
#         %dg.6: f64 = subtract(%dg.5, %t.99)    # adjoint of line 7
#         %dstate.9: f64[state.shape[0]] = add_at(%dstate.8, %t.97, 1, index=(At(operand=0),))    # adjoint of line 7
#         yield %dstate.9, %dg.6, %dh.5
#     return %dstate.3, %dg.1, %dh

# %% numpy
import numpy as np


def pendulum_grad(state, g, h, steps):
    """Gradient of pendulum with respect to state, g, h.   state: f64[n], g: float, h: float, steps: int"""
    # primal
    state0_tape = []
    k1_tape = []
    tape = []
    k2_tape = []
    tape_1 = []
    k3_tape = []
    tape_2 = []
    tape_3 = []
    for _ in range(steps):  # records 96 bytes a trip
        state0 = state[0]
        state0_tape.append(state0)
        k1 = np.array([state[1], -g * np.sin(state0)])
        k1_tape.append(k1)
        t = state + 0.5 * h * k1
        t1 = t[0]
        tape.append(t1)
        k2 = np.array([t[1], -g * np.sin(t1)])
        k2_tape.append(k2)
        t = state + 0.5 * h * k2
        t1 = t[0]
        tape_1.append(t1)
        k3 = np.array([t[1], -g * np.sin(t1)])
        k3_tape.append(k3)
        t = state + h * k3
        t1 = t[0]
        tape_2.append(t1)
        k4 = np.array([t[1], -g * np.sin(t1)])
        t = k1 + 2 * k2 + 2 * k3 + k4
        tape_3.append(t)
        state = state + h / 6 * t
    state0 = state[0]
    # adjoint
    dg = -np.cos(state0)  # line 15: return 0.5 * state[1] ** 2 - g * np.cos(state[0])
    dstate = np.zeros_like(state)
    dstate[0] = g * np.sin(state0)
    dstate[1] += state[1]
    dh = 0.0
    # line 9: for _ in range(steps)
    for k in reversed(range(steps)):
        state0 = state0_tape[k]
        t = tape[k]
        t1 = tape_1[k]
        t2 = tape_2[k]
        t3 = 0.5 * h      # line 11: k2 = slope(state + 0.5 * h * k1)
        # line 14: state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        dk4 = dstate * (h / 6)
        dk3 = dk4 * 2
        dh += np.sum(dstate * tape_3[k]) / 6
        t4 = dk4[1]       # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t5 = np.zeros_like(dstate)
        t5[0] = -(t4 * g * np.cos(t2))
        dg -= t4 * np.sin(t2)
        t5[1] += dk4[0]
        dstate += t5      # line 13: k4 = slope(state + h * k3)
        dh += np.sum(t5 * k3_tape[k])
        dk3_1 = dk3 + t5 * h
        t2 = dk3_1[1]     # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t4 = np.zeros_like(dstate)
        t4[0] = -(t2 * g * np.cos(t1))
        dg -= t2 * np.sin(t1)
        t4[1] += dk3_1[0]
        dstate += t4      # line 12: k3 = slope(state + 0.5 * h * k2)
        dk2 = dk3 + t4 * t3
        dh += np.sum(t4 * k2_tape[k]) * 0.5
        t1 = dk2[1]       # line 7: return np.array([s[1], -g * np.sin(s[0])])
        t2 = np.zeros_like(dstate)
        t2[0] = -(t1 * g * np.cos(t))
        dg -= t1 * np.sin(t)
        t2[1] += dk2[0]
        dstate += t2      # line 11: k2 = slope(state + 0.5 * h * k1)
        dk1 = dk4 + t2 * t3
        dh += np.sum(t2 * k1_tape[k]) * 0.5
        t = dk1[1]        # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dstate[0] -= t * g * np.cos(state0)
        dg -= t * np.sin(state0)
        dstate[1] += dk1[0]
    return dstate, dg, dh

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
def pendulum_grad(state, g, h, steps):
    """Gradient of pendulum with respect to state, g, h.   state: f64[n], g: float, h: float, steps: int"""
    g = jnp.asarray(g)
    h = jnp.asarray(h)

    # primal
    def body_k(k, carry):  # records 96 bytes a trip
        state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3 = carry
        state0 = state[0]
        state0_tape = write_at(state0_tape, state0, k)
        k1 = jnp.array([state[1], -g * jnp.sin(state0)])
        k1_tape = write_at(k1_tape, k1, k)
        t = state + 0.5 * h * k1
        t_1 = t[0]
        tape = write_at(tape, t_1, k)
        k2 = jnp.array([t[1], -g * jnp.sin(t_1)])
        k2_tape = write_at(k2_tape, k2, k)
        t = state + 0.5 * h * k2
        t_1 = t[0]
        tape_1 = write_at(tape_1, t_1, k)
        k3 = jnp.array([t[1], -g * jnp.sin(t_1)])
        k3_tape = write_at(k3_tape, k3, k)
        t = state + h * k3
        t_1 = t[0]
        tape_2 = write_at(tape_2, t_1, k)
        k4 = jnp.array([t[1], -g * jnp.sin(t_1)])
        t = k1 + 2 * k2 + 2 * k3 + k4
        tape_3 = write_at(tape_3, t, k)
        state = state + h / 6 * t
        return state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3

    (
        state, state0_tape, k1_tape, tape, k2_tape, tape_1, k3_tape, tape_2, tape_3
    ) = fori_loop(
        0,
        steps,
        body_k,
        (
            state,
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
            jnp.zeros(max(steps, 0)),
            jnp.zeros((max(steps, 0), 2)),
        ),
    )
    state0 = state[0]
    # adjoint
    dg = -jnp.cos(state0)  # line 15: return 0.5 * state[1] ** 2 - g * np.cos(state[0])
    dstate = jnp.zeros_like(state)
    dstate = dstate.at[0].set(g * jnp.sin(state0))
    dstate = dstate.at[1].add(state[1])

    def body_k(trip, carry):       # line 9: for _ in range(steps):
        dstate, dg, dh = carry
        k = steps - 1 - trip
        # line 9: for _ in range(steps):
        state0 = read_at(state0_tape, k)
        k1 = read_at(k1_tape, k)
        t = read_at(tape, k)
        k2 = read_at(k2_tape, k)
        t_1 = read_at(tape_1, k)
        k3 = read_at(k3_tape, k)
        t_2 = read_at(tape_2, k)
        t_3 = 0.5 * h              # line 11: k2 = slope(state + 0.5 * h * k1)
        dk4 = dstate * (h / 6)     # line 14: state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        dk3 = dk4 * 2
        dh = dh + jnp.sum(dstate * read_at(tape_3, k)) / 6
        t_4 = dk4[1]               # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_4 * jnp.sin(t_2)
        t_2 = jnp.zeros_like(dstate).at[0].set(-(t_4 * g * jnp.cos(t_2))).at[1].add(dk4[0])
        dstate_1 = dstate + t_2    # line 13: k4 = slope(state + h * k3)
        dh = dh + jnp.sum(t_2 * k3)
        dk3_1 = dk3 + t_2 * h
        t_2 = dk3_1[1]             # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_2 * jnp.sin(t_1)
        t_1 = jnp.zeros_like(dstate).at[0].set(-(t_2 * g * jnp.cos(t_1))).at[1].add(dk3_1[0])
        dstate_1 = dstate_1 + t_1  # line 12: k3 = slope(state + 0.5 * h * k2)
        dk2 = dk3 + t_1 * t_3
        dh = dh + jnp.sum(t_1 * k2) * 0.5
        t_1 = dk2[1]               # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dg = dg - t_1 * jnp.sin(t)
        t = jnp.zeros_like(dstate).at[0].set(-(t_1 * g * jnp.cos(t))).at[1].add(dk2[0])
        dstate = dstate_1 + t      # line 11: k2 = slope(state + 0.5 * h * k1)
        dk1 = dk4 + t * t_3
        dh = dh + jnp.sum(t * k1) * 0.5
        t = dk1[1]                 # line 7: return np.array([s[1], -g * np.sin(s[0])])
        dstate = dstate.at[0].add(-(t * g * jnp.cos(state0)))
        dg = dg - t * jnp.sin(state0)
        dstate = dstate.at[1].add(dk1[0])
        return dstate, dg, dh

    dstate, dg, dh = fori_loop(0, steps, body_k, (dstate, dg, 0.0))
    return dstate, dg, dh
