import contextlib

import numpy as np


def f(x):
    with contextlib.nullcontext():  # E: 10: with
        y = np.log(x)
    with np.errstate(invalid="raise"):  # E: 22: stops the program
        y = np.sqrt(y)
    return y


args = (2.0,)
