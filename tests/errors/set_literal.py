import numpy as np


def f(x):
    chosen = {0, 2}  # E: 14: set
    total = 0.0
    for i in chosen:
        total += x[i]
    return total


args = (np.array([1.0, 2.0, 3.0]),)
