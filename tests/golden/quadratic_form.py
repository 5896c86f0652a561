"""Matrix products of every rank, and a unary minus."""
import numpy as np


def f(A, B, x):
    return 0.5 * x @ (A @ B) @ x - (B @ x) @ (-B @ x)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=3))
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax
