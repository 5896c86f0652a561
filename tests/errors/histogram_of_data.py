import numpy as np


def f(x):
    counts = np.histogram(x, bins="auto")[0]  # E: 14: how many bins bins='auto' gives depends on the data
    return np.sum(counts * x[0])


args = (np.array([1.0, 2.0, 3.0]),)
