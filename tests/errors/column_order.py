import numpy as np


def f(a, w):
    return np.sum(a.reshape(4, order="A") * w)  # E: 32: order='C'


args = (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0, 3.0, 4.0]))
