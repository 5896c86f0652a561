import numpy as np


def f(x):
    x[::2] = x[:3]  # E: 5: parts of one array in different strides
    return np.sum(x)


args = (np.arange(5.0),)
