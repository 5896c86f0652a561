"""Powers with a differentiated base, exponent, or both."""
import numpy as np


def f(x, y):
    return np.sum(x**y + 2.0**x + x**2 + x**-1 + y**0.5 + (-x) ** 2 - -(3**y))


args = (np.array([0.5, 1.5, 2.0]), np.array([2.0, 0.7, 1.1]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
