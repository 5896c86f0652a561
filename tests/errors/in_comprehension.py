import numpy as np


def f(x):
    return sum([v * eval("2.0") for v in x]) + np.sum(x)  # E: 21: eval


args = (np.array([1.0, 2.0]),)
