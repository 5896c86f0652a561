"""Writing through a boolean mask."""
import numpy as np


def f(x, floor):
    y = x * 2.0
    y[x < 0] = 0.0
    y[(x > 1) & (y < 9)] = floor
    return np.sum(y**2) * floor


args = (np.array([0.5, -1.0, 2.0, -0.3, 5.0]), 1.5)
argnums = (0, 1)


# %% ir
# func f_grad(%x: f64[x.shape[0]], %floor: f64):
#     %y: f64[x.shape[0]] = multiply(%x, 2.0)    # line 6
#     %t: bool[x.shape[0]] = less(%x, 0)    # line 7
#     %y.1: f64[x.shape[0]] = setitem(%y, 0.0, %t, index=(At(operand=0),))    # line 7
#     %t.1: bool[x.shape[0]] = greater(%x, 1)    # line 8
#     %t.2: bool[x.shape[0]] = less(%y.1, 9)    # line 8
#     %t.3: bool[x.shape[0]] = bitwise_and(%t.1, %t.2)    # line 8
#     %y.2: f64[x.shape[0]] = setitem(%y.1, %floor, %t.3, index=(At(operand=0),))    # line 8
#     %t.4: f64[x.shape[0]] = power(%y.2, 2)    # line 9
#     %t.5: f64 = sum(%t.4, keepdims=False)    # line 9
#     %t.6: f64[x.shape[0]] = multiply(2, %y.2)    # adjoint of line 9
#     %dy: f64[x.shape[0]] = multiply(%t.6, %floor)    # adjoint of line 9
#     %t.7: f64[x.shape[0]] = where(%t.3, %dy, 0)    # adjoint of line 8
#     %t.8: f64 = sum(%t.7, keepdims=False)    # adjoint of line 8
#     %dfloor: f64 = add(%t.5, %t.8)    # adjoint of line 8
#     %dy.1: f64[x.shape[0]] = setitem(%dy, 0, %t.3, index=(At(operand=0),))    # adjoint of line 8
#     %dy.2: f64[x.shape[0]] = setitem(%dy.1, 0, %t, index=(At(operand=0),))    # adjoint of line 7
#     %dx: f64[x.shape[0]] = multiply(%dy.2, 2.0)    # adjoint of line 6
#     return %dx, %dfloor

# %% numpy
import numpy as np


def f_grad(x, floor):
    """Gradient of f with respect to x, floor.   x: f64[n], floor: float"""
    # primal
    y = x * 2.0
    t = x < 0
    y[t] = 0.0
    t1 = (x > 1) & (y < 9)
    y[t1] = floor
    # adjoint
    dy = 2 * y * floor  # line 9: return np.sum(y**2) * floor
    # line 8: y[(x > 1) & (y < 9)] = floor
    dfloor = np.sum(y ** 2) + np.sum(np.where(t1, dy, 0))
    dy[t1] = 0
    dy[t] = 0           # line 7: y[x < 0] = 0.0
    dx = dy * 2.0       # line 6: y = x * 2.0
    return dx, dfloor

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_grad(x, floor):
    """Gradient of f with respect to x, floor.   x: f64[n], floor: float"""
    x = jnp.asarray(x)
    floor = jnp.asarray(floor)
    # primal
    y = x * 2.0
    t = x < 0
    y = jnp.where(t, 0.0, y)
    t_1 = (x > 1) & (y < 9)
    y = jnp.where(t_1, floor, y)
    # adjoint
    dy = 2 * y * floor        # line 9: return np.sum(y**2) * floor
    # line 8: y[(x > 1) & (y < 9)] = floor
    dfloor = jnp.sum(y ** 2) + jnp.sum(jnp.where(t_1, dy, 0))
    dy = jnp.where(t_1, 0, dy)
    dy = jnp.where(t, 0, dy)  # line 7: y[x < 0] = 0.0
    dx = dy * 2.0             # line 6: y = x * 2.0
    return dx, dfloor
