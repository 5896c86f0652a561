import numpy as np


def f(x):
    line = np.poly1d(np.polyfit(np.arange(3.0), x, 1))  # E: 12: drops leading zeros
    series = np.polynomial.Polynomial(x)  # E: 14: by code that is not followed
    (slope, _), cov = np.polyfit(np.arange(3.0), x, 1, cov=True)  # E: 23: cov=True of np.polyfit
    return line(2.0) + series(2.0) + slope + np.sum(cov)


args = (np.array([1.0, 2.0, 4.0]),)
