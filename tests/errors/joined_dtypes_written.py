import numpy as np


def f(x):
    for _ in range(x.shape[0]):
        x = np.array([0])
    x[0] = 2.5  # E: 5: is of type f64[x.shape[0]] on one path and i64[1] on another
    return np.sum(x * 1.0)


args = (np.array([0.5, 2.0]),)
