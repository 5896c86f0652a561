import numpy as np


def f(x):
    try:
        factor = np.linalg.cholesky(x)  # E: 18: this may raise LinAlgError
    except np.linalg.LinAlgError:
        factor = np.linalg.cholesky(x + np.eye(len(x)))
    return np.sum(np.log(np.diag(factor)))


args = (np.array([[2.0, 0.5], [0.5, 1.0]]),)
