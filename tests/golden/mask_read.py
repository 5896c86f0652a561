"""Reading through a boolean mask."""
import numpy as np


def f(x):
    positive = x[x > 0]
    return np.sum(positive**2) / len(positive)


args = (np.array([0.5, -1.0, 2.0, -0.3]),)
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
