import numpy as np


def f(a):
    b = a.copy()
    b.flat = 1.0  # E: 5: `b.flat`
    return np.sum(b * b)


args = (np.array([[1.0, 2.0], [3.0, 4.0]]),)
