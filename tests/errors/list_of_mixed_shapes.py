import numpy as np


def f(x):
    parts = []
    for i in range(len(x)):
        parts.append(x[i])
        parts.append(np.outer(x, x))  # E: 9: parts
    return np.sum(parts[0])


args = (np.array([1.0, 2.0]),)
