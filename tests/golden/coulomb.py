"""A range bounded by an outer index: every pair of charges once."""
import numpy as np


def f(x, q):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i):
            energy += q[i] * q[j] / abs(x[i] - x[j])
    return energy


args = (np.array([0.0, 1.1, 2.7, -0.8]), np.array([1.0, -2.0, 0.5, 1.5]))
more_args = [(np.array([0.4]), np.array([1.0]))]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
