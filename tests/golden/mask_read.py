"""Reading through a boolean mask."""
import numpy as np


def f(x):
    positive = x[x > 0]
    return np.sum(positive**2) / len(positive)


args = (np.array([0.5, -1.0, 2.0, -0.3]),)


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %t: bool[x.shape[0]] = greater(%x, 0)    # line 6
#     %positive: f64[?count0] = getitem(%x, %t, index=(At(operand=0),))    # line 6
#     %t.1: i64 = size(%positive, axis=0)    # line 7
#     %t.2: f64[?count0] = multiply(2, %positive)    # adjoint of line 7
#     %dpositive: f64[?count0] = divide(%t.2, %t.1)    # adjoint of line 7
#     %t.3: (x.shape[0]) = shape(%x)    # adjoint of line 6
#     %dx: f64[x.shape[0]] = zeros_of(%t.3)    # adjoint of line 6
#     %dx.1: f64[x.shape[0]] = setitem(%dx, %dpositive, %t, index=(At(operand=0),))    # adjoint of line 6
#     return %dx.1

# %% numpy
import numpy as np


def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    # primal
    t = x > 0
    positive = x[t]
    # adjoint
    dpositive = 2 * positive / len(positive)  # line 7: return np.sum(positive**2) / len(positive)
    dx = np.zeros_like(x)                     # line 6: positive = x[x > 0]
    dx[t] = dpositive
    return dx

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x):
    """Gradient of f with respect to x.   x: f64[n]"""
    x = jnp.asarray(x)
    # primal
    t = x > 0
    # adjoint
    dpositive = 2 * x / jnp.count_nonzero(t)  # line 7: return np.sum(positive**2) / len(positive)
    dx = jnp.zeros_like(x)                    # line 6: positive = x[x > 0]
    return jnp.where(t, dpositive, dx)
