import numpy as np


def f(x):
    y = np.sin(x)
    return 2 * y  # E: 5: grad requires a scalar output


args = (np.array([1.0, 2.0]),)
