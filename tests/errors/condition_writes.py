import numpy as np


def step(v):
    v[0] += 0.5
    return v[0]


def f(x):
    y = x.copy()
    while step(y) < 2.0:  # E: 5: the condition of this loop binds a name or writes
        y[1] *= 2.0
    return np.sum(y)


args = (np.array([0.5, 1.0]),)
