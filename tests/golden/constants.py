"""Global constants and a configuration object."""
from types import SimpleNamespace

import numpy as np

GRAVITY = 9.81
STIFFNESS = (1.0, 0.5)


def f(x, config):
    potential = config.mass * GRAVITY * x[0]
    for k in STIFFNESS:
        potential += 0.5 * k * np.sum(x**2)
    return potential if config.signed else -potential


args = (np.array([0.5, -1.0]), SimpleNamespace(mass=2.0, signed=True))


# %% ir
# func f_grad(%x: f64[x.shape[0]]):
#     %dx: f64[x.shape[0]] = multiply(0.5, %x)    # adjoint of line 13
#     %dx.1: f64[x.shape[0]] = add(%dx, %x)    # adjoint of line 13
#     %dx.2: f64[x.shape[0]] = add_at(%dx.1, 19.62, 0, index=(At(operand=0),))    # adjoint of line 11
#     return %dx.2

# %% numpy
def f_grad(x, config):
    """Gradient of f with respect to x.   x: f64[n], config: SimpleNamespace"""
    dx = 0.5 * x    # line 13: potential += 0.5 * k * np.sum(x**2)
    dx = dx + x
    dx[0] += 19.62  # line 11: potential = config.mass * GRAVITY * x[0]
    return dx

# %% jax
import jax.numpy as jnp


def f_grad(x, config):
    """Gradient of f with respect to x.   x: f64[n], config: SimpleNamespace"""
    x = jnp.asarray(x)
    # adjoint
    dx = 0.5 * x              # line 13: potential += 0.5 * k * np.sum(x**2)
    dx = dx + x
    dx = dx.at[0].add(19.62)  # line 11: potential = config.mass * GRAVITY * x[0]
    return dx
