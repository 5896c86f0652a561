"""Defaults, keywords and a keyword-only parameter of a helper function."""
import numpy as np


def dense(x, W, b=0.1, *, slope=0.1):
    z = W @ x + b
    return np.where(z > 0, z, slope * z)


def f(W1, W2, x):
    h = dense(x, W1, slope=0.2)
    return np.sum(dense(h, W=W2, b=0.5) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), rng.normal(size=3))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
