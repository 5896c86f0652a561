"""A range with a negative step."""
import numpy as np


def f(c, x):
    value = 0.0
    for i in range(len(c) - 1, -1, -1):
        value = value * x + c[i]
    return value


args = (np.array([0.5, -2.0, 1.0, 0.3]), 1.3)
more_args = [(np.array([0.5]), 1.3), (np.array([]), 1.3)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
