import numpy as np

rng = np.random.default_rng(0)


def f(x):
    noise = rng.normal(size=x.shape)  # E: 13: `rng.normal` draws random numbers
    return np.sum(x * noise)


args = (np.array([1.0, 2.0]),)
