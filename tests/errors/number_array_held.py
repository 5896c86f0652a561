import numpy as np


def f(x):
    total = np.zeros(())
    sums = {"total": total}
    for v in x:
        total += v  # E: 9: array without axes that has another name
    return sums["total"]


args = (np.array([0.5, 1.0]),)
