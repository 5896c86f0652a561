import numpy as np


def f(x):
    pairs = sorted(zip(x, x[::-1]))  # E: 13: sorted
    return pairs[0][0] * 2 + np.sum(x)


args = (np.array([1.0, -2.0]),)
