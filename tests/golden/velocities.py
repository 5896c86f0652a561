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
#     %state_tapes: list[list[list[f64[?loop1..0.0,?loop1..0.1!]]]] = tape(3, item=list[list[f64[?loop1..0.0,?loop1..0.1!]]])    # line 7
#     %state: list[f64[?loop1..0.0,?loop1..0.1!]], %state_tapes.1: list[list[list[f64[?loop1..0.0,?loop1..0.1!]]]] = for %_ in range(0, 3, 1) carrying (%state.1 = %t.2, %state_tapes.2 = %state_tapes):    # line 7
#         %t.6: i64 = seq_length(%Ws)    # line 8
#         %state_tape: list[list[f64[?loop1..0.0,?loop1..0.1!]]] = tape(%t.6, item=list[f64[?loop1..0.0,?loop1..0.1!]])    # line 8
#         %state.2: list[f64[?loop1..0.0,?loop1..0.1!]], %state_tape.1: list[list[f64[?loop1..0.0,?loop1..0.1!]]] = for %k.1 in range(0, %t.6, 1) carrying (%state.3 = %state.1, %state_tape.2 = %state_tape):    # line 8
#             %state_tape.3: list[list[f64[?loop1..0.0,?loop1..0.1!]]] = record(%state_tape.2, %k.1, %state.3)    # line 8
#             %t.7: f64[?item22.0,?item22.1!] = seq_get(%state.3, %k.1)    # line 9
#             %t.8: f64[?item22.0,?item22.1!] = multiply(0.9, %t.7)    # line 9
#             %t.9: f64[?item23.0,?item23.1!] = seq_get(%Ws, %k.1)    # line 9
#             %t.10: f64[?item24.0,?item24.1!] = seq_get(%state.3, %k.1)    # line 9
#             %t.11: f64[?(?item23.0 with ?item24.0),?item23.1!] = add(%t.9, %t.10)    # line 9
#             %t.12: f64[?(?item23.0 with ?item24.0),?item23.1!] = sin(%t.11)    # line 9
#             %t.13: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%rate, %t.12)    # line 9
#             %t.14: f64[?(?item22.0 with ?(?item23.0 with ?item24.0)),?item22.1!] = add(%t.8, %t.13)    # line 9
#             %state.4: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%state.3, %k.1, %t.14)    # line 9
#             yield %state.4, %state_tape.3
#         %state_tapes.3: list[list[list[f64[?loop1..0.0,?loop1..0.1!]]]] = record(%state_tapes.2, %_, %state_tape.1)    # line 7
#         yield %state.2, %state_tapes.3
#     %t.15: i64 = seq_length(%state)    # line 10
#     %t.16: list[f64] = seq_make(item=f64)    # line 10
#     %t.17: list[f64] = for %k.2 in range(0, %t.15, 1) carrying (%t.18 = %t.16):    # line 10
#         %s: f64[?item30.0,?item30.1!] = seq_get(%state, %k.2)    # line 10
#         %t.19: f64[?item30.0,?item30.1!] = power(%s, 2)    # line 10
#         %t.20: f64 = sum(%t.19, keepdims=False)    # line 10
#         %t.21: list[f64] = seq_append(%t.18, %t.20)    # line 10
#         yield %t.21
#     %t.22: i64 = seq_length(%t.17)    # line 10
#     %t.23: list[f64] = seq_blank(%t.17)    # adjoint of line 10
#     %t.24: list[f64] = for %k.3 in reversed range(0, %t.22, 1) carrying (%t.25 = %t.23):    # adjoint of line 10
#         %t.26: list[f64] = seq_set(%t.25, %k.3, 1.0)    # adjoint of line 10
#         yield %t.26
#     %dstate: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_blank(%state)    # adjoint of line 10
#     %t.27: list[f64], %dstate.1: list[f64[?loop1..0.0,?loop1..0.1!]] = for %k.4 in reversed range(0, %t.15, 1) carrying (%t.28 = %t.24, %dstate.2 = %dstate):    # adjoint of line 10
#         %s.1: f64[?item30.0,?item30.1!] = seq_get(%state, %k.4)    # adjoint of line 10
#         %t.29: f64 = seq_get(%t.28, -1)    # adjoint of line 10
#         %t.30: list[f64] = seq_drop(%t.28)    # adjoint of line 10
#         %t.31: f64[?item30.0,?item30.1!] = multiply(2, %s.1)    # adjoint of line 10
#         %ds: f64[?item30.0,?item30.1!] = multiply(%t.31, %t.29)    # adjoint of line 10
#         %dstate.3: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%dstate.2, %k.4, %ds)    # adjoint of line 10
#         yield %t.30, %dstate.3
#     %dWs: list[f64[?Ws[*].0,?Ws[*].1!]] = seq_zeros(%Ws)    # adjoint of line 7
#     %dstate.4: list[f64[?loop1..0.0,?loop1..0.1!]], %dWs.1: list[f64[?Ws[*].0,?Ws[*].1!]], %drate: f64 = for %_.1 in reversed range(0, 3, 1) carrying (%dstate.5 = %dstate.1, %dWs.2 = %dWs, %drate.1 = 0.0):    # adjoint of line 7
#         %state_tape.4: list[list[f64[?loop1..0.0,?loop1..0.1!]]] = recall(%state_tapes.1, %_.1)    # adjoint of line 7
#         %dstate.6: list[f64[?loop1..0.0,?loop1..0.1!]], %dWs.3: list[f64[?Ws[*].0,?Ws[*].1!]], %drate.2: f64 = for %k.5 in reversed range(0, %t, 1) carrying (%dstate.7 = %dstate.5, %dWs.4 = %dWs.2, %drate.3 = %drate.1):    # adjoint of line 8
#             %state.5: list[f64[?loop1..0.0,?loop1..0.1!]] = recall(%state_tape.4, %k.5)    # adjoint of line 8
#             %t.32: f64[?item23.0,?item23.1!] = seq_get(%Ws, %k.5)    # adjoint of line 9
#             %t.33: f64[?item24.0,?item24.1!] = seq_get(%state.5, %k.5)    # adjoint of line 9
#             %t.34: f64[?(?item23.0 with ?item24.0),?item23.1!] = add(%t.32, %t.33)    # adjoint of line 9
#             %t.35: f64[?item22.0,?item22.1!] = seq_get(%state.5, %k.5)    # adjoint of line 9
#             %t.36: f64[?(?item23.0 with ?item24.0),?item23.1!] = sin(%t.34)    # adjoint of line 9
#             %t.37: f64[?loop1..0.0,?loop1..0.1!] = seq_get(%dstate.7, %k.5)    # adjoint of line 9
#             %t.38: f64[?loop1..0.0,?loop1..0.1!] = seq_get(%state.5, %k.5)    # adjoint of line 9
#             %t.39: (?loop1..0.0, ?loop1..0.1!) = shape(%t.38)    # adjoint of line 9
#             %t.40: f64[?loop1..0.0,?loop1..0.1!] = zeros_of(%t.39)    # adjoint of line 9
#             %dstate.8: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_set(%dstate.7, %k.5, %t.40)    # adjoint of line 9
#             %t.41: (?item22.0, ?item22.1!) = shape(%t.35)    # adjoint of line 9
#             %t.42: f64[?item22.0,?item22.1!] = unbroadcast(%t.37, %t.41)    # adjoint of line 9
#             %t.43: (?(?item23.0 with ?item24.0), ?item23.1!) = shape(%t.34)    # adjoint of line 9
#             %t.44: f64[?(?item23.0 with ?item24.0),?item23.1!] = unbroadcast(%t.37, %t.43)    # adjoint of line 9
#             %t.45: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.44, %t.36)    # adjoint of line 9
#             %t.46: f64 = sum(%t.45, keepdims=False)    # adjoint of line 9
#             %drate.4: f64 = add(%drate.3, %t.46)    # adjoint of line 9
#             %t.47: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.44, %rate)    # adjoint of line 9
#             %t.48: f64[?(?item23.0 with ?item24.0),?item23.1!] = cos(%t.34)    # adjoint of line 9
#             %t.49: f64[?(?item23.0 with ?item24.0),?item23.1!] = multiply(%t.47, %t.48)    # adjoint of line 9
#             %t.50: (?item23.0, ?item23.1!) = shape(%t.32)    # adjoint of line 9
#             %t.51: f64[?item23.0,?item23.1!] = unbroadcast(%t.49, %t.50)    # adjoint of line 9
#             %t.52: f64[?item24.0,?item24.1!] = unbroadcast(%t.49, %t.41)    # adjoint of line 9
#             %dstate.9: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_add(%dstate.8, %k.5, %t.52)    # adjoint of line 9
#             %dWs.5: list[f64[?Ws[*].0,?Ws[*].1!]] = seq_add(%dWs.4, %k.5, %t.51)    # adjoint of line 9
#             %t.53: f64[?item22.0,?item22.1!] = multiply(%t.42, 0.9)    # adjoint of line 9
#             %dstate.10: list[f64[?loop1..0.0,?loop1..0.1!]] = seq_add(%dstate.9, %k.5, %t.53)    # adjoint of line 9
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
    state_tapes = []
    for _ in range(3):
        state_tape = []
        for k in range(len(Ws)):
            state_tape.append(list(state))
            state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
        state_tapes.append(state_tape)
    n = len(state)
    t = []
    for k in range(n):
        s = state[k]
        t.append(np.sum(s ** 2))
    # adjoint
    t1 = [0.0] * len(t)                # line 10: return sum([np.sum(s**2) for s in state])
    for k in reversed(range(len(t))):  # line 10: return sum([np.sum(s**2) for s in state])
        t1[k] = 1.0
    dstate = [None] * len(state)
    for k in reversed(range(n)):       # line 10: return sum([np.sum(s**2) for s in state])
        s = state[k]
        t = t1.pop()
        ds = 2 * s * t
        dstate[k] = ds
    dWs = [np.zeros_like(item) for item in Ws]
    drate = 0.0
    for k in reversed(range(3)):       # line 7: for _ in range(3)
        state_tape = state_tapes[k]
        # line 8: for k in range(len(Ws))
        for k in reversed(range(len(Ws))):
            state = state_tape[k]
            Ws_k = Ws[k]               # line 9: state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
            t = Ws_k + state[k]
            state_k = state[k]
            dstate_k = dstate[k]
            state_k_1 = state[k]
            dstate[k] = np.zeros_like(state_k_1)
            t1 = unbroadcast(dstate_k, t.shape)
            drate += np.sum(t1 * np.sin(t))
            t2 = t1 * rate * np.cos(t)
            dstate[k] = dstate[k] + unbroadcast(t2, state_k.shape)
            dWs[k] += unbroadcast(t2, Ws_k.shape)
            dstate[k] += unbroadcast(dstate_k, state_k.shape) * 0.9
    return dWs, drate

# %% jax
import jax
import jax.numpy as jnp


def unbroadcast(v, shape):
    """The transpose of broadcasting an array of this shape to that of v."""
    v = v.sum(axis=tuple(range(v.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1 and v.shape[axis] != 1)
    return v.sum(axis=repeated, keepdims=True)


def with_item(items, k, v):
    """A list with v in the place of item k."""
    items = list(items)
    items[k] = v
    return items


@jax.jit
def f_grad(Ws, rate):
    """Gradient of f with respect to Ws, rate.   Ws: list of f64[n,m], rate: float"""
    # primal
    t = []
    for k in range(len(Ws)):
        W = Ws[k]
        t.append(jnp.zeros_like(W))
    state = t
    state_tapes = []
    for k in range(3):
        state_1 = state
        state_tape = []
        for k_1 in range(len(Ws)):
            state_tape.append(state_1)
            state_1 = with_item(state_1, k_1, 0.9 * state_1[k_1] + rate * jnp.sin(Ws[k_1] + state_1[k_1]))
        state_tapes.append(state_tape)
        state = state_1
    t = []
    for k in range(len(state)):
        s = state[k]
        t.append(jnp.sum(s ** 2))
    # adjoint
    t_1 = [None] * len(t)
    for k in reversed(range(len(t))):
        t_1[k] = 1.0                 # line 10: return sum([np.sum(s**2) for s in state])
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
    drate = 0.0                      # line 7: for _ in range(3):
    for k in reversed(range(3)):
        state_tape = state_tapes[k]
        dstate_1 = dstate            # line 8: for k in range(len(Ws)):
        dWs_1 = dWs
        drate_1 = drate
        for k_1 in reversed(range(len(Ws))):
            state = state_tape[k_1]  # line 8: for k in range(len(Ws)):
            Ws_k = Ws[k_1]           # line 9: state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
            t = Ws_k + state[k_1]
            dstate_k = dstate_1[k_1]
            dstate_2 = with_item(dstate_1, k_1, jnp.zeros_like(state[k_1]))
            t_1 = unbroadcast(dstate_k, t.shape)
            drate_1 = drate_1 + jnp.sum(t_1 * jnp.sin(t))
            t = t_1 * rate * jnp.cos(t)
            dstate_2[k_1] += unbroadcast(t, state[k_1].shape)
            dWs_1 = with_item(dWs_1, k_1, dWs_1[k_1] + unbroadcast(t, Ws_k.shape))
            dstate_2[k_1] += unbroadcast(dstate_k, state[k_1].shape) * 0.9
            dstate_1 = dstate_2
        dstate = dstate_1
        dWs = dWs_1
        drate = drate_1
    return dWs, drate
