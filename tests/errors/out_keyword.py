import numpy as np


def f(x):
    y = np.zeros(2, np.float32)
    np.mean(np.outer(x, x), axis=0, out=y)  # E: 37: `out` has dtype float32
    n = np.zeros(2, int)
    np.add(x, 1.0, out=n)  # E: 20: Cannot cast output from float64 to int64
    np.sin(x, out=2.0)  # E: 15: which cannot be written to
    np.exp(np.outer(x, x), out=x)  # E: 28: smaller than the result
    np.sin(x, out=x, where=n)  # E: 22: must hold truth values
    return np.sum(y)


args = (np.array([1.0, 2.0]),)
