import math


def f(x):
    return math.sine(x)  # E: 12: math.sine


args = (2.0,)
