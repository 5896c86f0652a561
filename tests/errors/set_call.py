import numpy as np


def f(x):
    levels = set(x)  # E: 14: set
    return np.sum(x) / len(levels)


args = (np.array([1.0, 2.0, 3.0]),)
