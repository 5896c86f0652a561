import numpy as np


def f(x):
    try:
        last = x[3]  # E: 16: this may raise IndexError
    except IndexError:
        last = 0.0
    return last * x[0]


args = (np.arange(5.0),)
