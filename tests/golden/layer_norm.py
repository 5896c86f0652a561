"""Augmented assignment on an array of one's own."""
import numpy as np


def f(x, gain):
    y = x.copy()
    y -= y.mean()
    y /= np.sqrt(np.mean(y**2) + 1e-5)
    y *= gain
    return np.sum(np.tanh(y))


args = (np.array([0.5, -1.0, 2.0, 0.1]), np.array([1.0, 0.5, 2.0, -1.0]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
