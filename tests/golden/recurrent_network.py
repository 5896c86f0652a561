"""append in a loop: the states of a recurrent network, stacked afterwards."""
import numpy as np


def f(W, U, xs):
    h = np.zeros(W.shape[0])
    states = []
    for x in xs:
        h = np.tanh(W @ h + U @ x)
        states.append(h)
    return np.mean(np.stack(states) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2)))
more_args = [(rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2)))]
argnums = (0, 1)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %U: f64[U.shape[0],U.shape[1]], %xs: f64[xs.shape[0],xs.shape[1]]):
#     %t: i64 = size(%W, axis=0)    # line 6
#     %h: f64[W.shape[0]] = zeros(%t)    # line 6
#     %t.1: i64 = size(%xs, axis=0)    # line 8
#     %states: list[f64[W.shape[0]]] = seq_make(item=f64[W.shape[0]])    # line 8
#     %t.2: i64 = add(%t.1, 1)    # line 8
#     %h_tape: list[f64[W.shape[0]]] = tape(%t.2, item=f64[W.shape[0]])    # line 8
#     %h_tape.1: list[f64[W.shape[0]]] = record(%h_tape, 0, %h)    # line 8
#     %h.1: f64[W.shape[0]], %states.1: list[f64[W.shape[0]]], %h_tape.2: list[f64[W.shape[0]]] = for %k in range(0, %t.1, 1) carrying (%h.2 = %h, %states.2 = %states, %h_tape.3 = %h_tape.1):    # line 8, records 8 * W.shape[0] bytes a trip
#         %x: f64[xs.shape[1]] = getitem(%xs, %k, index=(At(operand=0),))    # line 8
#         %t.3: f64[W.shape[0]] = matmul(%W, %h.2)    # line 9
#         %t.4: f64[U.shape[0]] = matmul(%U, %x)    # line 9
#         %t.5: f64[W.shape[0]] = add(%t.3, %t.4)    # line 9
#         %h.3: f64[W.shape[0]] = tanh(%t.5)    # line 9
#         %t.6: i64 = add(%k, 1)    # line 8
#         %h_tape.4: list[f64[W.shape[0]]] = record(%h_tape.3, %t.6, %h.3)    # line 8
#         %states.3: list[f64[W.shape[0]]] = seq_append(%states.2, %h.3)    # line 10
#         yield %h.3, %states.3, %h_tape.4
#     %t.7: f64[?items0,W.shape[0]] = seq_layers(%states.1, axis=0)    # line 11
#     %t.8: i64 = count(%t.7)    # adjoint of line 11
#     %t.9: f64[?items0,W.shape[0]] = multiply(2, %t.7)    # adjoint of line 11
#     %t.10: f64[?items0,W.shape[0]] = divide(%t.9, %t.8)    # adjoint of line 11
#     %dstates: list[f64[W.shape[0]]] = seq_unstack(%t.10)    # adjoint of line 11
#     %t.11: (W.shape[0]) = shape(%h.1)    # adjoint of line 8
#     %t.12: f64[W.shape[0]] = zeros_of(%t.11)    # adjoint of line 8
#     %t.13: (W.shape[0], W.shape[1]) = shape(%W)    # adjoint of line 8
#     %dW: f64[W.shape[0],W.shape[1]] = zeros_of(%t.13)    # adjoint of line 8
#     %t.14: (U.shape[0], U.shape[1]) = shape(%U)    # adjoint of line 8
#     %dU: f64[U.shape[0],U.shape[1]] = zeros_of(%t.14)    # adjoint of line 8
#     %dh: f64[W.shape[0]], %dstates.1: list[f64[W.shape[0]]], %dW.1: f64[W.shape[0],W.shape[1]], %dU.1: f64[U.shape[0],U.shape[1]] = for %k.1 in reversed range(0, %t.1, 1) carrying (%dh.1 = %t.12, %dstates.2 = %dstates, %dW.2 = %dW, %dU.2 = %dU):    # adjoint of line 8
#         %h.4: f64[W.shape[0]] = recall(%h_tape.2, %k.1)    # adjoint of line 8
#         %t.15: i64 = add(%k.1, 1)    # adjoint of line 8
#         %h.5: f64[W.shape[0]] = recall(%h_tape.2, %t.15)    # adjoint of line 8
#         %x.1: f64[xs.shape[1]] = getitem(%xs, %k.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.16: f64[W.shape[0]] = seq_get(%dstates.2, -1)    # adjoint of line 10
#         %dh.2: f64[W.shape[0]] = add(%dh.1, %t.16)    # adjoint of line 10
#         %dstates.3: list[f64[W.shape[0]]] = seq_drop(%dstates.2)    # adjoint of line 10
#         %t.17: f64[W.shape[0]] = power(%h.5, 2)    # adjoint of line 9
#         %t.18: f64[W.shape[0]] = subtract(1, %t.17)    # adjoint of line 9
#         %t.19: f64[W.shape[0]] = multiply(%dh.2, %t.18)    # adjoint of line 9
#         %t.20: f64[W.shape[0],xs.shape[1]] = outer(%t.19, %x.1)    # adjoint of line 9
#         %dU.3: f64[U.shape[0],U.shape[1]] = add(%dU.2, %t.20)    # adjoint of line 9
#         %t.21: f64[W.shape[0],W.shape[0]] = outer(%t.19, %h.4)    # adjoint of line 9
#         %dW.3: f64[W.shape[0],W.shape[1]] = add(%dW.2, %t.21)    # adjoint of line 9
#         %t.22: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 9
#         %dh.3: f64[W.shape[1]] = matmul(%t.22, %t.19)    # adjoint of line 9
#         yield %dh.3, %dstates.3, %dW.3, %dU.3
#     return %dW.1, %dU.1

# %% numpy
import numpy as np


def f_grad(W, U, xs):
    """Gradient of f with respect to W, U.   W: f64[n,n], U: f64[n,m], xs: f64[k,m]"""
    # primal
    h = np.zeros(W.shape[0])
    states = []
    h_tape = [h]
    for x in xs:  # records 8 * W.shape[0] bytes a trip
        h = np.tanh(W @ h + U @ x)
        h_tape.append(h)
        states.append(h)
    t = np.stack(states)
    # adjoint
    dstates = list(2 * t / t.size)         # line 11: return np.mean(np.stack(states) ** 2)
    dh = np.zeros_like(h)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    for k in reversed(range(len(xs))):     # line 8: for x in xs
        x = xs[k]
        dh = dh + dstates[-1]              # line 10: states.append(h)
        dstates.pop()
        t = dh * (1 - h_tape[k + 1] ** 2)  # line 9: h = np.tanh(W @ h + U @ x)
        dU += np.outer(t, x)
        dW += np.outer(t, h_tape[k])
        dh = W.T @ t
    return dW, dU

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(W, U, xs):
    """Gradient of f with respect to W, U.   W: f64[n,n], U: f64[n,m], xs: f64[k,m]"""
    # primal
    h = jnp.zeros(W.shape[0])
    states = []
    h_tape = [h]
    for k in range(xs.shape[0]):  # records 8 * W.shape[0] bytes a trip
        x = xs[k]
        h = jnp.tanh(W @ h + U @ x)
        h_tape.append(h)
        states.append(h)
    t = jnp.stack(states)
    # adjoint
    dstates = list(2 * t / t.size)  # line 11: return np.mean(np.stack(states) ** 2)
    dW = jnp.zeros_like(W)          # line 8: for x in xs:
    dU = jnp.zeros_like(U)
    dh = jnp.zeros_like(h)          # line 8: for x in xs:
    for k in reversed(range(xs.shape[0])):
        h_1 = h_tape[k]
        h_2 = h_tape[k + 1]
        x = xs[k]
        dh_1 = dh + dstates[-1]     # line 10: states.append(h)
        dstates.pop()
        t = dh_1 * (1 - h_2 ** 2)   # line 9: h = np.tanh(W @ h + U @ x)
        dU = dU + jnp.outer(t, x)
        dW = dW + jnp.outer(t, h_1)
        dh = t @ W
    return dW, dU
