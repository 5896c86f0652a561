"""A loop over the rows of a matrix."""
import numpy as np


def f(X):
    s = 0.0
    for row in X:
        s += np.log(np.sum(np.exp(row)))
    return s


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)),)
more_args = [(rng.normal(size=(1, 3)),), (rng.normal(size=(0, 3)),)]

# %% ir
# %% numpy
# %% jax
