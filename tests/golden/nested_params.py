"""Lists, tuples and dicts inside each other."""
import numpy as np


def f(model, x):
    (scale, shift), blocks = model["head"], model["blocks"]
    for block in blocks:
        x = x + np.tanh(block["U"] @ x)
    return np.sum(x * scale) + shift


rng = np.random.default_rng(0)
blocks = [{"U": rng.normal(size=(2, 2))}, {"U": rng.normal(size=(2, 2))}]
args = ({"head": (rng.normal(size=2), 0.3), "blocks": blocks}, rng.normal(size=2))

# %% ir
# %% numpy
# %% jax
