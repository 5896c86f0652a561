import numpy as np


def f(x):
    y = x * x
    y.shape = (3, 1)  # E: 5: `y.shape`
    return np.sum(y[:, 0])


args = (np.array([1.0, 2.0, 3.0]),)
