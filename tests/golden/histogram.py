"""Adding to an element chosen by data."""
import numpy as np


def f(weights, bins, count):
    total = np.zeros(count)
    for i in range(len(weights)):
        total[bins[i]] += weights[i] ** 2
    return np.sum(total**2)


args = (np.array([0.5, -1.0, 2.0, 0.7]), np.array([1, 0, 1, 2]), 3)

# %% ir
# %% numpy
# %% jax
