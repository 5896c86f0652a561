import numpy as np


def f(x):
    rotation = np.matrix([[0.0, 1.0], [-1.0, 0.0]])  # E: 16: makes a matrix, whose `*` and `**` are not
    column = np.asmatrix(x)  # E: 14: makes a matrix
    masked = np.ma.masked_less(x, 1.0)  # E: 14: keeps a mask beside its numbers
    return np.sum(rotation * column) + np.sum(masked)


args = (np.array([1.0, 2.0]),)
