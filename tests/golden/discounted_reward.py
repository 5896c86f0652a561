"""enumerate over an array."""
import numpy as np


def f(rewards, gamma):
    total = 0.0
    for t, reward in enumerate(rewards):
        total += gamma**t * reward
    return total


args = (np.array([1.0, -0.5, 2.0, 0.3]), 0.9)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
