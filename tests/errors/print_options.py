import numpy as np


def f(x):
    with np.printoptions(precision=3):  # E: 10: np.printoptions changes how arrays are printed
        print(x)
    np.set_printoptions(precision=3)  # E: 5: `np.set_printoptions` asks for, or changes
    return np.sum(x)


args = (np.ones(3),)
