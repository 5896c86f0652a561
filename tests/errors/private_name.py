import numpy as np


class Spline:
    def __init__(self, x):
        self.__x = x

    def __index(self, t):
        return self.__knots[0] + t  # E: 16: this `Spline` has no attribute '_Spline__knots' here; it has _Spline__x

    def calc(self, t):
        return np.sum(self.__x) * self.__index(t)


def f(x):
    return Spline(x).calc(2.0)


args = (np.array([1.0, 2.0]),)
chain = ("return np.sum(self.__x) * self.__index(t)", "return Spline(x).calc(2.0)")
