import numpy as np


def f(a):
    if a.T.flags.c_contiguous:  # E: 8: 'flags'
        return np.sum(a)
    return np.sum(2.0 * a)


args = (np.array([[1.0, 2.0], [3.0, 4.0]]),)
