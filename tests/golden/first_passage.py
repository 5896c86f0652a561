"""else on a loop: the first value above the level, or the sum of all."""
import numpy as np


def f(x, level):
    for i in range(len(x)):
        if x[i] > level:
            s = x[i] ** 2
            break
    else:
        s = np.sum(x) * level
    return s


args = (np.array([0.2, 0.9, 1.4, 2.0]), 1.0)
more_args = [(np.array([0.2, 0.9]), 1.0)]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
