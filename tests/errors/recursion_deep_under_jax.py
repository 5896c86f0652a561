import numpy as np

backend = "jax"


def f(x):  # E: 1: XLA cannot run recursion
    if len(x) == 1:
        return x[0] ** 2
    return x[0] * 1.01 + f(x[1:])


args = (np.linspace(0.0, 1.0, 100),)
