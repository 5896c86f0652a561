"""A return from two nested loops."""
import numpy as np


def f(A, level):
    s = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            s += A[i, j] * A[i, j]
            if s > level:
                return s * (i + 1)
    return s


args = (np.array([[0.5, 1.0, 0.2], [2.0, 0.1, 0.3]]), 3.0)
more_args = [(np.array([[0.5, 1.0, 0.2], [0.2, 0.1, 0.3]]), 3.0)]

# %% ir
# %% numpy
# %% jax
