"""A lambda given to a helper function of the same module."""
import numpy as np


def integrate(g, a, b, n):
    h = (b - a) / n
    s = g(a) + g(b)
    for i in range(1, n):
        s += (4 if i % 2 else 2) * g(a + i * h)
    return s * h / 3


def f(rate, upper):
    return integrate(lambda t: np.exp(-rate * t * t), 0.0, upper, 6)


args = (0.7, 1.5)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
