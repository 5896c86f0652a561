"""The sigmoid graph of the lectures, a scalar at a time."""
from math import exp


def f(w0, w1, w2, x0, x1):
    a = w0 * x0 + w1 * x1 + w2
    return 1 / (1 + exp(-a))


args = (2.0, -3.0, -3.0, -1.0, -2.0)
argnums = (0, 1, 2, 3, 4)

# %% ir
# %% numpy
# %% jax
