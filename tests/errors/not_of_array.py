import numpy as np


def f(x, mask):
    return np.sum(np.where(not mask, x, 2.0 * x))  # E: 28: `not`


args = (np.array([0.5, 2.0]), np.array([True, False]))
