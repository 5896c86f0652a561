"""Slices whose length depends on the loop index, in a loop that counts down."""
import numpy as np


def f(U, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return np.sum(x**2)


args = (np.array([[2.0, 0.3, -0.5], [0.0, 1.5, 0.7], [0.0, 0.0, -1.2]]), np.array([1.0, -0.4, 2.0]))
more_args = [(np.array([[2.0]]), np.array([1.0]))]
argnums = (0, 1)
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
