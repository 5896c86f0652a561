import numpy as np


def f(x, names):  # E: 10: dtype
    return np.sum(x) if names[0] == "a" else np.prod(x)


args = (np.array([1.0, 2.0]), np.array(["a", "b"]))
