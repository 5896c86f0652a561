import numpy as np


def f(x):
    if x[0] > 0:
        summed = (2.0 * x).sum
    return summed() + np.sum(x)  # E: 12: a method, bound on one path


args = (np.array([0.5, 2.0]),)
