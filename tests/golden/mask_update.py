"""Augmented assignment through a boolean mask."""
import numpy as np


def f(x, slope):
    y = x.copy()
    y[y < 0] *= slope
    return np.sum(np.sin(y))


args = (np.array([0.5, -1.0, 2.0, -0.3]), 0.1)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %slope: f64):
#     %y: f64[x.shape[0]] = copy(%x)    # line 6
#     %t: bool[x.shape[0]] = less(%y, 0)    # line 7
#     %t.1: f64[?count0] = getitem(%y, %t, index=(At(operand=0),))    # line 7
#     %t.2: f64[?count0] = multiply(%t.1, %slope)    # line 7
#     %y.1: f64[x.shape[0]] = setitem(%y, %t.2, %t, index=(At(operand=0),))    # line 7
#     %t.3: f64[x.shape[0]] = cos(%y.1)    # adjoint of line 8
#     %t.4: f64[?count0] = getitem(%t.3, %t, index=(At(operand=0),))    # adjoint of line 7
#     %t.5: f64[?count0] = multiply(%t.4, %slope)    # adjoint of line 7
#     %t.6: f64[?count0] = multiply(%t.4, %t.1)    # adjoint of line 7
#     %dslope: f64 = sum(%t.6, keepdims=False)    # adjoint of line 7
#     %dy: f64[x.shape[0]] = setitem(%t.3, %t.5, %t, index=(At(operand=0),))    # adjoint of line 7
#     return %dy, %dslope

# %% numpy
import numpy as np


def f_grad(x, slope):
    """Gradient of f with respect to x, slope.   x: f64[n], slope: float"""
    # primal
    y = x.copy()
    t = y < 0
    t1 = y[t]
    y[t] = t1 * slope
    # adjoint
    dy = np.cos(y)  # line 8: return np.sum(np.sin(y))
    t2 = dy[t]      # line 7: y[y < 0] *= slope
    dslope = np.sum(t2 * t1)
    dy[t] = t2 * slope
    return dy, dslope

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, slope):
    """Gradient of f with respect to x, slope.   x: f64[n], slope: float"""
    x = jnp.asarray(x)
    slope = jnp.asarray(slope)
    # primal
    t = x < 0
    # adjoint
    t_1 = jnp.cos(jnp.where(t, x * slope, x))   # line 8: return np.sum(np.sin(y))
    dslope = jnp.sum(jnp.where(t, t_1 * x, 0))  # line 7: y[y < 0] *= slope
    return jnp.where(t, t_1 * slope, t_1), dslope
