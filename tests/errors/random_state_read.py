import numpy as np


def f(x, rng):
    children = rng.spawn(2)  # E: 16: the method 'spawn' of a random generator
    return x * children[0].random()


args = (2.0, np.random.default_rng(0))
