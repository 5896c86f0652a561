import numpy as np


def f(x):
    where = np.nonzero(x > 0)  # E: 13: shape
    return np.sum(x[where])


args = (np.array([1.0, -2.0, 3.0]),)
backend = "jax"
