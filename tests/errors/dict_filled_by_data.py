import numpy as np


def f(x, bins):
    total = {}
    for i in range(len(x)):
        total[bins[i]] = x[i] * x[i]  # E: 9: key
    return total[0]


args = (np.array([1.0, 2.0]), np.array([0, 1]))
