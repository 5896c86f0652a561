import numpy as np


class Held:
    def __init__(self):
        self.__gain = 2.0

    def __scaled(self, x):
        return x * self.__gian  # E: 20: 'Held' object has no attribute '_Held__gian'

    def run(self, x):
        return np.sum(self.__scaled(x))


held = Held()


def f(x):
    return held.run(x)


args = (np.array([1.0, 2.0]),)
chain = ("return np.sum(self.__scaled(x))", "return held.run(x)")
