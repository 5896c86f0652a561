import numpy as np


def f(x):
    ramp = np.vectorize(lambda v: 0 if v < 0 else v)
    return np.sum(ramp(x))  # E: 19: np.vectorize takes the dtype of the first result, which is float64 or int64 here


args = (np.array([1.0, 2.0]),)
