"""Gradient descent with momentum inside the function: derivatives of a training run by its settings."""
import numpy as np


def f(w, X, y, rate, beta):
    v = np.zeros_like(w)
    for _ in range(3):
        slope = X.T @ (X @ w - y) / len(y)
        v = beta * v + slope
        w = w - rate * v
    return np.mean((X @ w - y) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=2), rng.normal(size=(5, 2)), rng.normal(size=5), 0.1, 0.9)
argnums = (0, 3, 4)


# %% ir
# func f_grad(%w: f64[w.shape[0]], %X: f64[X.shape[0],X.shape[1]], %y: f64[y.shape[0]], %rate: f64, %beta: f64):
#     %v: f64[w.shape[0]] = zeros_like(%w)    # line 6
#     %v_tape: list[f64[w.shape[0]]] = tape(4, item=f64[w.shape[0]])    # line 7
#     %v_tape.1: list[f64[w.shape[0]]] = record(%v_tape, 0, %v)    # line 7
#     %w.1: f64[w.shape[0]], %v.1: f64[w.shape[0]], %v_tape.2: list[f64[w.shape[0]]] = for %_ in range(0, 3, 1) carrying (%w.2 = %w, %v.2 = %v, %v_tape.3 = %v_tape.1):    # line 7, records 8 * w.shape[0] bytes a trip
#         %t: f64[X.shape[1],X.shape[0]] = transpose(%X)    # line 8
#         %t.1: f64[X.shape[0]] = matmul(%X, %w.2)    # line 8
#         %t.2: f64[X.shape[0]] = subtract(%t.1, %y)    # line 8
#         %t.3: f64[X.shape[1]] = matmul(%t, %t.2)    # line 8
#         %t.4: i64 = size(%y, axis=0)    # line 8
#         %slope: f64[X.shape[1]] = divide(%t.3, %t.4)    # line 8
#         %t.5: f64[w.shape[0]] = multiply(%beta, %v.2)    # line 9
#         %v.3: f64[w.shape[0]] = add(%t.5, %slope)    # line 9
#         %t.6: i64 = add(%_, 1)    # line 7
#         %v_tape.4: list[f64[w.shape[0]]] = record(%v_tape.3, %t.6, %v.3)    # line 7
#         %t.7: f64[w.shape[0]] = multiply(%rate, %v.3)    # line 10
#         %w.3: f64[w.shape[0]] = subtract(%w.2, %t.7)    # line 10
#         yield %w.3, %v.3, %v_tape.4
#     %t.8: f64[X.shape[0]] = matmul(%X, %w.1)    # line 11
#     %t.9: f64[X.shape[0]] = subtract(%t.8, %y)    # adjoint of line 11
#     %t.10: i64 = size(%X, axis=0)    # adjoint of line 11
#     %t.11: f64[X.shape[0]] = multiply(2, %t.9)    # adjoint of line 11
#     %t.12: f64[X.shape[0]] = divide(%t.11, %t.10)    # adjoint of line 11
#     %t.13: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 11
#     %dw: f64[X.shape[1]] = matmul(%t.13, %t.12)    # adjoint of line 11
#     %t.14: (w.shape[0]) = shape(%v.1)    # adjoint of line 7
#     %t.15: f64[w.shape[0]] = zeros_of(%t.14)    # adjoint of line 7
#     %dw.1: f64[w.shape[0]], %dv: f64[w.shape[0]], %dbeta: f64, %drate: f64 = for %_.1 in reversed range(0, 3, 1) carrying (%dw.2 = %dw, %dv.1 = %t.15, %dbeta.1 = 0.0, %drate.1 = 0.0):    # adjoint of line 7
#         %v.4: f64[w.shape[0]] = recall(%v_tape.2, %_.1)    # adjoint of line 7
#         %t.16: i64 = add(%_.1, 1)    # adjoint of line 7
#         %v.5: f64[w.shape[0]] = recall(%v_tape.2, %t.16)    # adjoint of line 7
#         %t.17: i64 = size(%y, axis=0)    # adjoint of line 8
#         %t.18: f64[w.shape[0]] = multiply(%dw.2, %v.5)    # adjoint of line 10
#         %t.19: f64 = sum(%t.18, keepdims=False)    # adjoint of line 10
#         %drate.2: f64 = subtract(%drate.1, %t.19)    # adjoint of line 10
#         %t.20: f64[w.shape[0]] = multiply(%dw.2, %rate)    # adjoint of line 10
#         %dv.2: f64[w.shape[0]] = subtract(%dv.1, %t.20)    # adjoint of line 10
#         %t.21: f64[w.shape[0]] = multiply(%dv.2, %v.4)    # adjoint of line 9
#         %t.22: f64 = sum(%t.21, keepdims=False)    # adjoint of line 9
#         %dbeta.2: f64 = add(%dbeta.1, %t.22)    # adjoint of line 9
#         %dv.3: f64[w.shape[0]] = multiply(%dv.2, %beta)    # adjoint of line 9
#         %t.23: f64[w.shape[0]] = divide(%dv.2, %t.17)    # adjoint of line 8
#         %t.24: f64[X.shape[0]] = matmul(%X, %t.23)    # adjoint of line 8
#         %t.25: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 8
#         %t.26: f64[X.shape[1]] = matmul(%t.25, %t.24)    # adjoint of line 8
#         %dw.3: f64[w.shape[0]] = add(%dw.2, %t.26)    # adjoint of line 8
#         yield %dw.3, %dv.3, %dbeta.2, %drate.2
#     return %dw.1, %drate, %dbeta

# %% numpy
import numpy as np


def f_grad(w, X, y, rate, beta):
    """Gradient of f with respect to w, rate, beta.   w: f64[n], X: f64[m,n], y: f64[m], rate: float, beta: float"""
    # primal
    v = np.zeros_like(w)
    v_tape = [v]
    for _ in range(3):  # records 8 * w.shape[0] bytes a trip
        slope = X.T @ (X @ w - y) / len(y)
        v = beta * v + slope
        v_tape.append(v)
        w = w - rate * v
    # adjoint
    dw = X.T @ (2 * (X @ w - y) / len(X))  # line 11: return np.mean((X @ w - y) ** 2)
    dv = np.zeros_like(v)
    dbeta = 0.0
    drate = 0.0
    for k in reversed(range(3)):           # line 7: for _ in range(3)
        dv = dv - dw * rate                # line 10: w = w - rate * v
        drate -= np.sum(dw * v_tape[k + 1])
        dbeta += np.sum(dv * v_tape[k])    # line 9: v = beta * v + slope
        dv_1 = dv * beta
        dw += X.T @ (X @ (dv / len(y)))    # line 8: slope = X.T @ (X @ w - y) / len(y)
        dv = dv_1
    return dw, drate, dbeta

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


@jax.jit
def f_grad(w, X, y, rate, beta):
    """Gradient of f with respect to w, rate, beta.   w: f64[n], X: f64[m,n], y: f64[m], rate: float, beta: float"""
    X = jnp.asarray(X)
    y = jnp.asarray(y)
    rate = jnp.asarray(rate)
    # primal
    v = jnp.zeros_like(w)
    v_tape = write_at(jnp.zeros((4, *v.shape)), v, 0)

    def body_k(k, carry):  # records 8 * w.shape[0] bytes a trip
        w, v, v_tape = carry
        slope = (X @ w - y) @ X / y.shape[0]
        v = beta * v + slope
        v_tape = write_at(v_tape, v, k + 1)
        w = w - rate * v
        return w, v, v_tape

    w, v, v_tape = lax.fori_loop(0, 3, body_k, (w, v, v_tape))
    # adjoint
    dw = 2 * (X @ w - y) / X.shape[0] @ X  # line 11: return np.mean((X @ w - y) ** 2)

    def body_k(trip, carry):                 # line 7: for _ in range(3):
        dw, dv, dbeta, drate = carry
        k = 2 - trip
        v = read_at(v_tape, k)               # line 7: for _ in range(3):
        v_1 = read_at(v_tape, k + 1)
        drate = drate - jnp.sum(dw * v_1)    # line 10: w = w - rate * v
        dv = dv - dw * rate
        dbeta = dbeta + jnp.sum(dv * v)      # line 9: v = beta * v + slope
        dv_1 = dv * beta
        dw = dw + X @ (dv / y.shape[0]) @ X  # line 8: slope = X.T @ (X @ w - y) / len(y)
        return dw, dv_1, dbeta, drate

    dw, _, dbeta, drate = lax.fori_loop(0, 3, body_k, (dw, jnp.zeros_like(v), 0.0, 0.0))
    return dw, drate, dbeta
