import numpy as np


def f(x, kind):
    if kind == "sum":
        return np.sum(x * x)
    elif kind == "mean":
        return np.mean(x * x)
    else:
        raise ValueError(kind)  # E: 9: this raises


args = (np.array([1.0, 2.0]), "median")
