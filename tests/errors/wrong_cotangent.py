import numpy as np

from adcompiler import custom_vjp


@custom_vjp
def total(x):
    return np.sum(x)


def total_fwd(x):
    return np.sum(x), None


def total_bwd(_, g):
    return (g,)  # E: 5: cotangent 0 that the backward rule of `total` returns is f64


total.defvjp(total_fwd, total_bwd)


def f(x):
    return total(x) ** 2


args = (np.ones(3),)
