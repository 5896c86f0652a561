"""A window of fixed length whose start depends on the loop index."""
import numpy as np


def f(x, w):
    y = np.zeros(len(x) - 2)
    for i in range(len(y)):
        y[i] = np.tanh(x[i : i + 3] @ w)
    return np.sum(y**2)


args = (np.array([0.5, -1.0, 2.0, 0.7, 0.1]), np.array([0.2, -0.5, 0.9]))
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %w: f64[w.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %t.1: i64 = subtract(%t, 2)    # line 6
#     %y: f64[x.shape[0] - 2] = zeros(%t.1)    # line 6
#     %t.2: i64 = size(%y, axis=0)    # line 7
#     %y.1: f64[x.shape[0] - 2] = for %i in range(0, %t.2, 1) carrying (%y.2 = %y):    # line 7
#         %t.3: i64 = add(%i, 3)    # line 8
#         %t.4: f64[3] = getitem(%x, %i, %t.3, index=(Slice(start=0, stop=1, step=None),))    # line 8
#         %t.5: f64 = matmul(%t.4, %w)    # line 8
#         %t.6: f64 = tanh(%t.5)    # line 8
#         %y.3: f64[x.shape[0] - 2] = setitem(%y.2, %t.6, %i, index=(At(operand=0),))    # line 8
#         yield %y.3
#     %t.7: f64[x.shape[0] - 2] = multiply(2, %y.1)    # adjoint of line 9
#     %t.8: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.8)    # adjoint of line 7
#     %t.9: (w.shape[0]) = shape(%w)    # adjoint of line 7
#     %dw: f64[w.shape[0]] = zeros_of(%t.9)    # adjoint of line 7
#     %dy: f64[x.shape[0] - 2], %dx.1: f64[x.shape[0]], %dw.1: f64[w.shape[0]] = for %i.1 in reversed range(0, %t.2, 1) carrying (%dy.1 = %t.7, %dx.2 = %dx, %dw.2 = %dw):    # adjoint of line 7
#         %t.10: i64 = add(%i.1, 3)    # adjoint of line 8
#         %t.11: f64[3] = getitem(%x, %i.1, %t.10, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         %t.12: f64 = getitem(%y.1, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.13: f64 = getitem(%dy.1, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.14: f64 = power(%t.12, 2)    # adjoint of line 8
#         %t.15: f64 = subtract(1, %t.14)    # adjoint of line 8
#         %t.16: f64 = multiply(%t.13, %t.15)    # adjoint of line 8
#         %t.17: f64[w.shape[0]] = multiply(%t.16, %w)    # adjoint of line 8
#         %t.18: f64[3] = multiply(%t.16, %t.11)    # adjoint of line 8
#         %dw.3: f64[w.shape[0]] = add(%dw.2, %t.18)    # adjoint of line 8
#         %dx.3: f64[x.shape[0]] = add_at(%dx.2, %t.17, %i.1, %t.10, index=(Slice(start=0, stop=1, step=None),))    # adjoint of line 8
#         yield %dy.1, %dx.3, %dw.3
#     return %dx.1, %dw.1

# %% numpy
import numpy as np


def f_grad(x, w):
    """Gradient of f with respect to x, w.   x: f64[n], w: f64[m]"""
    # primal
    y = np.zeros(len(x) - 2)
    for i in range(len(y)):
        y[i] = np.tanh(x[i:i + 3] @ w)
    # adjoint
    dy = 2 * y                         # line 9: return np.sum(y**2)
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for i in reversed(range(len(y))):  # line 7: for i in range(len(y))
        t = dy[i] * (1 - y[i] ** 2)    # line 8: y[i] = np.tanh(x[i : i + 3] @ w)
        dw += t * x[i:i + 3]
        dx[i:i + 3] += t * w
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
    """Gradient of f with respect to x, w.   x: f64[n], w: f64[m]"""
    x = jnp.asarray(x)
    # primal
    y = jnp.zeros(x.shape[0] - 2)

    def body_i(i, y):
        return write_at(y, jnp.tanh(lax.dynamic_slice_in_dim(x, i, 3) @ w), i)

    y_1 = fori_loop(0, y.shape[0], body_i, y)
    # adjoint
    dx = jnp.zeros_like(x)  # line 7: for i in range(len(y)):
    dw = jnp.zeros_like(w)

    def body_i(k, carry):
        dy, dx, dw = carry
        i = y.shape[0] - 1 - k
        t = read_at(dy, i) * (1 - read_at(y_1, i) ** 2)  # line 8: y[i] = np.tanh(x[i : i + 3] @ w)
        t_1 = t * w
        dw = dw + t * lax.dynamic_slice_in_dim(x, i, 3)
        dx = lax.dynamic_update_slice_in_dim(dx, lax.dynamic_slice_in_dim(dx, i, 3) + t_1, i, 0)
        return dy, dx, dw

    _, dx, dw = fori_loop(0, y.shape[0], body_i, (2 * y_1, dx, dw))
    return dx, dw
