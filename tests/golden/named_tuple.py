"""A named tuple as an argument."""
from typing import NamedTuple

import numpy as np


class Params(NamedTuple):
    W: np.ndarray
    b: np.ndarray


def f(params, x, y):
    z = params.W @ x + params.b
    return np.mean((z - y) ** 2)


rng = np.random.default_rng(0)
args = (Params(rng.normal(size=(2, 3)), rng.normal(size=2)), rng.normal(size=3), rng.normal(size=2))

# %% ir
# %% numpy
# %% jax
