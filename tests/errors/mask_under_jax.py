import numpy as np


def f(x):
    positive = x[x > 0]
    return np.median(positive)  # E: 12: mask


args = (np.array([1.0, -2.0, 3.0]),)
backend = "jax"
