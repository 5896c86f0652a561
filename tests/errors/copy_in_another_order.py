import numpy as np


def f(x):
    y = x.astype(float, order="F", copy=False)  # E: 25: another order
    y[0] = 1.0
    return np.sum(y * x)


args = (np.array([1.0, 2.0]),)
