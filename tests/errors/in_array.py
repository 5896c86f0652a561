import numpy as np


def f(x, wanted):
    if 2 in wanted:  # E: 8: `in` an array
        return np.sum(x)
    return np.sum(2.0 * x)


args = (np.array([0.5, 2.0]), np.array([1, 2]))
