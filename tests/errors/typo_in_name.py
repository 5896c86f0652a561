import numpy as np


def f(x):
    total = np.sum(x * x)
    return totl  # E: 12: 'totl'


args = (np.array([1.0, 2.0]),)
