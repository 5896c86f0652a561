import numpy as np


def f(x):
    y = x
    while np.sum(y) < 10.0:  # E: 5: y
        y = np.outer(x, y)
    return np.sum(y**2)


args = (np.array([1.0, 2.0]),)
