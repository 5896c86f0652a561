"""Learning to learn: the loss after some steps of gradient descent, by where these start and how long they are."""
import numpy as np

from adcompiler import value_and_grad


def fit(w, X, y):
    r = np.tanh(X @ w) - y
    return np.mean(r ** 2)


both = value_and_grad(fit)


def f(w, rates, X, y):
    before = 0.0
    for rate in rates:
        loss, dw = both(w, X, y)
        before = before + 0.1 * loss
        w = w - rate * dw
    return fit(w, X, y) + before


args = (
    np.array([0.4, -0.8]),
    np.array([0.5, 0.3, 0.1]),
    np.array([[0.2, 1.0], [1.3, -0.4], [-0.6, 0.5]]),
    np.array([0.3, -0.5, 0.2]),
)
argnums = (0, 1)


# %% ir
# func f_grad(%w: f64[w.shape[0]], %rates: f64[rates.shape[0]], %X: f64[X.shape[0],X.shape[1]], %y: f64[y.shape[0]]):
#     %t: i64 = size(%rates, axis=0)    # line 17
#     %tape: list[f64[X.shape[0]]] = tape(%t, item=f64[X.shape[0]])    # line 17
#     %dw_tape: list[f64[X.shape[1]]] = tape(%t, item=f64[X.shape[1]])    # line 17
#     %w.1: f64[w.shape[0]], %tape.1: list[f64[X.shape[0]]], %dw_tape.1: list[f64[X.shape[1]]] = for %k in range(0, %t, 1) carrying (%w.2 = %w, %tape.2 = %tape, %dw_tape.2 = %dw_tape):    # line 17, records 8 * X.shape[0] + 8 * X.shape[1] bytes a trip
#         %rate: f64 = getitem(%rates, %k, index=(At(operand=0),))    # line 17
#         %t.1: f64[X.shape[0]] = matmul(%X, %w.2)    # line 8
#         %t.2: f64[X.shape[0]] = tanh(%t.1)    # line 8
#         %tape.3: list[f64[X.shape[0]]] = record(%tape.2, %k, %t.2)    # line 17
#         %r: f64[X.shape[0]] = subtract(%t.2, %y)    # line 8
#         %t.3: i64 = size(%t.2, axis=0)    # line 9
#         %t.4: f64[X.shape[0]] = multiply(2, %r)    # line 9
#         %t.5: f64[X.shape[0]] = divide(%t.4, %t.3)    # line 9
#         %t.6: f64[X.shape[0]] = power(%t.2, 2)    # line 8
#         %t.7: f64[X.shape[0]] = subtract(1, %t.6)    # line 8
#         %t.8: f64[X.shape[0]] = multiply(%t.5, %t.7)    # line 8
#         %t.9: f64[X.shape[1],X.shape[0]] = transpose(%X)    # line 8
#         %dw: f64[X.shape[1]] = matmul(%t.9, %t.8)    # line 8
#         %dw_tape.3: list[f64[X.shape[1]]] = record(%dw_tape.2, %k, %dw)    # line 17
#         %t.10: f64[X.shape[1]] = multiply(%rate, %dw)    # line 20
#         %w.3: f64[w.shape[0]] = subtract(%w.2, %t.10)    # line 20
#         yield %w.3, %tape.3, %dw_tape.3
#     %t.11: f64[X.shape[0]] = matmul(%X, %w.1)    # line 8
#     %t.12: f64[X.shape[0]] = tanh(%t.11)    # adjoint of line 8
#     %r.1: f64[X.shape[0]] = subtract(%t.12, %y)    # adjoint of line 8
#     %t.13: i64 = size(%r.1, axis=0)    # adjoint of line 9
#     %t.14: f64[X.shape[0]] = multiply(2, %r.1)    # adjoint of line 9
#     %dr: f64[X.shape[0]] = divide(%t.14, %t.13)    # adjoint of line 9
#     %t.15: f64[X.shape[0]] = power(%t.12, 2)    # adjoint of line 8
#     %t.16: f64[X.shape[0]] = subtract(1, %t.15)    # adjoint of line 8
#     %t.17: f64[X.shape[0]] = multiply(%dr, %t.16)    # adjoint of line 8
#     %t.18: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 8
#     %dw.1: f64[X.shape[1]] = matmul(%t.18, %t.17)    # adjoint of line 8
#     %t.19: (rates.shape[0]) = shape(%rates)    # adjoint of line 17
#     %drates: f64[rates.shape[0]] = zeros_of(%t.19)    # adjoint of line 17
#     %dw.2: f64[w.shape[0]], %drates.1: f64[rates.shape[0]] = for %k.1 in reversed range(0, %t, 1) carrying (%dw.3 = %dw.1, %drates.2 = %drates):    # adjoint of line 17
#         %t.20: f64[X.shape[0]] = recall(%tape.1, %k.1)    # adjoint of line 17
#         %dw.4: f64[X.shape[1]] = recall(%dw_tape.1, %k.1)    # adjoint of line 17
#         %rate.1: f64 = getitem(%rates, %k.1, index=(At(operand=0),))    # adjoint of line 17
#         %r.2: f64[X.shape[0]] = subtract(%t.20, %y)    # adjoint of line 8
#         %t.21: i64 = size(%X, axis=0)    # adjoint of line 9
#         %t.22: f64[X.shape[0]] = multiply(2, %r.2)    # adjoint of line 9
#         %t.23: f64[X.shape[0]] = divide(%t.22, %t.21)    # adjoint of line 9
#         %t.24: f64[X.shape[0]] = power(%t.20, 2)    # adjoint of line 8
#         %t.25: f64[X.shape[0]] = subtract(1, %t.24)    # adjoint of line 8
#         %t.26: f64[w.shape[0]] = multiply(%dw.3, %dw.4)    # adjoint of line 20
#         %t.27: f64 = sum(%t.26, keepdims=False)    # adjoint of line 20
#         %drate: f64 = negative(%t.27)    # adjoint of line 20
#         %t.28: f64[w.shape[0]] = multiply(%dw.3, %rate.1)    # adjoint of line 20
#         %ddw: f64[w.shape[0]] = negative(%t.28)    # adjoint of line 20
#         %t.29: f64[X.shape[0]] = matmul(%X, %ddw)    # adjoint of line 8
#         %t.30: f64[X.shape[0]] = multiply(%t.29, %t.25)    # adjoint of line 8
#         %t.31: f64[X.shape[0]] = multiply(%t.29, %t.23)    # adjoint of line 8
#         %t.32: f64[X.shape[0]] = multiply(2, %t.20)    # adjoint of line 8
#         %t.33: f64[X.shape[0]] = multiply(%t.32, %t.31)    # adjoint of line 8
#         %t.34: f64[X.shape[0]] = divide(%t.30, %t.21)    # adjoint of line 9
#         %dr.1: f64[X.shape[0]] = multiply(%t.34, 2)    # adjoint of line 9
#         %t.35: f64[X.shape[0]] = multiply(0.2, %r.2)    # adjoint of line 9
#         %t.36: f64[X.shape[0]] = divide(%t.35, %t.13)    # adjoint of line 9
#         %dr.2: f64[X.shape[0]] = add(%dr.1, %t.36)    # adjoint of line 9
#         %t.37: f64[X.shape[0]] = subtract(%dr.2, %t.33)    # adjoint of line 8
#         %t.38: f64[X.shape[0]] = multiply(%t.37, %t.25)    # adjoint of line 8
#         %t.39: f64[X.shape[1],X.shape[0]] = transpose(%X)    # adjoint of line 8
#         %t.40: f64[X.shape[1]] = matmul(%t.39, %t.38)    # adjoint of line 8
#         %dw.5: f64[w.shape[0]] = add(%dw.3, %t.40)    # adjoint of line 8
#         %drates.3: f64[rates.shape[0]] = setitem(%drates.2, %drate, %k.1, index=(At(operand=0),))    # adjoint of line 17
#         yield %dw.5, %drates.3
#     return %dw.2, %drates.1

# %% numpy
import numpy as np


def f_grad(w, rates, X, y):
    """Gradient of f with respect to w, rates.   w: f64[n], rates: f64[m], X: f64[k,n], y: f64[k]"""
    # primal
    tape = []
    dw_tape = []
    for rate in rates:  # records 8 * X.shape[0] + 8 * X.shape[1] bytes a trip
        t = np.tanh(X @ w)
        tape.append(t)
        r = t - y
        dw = X.T @ (2 * r / len(t) * (1 - t ** 2))
        dw_tape.append(dw)
        w = w - rate * dw
    # adjoint
    t = np.tanh(X @ w)                     # line 8: r = np.tanh(X @ w) - y
    r = t - y
    dr = 2 * r / len(r)                    # line 9: return np.mean(r ** 2)
    dw = X.T @ (dr * (1 - t ** 2))         # line 8: r = np.tanh(X @ w) - y
    drates = np.zeros_like(rates)
    for k in reversed(range(len(rates))):  # line 17: for rate in rates
        t = tape[k]
        rate = rates[k]
        r = t - y                          # line 8: r = np.tanh(X @ w) - y
        t1 = 1 - t ** 2
        ddw = -(dw * rate)                 # line 20: w = w - rate * dw
        t2 = X @ ddw                       # line 8: r = np.tanh(X @ w) - y
        dr = t2 * t1 / len(X) * 2          # line 9: return np.mean(r ** 2)
        dr = dr + 0.2 * r / len(r)
        # line 8: r = np.tanh(X @ w) - y
        t3 = X.T @ ((dr - 2 * t * (t2 * (2 * r / len(X)))) * t1)
        dw_1 = dw + t3
        drate = -np.sum(dw * dw_tape[k])   # line 20: w = w - rate * dw
        drates[k] = drate
        dw = dw_1
    return dw, drates

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
def f_grad(w, rates, X, y):
    """Gradient of f with respect to w, rates.   w: f64[n], rates: f64[m], X: f64[k,n], y: f64[k]"""
    rates = jnp.asarray(rates)
    X = jnp.asarray(X)
    y = jnp.asarray(y)

    # primal
    def body_k(k, carry):  # records 8 * X.shape[0] + 8 * X.shape[1] bytes a trip
        w, tape, dw_tape = carry
        rate = read_at(rates, k)
        t = jnp.tanh(X @ w)
        tape = write_at(tape, t, k)
        r = t - y
        dw = 2 * r / t.shape[0] * (1 - t ** 2) @ X
        dw_tape = write_at(dw_tape, dw, k)
        w = w - rate * dw
        return w, tape, dw_tape

    w, tape, dw_tape = fori_loop(
        0,
        rates.shape[0],
        body_k,
        (w, jnp.zeros((rates.shape[0], X.shape[0])), jnp.zeros((rates.shape[0], X.shape[1]))),
    )
    # adjoint
    t = jnp.tanh(X @ w)             # line 8: r = np.tanh(X @ w) - y
    r = t - y
    dr = 2 * r / r.shape[0]         # line 9: return np.mean(r ** 2)
    dw = dr * (1 - t ** 2) @ X      # line 8: r = np.tanh(X @ w) - y
    drates = jnp.zeros_like(rates)  # line 17: for rate in rates:

    def body_k(trip, carry):
        dw, drates = carry
        k = rates.shape[0] - 1 - trip
        t = read_at(tape, k)
        dw_1 = read_at(dw_tape, k)
        rate = read_at(rates, k)
        r_1 = t - y                          # line 8: r = np.tanh(X @ w) - y
        t_1 = 1 - t ** 2
        drate = -jnp.sum(dw * dw_1)          # line 20: w = w - rate * dw
        ddw = -(dw * rate)
        t_2 = X @ ddw                        # line 8: r = np.tanh(X @ w) - y
        dr = t_2 * t_1 / X.shape[0] * 2      # line 9: return np.mean(r ** 2)
        dr = dr + 0.2 * r_1 / r.shape[0]
        # line 8: r = np.tanh(X @ w) - y
        dw = dw + (dr - 2 * t * (t_2 * (2 * r_1 / X.shape[0]))) * t_1 @ X
        drates = write_at(drates, drate, k)  # line 17: for rate in rates:
        return dw, drates

    dw, drates = fori_loop(0, rates.shape[0], body_k, (dw, drates))
    return dw, drates
