import numpy as np


def f(x):
    inside = 0.0 < x < 1.0  # E: 14: chained comparison
    return np.sum(np.where(inside, x, 2.0 * x))


args = (np.array([0.5, 2.0]),)
