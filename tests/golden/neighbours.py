"""Augmented assignment of elements, two of them in each trip."""
import numpy as np


def f(x):
    y = np.zeros(len(x))
    for i in range(len(x) - 1):
        y[i] += x[i] * x[i + 1]
        y[i + 1] -= x[i] ** 2
        y[i] *= 2
    return y @ y


args = (np.array([0.5, -1.0, 2.0, 0.7]),)
more_args = [(np.array([0.5]),), (np.array([0.5, 1.5]),)]

# %% ir
# %% numpy
# %% jax
