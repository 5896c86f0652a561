import numpy as np


def f(A, b):
    x, residuals, rank, values = np.linalg.lstsq(A, b)  # E: 34: depends on the rank
    return np.sum(x) + np.sum(residuals)


args = (np.array([[1.0, 2.0], [0.5, 3.0], [1.0, -1.0]]), np.array([1.0, 2.0, 3.0]))
