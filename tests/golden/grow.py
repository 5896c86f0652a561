"""A branch in a loop, continue, and a return from inside the loop."""
import numpy as np


def grow(x, limit):
    s = 1.0
    for t in x:
        if t < 0:
            continue
        s = s * t + 0.5
        if s > limit:
            return s * s
    return s


f = grow
x = np.array([0.4, -0.7, 1.3, 0.6, -0.2, 0.9])
args = (x, 3.0)
more_args = [(x[:0], 3.0), (np.abs(x) + 1.0, 3.0)]

# %% ir
# %% numpy
# %% jax
