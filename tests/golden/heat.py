"""A stencil with whole-array slices, repeated."""
import numpy as np


def f(u, rate, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + rate * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


args = (np.array([0.0, 1.0, 0.5, -0.3, 0.2]), 0.2, 3)
more_args = [(np.array([0.0, 1.0, 0.5]), 0.2, 1)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
