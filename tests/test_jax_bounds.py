"""Subscripts that NumPy refuses: on XLA too, as far as sizes and the bounds of loops tell; and only those."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, grad, vjp


def beyond(x, y):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[i + 1]
    return s


def before(x, y):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[i - 3]
    return s


def downwards(x, y):
    s = 0.0
    for i in range(len(x) - 1, -1, -1):
        s += x[i] * y[i + 1]
    return s


def by_the_other(x, y):
    z = np.zeros(len(y))
    for i in range(len(x)):
        z[i] = x[i] ** 2
    return np.sum(z) + np.sum(y)


def nested(x, y):
    s = 0.0
    for i in range(len(x)):
        for j in range(2):
            s += x[i] * y[i + j]
    return s


OUTSIDE = [
    (beyond, 3, 3),
    (before, 3, 2),
    (downwards, 3, 3),
    (by_the_other, 4, 3),
    (nested, 3, 3),
]


@pytest.mark.parametrize(("f", "m", "n"), OUTSIDE, ids=lambda value: getattr(value, "__name__", str(value)))
def test_outside(f: Callable[..., Any], m: int, n: int) -> None:
    """NumPy's error, with the place; one element more, and the gradient is right."""
    x, y = np.linspace(0.5, 1.5, m), np.linspace(0.2, 0.9, n)
    with pytest.raises(IndexError):
        f(x, y)
    with pytest.raises(IndexError, match=r"test_jax_bounds.py:\d+:\d+: index out of bounds"):
        grad(f, backend="jax")(x, y)
    with pytest.raises(IndexError):
        vjp(f, x, y, backend="jax")
    check_grads(f, (x, np.linspace(0.2, 0.9, n + 1)))


def even(x):
    s = 0.0
    for i in range(0, len(x) - 1, 2):
        s += x[i] * x[i + 1]
    return s


def triangle(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            s += x[j - i] * x[i] * x[j]
    return s


def guarded(x):
    s = 0.0
    for i in range(len(x)):
        if i + 2 < len(x):
            s += x[i + 2] * x[i]
    return s


def left(x):
    s = 0.0
    for i in range(len(x) + 3):
        if i >= len(x):
            break
        s += x[i] ** 2
    return s


def empty(x):
    s = np.sum(x)
    for i in range(5, len(x)):
        s += x[i] * x[4]
    return s


def wrapped(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i - 1] * x[i - len(x)] * x[i]
    return s


@pytest.mark.parametrize("f", [even, triangle, guarded, left, empty, wrapped], ids=lambda f: f.__name__)
def test_inside(f: Callable[..., Any]) -> None:
    """What NumPy takes is taken, at every size."""
    for n in (2, 3, 4, 7):
        check_grads(f, (np.linspace(0.5, 1.5, n),))
