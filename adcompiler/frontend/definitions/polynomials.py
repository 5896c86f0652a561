"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np


def polyval(p: Any, x: Any) -> Any:
    """The value, by Horner's rule."""
    y = np.zeros_like(x)
    for coefficient in np.asarray(p):
        y = y * x + coefficient
    return y


def polyadd(a1: Any, a2: Any) -> Any:
    """The sum of two polynomials."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    if len(a) == len(b):
        return a + b
    if len(a) < len(b):
        return np.concatenate((np.zeros(len(b) - len(a), a.dtype), a)) + b
    return a + np.concatenate((np.zeros(len(a) - len(b), b.dtype), b))


def polysub(a1: Any, a2: Any) -> Any:
    """The difference of two polynomials."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    if len(a) == len(b):
        return a - b
    if len(a) < len(b):
        return np.concatenate((np.zeros(len(b) - len(a), a.dtype), a)) - b
    return a - np.concatenate((np.zeros(len(a) - len(b), b.dtype), b))


def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """The integral, m times, with constants."""
    a = np.asarray(p)
    constants = np.zeros(m) if k is None else np.atleast_1d(k)
    if len(constants) == 1 and m > 1:
        constants = constants[0] * np.ones(m)
    for time in (0, 1, 2, 3, 4, 5, 6, 7)[:m]:
        a = np.concatenate((a / np.arange(len(a), 0, -1), constants[time : time + 1]))
    return a


def polyder(p: Any, m: Any = 1) -> Any:
    """The derivative, m times."""
    a = np.asarray(p)
    for _ in (0, 1, 2, 3, 4, 5, 6, 7)[:m]:
        a = a[:-1] * np.arange(len(a) - 1, 0, -1)
    return a
