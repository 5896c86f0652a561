"""A deque of fixed length: a filter that remembers its last two outputs."""

from collections import deque

import numpy as np


def f(x, a, b):
    last = deque([0.0, 0.0], maxlen=2)
    out = np.zeros(len(x))
    for n, v in enumerate(x):
        y = v + a * last[0] - b * last[1]
        last.appendleft(y)
        out[n] = y
    return np.sum(out**2)


args = (np.array([0.5, 1.0, -0.3, 0.8]), 0.5, 0.25)
argnums = (0, 1, 2)
