"""cumsum, prod and norm."""
import numpy as np


def f(returns, target):
    path = np.cumsum(np.log1p(returns))
    growth = np.prod(1 + returns)
    return np.linalg.norm(path - target) + growth


args = (np.array([0.1, -0.05, 0.2]), np.array([1.0, -0.5, 2.0]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
