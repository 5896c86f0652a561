"""A list of arrays that is updated item by item."""
import numpy as np


def f(Ws, rate):
    state = [np.zeros_like(W) for W in Ws]
    for _ in range(3):
        for k in range(len(Ws)):
            state[k] = 0.9 * state[k] + rate * np.sin(Ws[k] + state[k])
    return sum([np.sum(s**2) for s in state])


args = ([np.array([[0.5, 1.0], [0.3, -0.2]]), np.array([[0.7, -0.4]])], 0.1)
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
