import numpy as np


def f(x):
    square = np.vectorize(lambda v: v * v)  # E: 14: `np.vectorize`
    return np.sum(square(x))


args = (np.array([1.0, 2.0]),)
