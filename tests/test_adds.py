"""What the adjoint of a statement adds to one part of an array is added once; the numbers stay right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, grad


def stencil(u):
    for _ in range(3):
        u[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def own_square(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i] * np.sin(x[i])
    return s


def relaxed(x):
    A = np.outer(x, x)
    for i in range(1, len(x) - 1):
        for j in range(1, len(x) - 1):
            A[i, j] = 0.25 * (A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1]) * A[i, j]
    return np.sum(A**2)


def swept(x):
    A = np.outer(x, x) + 3 * np.eye(len(x))
    for _ in range(2):
        for i in range(len(x)):
            x[i] += (1.0 - A[i] @ x) / A[i, i]
    return np.sum(x**2)


def drawn_to_the_mean(x):
    y = x.copy()
    y[1:3] = y[1:3] * np.mean(y) - np.sum(y) * y[1:3] + np.sum(y * y)
    y[0] = np.sum(y)
    return np.sum(y**2)


def overlapping(x):
    y = x.copy()
    y[1:4] = y[:3] * y[1:4] + y[2:5]
    y[1:4] += y[:3] * y[1:4]
    return np.sum(y**3)


def whole(x):
    y = x * 1.0
    y[:] = np.sin(y) * y + y[::-1]
    return np.sum(y**2)


def by_index_arrays(x):
    k = np.array([0, 2, 2, 1])
    y = x.copy()
    y[1:] = x[k] * x[k] + y[:-1] * x[k]
    return np.sum(y**2)


def several_statements(x):
    y = x.copy()
    y[0] = y[1] * y[0]
    y[0] = y[0] * y[2]
    return np.sum(y)


def in_a_branch(x):
    y = x.copy()
    for i in range(1, len(x)):
        if x[i] > 0.5:
            y[i] = y[i] * y[i - 1] + y[i]
        else:
            y[i] = y[i] + y[i - 1]
    return np.sum(y**2)


PROGRAMS = (
    stencil,
    own_square,
    relaxed,
    swept,
    drawn_to_the_mean,
    overlapping,
    whole,
    by_index_arrays,
    several_statements,
    in_a_branch,
)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_values(f: Callable[..., Any]) -> None:
    """Both backends, both orders, against finite differences."""
    check_grads(f, (np.array([0.3, 0.9, 0.4, 1.1, 0.7]),), order=2)


@pytest.mark.parametrize(
    ("f", "writes"),
    [
        (stencil, ["du[1:-1] -= ", "du[:-2] += ", "du[2:] += "]),
        (own_square, ["dx[i] = "]),
        (relaxed, ["dA[i, j] = ", "dA[i - 1, j] += ", "dA[i + 1, j] += ", "dA[i, j - 1] += "]),
        (swept, ["dx -= ", "dA[i, i] -= ", "dA[i] -= "]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_one_write_for_each_part(f: Callable[..., Any], writes: list[str]) -> None:
    """Each part is written once, and a zero is stored nowhere."""
    text = grad(f).source(np.linspace(0.1, 1.0, 5))
    adjoint = text.rpartition("# adjoint")[2]
    assert [adjoint.count(write) for write in writes] == [1] * len(writes)
    assert " = 0\n" not in adjoint


def test_terms_of_float32() -> None:
    """The sum of the terms has the dtype of the array."""
    x = np.linspace(0.1, 1.0, 5, dtype=np.float32)
    found = grad(stencil)(x.copy())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(stencil)(x.astype(np.float64)), rtol=1e-6)


def test_infinite_terms() -> None:
    """Terms that cancel only where they are finite are not dropped: inf - inf is no number."""

    def f(x):
        y = x.copy()
        y[0] = y[0] * np.inf - y[0] * np.inf
        return np.sum(y)

    assert np.isnan(grad(f)(np.array([1.0, 2.0]))[0])
