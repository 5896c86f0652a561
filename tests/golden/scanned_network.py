"""jax.lax.scan: the states of a recurrent network, stacked."""
import jax
import jax.numpy as jnp
import numpy as np


def f(W, U, xs):
    def step(h, x):
        h = jnp.tanh(W @ h + U @ x)
        return h, h

    last, states = jax.lax.scan(step, jnp.zeros(W.shape[0]), xs)
    return jnp.mean(states ** 2) + jnp.sum(last)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2)))
more_args = [(rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2)))]
argnums = (0, 1)


# %% ir
# func f_grad(%W: f64[W.shape[0],W.shape[1]], %U: f64[U.shape[0],U.shape[1]], %xs: f64[xs.shape[0],xs.shape[1]]):
#     %t: i64 = size(%W, axis=0)    # line 12
#     %t.1: f64[W.shape[0]] = zeros(%t)    # line 12
#     %count: i64 = size(%xs, axis=0)    # line 12
#     %t.2: i64 = size(%t.1, axis=0)    # line 12
#     %ys: f64[xs.shape[0],W.shape[0]] = zeros(%count, %t.2)    # line 12
#     %carry_tape: list[f64[W.shape[0]]] = tape(%count, item=f64[W.shape[0]])    # line 12
#     %carry: f64[W.shape[0]], %ys.1: f64[xs.shape[0],W.shape[0]], %carry_tape.1: list[f64[W.shape[0]]] = for %k in range(0, %count, 1) carrying (%carry.1 = %t.1, %ys.2 = %ys, %carry_tape.2 = %carry_tape):    # line 12, records 8 * W.shape[0] bytes a trip
#         %carry_tape.3: list[f64[W.shape[0]]] = record(%carry_tape.2, %k, %carry.1)    # line 12
#         %t.3: f64[xs.shape[1]] = getitem(%xs, %k, index=(At(operand=0),))    # line 12
#         %t.4: f64[W.shape[0]] = matmul(%W, %carry.1)    # line 9
#         %t.5: f64[U.shape[0]] = matmul(%U, %t.3)    # line 9
#         %t.6: f64[W.shape[0]] = add(%t.4, %t.5)    # line 9
#         %h: f64[W.shape[0]] = tanh(%t.6)    # line 9
#         %ys.3: f64[xs.shape[0],W.shape[0]] = setitem(%ys.2, %h, %k, index=(At(operand=0),))    # line 12
#         yield %h, %ys.3, %carry_tape.3
#     %t.7: (W.shape[0]) = shape(%carry)    # adjoint of line 13
#     %dcarry: f64[W.shape[0]] = full_of(%t.7, 1.0)    # adjoint of line 13
#     %t.8: i64 = count(%ys.1)    # adjoint of line 13
#     %t.9: f64[xs.shape[0],W.shape[0]] = multiply(2, %ys.1)    # adjoint of line 13
#     %dys: f64[xs.shape[0],W.shape[0]] = divide(%t.9, %t.8)    # adjoint of line 13
#     %t.10: (W.shape[0], W.shape[1]) = shape(%W)    # adjoint of line 12
#     %dW: f64[W.shape[0],W.shape[1]] = zeros_of(%t.10)    # adjoint of line 12
#     %t.11: (U.shape[0], U.shape[1]) = shape(%U)    # adjoint of line 12
#     %dU: f64[U.shape[0],U.shape[1]] = zeros_of(%t.11)    # adjoint of line 12
#     %dcarry.1: f64[W.shape[0]], %dys.1: f64[xs.shape[0],W.shape[0]], %dW.1: f64[W.shape[0],W.shape[1]], %dU.1: f64[U.shape[0],U.shape[1]] = for %k.1 in reversed range(0, %count, 1) carrying (%dcarry.2 = %dcarry, %dys.2 = %dys, %dW.2 = %dW, %dU.2 = %dU):    # adjoint of line 12
#         %carry.2: f64[W.shape[0]] = recall(%carry_tape.1, %k.1)    # adjoint of line 12
#         %t.12: f64[xs.shape[1]] = getitem(%xs, %k.1, index=(At(operand=0),))    # adjoint of line 12
#         %h.1: f64[W.shape[0]] = getitem(%ys.1, %k.1, index=(At(operand=0),))    # adjoint of line 12
#         %t.13: f64[W.shape[0]] = getitem(%dys.2, %k.1, index=(At(operand=0),))    # adjoint of line 12
#         %dh: f64[W.shape[0]] = add(%dcarry.2, %t.13)    # adjoint of line 12
#         %t.14: f64[W.shape[0]] = power(%h.1, 2)    # adjoint of line 9
#         %t.15: f64[W.shape[0]] = subtract(1, %t.14)    # adjoint of line 9
#         %t.16: f64[W.shape[0]] = multiply(%dh, %t.15)    # adjoint of line 9
#         %t.17: f64[W.shape[0],xs.shape[1]] = outer(%t.16, %t.12)    # adjoint of line 9
#         %dU.3: f64[U.shape[0],U.shape[1]] = add(%dU.2, %t.17)    # adjoint of line 9
#         %t.18: f64[W.shape[0],W.shape[0]] = outer(%t.16, %carry.2)    # adjoint of line 9
#         %dW.3: f64[W.shape[0],W.shape[1]] = add(%dW.2, %t.18)    # adjoint of line 9
#         %t.19: f64[W.shape[1],W.shape[0]] = transpose(%W)    # adjoint of line 9
#         %dcarry.3: f64[W.shape[1]] = matmul(%t.19, %t.16)    # adjoint of line 9
#         yield %dcarry.3, %dys.2, %dW.3, %dU.3
#     return %dW.1, %dU.1

# %% numpy
import numpy as np


def f_grad(W, U, xs):
    """Gradient of f with respect to W, U.   W: f64[n,n], U: f64[n,m], xs: f64[k,m]"""
    # primal
    carry = np.zeros(W.shape[0])
    count = xs.shape[0]
    ys = np.zeros((count, carry.shape[0]))
    carry_tape = []
    for k in range(count):  # records 8 * W.shape[0] bytes a trip
        carry_tape.append(carry)
        h = np.tanh(W @ carry + U @ xs[k])
        ys[k] = h
        carry = h
    # adjoint
    dcarry = np.ones_like(carry)      # line 13: return jnp.mean(states ** 2) + jnp.sum(last)
    dys = 2 * ys / ys.size
    dW = np.zeros_like(W)             # line 12: last, states = jax.lax.scan(step, jnp.zeros(W.shape[0]), xs)
    dU = np.zeros_like(U)
    for k in reversed(range(count)):  # line 12: last, states = jax.lax.scan(step, jnp.zeros(W.shape[0]), xs)
        h = ys[k]
        dh = dcarry + dys[k]
        t = dh * (1 - h ** 2)         # line 9: h = jnp.tanh(W @ h + U @ x)
        dU += np.outer(t, xs[k])
        dW += np.outer(t, carry_tape[k])
        dcarry = W.T @ t
    return dW, dU

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
def f_grad(W, U, xs):
    """Gradient of f with respect to W, U.   W: f64[n,n], U: f64[n,m], xs: f64[k,m]"""
    xs = jnp.asarray(xs)
    # primal
    t = jnp.zeros(W.shape[0])
    count = xs.shape[0]
    ys = jnp.zeros((count, t.shape[0]))

    def body_k(k, carry_1):  # records 8 * W.shape[0] bytes a trip
        carry, ys, carry_tape = carry_1
        carry_tape = write_at(carry_tape, carry, k)
        h = jnp.tanh(W @ carry + U @ read_at(xs, k))
        ys = write_at(ys, h, k)
        return h, ys, carry_tape

    carry, ys, carry_tape = fori_loop(0, count, body_k, (t, ys, jnp.zeros((count, *t.shape))))
    # adjoint
    dcarry = jnp.ones_like(carry)  # line 13: return jnp.mean(states ** 2) + jnp.sum(last)
    dys = 2 * ys / ys.size
    dW = jnp.zeros_like(W)         # line 12: last, states = jax.lax.scan(step, jnp.zeros(W.shape[0]), xs)
    dU = jnp.zeros_like(U)

    def body_k(trip, carry):
        dcarry, dys, dW, dU = carry
        k = count - 1 - trip
        carry = read_at(carry_tape, k)
        h = read_at(ys, k)
        dh = dcarry + read_at(dys, k)
        t = dh * (1 - h ** 2)  # line 9: h = jnp.tanh(W @ h + U @ x)
        dU = dU + jnp.outer(t, read_at(xs, k))
        dW = dW + jnp.outer(t, carry)
        dcarry = t @ W
        return dcarry, dys, dW, dU

    _, _, dW, dU = fori_loop(0, count, body_k, (dcarry, dys, dW, dU))
    return dW, dU
