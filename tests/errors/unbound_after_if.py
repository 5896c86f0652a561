import numpy as np


def f(x):
    if x > 0:
        y = np.log(x)
    return y * x  # E: 12: y


args = (2.0,)
