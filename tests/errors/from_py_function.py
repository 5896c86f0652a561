import numpy as np


def f(x):
    square = np.frompyfunc(lambda v: v * v, 1, 1)  # E: 14: `np.frompyfunc` makes a function that gives arrays of objects
    return np.sum(square(x).astype(float))


args = (np.array([1.0, 2.0]),)
