"""Zeros are stored in adjoints only where a later trip, or something after the loops, would see what is left there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient

from adcompiler import grad

X = np.array([0.3, -0.8, 1.1, 0.6, 0.9])
A = np.cos(np.arange(20.0)).reshape(4, 5) + 1.5


def table(x):
    n = len(x)
    R = np.zeros((n, n))
    for i in range(1, n):
        for j in range(1, n):
            R[i, j] = x[i] * x[j] + np.sin(R[i - 1, j]) * R[i, j - 1] + R[i - 1, j - 1]
    return R[n - 1, n - 1]


def upper_part_of_a_table(x):
    n = len(x)
    R = np.ones((n, n))
    for i in range(1, n):
        for j in range(i, n):
            R[i, j] = x[i] * R[i - 1, j] * R[i, j - 1]
    return R[n - 1, n - 1]


def table_from_its_end(x):
    n = len(x)
    R = np.ones((n, n))
    for i in range(n - 2, -1, -1):
        for j in range(n - 2, -1, -1):
            R[i, j] = x[i] * R[i + 1, j] + x[j] * np.cos(R[i, j + 1])
    return R[0, 0]


def swept_twice(A):
    A = A.copy()
    for _ in range(2):
        for i in range(1, A.shape[0]):
            for j in range(1, A.shape[1]):
                A[i, j] = np.sin(A[i - 1, j]) * A[i, j - 1]
    return np.sum(A * A)


def table_against_the_loops(A):
    A = A.copy()
    for i in range(A.shape[0] - 1):
        for j in range(A.shape[1] - 1):
            A[i, j] = np.sin(A[i + 1, j]) * A[i, j + 1]
    return np.sum(A * A)


def table_with_a_diagonal(x):
    n = len(x)
    R = np.ones((n, n))
    for i in range(1, n):
        for j in range(n - 1):
            R[i, j] = x[i] * np.sin(R[i - 1, j + 1]) + x[j]
    return R[n - 1, 0]


def wrapped_around(x):
    y = x * x
    n = len(y)
    for i in range(n):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


def wrapped_around_a_table(A):
    A = A.copy()
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            A[i, j] = np.sin(A[i - 1, j - 1]) * 2.0
    return A[1, 2] * A[3, 4]


def back_substitution(x):
    y = np.sin(x)
    for i in range(len(x) - 2, -1, -1):
        y[i] -= x[i] * y[i + 1]
    return np.sum(y * y)


def elimination(x):
    c = np.cos(x)
    d = np.sin(x)
    for i in range(1, len(x)):
        m = 3.0 - x[i] * c[i - 1]
        c[i] = c[i] / m
        d[i] = (d[i] - x[i] * d[i - 1]) / m
    return np.sum(c * d)


def exchanged_places(x):
    y = np.sin(x)
    for i in range(1, len(x)):
        t = y[i]
        y[i] = y[i - 1] * x[i]
        y[i - 1] = t
    return np.sum(y * x)


def one_place_at_two_subscripts(A):
    A = A.copy()
    n = min(A.shape)
    for i in range(n):
        for j in range(n):
            A[i, j] = A[j, i] * 2.0 + A[i, j]
    return np.sum(A)


def a_column_again_and_again(A):
    A = A.copy()
    for i in range(A.shape[0]):
        for j in range(1, A.shape[1]):
            A[i, 0] = A[i, 0] * A[i, j]
    return np.sum(A[:, 0])


KEPT = {
    table: 0,
    upper_part_of_a_table: 0,
    table_from_its_end: 0,
    swept_twice: 1,
    table_against_the_loops: 1,
    table_with_a_diagonal: 0,
    wrapped_around: 1,
    wrapped_around_a_table: 1,
    back_substitution: 0,
    elimination: 0,
    exchanged_places: 0,
    one_place_at_two_subscripts: 0,
    a_column_again_and_again: 0,
}


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("f", KEPT, ids=lambda f: f.__name__)
def test_gradients(f: Callable[..., Any], backend: Any) -> None:
    argument = A if f.__code__.co_varnames[0] == "A" else X
    assert_gradient(f, (argument,), grad(f, backend=backend)(argument), 0)


@pytest.mark.parametrize("f", KEPT, ids=lambda f: f.__name__)
def test_zeros_are_stored_where_they_are_read(f: Callable[..., Any]) -> None:
    argument = A if f.__code__.co_varnames[0] == "A" else X
    adjoint = grad(f).source(argument).partition("# adjoint")[2]
    stored = [line for line in adjoint.splitlines() if line.partition("  #")[0].rstrip().endswith("] = 0")]
    assert len(stored) == KEPT[f], adjoint


# ------------------------------------------------------------------------------------------------ masks


def read_by_a_mask(x):
    m = x > 0.0
    return np.sum(np.sin(x[m]) * x[m])


def scaled_by_a_mask(x):
    y = x * 1.0
    y[y < 0.5] *= x[0]
    return np.sum(np.sin(y))


def columns_by_a_mask(x):
    A = np.outer(x, x)
    m = x > 0.0
    return np.sum(A[m, 1] ** 2) + np.sum(A[m][:, 0])


def two_masks(x):
    A = np.outer(x, x[:3])
    return np.sum(A[x > 1.0, x[:3] > 0.5] ** 2)


def places_that_repeat(x):
    k = np.array([1, 1, 0])
    return np.sum(np.sin(x[k]))


def places_beside_a_mask(x):
    A = np.outer(x, x)
    return np.sum(A[x > 1.9, np.array([1, 1])] ** 2)


@pytest.mark.parametrize(
    ("f", "on_numpy", "not_there"),
    [
        (read_by_a_mask, "dx[m] = ", "dx[m] += "),
        (scaled_by_a_mask, "dy[t] = ", "dy[t] += "),
        (columns_by_a_mask, "dA[m] = ", "np.add.at"),
        (two_masks, "dA", "np.add.at"),
        (places_that_repeat, "np.add.at(dx, ", "dx[k] = "),
        (places_beside_a_mask, "np.add.at(dA, ", "dA[t] = "),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_mask_selects_is_there_once(f: Callable[..., Any], on_numpy: str, not_there: str) -> None:
    """The first contribution is stored, but where places may repeat, it is added up."""
    x = np.array([0.3, 1.2, -0.7, 2.0])
    text = grad(f).source(x)
    assert on_numpy in text and not_there not in text
    assert_gradient(f, (x,), grad(f)(x))
    if f not in (two_masks, places_beside_a_mask):  # which XLA does not take
        assert_gradient(f, (x,), grad(f, backend="jax")(x))
