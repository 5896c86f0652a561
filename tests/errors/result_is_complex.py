import numpy as np


def f(x):
    return np.sum(np.exp(1j * x))  # E: 5: complex128


args = (np.array([1.0, 2.0]),)
