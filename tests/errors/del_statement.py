import numpy as np


def f(x):
    y = x * x
    del y[0]  # E: 9: deleted
    return np.sum(y)


args = (np.array([1.0, 2.0]),)
