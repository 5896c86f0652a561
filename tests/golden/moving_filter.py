"""A window of fixed length whose start depends on the loop index."""
import numpy as np


def f(x, w):
    y = np.zeros(len(x) - 2)
    for i in range(len(y)):
        y[i] = np.tanh(x[i : i + 3] @ w)
    return np.sum(y**2)


args = (np.array([0.5, -1.0, 2.0, 0.7, 0.1]), np.array([0.2, -0.5, 0.9]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
