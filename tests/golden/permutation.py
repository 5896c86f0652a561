"""Writing through an integer array."""
import numpy as np


def f(x, order):
    y = np.zeros_like(x)
    y[order] = x**2
    return np.sum(y * np.arange(len(x)))


args = (np.array([0.5, -1.0, 2.0, 0.7]), np.array([2, 0, 3, 1]))


# %% ir
# func f_grad(%x: f64[x.shape[0]], %order: i64[order.shape[0]]):
#     %t: i64 = size(%x, axis=0)    # line 8
#     %t.1: i64[x.shape[0]] = arange(%t)    # line 8
#     %dy: f64[x.shape[0]] = multiply(1.0, %t.1)    # adjoint of line 8
#     %t.2: f64[order.shape[0]] = getitem(%dy, %order, index=(At(operand=0),))    # adjoint of line 7
#     %t.3: i64 = count(%t.2)    # adjoint of line 7
#     %t.4: i64[order.shape[0]] = arange(%t.3)    # adjoint of line 7
#     %t.5: (x.shape[0]) = shape(%t.1)    # adjoint of line 7
#     %t.6: i64[x.shape[0]] = zeros_of(%t.5, dtype=int64)    # adjoint of line 7
#     %t.7: i64[x.shape[0]] = setitem(%t.6, %t.4, %order, index=(At(operand=0),))    # adjoint of line 7
#     %t.8: i64[order.shape[0]] = getitem(%t.7, %order, index=(At(operand=0),))    # adjoint of line 7
#     %t.9: bool[order.shape[0]] = equal(%t.8, %t.4)    # adjoint of line 7
#     %t.10: f64[order.shape[0]] = where(%t.9, %t.2, 0)    # adjoint of line 7
#     %t.11: f64[x.shape[0]] = multiply(2, %x)    # adjoint of line 7
#     %dx: f64[x.shape[0]] = multiply(%t.11, %t.10)    # adjoint of line 7
#     return %dx

# %% numpy
import numpy as np


def f_grad(x, order):
    """Gradient of f with respect to x.   x: f64[n], order: i64[n]"""
    # primal
    t = np.arange(len(x))
    # adjoint
    dy = 1.0 * t          # line 8: return np.sum(y * np.arange(len(x)))
    dy_order = dy[order]  # line 7: y[order] = x**2
    t1 = np.arange(dy_order.size)
    t2 = np.zeros_like(t)
    t2[order] = t1
    dx = 2 * x * np.where(t2[order] == t1, dy_order, 0)
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, order):
    """Gradient of f with respect to x.   x: f64[n], order: i64[n]"""
    order = jnp.asarray(order)
    # primal
    t = jnp.arange(x.shape[0])
    # adjoint
    dy = 1.0 * t          # line 8: return np.sum(y * np.arange(len(x)))
    dy_order = dy[order]  # line 7: y[order] = x**2
    t_1 = jnp.arange(dy_order.size)
    dx = 2 * x * jnp.where(jnp.zeros_like(t).at[order].set(t_1)[order] == t_1, dy_order, 0)
    return dx
