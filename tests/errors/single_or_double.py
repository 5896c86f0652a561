import numpy as np


def f(x, s):
    chosen = x[0] if x[1] > 0 else s[0]  # E: 14: this conditional expression is f64 on one path and f32 on another
    return chosen * 3.3


args = (np.array([0.5, 2.0]), np.array([0.5, 2.0], np.float32))
