"""zip over three arrays."""
import numpy as np


def f(x, y, w):
    total = 0.0
    for a, b, c in zip(x, y, w):
        total += c * (a - b) ** 2
    return total


args = (np.array([1.0, 2.0, 3.0]), np.array([0.5, 2.5, 1.0]), np.array([1.0, 2.0, 0.5]))
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax
