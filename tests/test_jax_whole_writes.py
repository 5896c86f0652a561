"""Writes by slices that are all of an array for some of its sizes: XLA's CPU compiler dies of scatters that are.

What dies is in traps/writes.py; here is what is printed, and that one text is right for all sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, grad, jvp


def first(x):
    y = np.sin(x)
    y[:5] = x[0]
    return np.sum(y[::-1] * x)


def last(x):
    y = np.sin(x)
    y[-5:] *= x[1]
    return np.sum(y[::-1] * x)


def added(x):
    y = np.sin(x)
    y[0:5] += x[0] * np.ones(1)
    return np.sum(y[::-1] * x)


def row_of_all(x):
    y = np.sin(x)
    y[None, :5] = x[None, :5] ** 2
    return np.sum(y[::-1] * x)


@pytest.mark.parametrize("f", [first, last, added, row_of_all], ids=lambda f: f.__name__)
def test_every_size(f: Callable[..., Any]) -> None:
    """Fewer elements than the slice names, as many, and more: one text, with the gradient of NumPy, both modes."""
    g = grad(f, backend="jax")
    texts = set()
    for n in (3, 5, 8):
        x = np.linspace(0.4, 1.7, n)
        np.testing.assert_allclose(g(x), grad(f)(x), rtol=1e-12)
        (_, on_xla), (_, tangent) = (jvp(f, (x,), (x**2,), backend=name) for name in ("jax", "numpy"))
        np.testing.assert_allclose(on_xla, tangent, rtol=1e-12)
        texts.add(g.source(x))
    assert len(texts) == 1 and "jnp.s_[" in texts.pop()
    check_grads(f, (np.linspace(0.4, 1.7, 5),))


def test_single_precision() -> None:
    """What is written has the dtype of the array."""
    x = np.linspace(0.4, 1.7, 5, dtype=np.float32)
    found = grad(added, backend="jax")(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(added)(x), rtol=1e-5)


def inside(x):
    y = np.sin(x)
    y[1:5] = x[0]
    y[:-1] += x[1]
    y[: len(x) - 2] = 0.0
    y[::2] = x[2]
    y[3] = x[3]
    return np.sum(y[::-1] * x)


def test_what_is_surely_a_part_is_written_as_a_part() -> None:
    """Slices that leave out an element whatever the size keep the form that people know."""
    x = np.linspace(0.4, 1.7, 7)
    text = grad(inside, backend="jax").source(x)
    assert ".at[1:5].set(" in text and ".at[:-1].set(" in text and ".at[::2].set(" in text
    assert "write_part" not in text and "add_part" not in text
    check_grads(inside, (x,))


def all_of_it(x):
    y = np.sin(x)
    y[0 : len(x)] = x[0]
    return np.sum(y[::-1] * x)


def test_what_is_surely_all_is_replaced() -> None:
    """Nothing is written where nothing of the array is left."""
    text = grad(all_of_it, backend="jax").source(np.ones(4))
    assert "write_part" not in text and "jnp.full_like(y, x[0])" in text
