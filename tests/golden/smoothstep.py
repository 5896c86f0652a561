"""Chained comparison, boolean operators and a conditional expression on data."""
import numpy as np


def f(x, edge):
    total = 0.0
    for t in x:
        if 0 < t <= edge and not (t == 0.5 or edge < 0):
            u = t / edge
            total += u * u * (3 - 2 * u)
        else:
            total += 1.0 if t > edge else 0.0
    return total


args = (np.array([-0.3, 0.2, 0.7, 1.4]), 1.2)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
