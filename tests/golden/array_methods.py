"""Attributes and methods of arrays."""
import numpy as np


def f(X, v):
    centred = X - X.mean(axis=0)
    C = centred.T.dot(centred) / X.shape[0]
    flat = C.reshape(-1)
    scale = flat.sum() / flat.size + v.max() * X.ndim
    return scale * v.dot(C).dot(v) + X.min() + C.flatten().prod() + v.astype(np.float64).sum()


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 2)), np.array([0.3, -1.1]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
