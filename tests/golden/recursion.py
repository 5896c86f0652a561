"""Recursion on data: halve the argument until the series is good, then double the angle."""
import numpy as np


def sine(x):
    if abs(x) < 0.1:
        return x - x**3 / 6 + x**5 / 120
    s = sine(x / 3)
    return 3 * s - 4 * s**3


def f(x):
    return np.exp(sine(x))


args = (1.9,)
more_args = [(0.05,)]
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
