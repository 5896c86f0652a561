"""where, clip, minimum and maximum."""
import numpy as np


def f(logits, old, advantage):
    ratio = np.exp(logits - old)
    clipped = np.clip(ratio, 0.8, 1.2)
    gain = np.minimum(ratio * advantage, clipped * advantage)
    bonus = np.where(advantage > 0, np.maximum(logits, -1.0), 0.1 * logits)
    return np.mean(gain) + np.sum(bonus)


args = (np.array([0.1, -0.4, 0.6]), np.array([0.0, 0.1, 0.2]), np.array([1.0, -0.5, 2.0]))
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax
