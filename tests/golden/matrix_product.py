"""A matrix product written as three loops."""
import numpy as np


def f(A, B):
    n, m = A.shape
    p = B.shape[1]
    C = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            s = 0.0
            for k in range(m):
                s += A[i, k] * B[k, j]
            C[i, j] = s
    return np.sum(C**2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(2, 3)), rng.normal(size=(3, 2)))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
