"""A Gauss-Seidel sweep: elements of one array are read and overwritten in three nested loops."""
import numpy as np


def sweep(A, steps):
    A = A.copy()
    n, m = A.shape
    for t in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                A[i, j] = np.sin(A[i, j - 1] * A[i - 1, j]) + 0.5 * A[i + 1, j] * A[i, j]
    return np.sum(A)


f = sweep
rng = np.random.default_rng(0)
args = (rng.normal(size=(5, 6)), 3)
more_args = [(rng.normal(size=(5, 6)), 0), (rng.normal(size=(3, 3)), 1), (rng.normal(size=(2, 4)), 2)]

# %% ir
# %% numpy
# %% jax
