import numpy as np


def f(A):
    w = np.linalg.eigvals(A)  # E: 9: complex only where an eigenvalue is
    return np.sum(np.abs(w))


args = (np.array([[1.0, 2.0], [0.5, 3.0]]),)
