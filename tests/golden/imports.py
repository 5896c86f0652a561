"""from imports and aliases."""
import math as m

import numpy as xp
from numpy import exp, linalg
from numpy import sum as total


def f(x):
    return m.log(total(exp(x))) + linalg.norm(x) + xp.cos(x[0])


args = (xp.array([0.3, -1.0, 0.8]),)

# %% ir
# %% numpy
# %% jax
