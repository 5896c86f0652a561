import numpy as np


def f(x):
    ordered = sorted(x, key=abs)  # E: 15: sorted
    return ordered[0] * 2 + np.sum(x)


args = (np.array([1.0, -2.0]),)
