import numpy as np


def f(x, scale):
    if scale < 1.0:
        scale = 2
    y = np.full(3, scale)
    y[0] = x[0]  # E: 5: array of float64 or int64
    return np.sum(y * x)


args = (np.array([0.5, 1.0, 1.5]), 0.7)
