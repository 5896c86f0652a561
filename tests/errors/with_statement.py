import numpy as np


def f(x):
    with np.errstate(all="ignore"):  # E: 5: with
        y = np.log(x)
    return y


args = (2.0,)
