import numpy as np


def f(x):
    elements = x.flat
    s = 0.0
    for v in elements:  # E: 14: goes on where it was left
        s += v
    for v in elements:  # E: 14: goes on where it was left
        s += v**2
    return s


args = (np.array([1.0, 2.0]),)
