import numpy as np
from scipy import special


def f(v, x):
    return np.sum(special.jv(v, x))  # E: 19: no derivative with respect to its order


args = (1.5, np.array([1.0, 2.0]))
argnums = (0, 1)
