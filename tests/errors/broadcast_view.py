import numpy as np


def f(x):
    rows = np.broadcast_to(x, (2, 3))
    rows[0] = 1.0  # E: 5: `rows`, an array that may be a view of `x`
    return np.sum(rows)


args = (np.array([1.0, 2.0, 3.0]),)
