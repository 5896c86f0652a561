"""An in-place recurrence: nothing needs recording, no element is overwritten after it is read."""
import numpy as np


def recurrence(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


f = recurrence
args = (np.array([0.3, -1.2, 0.8, 2.1, -0.4, 0.9]),)
more_args = [(np.array([0.7]),), (np.array([0.7, 1.9]),)]


# %% ir
# func recurrence_grad(%x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %y: f64[x.shape[0]] = zeros(%t)    # line 6
#     %t.1: f64 = getitem(%x, 0, index=(At(operand=0),))    # line 7
#     %y.1: f64[x.shape[0]] = setitem(%y, %t.1, 0, index=(At(operand=0),))    # line 7
#     %t.2: i64 = size(%x, axis=0)    # line 8
#     %y.2: f64[x.shape[0]] = for %i in range(1, %t.2, 1) carrying (%y.3 = %y.1):    # line 8
#         %t.3: i64 = subtract(%i, 1)    # line 9
#         %t.4: f64 = getitem(%y.3, %t.3, index=(At(operand=0),))    # line 9
#         %t.5: f64 = sin(%t.4)    # line 9
#         %t.6: f64 = getitem(%x, %i, index=(At(operand=0),))    # line 9
#         %t.7: f64 = multiply(%t.5, %t.6)    # line 9
#         %y.4: f64[x.shape[0]] = setitem(%y.3, %t.7, %i, index=(At(operand=0),))    # line 9
#         yield %y.4
#     %t.8: (x.shape[0]) = shape(%y.2)    # adjoint of line 10
#     %dy: f64[x.shape[0]] = full_of(%t.8, 1.0)    # adjoint of line 10
#     %t.9: (x.shape[0]) = shape(%x)    # adjoint of line 8
#     %dx: f64[x.shape[0]] = zeros_of(%t.9)    # adjoint of line 8
#     %dy.1: f64[x.shape[0]], %dx.1: f64[x.shape[0]] = for %i.1 in reversed range(1, %t.2, 1) carrying (%dy.2 = %dy, %dx.2 = %dx):    # adjoint of line 8
#         %t.10: i64 = subtract(%i.1, 1)    # adjoint of line 9
#         %t.11: f64 = getitem(%y.2, %t.10, index=(At(operand=0),))    # adjoint of line 9
#         %t.12: f64 = sin(%t.11)    # adjoint of line 9
#         %t.13: f64 = getitem(%x, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.14: f64 = getitem(%dy.2, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.15: f64 = multiply(%t.14, %t.13)    # adjoint of line 9
#         %t.16: f64 = multiply(%t.14, %t.12)    # adjoint of line 9
#         %dx.3: f64[x.shape[0]] = setitem(%dx.2, %t.16, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.17: f64 = cos(%t.11)    # adjoint of line 9
#         %t.18: f64 = multiply(%t.15, %t.17)    # adjoint of line 9
#         %dy.3: f64[x.shape[0]] = add_at(%dy.2, %t.18, %t.10, index=(At(operand=0),))    # adjoint of line 9
#         yield %dy.3, %dx.3
#     %t.19: f64 = getitem(%dy.1, 0, index=(At(operand=0),))    # adjoint of line 7
#     %dx.4: f64[x.shape[0]] = setitem(%dx.1, %t.19, 0, index=(At(operand=0),))    # adjoint of line 7
#     return %dx.4

# %% numpy
import numpy as np


def recurrence_grad(x):
    """Gradient of recurrence with respect to x.   x: f64[n]"""
    # primal
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    # adjoint
    dy = np.ones_like(y)  # line 10: return np.sum(y)
    dx = np.zeros_like(x)
    # line 8: for i in range(1, len(x))
    for i in reversed(range(1, len(x))):
        y_im1 = y[i - 1]  # line 9: y[i] = np.sin(y[i - 1]) * x[i]
        dy_i = dy[i]
        dx[i] = dy_i * np.sin(y_im1)
        dy[i - 1] += dy_i * x[i] * np.cos(y_im1)
    dx[0] = dy[0]         # line 7: y[0] = x[0]
    return dx

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


def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)


def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)


# alone on a CPU, jit with compiler_options={'xla_disable_hlo_passes': 'fusion'} keeps the loops in place
@jax.jit
def recurrence_grad(x):
    """Gradient of recurrence with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # primal
    y = jnp.zeros(x.shape[0])
    y = y.at[0].set(x[0])

    def body_i(i, y):
        return write_at(y, jnp.sin(read_at(y, i - 1)) * read_at(x, i), i)

    y = fori_loop(1, x.shape[0], body_i, y)
    # adjoint
    dy = jnp.ones_like(y)   # line 10: return np.sum(y)
    dx = jnp.zeros_like(x)  # line 8: for i in range(1, len(x)):

    def body_i(k, carry):
        dy, dx = carry
        i = x.shape[0] - k
        y_im1 = read_at(y, i - 1)  # line 9: y[i] = np.sin(y[i - 1]) * x[i]
        dy_i = read_at(dy, i)
        dx = write_at(dx, dy_i * jnp.sin(y_im1), i)
        dy = add_at(dy, dy_i * read_at(x, i) * jnp.cos(y_im1), i - 1)
        return dy, dx

    dy, dx = fori_loop(1, x.shape[0], body_i, (dy, dx))
    dx = dx.at[0].set(dy[0])  # line 7: y[0] = x[0]
    return dx
