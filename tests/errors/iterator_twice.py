import numpy as np


def f(x, y):
    pairs = zip(x, y)
    total = 0.0
    for a, b in pairs:
        total += a * b
    for a, b in pairs:  # E: 17: gone over before
        total += a + b
    return total


args = (np.array([0.5, 2.0]), np.array([1.0, 3.0]))
