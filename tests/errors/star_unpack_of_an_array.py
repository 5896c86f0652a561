import numpy as np


def f(x):
    first, *rest = x  # E: 5: length
    return first * sum(rest)


args = (np.array([1.0, 2.0, 3.0]),)
