"""while True with break."""
import numpy as np


def f(a):
    x = 1.0
    while True:
        new = a * np.cos(x)
        if abs(new - x) < 1e-14:
            break
        x = new
    return x


args = (0.6,)

# %% ir
# %% numpy
# %% jax
