import numpy as np


def f(x):
    return x[0.5] * np.sum(x)  # E: 12: index


args = (np.array([1.0, 2.0]),)
