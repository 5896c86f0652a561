"""Tuple unpacking, arithmetic and powers: the first function that an optimiser meets."""
import numpy as np


def rosenbrock(p):
    x, y = p[0], p[1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


f = rosenbrock
args = (np.array([-1.2, 1.0]),)

# %% ir
# %% numpy
# %% jax
