"""Elementwise functions of NumPy."""
import numpy as np


def f(x):
    a = np.exp(x) + np.log(x) + np.sqrt(x) + np.square(x) + np.abs(x - 1) + np.sign(x) * x
    b = np.sin(x) * np.cos(x) + np.tan(x) - np.arctan(x) + np.sinh(x) / np.cosh(x) + np.tanh(x)
    c = np.log1p(x) + np.expm1(x) + np.log2(x) + np.log10(x) + np.reciprocal(x) + np.negative(x)
    d = np.arcsin(x / 3) + np.arccos(x / 3) + np.arcsinh(x) + np.arccosh(x + 2) + np.arctanh(x / 3)
    e = np.power(x, 1.5) + np.hypot(x, 2.0) + np.arctan2(x, 3.0) + np.logaddexp(x, 1.0) + np.cbrt(x)
    return np.sum(a + b * c + d + e * np.exp2(x) + np.floor(x))


args = (np.array([0.4, 0.7, 1.3]),)

# %% ir
# %% numpy
# %% jax
