import numpy as np


def f(x):
    return np.argmax(x)  # E: 5: int64


args = (np.array([1.0, 2.0]),)
