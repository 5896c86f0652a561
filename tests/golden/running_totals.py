"""itertools: running products, neighbours, and the first items."""

import itertools
import operator

import numpy as np


def f(x):
    products = itertools.accumulate(x, operator.mul)
    steps = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
    return sum(products) * steps + sum(itertools.islice(x, 2))


args = (np.array([0.5, 1.2, -0.7, 1.5]),)
