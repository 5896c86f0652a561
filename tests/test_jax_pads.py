"""Additions to three and more slices of a vector are one sum of padded terms on XLA; the numbers stay right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, grad


def heat(u):
    for _ in range(3):
        u[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def five_points(u):
    for _ in range(2):
        u[2:-2] += 0.1 * (u[4:] - u[3:-1] * u[2:-2] + np.sin(u[1:-3]) + u[:-4])
    return np.sum(u**2)


def summed_differences(u):
    return np.sum((u[2:] - 2 * u[1:-1] + u[:-2]) ** 2 * u[1:-1]) + np.sum(u**3)


def from_the_other_end(u):
    for _ in range(2):
        u[1:-1] += 0.1 * (u[-4:-1] * u[2:5] + u[:3] * u[1:4])
    return np.sum(u**2)


def read_between(u):
    t = 0.0
    for _ in range(2):
        u[1:-1] = u[2:] * u[1:-1] - u[:-2]
        t += u[0] * u[1]
    return np.sum(u**2) * t


@pytest.mark.parametrize(
    "f", [heat, five_points, summed_differences, from_the_other_end, read_between], ids=lambda f: f.__name__
)
def test_values(f: Callable[..., Any]) -> None:
    """Both backends, both orders, against finite differences."""
    check_grads(f, (np.array([0.3, 0.9, 0.4, 1.1, 0.7]),), order=2)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_vectors_that_are_too_short(size: int) -> None:
    """Slices that are empty, or shorter than their ends say."""
    u = np.linspace(0.3, 1.1, size)
    np.testing.assert_allclose(
        grad(heat, backend="jax")(u.copy()), grad(heat)(u.copy()), rtol=1e-12, strict=True
    )


@pytest.mark.parametrize(("f", "pads"), [(heat, 3), (five_points, 5)], ids=["heat", "five_points"])
def test_one_sum(f: Callable[..., Any], pads: int) -> None:
    """The source has one sum, and nothing is added in place."""
    adjoint = grad(f, backend="jax").source(np.linspace(0.1, 1.0, 7)).rpartition("# adjoint")[2]
    assert (adjoint.count("jnp.pad("), adjoint.count(".add(")) == (pads, 0)


def test_float32() -> None:
    """What is padded keeps its dtype."""
    found = grad(heat, backend="jax")(np.linspace(0.1, 1.0, 5, dtype=np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(heat)(np.linspace(0.1, 1.0, 5)), rtol=1e-6)


def test_unfused_loops_keep_their_writes() -> None:
    """Where XLA does not fuse, each pad would be an array of its own."""

    def f(x):
        u = x.copy()
        for i in range(1, len(x)):
            u[i] = u[i] * u[i - 1]
        u[1:-1] = u[2:] - 2 * u[1:-1] + u[:-2]
        return np.sum(u**2)

    assert "jnp.pad(" not in grad(f, backend="jax").source(np.linspace(0.1, 1.0, 5))
