import numpy as np


def f(x):
    total = 0.0
    for v in np.nditer(x):  # E: 14: `np.nditer` walks
        total = total + v * v
    return total


args = (np.array([1.0, 2.0]),)
