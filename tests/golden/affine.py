"""Logistic loss of a linear model: broadcasting is summed only where the types say so."""
import numpy as np


def affine(X, w, b):
    z = X @ w + b
    return np.mean(np.log(1 + np.exp(-z)))


f = affine
rng = np.random.default_rng(0)
args = (rng.normal(size=(7, 3)), rng.normal(size=3), 0.3)
more_args = [
    (rng.normal(size=(1, 3)), rng.normal(size=3), 0.3),
    (rng.normal(size=(2, 1)), rng.normal(size=1), 0.3),
]
argnums = (1, 2)

# %% ir
# %% numpy
# %% jax
