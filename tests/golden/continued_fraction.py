"""reversed over an array and over a range."""
import numpy as np


def f(a, x):
    value = 0.0
    for c in reversed(a):
        value = x / (c + value)
    for k in reversed(range(3)):
        value = value + a[k] * x**k
    return value


args = (np.array([1.0, 3.0, 5.0, 7.0]), 0.8)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
