"""Global constants and a configuration object."""
from types import SimpleNamespace

import numpy as np

GRAVITY = 9.81
STIFFNESS = (1.0, 0.5)


def f(x, config):
    potential = config.mass * GRAVITY * x[0]
    for k in STIFFNESS:
        potential += 0.5 * k * np.sum(x**2)
    return potential if config.signed else -potential


args = (np.array([0.5, -1.0]), SimpleNamespace(mass=2.0, signed=True))

# %% ir
# %% numpy
# %% jax
