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
# %% numpy
# %% jax
