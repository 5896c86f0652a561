import numpy as np


def f(x):
    return x[0, 1] * np.sum(x)  # E: 12: ind


args = (np.array([1.0, 2.0]),)
