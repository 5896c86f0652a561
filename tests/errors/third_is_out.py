import numpy as np


def f(x):
    y = np.zeros(2)
    np.add(x, x, y)  # E: 5: `out`
    return np.sum(y * x)


args = (np.array([1.0, 2.0]),)
