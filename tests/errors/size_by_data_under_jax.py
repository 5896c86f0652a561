import numpy as np


def f(x):
    grid = np.linspace(0.0, 1.0, int(x))  # E: 12: shape
    return np.sum(grid * x)


args = (3.5,)
backend = "jax"
