import numpy as np


def f(A):
    U, s, Vh = np.linalg.svd(A)  # E: 16: full_matrices=True have no derivative
    return np.sum(U) + np.sum(s)


args = (np.array([[1.0, 2.0], [0.5, 3.0], [1.0, -1.0]]),)
