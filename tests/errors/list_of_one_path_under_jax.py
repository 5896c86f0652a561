import numpy as np


def f(x, A, w):
    if x[-1] <= 2.0:
        for _ in range(0, A.shape[0], 2):
            most = [np.max(A, axis=-2) for _ in w]  # E: 20: how often a loop over a list runs
            w = w / most[0]
    return np.sum(w)


args = (np.array([0.5, 1.0]), np.array([[0.5, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0]))
argnums = (1, 2)
backend = "jax"
