import numpy as np


def f(x):  # E: 7: object
    return np.sum(x)


args = (np.array([1.0, None, 2.0], dtype=object),)
