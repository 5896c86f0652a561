"""zip, enumerate and reversed over Python containers."""
import numpy as np


def f(Ws, bs, x):
    penalty = 0.0
    for k, W in enumerate(Ws):
        penalty += np.sum(W**2) / (k + 1)
    for W, b in zip(Ws, bs):
        x = np.tanh(W @ x + b)
    for b in reversed(bs):
        x = x * np.sum(b**2)
    return np.sum(x) + penalty


rng = np.random.default_rng(0)
args = ([rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)],
        rng.normal(size=3))
argnums = (0, 1, 2)

# %% ir
# %% numpy
# %% jax
