import numpy as np

weights = np.ones(3)


def f(x):
    weights[:] += x  # E: 5: weights
    return np.sum(weights**2)


args = (np.array([1.0, 2.0, 3.0]),)
