"""max over an axis, comparison of integers, and astype of booleans."""
import numpy as np


def f(W, X, labels):
    scores = X @ W
    right = scores[np.arange(len(X)), labels]
    margins = np.maximum(0.0, scores - right[:, None] + 1.0)
    wrong = (np.arange(W.shape[1]) != labels[:, None]).astype(np.float64)
    return np.mean(np.max(margins * wrong, axis=1)) + 0.01 * np.sum(W * W)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3)), rng.normal(size=(4, 2)), np.array([0, 2, 1, 0]))

# %% ir
# %% numpy
# %% jax
