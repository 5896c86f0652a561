import numpy as np


def f(x, n):
    for _ in range(n):  # E: 5: shape of 'x'
        x = np.concatenate([x, x])
    return np.sum(x**2)


args = (np.array([1.0, 2.0]), 3)
backend = "jax"
