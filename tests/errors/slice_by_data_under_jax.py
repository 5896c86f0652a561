import numpy as np


def f(x):
    count = int(np.sum(x > 0))
    return np.sum(x[count::-1] ** 2)  # E: 19: step


args = (np.array([1.0, -2.0, 3.0]),)
backend = "jax"
