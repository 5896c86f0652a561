import numpy as np


def f(x):
    return x.total()  # E: 12: total


args = (np.array([1.0, 2.0]),)
