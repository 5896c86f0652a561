"""Augmented assignment through a boolean mask."""
import numpy as np


def f(x, slope):
    y = x.copy()
    y[y < 0] *= slope
    return np.sum(np.sin(y))


args = (np.array([0.5, -1.0, 2.0, -0.3]), 0.1)
argnums = (0, 1)
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
