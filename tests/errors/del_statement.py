import numpy as np


def f(x):
    y = x * x
    total = np.sum(y)
    del y  # E: 5: del
    return total


args = (np.array([1.0, 2.0]),)
