"""continue."""
import numpy as np


def f(x):
    s = 0.0
    for v in x:
        if v <= 0:
            continue
        s += np.log(v)
    return s


args = (np.array([0.5, -1.0, 2.0, 3.0, -0.1]),)
more_args = [(np.array([-1.0, -2.0]),), (np.array([]),)]

# %% ir
# %% numpy
# %% jax
