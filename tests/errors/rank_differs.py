import numpy as np


def f(x):
    if x[0] > 0:  # E: 5: y
        y = x
    else:
        y = np.outer(x, x)
    return np.sum(y)


args = (np.array([1.0, 2.0]),)
