"""The other module that the golden case helper_module takes its functions from."""

import numpy as np


def sigmoid(z):
    """The logistic function."""
    return 1 / (1 + np.exp(-z))


def softplus(z):
    """A smooth rectifier."""
    return np.log1p(np.exp(z))
