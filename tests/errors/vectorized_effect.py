import numpy as np


def f(x):
    seen = []

    def noted(v):
        seen.append(v)
        return v * v

    return np.sum(np.vectorize(noted)(x))  # E: 19: the function that np.vectorize calls does more than give a number


args = (np.array([1.0, 2.0]),)
