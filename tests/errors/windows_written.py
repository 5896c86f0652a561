import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def f(x):
    y = np.zeros(len(x) + 1)
    for window in sliding_window_view(y, 2, writeable=True):  # E: 19: windows that may be written
        window += 1.0
    return np.sum(y * x[0])


args = (np.array([1.0, 2.0]),)
