"""Code in the reverse sweep: the cotangent that passes a line is kept within bounds."""
import numpy as np

from adcompiler import on_backward


def f(x, w):
    h = np.zeros(2)
    for i in range(len(x)):
        h = on_backward(np.tanh(w * h + x[i]), lambda dh: np.clip(dh, -10.0, 10.0))
    return np.sum(h * np.array([1.0, 2.0]))


args = (np.array([0.1, -0.4, 0.7]), 0.6)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %w: f64):
#     %h: f64[2] = zeros(2)    # line 8
#     %t: i64 = size(%x, axis=0)    # line 9
#     %h_tape: list[f64[2]] = tape(%t, item=f64[2])    # line 9
#     %h.1: f64[2], %h_tape.1: list[f64[2]] = for %i in range(0, %t, 1) carrying (%h.2 = %h, %h_tape.2 = %h_tape):    # line 9, records 16 bytes a trip
#         %h_tape.3: list[f64[2]] = record(%h_tape.2, %i, %h.2)    # line 9
#         %t.1: f64[2] = multiply(%w, %h.2)    # line 10
#         %t.2: f64 = getitem(%x, %i, index=(At(operand=0),))    # line 10
#         %t.3: f64[2] = add(%t.1, %t.2)    # line 10
#         %t.4: f64[2] = tanh(%t.3)    # line 10
#         yield %t.4, %h_tape.3
#     %t.5: f64[2] = array(1.0, 2.0, nesting=(0, 1))    # line 11
#     %t.6: (x.shape[0]) = shape(%x)    # adjoint of line 9
#     %dx: f64[x.shape[0]] = zeros_of(%t.6)    # adjoint of line 9
#     %dh: f64[2], %dw: f64, %dx.1: f64[x.shape[0]] = for %i.1 in reversed range(0, %t, 1) carrying (%dh.1 = %t.5, %dw.1 = 0.0, %dx.2 = %dx):    # adjoint of line 9
#         %h.3: f64[2] = recall(%h_tape.1, %i.1)    # adjoint of line 9
#         %t.7: f64[2] = multiply(%w, %h.3)    # adjoint of line 10
#         %t.8: f64 = getitem(%x, %i.1, index=(At(operand=0),))    # adjoint of line 10
#         %t.9: f64[2] = add(%t.7, %t.8)    # adjoint of line 10
#         %t.10: f64[2] = tanh(%t.9)    # adjoint of line 10
#         %t.11: f64[2] = clip(%dh.1, -10.0, 10.0)    # adjoint of line 10
#         %t.12: f64[2] = power(%t.10, 2)    # adjoint of line 10
#         %t.13: f64[2] = subtract(1, %t.12)    # adjoint of line 10
#         %t.14: f64[2] = multiply(%t.11, %t.13)    # adjoint of line 10
#         %t.15: f64 = sum(%t.14, keepdims=False)    # adjoint of line 10
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %t.15, %i.1, index=(At(operand=0),))    # adjoint of line 10
#         %t.16: f64[2] = multiply(%t.14, %h.3)    # adjoint of line 10
#         %t.17: f64 = sum(%t.16, keepdims=False)    # adjoint of line 10
#         %dw.2: f64 = add(%dw.1, %t.17)    # adjoint of line 10
#         %dh.2: f64[2] = multiply(%t.14, %w)    # adjoint of line 10
#         yield %dh.2, %dw.2, %dx.3
#     return %dx.1, %dw

# %% numpy
import numpy as np


def f_grad(x, w):
    """Gradient of f with respect to x, w.   x: f64[n], w: float"""
    # primal
    h = np.zeros(2)
    h_tape = []
    for i in range(len(x)):  # records 16 bytes a trip
        h_tape.append(h)
        h = np.tanh(w * h + x[i])
    dh = np.array([1.0, 2.0])
    # adjoint
    dx = np.zeros_like(x)
    dw = 0.0
    for i in reversed(range(len(x))):  # line 9: for i in range(len(x))
        h = h_tape[i]
        # line 10: h = on_backward(np.tanh(w * h + x[i]), lambda dh: np.cli ...
        t = np.clip(dh, -10.0, 10.0) * (1 - np.tanh(w * h + x[i]) ** 2)
        dx[i] = np.sum(t)
        dw += np.sum(t * h)
        dh = t * w
    return dx, dw

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
def f_grad(x, w):
    """Gradient of f with respect to x, w.   x: f64[n], w: float"""
    x = jnp.asarray(x)
    # primal
    h = jnp.zeros(2)

    def body_i(i, carry):  # records 16 bytes a trip
        h, h_tape = carry
        h_tape = write_at(h_tape, h, i)
        return jnp.tanh(w * h + read_at(x, i)), h_tape

    _, h_tape = fori_loop(0, x.shape[0], body_i, (h, jnp.zeros((x.shape[0], *h.shape))))
    # adjoint
    dx = jnp.zeros_like(x)  # line 9: for i in range(len(x)):

    def body_i(k, carry):
        dh, dw, dx = carry
        i = x.shape[0] - 1 - k
        h = read_at(h_tape, i)
        # line 10: h = on_backward(np.tanh(w * h + x[i]), lambda dh: np.clip(dh, -10.0, 10.0))
        t = jnp.clip(dh, -10.0, 10.0) * (1 - jnp.tanh(w * h + read_at(x, i)) ** 2)
        dx = write_at(dx, jnp.sum(t), i)
        dw = dw + jnp.sum(t * h)
        dh = t * w
        return dh, dw, dx

    _, dw, dx = fori_loop(0, x.shape[0], body_i, (jnp.array([1.0, 2.0]), 0.0, dx))
    return dx, dw
