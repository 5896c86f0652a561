"""Arguments that are not differentiated may be of any kind: a string, None, a function, a bool."""
import numpy as np


def f(x, kind, mask, scale, squared):
    if kind == "soft":
        y = np.log1p(np.exp(x))
    else:
        y = np.maximum(x, 0)
    if mask is not None:
        y = y * mask
    y = scale(y)
    return np.sum(y**2 if squared else y)


args = (np.array([0.5, -1.0, 2.0]), "soft", None, np.tanh, True)
more_args = [(np.array([0.5, -1.0, 2.0]), "hard", np.array([1, 0, 1]), np.sin, False)]

# %% ir
# %% numpy
# %% jax
