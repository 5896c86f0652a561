"""The builtin functions of numbers and sequences."""
import numpy as np


def f(x, y, z):
    low = min(x, y)
    high = max(x, y, 0.5)
    values = [low, high, abs(x - y)]
    total = sum(values) + pow(high, 3) + round(x) * y + int(y) * x + float(x) ** 2
    for i in range(len(z)):
        total += max(z[i], 0.1) * min(z)
    return total


args = (1.7, -0.6, np.array([0.4, -0.2, 0.9]))
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax
