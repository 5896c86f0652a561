"""A dict of parameters: read by key, looped over by items, one built as a local."""
import numpy as np


def f(params, x):
    h = np.tanh(params["W"] @ x + params["b"])
    terms = {"fit": np.sum(params["v"] * h), "size": 0.0}
    for name, p in params.items():
        if name != "b":
            terms["size"] += np.sum(p**2)
    return terms["fit"] + 0.01 * terms["size"]


rng = np.random.default_rng(0)
args = ({"W": rng.normal(size=(3, 2)), "b": rng.normal(size=3), "v": rng.normal(size=3)}, rng.normal(size=2))

# %% ir
# %% numpy
# %% jax
