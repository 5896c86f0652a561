"""Kepler's equation by Newton's method in a while loop."""
import numpy as np


def f(M, e):
    E = M
    while abs(E - e * np.sin(E) - M) > 1e-12:
        E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
    return E


args = (1.1, 0.3)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
