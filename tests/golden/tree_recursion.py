"""Recursion on the structure of a nested tuple."""
import numpy as np


def encode(tree, W):
    if not isinstance(tree, tuple):
        return tree
    left, right = tree
    return np.tanh(W @ (encode(left, W) + 0.5 * encode(right, W)))


def f(W, tree):
    return np.sum(encode(tree, W))


args = (
    np.array([[0.5, -1.0], [0.3, 0.8]]),
    ((np.array([1.0, 2.0]), np.array([0.5, -0.5])), np.array([-1.0, 0.2])),
)
argnums = (0, 1)
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
