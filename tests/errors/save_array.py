import numpy as np


def f(x):
    np.save("x.npy", x)  # E: 5: np.save
    return np.sum(x * x)


args = (np.array([1.0, 2.0]),)
