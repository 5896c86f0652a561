import numpy as np
from scipy import interpolate


def f(y):
    curve = interpolate.CubicSpline(np.arange(4.0), y)  # E: 13: keeps its coefficients
    return curve(1.5)


args = (np.array([0.0, 1.0, 0.5, 2.0]),)
