"""A function with a rule of its own, in a loop: its residuals are recorded, its backward rule is inlined."""
import numpy as np

from adcompiler import custom_vjp


@custom_vjp
def softplus(x, sharpness):
    return np.log1p(np.exp(sharpness * x)) / sharpness


def softplus_fwd(x, sharpness):
    e = np.exp(sharpness * x)
    return np.log1p(e) / sharpness, (e, sharpness)


def softplus_bwd(residuals, dy):
    e, sharpness = residuals
    return dy * e / (1 + e), None


softplus.defvjp(softplus_fwd, softplus_bwd)


def f(w, x):
    for k in range(len(w)):
        x = softplus(w[k] * x, 2.0)
    return np.sum(x ** 2)


args = (np.array([0.4, -1.1, 0.8]), np.array([0.3, -0.6]))
argnums = (0, 1)


# %% ir
# func f_grad(%w: f64[w.shape[0]], %x: f64[x.shape[0]]):
#     %t: i64 = size(%w, axis=0)    # line 26
#     %x_tape: list[f64[x.shape[0]]] = tape(%t, item=f64[x.shape[0]])    # line 26
#     %x.1: f64[x.shape[0]], %x_tape.1: list[f64[x.shape[0]]] = for %k in range(0, %t, 1) carrying (%x.2 = %x, %x_tape.2 = %x_tape):    # line 26, records 8 * x.shape[0] bytes a trip
#         %x_tape.3: list[f64[x.shape[0]]] = record(%x_tape.2, %k, %x.2)    # line 26
#         %t.1: f64 = getitem(%w, %k, index=(At(operand=0),))    # line 27
#         %t.2: f64[x.shape[0]] = multiply(%t.1, %x.2)    # line 27
#         %t.3: f64[x.shape[0]] = multiply(2.0, %t.2)    # line 13
#         %e: f64[x.shape[0]] = exp(%t.3)    # line 13
#         %t.4: f64[x.shape[0]] = log1p(%e)    # line 14
#         %t.5: f64[x.shape[0]] = divide(%t.4, 2.0)    # line 14
#         yield %t.5, %x_tape.3
#     %t.6: f64[x.shape[0]] = multiply(2, %x.1)    # adjoint of line 28
#     %t.7: (w.shape[0]) = shape(%w)    # adjoint of line 26
#     %dw: f64[w.shape[0]] = zeros_of(%t.7)    # adjoint of line 26
#     %dx: f64[x.shape[0]], %dw.1: f64[w.shape[0]] = for %k.1 in reversed range(0, %t, 1) carrying (%dx.1 = %t.6, %dw.2 = %dw):    # adjoint of line 26
#         %x.3: f64[x.shape[0]] = recall(%x_tape.1, %k.1)    # adjoint of line 26
#         %t.8: f64 = getitem(%w, %k.1, index=(At(operand=0),))    # adjoint of line 27
#         %t.9: f64[x.shape[0]] = multiply(%t.8, %x.3)    # adjoint of line 27
#         %t.10: f64[x.shape[0]] = multiply(2.0, %t.9)    # adjoint of line 13
#         %e.1: f64[x.shape[0]] = exp(%t.10)    # adjoint of line 13
#         %t.11: f64[x.shape[0]] = multiply(%dx.1, %e.1)    # adjoint of line 19
#         %t.12: f64[x.shape[0]] = add(1, %e.1)    # adjoint of line 19
#         %t.13: f64[x.shape[0]] = divide(%t.11, %t.12)    # adjoint of line 19
#         %t.14: f64[x.shape[0]] = multiply(%t.13, %x.3)    # adjoint of line 27
#         %t.15: f64 = sum(%t.14, keepdims=False)    # adjoint of line 27
#         %dx.2: f64[x.shape[0]] = multiply(%t.13, %t.8)    # adjoint of line 27
#         %dw.3: f64[w.shape[0]] = setitem(%dw.2, %t.15, %k.1, index=(At(operand=0),))    # adjoint of line 27
#         yield %dx.2, %dw.3
#     return %dw.1, %dx

# %% numpy
import numpy as np


def f_grad(w, x):
    """Gradient of f with respect to w, x.   w: f64[n], x: f64[m]"""
    # primal
    x_tape = []
    for k in range(len(w)):  # records 8 * x.shape[0] bytes a trip
        x_tape.append(x)
        e = np.exp(2.0 * (w[k] * x))
        x = np.log1p(e) / 2.0
    # adjoint
    dx = 2 * x                         # line 28: return np.sum(x ** 2)
    dw = np.zeros_like(w)
    for k in reversed(range(len(w))):  # line 26: for k in range(len(w))
        x = x_tape[k]
        w_k = w[k]                     # line 27: x = softplus(w[k] * x, 2.0)
        e = np.exp(2.0 * (w_k * x))    # line 13: e = np.exp(sharpness * x)
        t = dx * e / (1 + e)           # line 19: return dy * e / (1 + e), None
        dx = t * w_k                   # line 27: x = softplus(w[k] * x, 2.0)
        dw[k] = np.sum(t * x)
    return dw, dx

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
def f_grad(w, x):
    """Gradient of f with respect to w, x.   w: f64[n], x: f64[m]"""
    w = jnp.asarray(w)

    # primal
    def body_k(k, carry):  # records 8 * x.shape[0] bytes a trip
        x, x_tape = carry
        x_tape = write_at(x_tape, x, k)
        e = jnp.exp(2.0 * (read_at(w, k) * x))
        return jnp.log1p(e) / 2.0, x_tape

    x, x_tape = fori_loop(0, w.shape[0], body_k, (x, jnp.zeros((w.shape[0], *x.shape))))
    # adjoint
    dw = jnp.zeros_like(w)  # line 26: for k in range(len(w)):

    def body_k(trip, carry):
        dx, dw = carry
        k = w.shape[0] - 1 - trip
        x = read_at(x_tape, k)
        w_k = read_at(w, k)           # line 27: x = softplus(w[k] * x, 2.0)
        e = jnp.exp(2.0 * (w_k * x))  # line 13: e = np.exp(sharpness * x)
        t = dx * e / (1 + e)          # line 19: return dy * e / (1 + e), None
        dx = t * w_k                  # line 27: x = softplus(w[k] * x, 2.0)
        dw = write_at(dw, jnp.sum(t * x), k)
        return dx, dw

    dx, dw = fori_loop(0, w.shape[0], body_k, (2 * x, dw))
    return dw, dx
