"""append in a loop: the states of a recurrent network, stacked afterwards."""
import numpy as np


def f(W, U, xs):
    h = np.zeros(W.shape[0])
    states = []
    for x in xs:
        h = np.tanh(W @ h + U @ x)
        states.append(h)
    return np.mean(np.stack(states) ** 2)


rng = np.random.default_rng(0)
args = (rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2)))
more_args = [(rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2)))]
argnums = (0, 1)

# %% ir
# %% numpy
# %% jax
