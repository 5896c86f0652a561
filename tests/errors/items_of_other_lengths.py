"""Joining a list whose items have other lengths in other trips."""

import numpy as np


def f(x):
    parts = []
    for k in range(len(x)):
        parts.append(x[: k + 1] * k)
    joined = np.concatenate(parts)  # E: 14: np.concatenate of a list whose items may differ in length
    return np.sum(joined**2)


args = (np.array([1.0, 2.0, 3.0]),)
