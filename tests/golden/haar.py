"""Slices with steps, read and written."""
import numpy as np


def f(x):
    half = len(x) // 2
    out = np.zeros_like(x)
    out[:half] = (x[::2] + x[1::2]) / 2
    out[half:] = (x[::2] - x[1::2]) / 2
    out[::-2] = out[::-2] ** 3
    return np.sum(np.sin(out[::-1]) * x)


args = (np.array([0.3, 1.2, -0.7, 0.4, 2.0, -1.1]),)

# %% ir
# %% numpy
# %% jax
