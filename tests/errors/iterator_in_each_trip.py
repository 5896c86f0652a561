import numpy as np


def f(x):
    items, total = enumerate(x), 0.0
    for _ in range(2):  # E: 5: goes over an iterator from before it
        for k, v in items:
            total += k * v
    return total


args = (np.array([0.5, 2.0]),)
