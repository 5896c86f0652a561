import numpy as np


def f(x):
    if x[0] > 0:  # E: 5: y
        y = np.sin(x)
    else:
        y = "nothing"
    return np.sum(y)


args = (np.array([1.0, 2.0]),)
