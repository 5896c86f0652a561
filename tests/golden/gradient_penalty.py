"""A gradient inside the loss: a network is kept from being steep where its data lie."""
import numpy as np

from adcompiler import grad


def score(x, W, v):
    return v @ np.tanh(W @ x)


slope = grad(score)


def f(W, v, X):
    total = 0.0
    for x in X:
        total += (np.sqrt(np.sum(slope(x, W, v) ** 2)) - 1.0) ** 2
    return total / len(X)


args = (
    np.array([[0.5, -0.3], [1.1, 0.2], [-0.7, 0.9]]),
    np.array([0.4, -1.2, 0.8]),
    np.array([[0.3, 1.0], [-0.5, 0.2], [1.4, -0.6], [0.1, 0.1]]),
)
argnums = (0, 1)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %v: f64[v.shape[0]], %X: f64[X.shape[0],X.shape[1]]):
#     %t: i64 = size(%X, axis=0)    # line 16
#     %tape: list[f64[W.shape[0]]] = tape(%t, item=f64[W.shape[0]])    # line 16
#     %tape.1: list[f64[W.shape[1]]] = tape(%t, item=f64[W.shape[1]])    # line 16
#     %tape.2: list[f64] = tape(%t, item=f64)    # line 16
#     %tape.3: list[f64[W.shape[0]]], %tape.4: list[f64[W.shape[1]]], %tape.5: list[f64] = for %k in range(0, %t, 1) carrying (%tape.6 = %tape, %tape.7 = %tape.1, %tape.8 = %tape.2):    # line 16, records 8 * W.shape[0] + 8 * W.shape[1] + 8 bytes a trip
#         %x: f64[X.shape[1]] = getitem(%X, %k, index=(At(operand=0),))    # line 16
#         %t.1: f64[W.shape[0]] = matmul(%W, %x)    # line 8
#         %t.2: f64[W.shape[0]] = tanh(%t.1)    # line 8
#         %tape.9: list[f64[W.shape[0]]] = record(%tape.6, %k, %t.2)    # line 16
#         %t.3: f64[W.shape[0]] = power(%t.2, 2)    # line 8
#         %t.4: f64[W.shape[0]] = subtract(1, %t.3)    # line 8
#         %t.5: f64[v.shape[0]] = multiply(%v, %t.4)    # line 8
#         %t.6: f64[W.shape[1],W.shape[0]] = transpose(%W)    # line 8
#         %t.7: f64[W.shape[1]] = matmul(%t.6, %t.5)    # line 8
#         %tape.10: list[f64[W.shape[1]]] = record(%tape.7, %k, %t.7)    # line 16
#         %t.8: f64[W.shape[1]] = power(%t.7, 2)    # line 17
#         %t.9: f64 = sum(%t.8, keepdims=False)    # line 17
#         %t.10: f64 = sqrt(%t.9)    # line 17
#         %tape.11: list[f64] = record(%tape.8, %k, %t.10)    # line 16
#         yield %tape.9, %tape.10, %tape.11
#     %t.11: i64 = size(%X, axis=0)    # line 18
#     %t.12: (W.shape[0], W.shape[1]) = shape(%W)    # adjoint of line 16
#     %dW: f64[W.shape[0],W.shape[1]] = zeros_of(%t.12)    # adjoint of line 16
#     %t.13: (v.shape[0]) = shape(%v)    # adjoint of line 16
#     %dv: f64[v.shape[0]] = zeros_of(%t.13)    # adjoint of line 16
#     %dW.1: f64[W.shape[0],W.shape[1]], %dv.1: f64[v.shape[0]] = for %k.1 in reversed range(0, %t, 1) carrying (%dW.2 = %dW, %dv.2 = %dv):    # adjoint of line 16
#         %t.14: f64[W.shape[0]] = recall(%tape.3, %k.1)    # adjoint of line 16
#         %t.15: f64[W.shape[1]] = recall(%tape.4, %k.1)    # adjoint of line 16
#         %t.16: f64 = recall(%tape.5, %k.1)    # adjoint of line 16
#         %x.1: f64[X.shape[1]] = getitem(%X, %k.1, index=(At(operand=0),))    # adjoint of line 16
#         %t.17: f64[W.shape[0]] = power(%t.14, 2)    # adjoint of line 8
#         %t.18: f64[W.shape[0]] = subtract(1, %t.17)    # adjoint of line 8
#         %t.19: f64[v.shape[0]] = multiply(%v, %t.18)    # adjoint of line 8
#         %t.20: f64 = subtract(%t.16, 1.0)    # adjoint of line 17
#         %t.21: f64 = multiply(2, %t.20)    # adjoint of line 17
#         %t.22: f64 = divide(%t.21, %t.11)    # adjoint of line 17
#         %t.23: f64 = multiply(2, %t.16)    # adjoint of line 17
#         %t.24: f64 = divide(%t.22, %t.23)    # adjoint of line 17
#         %t.25: f64[W.shape[1]] = multiply(2, %t.15)    # adjoint of line 17
#         %t.26: f64[W.shape[1]] = multiply(%t.25, %t.24)    # adjoint of line 17
#         %t.27: f64[W.shape[1],v.shape[0]] = outer(%t.26, %t.19)    # adjoint of line 8
#         %t.28: f64[W.shape[0]] = matmul(%W, %t.26)    # adjoint of line 8
#         %t.29: f64[v.shape[0],W.shape[1]] = transpose(%t.27)    # adjoint of line 8
#         %dW.3: f64[W.shape[0],W.shape[1]] = add(%dW.2, %t.29)    # adjoint of line 8
#         %t.30: f64[W.shape[0]] = multiply(%t.28, %t.18)    # adjoint of line 8
#         %dv.3: f64[v.shape[0]] = add(%dv.2, %t.30)    # adjoint of line 8
#         %t.31: f64[W.shape[0]] = multiply(%t.28, %v)    # adjoint of line 8
#         %t.32: f64[W.shape[0]] = multiply(2, %t.14)    # adjoint of line 8
#         %t.33: f64[W.shape[0]] = multiply(%t.32, %t.31)    # adjoint of line 8
#         %t.34: f64[W.shape[0]] = multiply(%t.33, %t.18)    # adjoint of line 8
#         %t.35: f64[W.shape[0]] = negative(%t.34)    # adjoint of line 8
#         %t.36: f64[W.shape[0],X.shape[1]] = outer(%t.35, %x.1)    # adjoint of line 8
#         %dW.4: f64[W.shape[0],W.shape[1]] = add(%dW.3, %t.36)    # adjoint of line 8
#         yield %dW.4, %dv.3
#     return %dW.1, %dv.1

# %% numpy
import numpy as np


def f_grad(W, v, X):
    """Gradient of f with respect to W, v.   W: f64[n,m], v: f64[n], X: f64[k,m]"""
    # primal
    tape = []
    tape_1 = []
    tape_2 = []
    for x in X:  # records 8 * W.shape[0] + 8 * W.shape[1] + 8 bytes a trip
        t = np.tanh(W @ x)
        tape.append(t)
        t1 = W.T @ (v * (1 - t ** 2))
        tape_1.append(t1)
        tape_2.append(np.sqrt(np.sum(t1 ** 2)))
    # adjoint
    dW = np.zeros_like(W)
    dv = np.zeros_like(v)
    for k in reversed(range(len(X))):  # line 16: for x in X
        t = tape[k]
        t1 = tape_2[k]
        x = X[k]
        t2 = 1 - t ** 2                # line 8: return v @ np.tanh(W @ x)
        # line 17: total += (np.sqrt(np.sum(slope(x, W, v) ** 2)) - 1.0) ** 2
        t3 = 2 * tape_1[k] * (2 * (t1 - 1.0) / len(X) / (2 * t1))
        t1 = W @ t3                    # line 8: return v @ np.tanh(W @ x)
        dW += np.outer(t3, v * t2).T
        dv += t1 * t2
        dW += np.outer(-(2 * t * (t1 * v) * t2), x)
    return dW, dv

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


@jax.jit
def f_grad(W, v, X):
    """Gradient of f with respect to W, v.   W: f64[n,m], v: f64[n], X: f64[k,m]"""
    X = jnp.asarray(X)

    # primal
    def body_k(k, carry):  # records 8 * W.shape[0] + 8 * W.shape[1] + 8 bytes a trip
        tape, tape_1, tape_2 = carry
        x = read_at(X, k)
        t = jnp.tanh(W @ x)
        tape = write_at(tape, t, k)
        t = v * (1 - t ** 2) @ W
        tape_1 = write_at(tape_1, t, k)
        tape_2 = write_at(tape_2, jnp.sqrt(jnp.sum(t ** 2)), k)
        return tape, tape_1, tape_2

    tape, tape_1, tape_2 = fori_loop(
        0,
        X.shape[0],
        body_k,
        (jnp.zeros((X.shape[0], W.shape[0])), jnp.zeros((X.shape[0], W.shape[1])), jnp.zeros(X.shape[0])),
    )
    # adjoint
    dW = jnp.zeros_like(W)  # line 16: for x in X:
    dv = jnp.zeros_like(v)

    def body_k(trip, carry):
        dW, dv = carry
        k = X.shape[0] - 1 - trip
        t = read_at(tape, k)
        t_1 = read_at(tape_2, k)
        x = read_at(X, k)
        t_2 = 1 - t ** 2  # line 8: return v @ np.tanh(W @ x)
        # line 17: total += (np.sqrt(np.sum(slope(x, W, v) ** 2)) - 1.0) ** 2
        t_1 = 2 * read_at(tape_1, k) * (2 * (t_1 - 1.0) / X.shape[0] / (2 * t_1))
        t_3 = W @ t_1     # line 8: return v @ np.tanh(W @ x)
        dW = dW + jnp.outer(t_1, v * t_2).T
        dv = dv + t_3 * t_2
        dW = dW + jnp.outer(-(2 * t * (t_3 * v) * t_2), x)
        return dW, dv

    dW, dv = fori_loop(0, X.shape[0], body_k, (dW, dv))
    return dW, dv
