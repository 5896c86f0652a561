import numpy as np


def f(x):  # E: 7: int64
    return np.sum(x * x)


args = (np.array([1, 2, 3]),)
