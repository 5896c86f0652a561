"""Sizes in the adjoint sweep are read off what the source names, and nothing is computed for its size alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient

from adcompiler import check_grads, grad

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


def of_two_masks(x, m):
    a, b, c = x[x > 0], x[x < 0], x[m]
    return np.mean(np.sin(a)) + np.mean(np.cos(b)) * np.sum(c) + np.mean(np.exp(c))


def of_a_mask_that_a_loop_replaces(x, m):
    kept = x > -2
    s = np.mean(np.sin(x[kept]))
    for k in range(3):
        kept = x > 0.5 * k - 1
        s = s * np.mean(np.exp(x[kept])) + np.var(x[x < 0.5])
    return s + np.mean(np.cos(x[kept]))


def of_a_mask_that_is_written(x, m):
    s = np.mean(np.sin(x[m]))
    m[0] = not m[0]
    return s * np.mean(np.exp(x[m]))


def of_masks_in_a_list(x, m):
    s = 0.0
    for kept in [x > 0, x < 1, m]:
        s += np.mean(np.sin(x[kept])) * np.sum(x[kept] ** 2)
    return s


@pytest.mark.parametrize(
    "f", [of_two_masks, of_a_mask_that_a_loop_replaces, of_a_mask_that_is_written, of_masks_in_a_list]
)
def test_masks_select_as_many_as_they_do(f: Callable[..., Any]) -> None:
    """What two masks of one array select is no more alike than that."""
    x = np.array([0.3, -0.7, 1.2, 0.4, -0.1, 0.9, -1.3])
    m = np.array([True, True, False, True, False, False, True])
    check_grads(f, (x, m), backend="numpy")


def test_what_one_mask_selects_has_one_length() -> None:
    def product(x: Any, m: Any) -> Any:
        return np.sum(x[m] * np.cos(x)[m])

    source = grad(product).source(np.ones(3), np.array([True, False, True]))
    assert "unbroadcast" not in source
