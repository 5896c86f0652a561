"""Both halves of the pullback of tests/golden/mask_write.py."""

# %% numpy
import numpy as np


def f_fwd(x, floor):
    """Value of f, and what f_bwd reads."""
    y = x * 2.0
    t = x < 0
    y[t] = 0.0
    t1 = (x > 1) & (y < 9)
    y[t1] = floor
    t2 = np.sum(y ** 2)
    return t2 * floor, (floor, t, t1, y, t2)


def f_bwd(floor, t, t_1, y, t_2, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dfloor = g * t_2  # line 9: return np.sum(y**2) * floor
    dy = 2 * y * (g * floor)
    # line 8: y[(x > 1) & (y < 9)] = floor
    dfloor += np.sum(np.where(t_1, dy, 0))
    dy[t_1] = 0
    dy[t] = 0         # line 7: y[x < 0] = 0.0
    dx = dy * 2.0     # line 6: y = x * 2.0
    return dx, dfloor

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_fwd(x, floor):
    """Value of f, and what f_bwd reads."""
    x = jnp.asarray(x)
    floor = jnp.asarray(floor)
    y = x * 2.0
    t = x < 0
    y = jnp.where(t, 0.0, y)
    t_1 = (x > 1) & (y < 9)
    y = jnp.where(t_1, floor, y)
    t_2 = jnp.sum(y ** 2)
    return t_2 * floor, (floor, y, t, t_1, t_2)


@jax.jit
def f_bwd(floor, y, t, t_1, t_2, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    g = jnp.asarray(g)
    dfloor = g * t_2          # line 9: return np.sum(y**2) * floor
    dy = 2 * y * (g * floor)
    # line 8: y[(x > 1) & (y < 9)] = floor
    dfloor = dfloor + jnp.sum(jnp.where(t_1, dy, 0))
    dy = jnp.where(t_1, 0, dy)
    dy = jnp.where(t, 0, dy)  # line 7: y[x < 0] = 0.0
    dx = dy * 2.0             # line 6: y = x * 2.0
    return dx, dfloor
