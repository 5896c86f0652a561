import numpy as np


def f(x):
    return np.sum(np.log(x, where=x > 0))  # E: 29: where


args = (np.array([1.0, 2.0]),)
