"""Augmented assignment of elements, two of them in each trip."""
import numpy as np


def f(x):
    y = np.zeros(len(x))
    for i in range(len(x) - 1):
        y[i] += x[i] * x[i + 1]
        y[i + 1] -= x[i] ** 2
        y[i] *= 2
    return y @ y


args = (np.array([0.5, -1.0, 2.0, 0.7]),)
more_args = [(np.array([0.5]),), (np.array([0.5, 1.5]),)]


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 6
#     %y: f64[x.shape[0]] = zeros(%t)    # line 6
#     %t.1: i64 = size(%x, axis=0)    # line 7
#     %t.2: i64 = subtract(%t.1, 1)    # line 7
#     %y.1: f64[x.shape[0]] = for %i in range(0, %t.2, 1) carrying (%y.2 = %y):    # line 7
#         %t.3: f64 = getitem(%y.2, %i, index=(At(operand=0),))    # line 8
#         %t.4: f64 = getitem(%x, %i, index=(At(operand=0),))    # line 8
#         %t.5: i64 = add(%i, 1)    # line 8
#         %t.6: f64 = getitem(%x, %t.5, index=(At(operand=0),))    # line 8
#         %t.7: f64 = multiply(%t.4, %t.6)    # line 8
#         %t.8: f64 = add(%t.3, %t.7)    # line 8
#         %y.3: f64[x.shape[0]] = setitem(%y.2, %t.8, %i, index=(At(operand=0),))    # line 8
#         %t.9: i64 = add(%i, 1)    # line 9
#         %t.10: f64 = getitem(%y.3, %t.9, index=(At(operand=0),))    # line 9
#         %t.11: f64 = getitem(%x, %i, index=(At(operand=0),))    # line 9
#         %t.12: f64 = power(%t.11, 2)    # line 9
#         %t.13: f64 = subtract(%t.10, %t.12)    # line 9
#         %y.4: f64[x.shape[0]] = setitem(%y.3, %t.13, %t.9, index=(At(operand=0),))    # line 9
#         %t.14: f64 = getitem(%y.4, %i, index=(At(operand=0),))    # line 10
#         %t.15: f64 = multiply(%t.14, 2)    # line 10
#         %y.5: f64[x.shape[0]] = setitem(%y.4, %t.15, %i, index=(At(operand=0),))    # line 10
#         yield %y.5
#     %dy: f64[x.shape[0]] = multiply(2, %y.1)    # adjoint of line 11
#     %t.16: (x.shape[0]) = shape(%x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = zeros_of(%t.16)    # adjoint of line 7
#     %dy.1: f64[x.shape[0]], %dx.1: f64[x.shape[0]] = for %i.1 in reversed range(0, %t.2, 1) carrying (%dy.2 = %dy, %dx.2 = %dx):    # adjoint of line 7
#         %t.17: f64 = getitem(%x, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.18: i64 = add(%i.1, 1)    # adjoint of line 8
#         %t.19: f64 = getitem(%x, %t.18, index=(At(operand=0),))    # adjoint of line 8
#         %t.20: f64 = getitem(%dy.2, %i.1, index=(At(operand=0),))    # adjoint of line 10
#         %t.21: f64 = multiply(%t.20, 2)    # adjoint of line 10
#         %dy.3: f64[x.shape[0]] = setitem(%dy.2, %t.21, %i.1, index=(At(operand=0),))    # adjoint of line 10
#         %t.22: f64 = getitem(%dy.3, %t.18, index=(At(operand=0),))    # adjoint of line 9
#         %t.23: f64 = multiply(2, %t.17)    # adjoint of line 9
#         %t.24: f64 = multiply(%t.23, %t.22)    # adjoint of line 9
#         %t.25: f64 = negative(%t.24)    # adjoint of line 9
#         %dx.3: f64[x.shape[0]] = add_at(%dx.2, %t.25, %i.1, index=(At(operand=0),))    # adjoint of line 9
#         %t.26: f64 = getitem(%dy.3, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         %t.27: f64 = multiply(%t.26, %t.19)    # adjoint of line 8
#         %t.28: f64 = multiply(%t.26, %t.17)    # adjoint of line 8
#         %dx.4: f64[x.shape[0]] = add_at(%dx.3, %t.28, %t.18, index=(At(operand=0),))    # adjoint of line 8
#         %dx.5: f64[x.shape[0]] = add_at(%dx.4, %t.27, %i.1, index=(At(operand=0),))    # adjoint of line 8
#         yield %dy.3, %dx.5
#     return %dx.1

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    y = np.zeros(len(x))
    t = len(x) - 1
    for i in range(t):
        y[i] += x[i] * x[i + 1]
        y[i + 1] -= x[i] ** 2
        y[i] *= 2
    # adjoint
    dy = 2 * y                        # line 11: return y @ y
    dx = np.zeros_like(x)
    for i in reversed(range(t)):      # line 7: for i in range(len(x) - 1)
        x_i = x[i]                    # line 8: y[i] += x[i] * x[i + 1]
        dy[i] *= 2                    # line 10: y[i] *= 2
        dx[i] -= 2 * x_i * dy[i + 1]  # line 9: y[i + 1] -= x[i] ** 2
        dy_i = dy[i]                  # line 8: y[i] += x[i] * x[i + 1]
        dx[i + 1] += dy_i * x_i
        dx[i] += dy_i * x[i + 1]
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
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # primal
    y = jnp.zeros(x.shape[0])
    t = x.shape[0] - 1

    def body_i(i, y):
        y = write_at(y, read_at(y, i) + read_at(x, i) * read_at(x, i + 1), i)
        y = write_at(y, read_at(y, i + 1) - read_at(x, i) ** 2, i + 1)
        return write_at(y, read_at(y, i) * 2, i)

    y = fori_loop(0, t, body_i, y)
    # adjoint
    dy = 2 * y              # line 11: return y @ y
    dx = jnp.zeros_like(x)  # line 7: for i in range(len(x) - 1):

    def body_i(k, carry):
        dy, dx = carry
        i = t - 1 - k
        x_i = read_at(x, i)                                  # line 8: y[i] += x[i] * x[i + 1]
        dy = write_at(dy, read_at(dy, i) * 2, i)             # line 10: y[i] *= 2
        dx = add_at(dx, -(2 * x_i * read_at(dy, i + 1)), i)  # line 9: y[i + 1] -= x[i] ** 2
        dy_i = read_at(dy, i)                                # line 8: y[i] += x[i] * x[i + 1]
        dx = add_at(dx, dy_i * x_i, i + 1)
        dx = add_at(dx, dy_i * read_at(x, i + 1), i)
        return dy, dx

    _, dx = fori_loop(0, t, body_i, (dy, dx))
    return dx
