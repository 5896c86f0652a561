def f(x, weights):
    return sum(w * v for w, v in zip(weights, x, strict=True))  # E: 34: gets 2 and 3 items


import numpy as np  # noqa: E402

args = (np.array([1.0, 2.0, 3.0]), np.array([0.5, 1.5]))
