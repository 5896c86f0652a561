import numpy as np


def f(x, scale):
    if scale < 1.0:
        scale = 2
    y = np.full(3, scale)
    y *= x  # E: 5: depends on a dtype that is float64 or int64
    return np.sum(y)


args = (np.array([0.5, 1.0, 1.5]), 1.7)
