import numpy as np


def f(x, s):
    chosen = x[0] if x[1] > 0 else s[0]  # E: 14: a value is float32 on one path and float64 on another
    return chosen * chosen


args = (np.array([0.5, 2.0]), np.array([0.5, 2.0], np.float32))
backend = "jax"
