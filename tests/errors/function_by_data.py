import numpy as np


def f(x):
    if x > 0:  # E: 5: 'g' is the function sin on one path and the function cos on the other
        g = np.sin
    else:
        g = np.cos
    return g(x)


args = (2.0,)
