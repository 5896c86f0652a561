"""Arrays made inside: zeros, ones, full, eye, arange, linspace and the _like forms."""
import numpy as np


def f(x, s):
    n = len(x)
    A = s * np.eye(n) + np.full((n, n), 0.1)
    grid = np.linspace(0.0, 1.0, n) + np.arange(n)
    base = np.ones(n) + np.ones_like(x) + np.full_like(x, s) + np.zeros(n) + np.zeros_like(x)
    return (x + base) @ A @ (x * grid)


args = (np.array([0.5, -1.0, 2.0]), 1.5)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
