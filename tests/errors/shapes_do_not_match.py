import numpy as np


def f(x, y):
    return np.sum(x + y)  # E: 19: broadcast


args = (np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0]))
