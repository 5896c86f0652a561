"""concatenate, stack, reshape and outer."""
import numpy as np


def f(x, y):
    z = np.concatenate([x, y[1:]])
    pair = np.stack([z, z**2], axis=1)
    flat = np.reshape(pair.T, (-1,))
    return np.sum(flat * np.arange(len(flat))) + np.sum(np.outer(x, y) ** 2)


args = (np.array([0.5, -1.0]), np.array([2.0, 0.7, -0.3]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
