import numpy as np


def f(x):
    y = np.zeros(2)
    np.where(x > 0, x, 0.0, out=y)  # E: 29: the keyword 'out' of where
    return np.sum(y * x)


args = (np.array([1.0, 2.0]),)
