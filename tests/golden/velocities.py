"""A list of arrays that is updated item by item."""
import numpy as np


def f(Ws, rate):
    state = [np.zeros_like(W) for W in Ws]
    for _ in range(3):
        for k in range(len(Ws)):
            state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
    return sum([np.sum(s**2) for s in state])


args = ([np.array([[0.5, 1.0], [0.3, -0.2]]), np.array([[0.7, -0.4]])], 0.1)
argnums = (0, 1)


# %% ir
# func f_grad(%Ws: list[f64[?Ws[*].0,?Ws[*].1!]] = Ws[*], %rate: f64):
#     %t: i64 = seq_length(%Ws)    # line 6
#     %t.1: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_make(item=f64[?loop1..0.0,?loop1..0.1!])    # line 6
#     %t.2: list[f64[?loop1..0.0,?loop1..0.1!]] = for %k in range(0, %t, 1) carrying (%t.3 = %t.1):    # line 6
#         %W: f64[?item5.0,?item5.1!] = seq_get(%Ws, %k)    # line 6
#         %t.4: f64[?item5.0,?item5.1!] = zeros_like(%W)    # line 6
#         %t.5: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_append(%t.3, %t.4)    # line 6
#         yield %t.5
#     %tape_tape: list[list[f64[?item24.0,?item24.1!]]] = tape(3, item=list[f64[?item24.0,?item24.1!]])    # line 7
#     %tape_tape.1: list[list[(?item22.0, ?item22.1!)]] = tape(3, item=list[(?item22.0, ?item22.1!)])    # line 7
#     %tape_tape.2: list[list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)]] = tape(3, item=list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)])    # line 7
#     %state: list[f64[?loop1..0.0,?loop1..0.1!]], %tape_tape.3: list[list[f64[?item24.0,?item24.1!]]], %tape_tape.4: list[list[(?item22.0, ?item22.1!)]], %tape_tape.5: list[list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)]] = for %_ in range(0, 3, 1) carrying (%state.1 = %t.2, %tape_tape.6 = %tape_tape, %tape_tape.7 = %tape_tape.1, %tape_tape.8 = %tape_tape.2):    # line 7
#         %t.6: i64 = seq_length(%Ws)    # line 8
#         %tape: list[f64[?item24.0,?item24.1!]] = tape(%t.6, item=f64[?item24.0,?item24.1!])    # line 8
#         %tape.1: list[(?item22.0, ?item22.1!)] = tape(%t.6, item=(?item22.0, ?item22.1!))    # line 8
#         %tape.2: list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)] = tape(%t.6, item=(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!))    # line 8
#         %state.2: list[f64[?loop1..0.0,?loop1..0.1!]], %tape.3: list[f64[?item24.0,?item24.1!]], %tape.4: list[(?item22.0, ?item22.1!)], %tape.5: list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)] = for %k.1 in range(0, %t.6, 1) carrying (%state.3 = %state.1, %tape.6 = %tape, %tape.7 = %tape.1, %tape.8 = %tape.2):    # line 8
#             %t.7: f64[?item22.0,?item22.1!] = seq_get(%state.3, %k.1)    # line 9
#             %t.8: (?item22.0, ?item22.1!) = shape(%t.7)    # line 8
#             %tape.9: list[(?item22.0, ?item22.1!)] = record(%tape.7, %k.1, %t.8)    # line 8
#             %t.9: f64[?item22.0,?item22.1!] = multiply(0.9, %t.7)    # line 9
#             %t.10: f64[?item23.0,?item23.1!] = seq_get(%Ws, %k.1)    # line 9
#             %t.11: f64[?item24.0,?item24.1!] = seq_get(%state.3, %k.1)    # line 9
#             %tape.10: list[f64[?item24.0,?item24.1!]] = record(%tape.6, %k.1, %t.11)    # line 8
#             %t.12: f64[?(?item23.0 with ?item24.0),?item23.1!] = add(%t.10, %t.11)    # line 9
#             %t.13: f64[?(?item23.0 with ?item24.0),?item23.1!] = sin(%t.12)    # line 9
#             %t.14: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%rate, %t.13)    # line 9
#             %t.15: f64[?(?item22.0 with ?(?item23.0 with ?item24.0)),?item22.1!] = add(%t.9, %t.14)    # line 9
#             %t.16: (?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!) = shape(%t.15)    # line 8
#             %tape.11: list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)] = record(%tape.8, %k.1, %t.16)    # line 8
#             %state.4: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%state.3, %k.1, %t.15)    # line 9
#             yield %state.4, %tape.10, %tape.9, %tape.11
#         %tape_tape.9: list[list[f64[?item24.0,?item24.1!]]] = record(%tape_tape.6, %_, %tape.3)    # line 7
#         %tape_tape.10: list[list[(?item22.0, ?item22.1!)]] = record(%tape_tape.7, %_, %tape.4)    # line 7
#         %tape_tape.11: list[list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)]] = record(%tape_tape.8, %_, %tape.5)    # line 7
#         yield %state.2, %tape_tape.9, %tape_tape.10, %tape_tape.11
#     %t.17: i64 = seq_length(%state)    # line 10
#     %t.18: list[f64] = seq_make(item=f64)    # line 10
#     %t.19: list[f64] = for %k.2 in range(0, %t.17, 1) carrying (%t.20 = %t.18):    # line 10
#         %s: f64[?item30.0,?item30.1!] = seq_get(%state, %k.2)    # line 10
#         %t.21: f64[?item30.0,?item30.1!] = power(%s, 2)    # line 10
#         %t.22: f64 = sum(%t.21, keepdims=False)    # line 10
#         %t.23: list[f64] = seq_append(%t.20, %t.22)    # line 10
#         yield %t.23
#     %t.24: i64 = seq_length(%t.19)    # line 10
#     %t.25: list[f64] = seq_blank(%t.19)    # adjoint of line 10
#     %dtotal: f64, %t.26: list[f64] = for %k.3 in reversed range(0, %t.24, 1) carrying (%dtotal.1 = 1.0, %t.27 = %t.25):    # adjoint of line 10
#         %t.28: list[f64] = seq_set(%t.27, %k.3, %dtotal.1)    # adjoint of line 10
#         yield %dtotal.1, %t.28
#     %dstate: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_blank(%state)    # adjoint of line 10
#     %t.29: list[f64], %dstate.1: list[f64[?loop1..0.0,?loop1..0.1!]] = for %k.4 in reversed range(0, %t.17, 1) carrying (%t.30 = %t.26, %dstate.2 = %dstate):    # adjoint of line 10
#         %s.1: f64[?item30.0,?item30.1!] = seq_get(%state, %k.4)    # adjoint of line 10
#         %t.31: f64 = seq_get(%t.30, -1)    # adjoint of line 10
#         %t.32: list[f64] = seq_drop(%t.30)    # adjoint of line 10
#         %t.33: f64[?item30.0,?item30.1!] = multiply(2, %s.1)    # adjoint of line 10
#         %ds: f64[?item30.0,?item30.1!] = multiply(%t.33, %t.31)    # adjoint of line 10
#         %dstate.3: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%dstate.2, %k.4, %ds)    # adjoint of line 10
#         yield %t.32, %dstate.3
#     %dWs: list[f64[?Ws[*].0,?Ws[*].1!]] = seq_zeros(%Ws)    # adjoint of line 7
#     %dstate.4: list[f64[?loop1..0.0,?loop1..0.1!]], %dWs.1: list[f64[?Ws[*].0,?Ws[*].1!]], %drate: f64 = for %_.1 in reversed range(0, 3, 1) carrying (%dstate.5 = %dstate.1, %dWs.2 = %dWs, %drate.1 = 0.0):    # adjoint of line 7
#         %tape.12: list[f64[?item24.0,?item24.1!]] = recall(%tape_tape.3, %_.1)    # adjoint of line 7
#         %tape.13: list[(?item22.0, ?item22.1!)] = recall(%tape_tape.4, %_.1)    # adjoint of line 7
#         %tape.14: list[(?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!)] = recall(%tape_tape.5, %_.1)    # adjoint of line 7
#         %dstate.6: list[f64[?loop1..0.0,?loop1..0.1!]], %dWs.3: list[f64[?Ws[*].0,?Ws[*].1!]], %drate.2: f64 = for %k.5 in reversed range(0, %t, 1) carrying (%dstate.7 = %dstate.5, %dWs.4 = %dWs.2, %drate.3 = %drate.1):    # adjoint of line 8
#             %t.34: f64[?item24.0,?item24.1!] = recall(%tape.12, %k.5)    # adjoint of line 8
#             %t.35: (?item22.0, ?item22.1!) = recall(%tape.13, %k.5)    # adjoint of line 8
#             %t.36: f64[?item23.0,?item23.1!] = seq_get(%Ws, %k.5)    # adjoint of line 9
#             %t.37: f64[?(?item23.0 with ?item24.0),?item23.1!] = add(%t.36, %t.34)    # adjoint of line 9
#             %t.38: f64[?(?item23.0 with ?item24.0),?item23.1!] = sin(%t.37)    # adjoint of line 9
#             %t.39: (?(?item22.0 with ?(?item23.0 with ?item24.0)), ?item22.1!) = recall(%tape.14, %k.5)    # adjoint of line 8
#             %t.40: f64[?loop1..0.0,?loop1..0.1!] = seq_get(%dstate.7, %k.5)    # adjoint of line 9
#             %t.41: f64[?(?item22.0 with ?(?item23.0 with ?item24.0)),?item22.1!] = zeros_of(%t.39)    # adjoint of line 9
#             %dstate.8: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%dstate.7, %k.5, %t.41)    # adjoint of line 9
#             %t.42: f64[?item22.0,?item22.1!] = unbroadcast(%t.40, %t.35)    # adjoint of line 9
#             %t.43: (?(?item23.0 with ?item24.0), ?item23.1!) = shape(%t.37)    # adjoint of line 9
#             %t.44: f64[?(?item23.0 with ?item24.0),?item23.1!] = unbroadcast(%t.40, %t.43)    # adjoint of line 9
#             %t.45: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.44, %t.38)    # adjoint of line 9
#             %t.46: f64 = sum(%t.45, keepdims=False)    # adjoint of line 9
#             %drate.4: f64 = add(%drate.3, %t.46)    # adjoint of line 9
#             %t.47: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.44, %rate)    # adjoint of line 9
#             %t.48: f64[?(?item23.0 with ?item24.0),?item23.1!] = cos(%t.37)    # adjoint of line 9
#             %t.49: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.47, %t.48)    # adjoint of line 9
#             %t.50: (?item23.0, ?item23.1!) = shape(%t.36)    # adjoint of line 9
#             %t.51: f64[?item23.0,?item23.1!] = unbroadcast(%t.49, %t.50)    # adjoint of line 9
#             %t.52: (?item24.0, ?item24.1!) = shape(%t.34)    # adjoint of line 9
#             %t.53: f64[?item24.0,?item24.1!] = unbroadcast(%t.49, %t.52)    # adjoint of line 9
#             %dstate.9: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_add(%dstate.8, %k.5, %t.53)    # adjoint of line 9
#             %dWs.5: list[f64[?Ws[*].0,?Ws[*].1!]] = seq_add(%dWs.4, %k.5, %t.51)    # adjoint of line 9
#             %t.54: f64[?item22.0,?item22.1!] = multiply(%t.42, 0.9)    # adjoint of line 9
#             %dstate.10: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_add(%dstate.9, %k.5, %t.54)    # adjoint of line 9
#             yield %dstate.10, %dWs.5, %drate.4
#         yield %dstate.6, %dWs.3, %drate.2
#     return %dWs.1, %drate

# %% numpy
import numpy as np


def unbroadcast(g, shape):
    """The sum of g over the axes along which broadcasting repeated an array of the given shape."""
    extra = np.ndim(g) - len(shape)
    axes = tuple(
        axis for axis in range(np.ndim(g)) if axis < extra or shape[axis - extra] == 1 != g.shape[axis]
    )
    total = np.sum(g, axis=axes) if axes else g
    return np.reshape(total, shape) if shape else total


def f_grad(Ws, rate):
    """Gradient of f with respect to Ws, rate.   Ws: list of f64[n,m], rate: float"""
    # primal
    state = []
    for W in Ws:
        state.append(np.zeros_like(W))
    tape_tape = []
    tape_tape_1 = []
    tape_tape_2 = []
    for _ in range(3):
        tape = []
        tape_1 = []
        tape_2 = []
        for k in range(len(Ws)):
            t = state[k]
            tape_1.append(t.shape)
            t1 = state[k]
            tape.append(t1)
            t2 = 0.9 * t + rate * np.sin(Ws[k] + t1)
            tape_2.append(t2.shape)
            state[k] = t2
        tape_tape.append(tape)
        tape_tape_1.append(tape_1)
        tape_tape_2.append(tape_2)
    n = len(state)
    t = []
    for k in range(n):
        s = state[k]
        t.append(np.sum(s ** 2))
    # adjoint
    t1 = [None] * len(t)               # line 10: return sum([np.sum(s**2) for s in state])
    dtotal = 1.0
    for k in reversed(range(len(t))):  # line 10: return sum([np.sum(s**2) for s in state])
        t1[k] = dtotal
    dstate = [None] * len(state)
    for k in reversed(range(n)):       # line 10: return sum([np.sum(s**2) for s in state])
        s = state[k]
        t = t1.pop()
        ds = 2 * s * t
        dstate[k] = ds
    dWs = [np.zeros_like(item) for item in Ws]
    drate = 0.0
    for k in reversed(range(3)):       # line 7: for _ in range(3)
        tape = tape_tape[k]
        tape_1 = tape_tape_1[k]
        tape_2 = tape_tape_2[k]
        # line 8: for k in range(len(Ws))
        for k in reversed(range(len(Ws))):
            tape_3 = tape[k]
            t = Ws[k]                  # line 9: state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
            t1 = t + tape_3
            t2 = dstate[k]
            dstate[k] = np.zeros(tape_2[k])
            t3 = unbroadcast(t2, t1.shape)
            drate += np.sum(t3 * np.sin(t1))
            t4 = t3 * rate * np.cos(t1)
            dstate[k] = dstate[k] + unbroadcast(t4, tape_3.shape)
            dWs[k] += unbroadcast(t4, t.shape)
            dstate[k] += unbroadcast(t2, tape_1[k]) * 0.9
    return dWs, drate

# %% jax
import jax
import jax.numpy as jnp


def unbroadcast(v, shape):
    """The transpose of broadcasting an array of this shape to that of v."""
    v = v.sum(axis=tuple(range(v.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1 and v.shape[axis] != 1)
    return v.sum(axis=repeated, keepdims=True)


@jax.jit
def f_grad(Ws, rate):
    """Gradient of f with respect to Ws, rate.   Ws: list of f64[n,m], rate: float"""
    # primal
    t = []
    for k in range(len(Ws)):
        W = Ws[k]
        t.append(jnp.zeros_like(W))
    state = t
    tape_tape = []
    tape_tape_1 = []
    tape_tape_2 = []
    for k in range(3):
        state_1 = state
        tape = []
        tape_1 = []
        tape_2 = []
        for k_1 in range(len(Ws)):
            t_1 = state_1[k_1]
            tape_1.append(t_1.shape)
            t_2 = state_1[k_1]
            tape.append(t_2)
            t_1 = 0.9 * t_1 + rate * jnp.sin(Ws[k_1] + t_2)
            tape_2.append(t_1.shape)
            state_1 = [t_1 if n == k_1 else item for n, item in enumerate(state_1)]
        tape_tape.append(tape)
        tape_tape_1.append(tape_1)
        tape_tape_2.append(tape_2)
        state = state_1
    t = []
    for k in range(len(state)):
        s = state[k]
        t.append(jnp.sum(s ** 2))
    # adjoint
    dtotal = 1.0
    t_1 = [None] * len(t)
    for k in reversed(range(len(t))):
        t_1[k] = dtotal    # line 10: return sum([np.sum(s**2) for s in state])
    dstate = [None] * len(state)
    t = t_1
    for k in reversed(range(len(state))):
        s = state[k]
        t_2 = t[:-1]
        ds = 2 * s * t[-1]
        dstate[k] = ds
        t = t_2
    # line 7: for _ in range(3):
    dWs = [jnp.zeros_like(item) for item in Ws]
    drate = 0.0            # line 7: for _ in range(3):
    for k in reversed(range(3)):
        tape = tape_tape[k]
        tape_1 = tape_tape_1[k]
        tape_2 = tape_tape_2[k]
        dstate_1 = dstate  # line 8: for k in range(len(Ws)):
        dWs_1 = dWs
        drate_1 = drate
        for k_1 in reversed(range(len(Ws))):
            t = tape[k_1]  # line 8: for k in range(len(Ws)):
            t_1 = Ws[k_1]  # line 9: state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
            t_2 = t_1 + t
            t_3 = dstate_1[k_1]
            dstate_2 = [jnp.zeros(tape_2[k_1]) if n == k_1 else item for n, item in enumerate(dstate_1)]
            t_4 = unbroadcast(t_3, t_2.shape)
            drate_1 = drate_1 + jnp.sum(t_4 * jnp.sin(t_2))
            t_2 = t_4 * rate * jnp.cos(t_2)
            dstate_2[k_1] += unbroadcast(t_2, t.shape)
            dWs_1 = [
                dWs_1[k_1] + unbroadcast(t_2, t_1.shape) if n == k_1 else item for n, item in enumerate(dWs_1)
            ]
            dstate_2[k_1] += unbroadcast(t_3, tape_1[k_1]) * 0.9
            dstate_1 = dstate_2
        dstate = dstate_1
        dWs = dWs_1
        drate = drate_1
    return dWs, drate
