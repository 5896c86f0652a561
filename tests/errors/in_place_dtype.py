import numpy as np


def f(x):
    counts = np.zeros(3, dtype=int)
    counts += x  # E: 5: cannot put f64[3] into i64[3]
    return np.sum(counts * x)


args = (np.array([1.0, 2.0, 3.0]),)
