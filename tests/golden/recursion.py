"""Recursion on data: halve the argument until the series is good, then double the angle."""
import numpy as np


def sine(x):
    if abs(x) < 0.1:
        return x - x**3 / 6 + x**5 / 120
    s = sine(x / 3)
    return 3 * s - 4 * s**3


def f(x):
    return np.exp(sine(x))


args = (1.9,)
more_args = [(0.05,)]
backends = ("numpy",)


# %% ir
# func f_grad(%x: f64):
#     %t: f64 = call sine(%x)    # line 13
#     %t.1: f64 = exp(%t)    # adjoint of line 13
#     %dx: f64 = call sine_vjp(%x, %t.1)    # adjoint of line 13
#     return %dx

# %% numpy
import numpy as np


def sine(x):
    if abs(x) < 0.1:
        result = x - x ** 3 / 6 + x ** 5 / 120
    else:
        s = sine(x / 3)
        result = 3 * s - 4 * s ** 3
    return result


def sine_vjp(x, g):
    """Pullback of sine with respect to x: the cotangents, given that of its result."""
    # primal
    t = abs(x) < 0.1
    if not t:
        s = sine(x / 3)
    # adjoint
    if t:
        dx = 5 * x ** 4 * (g / 120)   # line 7: return x - x**3 / 6 + x**5 / 120
        dx += g
        dx -= 3 * x ** 2 * (g / 6)
    else:
        ds = 3 * s ** 2 * (-4 * g)    # line 9: return 3 * s - 4 * s**3
        ds += g * 3
        dx = sine_vjp(x / 3, ds) / 3  # line 8: s = sine(x / 3)
    return dx


def f_grad(x):
    """Gradient of f with respect to x.   x: float"""
    dx = sine_vjp(x, np.exp(sine(x)))  # line 13: return np.exp(sine(x))
    return dx

# %% jax
