"""Sizes in the adjoint sweep are read off what the source names, and nothing is computed for its size alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient

from adcompiler import grad

X = np.arange(12.0).reshape(4, 3) / 7
W = np.array([0.3, -0.2, 0.5])
Y = np.array([0.5, 0.1, -0.7, 0.2])


def of_an_argument(w, X, y):
    return np.mean((X @ w - y) ** 2)


def of_a_local_array(w, X, y):
    z = X @ w - y
    return np.mean(np.exp(-z) * z)


def of_a_named_size(w, X, y):
    n = len(X)
    return np.mean((X @ w - y) ** 2) / n


def of_an_array_that_is_replaced(w, X, y):
    X = X[1:] * 2.0
    s = np.mean((X @ w) ** 2)
    X = X[1:]
    return s * np.sum(X)


def of_an_array_of_one_path(w, X, y):
    if y[0] > 0:
        z = X @ w
        s = np.sum(z)
    else:
        s = np.sum(w)
    return s * np.mean((X @ w) ** 2)


def of_rows(w, X, y):
    s = 0.0
    for row in X:
        s = s + np.mean((row * w) ** 2)
    return s


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (of_an_argument, "len(X)"),
        (of_a_local_array, "len(z)"),
        (of_a_named_size, "/ n"),
        (of_an_array_that_is_replaced, "len(t"),  # by then X is another array
        (of_an_array_of_one_path, "len(X)"),
        (of_rows, "X.shape[1]"),
    ],
)
def test_sizes_have_names(f: Callable[..., Any], expected: str) -> None:
    """len(t) is printed as the length of something that the source names; the numbers are right."""
    args = (W, X, Y)
    gradient = grad(f)
    assert_gradient(f, args, gradient(*args), 0)
    adjoint = gradient.source().partition("# adjoint")[2] or gradient.source()
    assert expected in adjoint
    assert ("len(t" in adjoint) == (expected == "len(t") and ".size" not in adjoint
    assert_gradient(f, args, grad(f, backend="jax")(*args), 0)


def test_nothing_is_computed_for_its_size() -> None:
    """The sum of which only the shape matters is not computed."""

    def f(x, y):
        return np.sum(x**y + 2.0**x)

    gradient = grad(f, argnums=1)
    assert_gradient(f, (Y**2, W[0]), gradient(Y**2, W[0]), 1)
    assert "2.0 **" not in gradient.source()
