"""A loop over parameters of different ranks is written out item by item."""
import numpy as np


def f(params, strength):
    penalty = 0.0
    for p in params:
        penalty += np.sum(p**2)
    return strength * penalty


args = ((np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.3, -0.2]), 1.5), 0.1)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
