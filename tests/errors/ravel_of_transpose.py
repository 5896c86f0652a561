import numpy as np


def f(a):
    b = a.copy()
    flat = np.ravel(b.T)
    flat[0] = 5.0  # E: 5: may be a view
    return np.sum(b * b)


args = (np.array([[1.0, 2.0], [3.0, 4.0]]),)
