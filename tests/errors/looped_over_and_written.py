import numpy as np


def f(a):
    for row in a:
        a[:] = 2.0  # E: 9: an array that another name may also stand for
        a = a + row
    return np.sum(a)


args = (np.array([[0.5, 2.0], [1.0, 3.0]]),)
