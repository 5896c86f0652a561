"""What a trip overwrites of an array is recorded and put back where that takes less than to record the array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, checkpoint, grad, value_and_grad, vjp


def swept(A, x):
    for _ in range(3):
        for i in range(len(x)):
            x[i] += (1.0 - A[i] @ x) / A[i, i]
    return np.sum(x**2)


def swept_by_parts(A, x):
    for i in range(len(x)):
        x[i] = (1.0 - A[i, :i] @ x[:i] ** 2 - A[i, i + 1 :] @ np.sin(x[i + 1 :])) / A[i, i]
    return np.sum(x**2)


def swept_backwards(A, x):
    for i in range(len(x) - 1, -1, -1):
        x[i] = np.sum(np.tanh(A[i] * x)) + x[i] ** 2
    return x @ x


def every_other(A, x):
    for i in range(0, len(x), 2):
        x[i] = np.prod(x) * A[i, 0]
    return np.sum(x)


def from_the_end(A, x):
    for i in range(len(x)):
        x[-1 - i] = np.sum(x**3) * A[i, i]
    return np.sum(x)


def chosen_by_data(A, x):
    for i in np.array([2, 0, 2, 1]):
        x[i] = np.sum(np.cos(x) * A[i])
        x[i - 1] *= np.sum(x * x)
    return np.sum(x * A[0])


def exchanged(A, x):
    for i in range(len(x) - 1):
        x[i], x[i + 1] = x[i + 1] * np.sum(x**2), x[i] * np.sum(np.sin(x))
    return np.sum(x * A[1])


def rows(A, x):
    for i in range(len(x)):
        A[i] = np.tanh(A @ A[i]) + np.sum(A * x)
    return np.sum(A**2)


def until_small(A, x):
    k = 0
    while np.sum(x**2) > 0.5 and k < 20:
        x[k % 3] = np.sum(x * A[k % 3]) * 0.3
        k += 1
    return np.sum(x**2) + k


def left_early(A, x):
    for i in range(len(x)):
        x[i] = np.sum(x**2) * A[i, i]
        if np.sum(x) > 9.0:
            break
    return np.sum(x**3)


def used_afterwards(A, x):
    for i in range(len(x)):
        x[i] = x @ A[i] * np.sum(x)
    y = x * x
    x[0] = 7.0
    x *= y
    return np.sum(x * y)


def in_a_branch(A, x):
    for i in range(len(x)):
        if A[i, 0] > 0:
            x[i] = np.sum(x**2)
        else:
            x[i] = np.sum(np.sin(x)) * x[i]
    return np.sum(x**2)


def two_arrays(A, x):
    y = np.cos(x)
    for i in range(len(x)):
        x[i] = np.sum(x * y)
        y[i] = np.sum(np.exp(-x) * y)
    return np.sum(x * y)


def in_blocks(A, x):
    for i in range(len(x)):
        for j in range(2):
            x[i] += 0.1 * np.sum(x * A[j]) ** 2
        x[0] = np.mean(x) * x[1]
    return np.sum(x**2)


def set_twice(A, x):
    for i in range(1, len(x)):
        x[i] = np.sum(x**2)
        x[i] += np.sum(np.sin(x)) * x[i - 1]
    return np.sum(x**2)


PROGRAMS = (
    swept,
    swept_by_parts,
    swept_backwards,
    every_other,
    from_the_end,
    chosen_by_data,
    exchanged,
    rows,
    until_small,
    left_early,
    used_afterwards,
    in_a_branch,
    two_arrays,
    in_blocks,
    set_twice,
)


def given(n: int = 3) -> tuple[Any, ...]:
    """A matrix whose diagonal is large, and a vector."""
    r = np.random.default_rng(4)
    return 0.3 * r.normal(size=(n, n)) + 1.5 * np.eye(n), r.random(n) + 0.2


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_values(f: Callable[..., Any]) -> None:
    """Both backends, both orders, against finite differences; the arguments stay as they were."""
    A, x = given()
    before = A.copy(), x.copy()
    check_grads(lambda A, x: f(A.copy(), x.copy()), (A, x), order=2, rtol=1e-5)
    value, slope = value_and_grad(f, (0, 1))(A, x)
    assert value == f(A.copy(), x.copy())
    np.testing.assert_array_equal(A, before[0])
    np.testing.assert_array_equal(x, before[1])
    _, pullback = vjp(f, A, x)
    for a, b in zip(slope, pullback(1.0), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_no_array_is_recorded_in_each_trip(f: Callable[..., Any]) -> None:
    """What the loops inside all others record does not grow with the array, but where no part of it is written."""
    innermost = [
        line.partition("records ")[2]
        for line in grad(f, (0, 1)).source(*given()).splitlines()
        if "records" in line and line.index("for" if "for" in line else "while") == (8 if f is swept else 4)
    ]
    whole = [text for text in innermost if "x.shape[0]" in text or "A.shape" in text]
    assert bool(whole) == (f in (in_a_branch, in_blocks, rows)), innermost


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_trips(n: int) -> None:
    """Loops that do not run, and arrays of one element."""
    A, x = given(n)
    for backend in ("numpy", "jax"):
        dA, dx = grad(swept, (0, 1), backend=backend)(A, x)  # type: ignore[call-overload]
        assert dA.shape == A.shape
        assert dx.shape == x.shape
        if n == 1:
            np.testing.assert_allclose(dA, [[-2 / A[0, 0] ** 3]], rtol=1e-12)
            np.testing.assert_allclose(dx, [0.0], atol=1e-14)


def test_float32() -> None:
    """What is put back is what was there."""
    A, x = given()
    expected = grad(swept_by_parts, (0, 1))(A, x)
    found = grad(swept_by_parts, (0, 1))(A.astype(np.float32), x.astype(np.float32))
    for a, b in zip(found, expected, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-5)


def test_in_a_checkpointed_loop() -> None:
    """A sweep inside a loop that keeps a few of its states."""

    def f(A, x):
        for _ in checkpoint(range(7), slots=2):
            for i in range(len(x)):
                x[i] += 0.2 * (1.0 - A[i] @ x) / A[i, i]
        return np.sum(x**2)

    check_grads(f, given(), rtol=1e-6)
