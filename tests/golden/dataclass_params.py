"""A dataclass as an argument, as a local and as the result of a helper function."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Gaussian:
    mean: np.ndarray
    log_scale: np.ndarray


def posterior(prior, x):
    shift = np.exp(-2 * prior.log_scale) * (x - prior.mean)
    return Gaussian(mean=prior.mean + 0.5 * shift, log_scale=prior.log_scale - 0.3)


def f(prior, x):
    q = posterior(prior, x)
    z = (x - q.mean) * np.exp(-q.log_scale)
    return np.sum(0.5 * z**2 + q.log_scale)


args = (Gaussian(np.array([0.1, -0.4]), np.array([0.2, 0.3])), np.array([1.0, 0.5]))
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
