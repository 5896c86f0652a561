"""A range whose index subscripts a list of matrices of different sizes stays a loop."""
import numpy as np


def f(Ws, bs, x):
    for k in range(len(Ws)):
        x = np.tanh(Ws[k] @ x + bs[k])
    return np.sum(x)


rng = np.random.default_rng(0)
args = ([rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)],
        rng.normal(size=3))
more_args = [([rng.normal(size=(2, 3))], [rng.normal(size=2)], rng.normal(size=3))]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
