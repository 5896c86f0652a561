import numpy as np


def f(x):
    positive = x[x > 0]  # E: 16: mask
    return np.sum(positive**2)


args = (np.array([1.0, -2.0, 3.0]),)
backend = "jax"
