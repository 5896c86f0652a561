import numpy as np


def f(x):
    counts = np.histogram(x)[0]  # E: 14: `np.histogram`
    return np.sum(counts * x[0])


args = (np.array([1.0, 2.0, 3.0]),)
