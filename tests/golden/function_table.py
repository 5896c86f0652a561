"""Functions as values: a tuple of them looped over, and one made by another."""
import numpy as np


def scaled(g, factor):
    def inner(z):
        return factor * g(z)

    return inner


def f(x, factor):
    for g in (np.tanh, np.sin, scaled(np.exp, factor)):
        x = g(x) + 0.1 * x
    return np.sum(x)


args = (np.array([0.5, -1.0]), 0.7)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
