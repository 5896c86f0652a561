import numpy as np


def f(x):
    for k in range(3):
        numbers = range(k + 1)
        x = x * 1.5
    return sum([x[i] for i in numbers])  # E: 31: bound to a range in the loop


args = (np.array([0.5, 2.0, 1.0]),)
