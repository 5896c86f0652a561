import numpy as np

from adcompiler import on_backward


def f(x):
    on_backward(x, lambda dx: np.clip(dx, -1, 1))  # E: 5: what on_backward gives is not used
    return np.sum(x**2)


args = (np.ones(3),)
