import numpy as np


def f(x):
    if x < 0:
        raise ValueError("negative")  # E: 9: raise
    return np.sqrt(x)


args = (2.0,)
