"""The row Cholesky factorisation: slices that grow with the loop index, elements overwritten."""
import numpy as np


def f(A):
    L = np.zeros_like(A)
    logdet = 0.0
    for i in range(A.shape[0]):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - L[i, :i] @ L[i, :i])
        logdet += 2 * np.log(L[i, i])
    return logdet


args = (np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]),)
backends = ("numpy",)

# %% ir
# %% numpy
# %% jax
