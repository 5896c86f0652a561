"""An in-place recurrence: nothing needs recording, no element is overwritten after it is read."""
import numpy as np


def recurrence(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


f = recurrence
args = (np.array([0.3, -1.2, 0.8, 2.1, -0.4, 0.9]),)
more_args = [(np.array([0.7]),), (np.array([0.7, 1.9]),)]

# %% ir
# %% numpy
# %% jax
