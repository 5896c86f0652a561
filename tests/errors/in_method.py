import numpy as np


class Layer:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.last = x  # E: 9: `self.last`
        return np.tanh(self.w @ x)


layer = Layer(np.array([[1.0, 2.0], [3.0, 4.0]]))


def f(x):
    h = layer.forward(x)
    return np.sum(h)


args = (np.array([1.0, 2.0]),)
chain = ("h = layer.forward(x)",)
