import numpy as np


def f(x, A, w):
    if x[-1] <= 2.0:  # E: 5: a list is made on one of two paths
        for _ in range(0, A.shape[0], 2):
            most = [np.max(A, axis=-2) for _ in w]
            w = w / most[0]
    return np.sum(w)


args = (np.array([0.5, 1.0]), np.array([[0.5, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0]))
argnums = (1, 2)
backend = "jax"
