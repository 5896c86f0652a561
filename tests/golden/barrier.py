"""Early and several returns."""
import numpy as np


def f(x, centre, radius):
    r2 = np.sum((x - centre) ** 2)
    if r2 > radius**2:
        return r2 - radius**2
    gap = radius - np.sqrt(r2)
    if gap < 0.1:
        return 10 * gap
    return -np.log(gap)


centre = np.array([0.0, 0.1])
args = (np.array([0.3, 0.4]), centre, 1.0)
more_args = [(np.array([2.0, 0.4]), centre, 1.0), (np.array([0.95, 0.1]), centre, 1.0)]
argnums = (0, 2)

# %% ir
# %% numpy
# %% jax
