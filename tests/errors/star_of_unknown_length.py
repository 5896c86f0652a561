import numpy as np


def largest(*values):
    return max(values)


def f(x):
    kept = []
    for v in x:
        if v > 0:
            kept.append(v * v)
    return largest(*kept)  # E: 20: number of items


args = (np.array([1.0, -2.0, 3.0]),)
