"""Helper functions from another module."""
import activations
import numpy as np
from activations import sigmoid


def f(W, v, x):
    hidden = activations.softplus(W @ x)
    return sigmoid(v @ hidden)


rng = np.random.default_rng(0)
args = (rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
