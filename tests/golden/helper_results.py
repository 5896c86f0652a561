"""Helper functions that return tuples and dicts."""
import numpy as np


def moments(x):
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)


def scores(x):
    mean, variance = moments(x)
    return {"ratio": mean / np.sqrt(variance), "spread": variance}


def f(x):
    s = scores(x)
    return s["ratio"] + 2 * s["spread"]


args = (np.array([1.0, 2.5, -0.3, 4.0]),)

# %% ir
# %% numpy
# %% jax
