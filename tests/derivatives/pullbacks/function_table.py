"""Both halves of the pullback of tests/golden/function_table.py."""

# %% numpy
import numpy as np


def f_fwd(x, factor):
    """Value of f, and what f_bwd reads."""
    t = np.tanh(x)
    x = t + 0.1 * x
    x_1 = np.sin(x) + 0.1 * x
    t1 = np.exp(x_1)
    x_1 = factor * t1 + 0.1 * x_1
    return np.sum(x_1), (factor, t, x, t1)


def f_bwd(factor, t, x, t_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dx = np.full_like(t_1, g)  # line 15: return np.sum(x)
    t1 = dx * factor           # line 7: return factor * g(z)
    dx = dx * 0.1              # line 14: x = g(x) + 0.1 * x
    dfactor = np.sum(g * t_1)  # line 7: return factor * g(z)
    dx = dx + t1 * t_1
    t1 = dx * np.cos(x)        # line 14: x = g(x) + 0.1 * x
    dx = dx * 0.1
    dx = dx + t1
    t1 = dx * (1 - t ** 2)
    dx = dx * 0.1
    dx = dx + t1
    return dx, dfactor

# %% jax
import jax
import jax.numpy as jnp


@jax.jit
def f_fwd(x, factor):
    """Value of f, and what f_bwd reads."""
    t = jnp.tanh(x)
    x = t + 0.1 * x
    x_1 = jnp.sin(x) + 0.1 * x
    t_1 = jnp.exp(x_1)
    x_2 = factor * t_1 + 0.1 * x_1
    return jnp.sum(x_2), (x, factor, t, x_1, t_1)


@jax.jit
def f_bwd(x, factor, t, x_1, t_1, g):
    """Cotangents of the arguments of f, for the cotangent g of its value."""
    dx = jnp.full_like(x_1, g)  # line 15: return np.sum(x)
    dx_1 = dx * 0.1             # line 14: x = g(x) + 0.1 * x
    dfactor = jnp.sum(g * t_1)  # line 7: return factor * g(z)
    dx = dx_1 + dx * factor * t_1
    dx_1 = dx * 0.1             # line 14: x = g(x) + 0.1 * x
    dx = dx_1 + dx * jnp.cos(x)
    dx_1 = dx * 0.1
    dx = dx_1 + dx * (1 - t ** 2)
    return dx, dfactor
