import numpy as np


def f(x):
    return np.sum(np.where((x > 0) and (x < 1), x, 2.0 * x))  # E: 28: `and` asks whether an array is true


args = (np.array([0.5, 2.0]),)
