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


# --------------------------------------------------------------------------------- integers among the arguments


def chosen(x, k):
    return np.sin(x[k]) * np.sum(x)


def embedded(x, k):
    return np.sum(np.sin(x[k]) ** 2)


def one_by_one(x, k):
    s = 0.0
    for i in range(len(k)):
        s += np.sin(x[k[i] - 1]) * x[0]
    return s


def through_the_items(x, k):
    s = 0.0
    for place in k:
        s += np.sin(x[place])
    return s


def from_a_place_on(x, k):
    s = 0.0
    for i in range(3):
        s += x[i + k] ** 2
    return s


def written_at(x, k):
    y = np.cos(x)
    y[k] = x[0] ** 2
    return np.sum(y * x)


def labels(x, k):
    scores = np.outer(x, np.sin(x))
    return np.sum(scores[np.arange(len(k)), k])


def neighbours(x, k):
    s = 0.0
    for i in range(k.shape[0]):
        for j in range(1, k.shape[1]):
            s += x[k[i, j]] * x[i]
    return s


def column(x, k):
    return np.sum(x[k[1]] * x[k[0]])


TABLE = np.array([[9, 1], [9, -4], [9, 3]])
LOOKED_AT = [
    (chosen, (3, -4), (4, -5)),
    (chosen, (np.int32(2),), (np.int32(-7),)),
    (embedded, (np.array([1, -4, 1]), np.array([], int)), (np.array([0, 4]), np.array([-5, 1]))),
    (one_by_one, (np.array([4, -3]), np.array([], int)), (np.array([5]), np.array([0, -4]))),
    (through_the_items, (np.array([3, -4, 3], np.int32),), (np.array([0, 1, 7], np.int32),)),
    (from_a_place_on, (1, 0, -4), (2, -5)),
    (written_at, (3, -4), (4, -5)),
    (written_at, (np.array([3, 0]),), (np.array([3, 9]),)),
    (labels, (np.array([3, 0, -4]),), (np.array([3, 4]),)),
    (neighbours, (TABLE,), (TABLE[:, ::-1], TABLE + 2)),
    (column, (np.array([[0, 1], [2, 3]]),), (np.array([[0, 1], [2, 4]]),)),
]


@pytest.mark.parametrize(
    ("f", "inside", "outside"), LOOKED_AT, ids=lambda value: getattr(value, "__name__", "")
)
def test_integers_given(f: Callable[..., Any], inside: tuple[Any, ...], outside: tuple[Any, ...]) -> None:
    """What NumPy raises in the function is raised before XLA runs, in the first call and in later ones."""
    x = np.linspace(0.5, 1.5, 4)
    for first in (inside, outside):
        g = grad(f, backend="jax")
        for k in (*first, *first, *inside, *outside, *inside):
            if any(k is one for one in inside):
                np.testing.assert_allclose(g(x, k), grad(f)(x, k), rtol=1e-12)
                continue
            with pytest.raises(IndexError):
                f(x, k)
            with pytest.raises(IndexError, match=r"test_jax_bounds.py:\d+:\d+: index out of bounds"):
                g(x, k)
            with pytest.raises(IndexError):
                vjp(f, x, k, backend="jax")


def only_some(x, k):
    s = 0.0
    for i in range(1, len(k) - 1):
        s += x[k[i]] ** 2
    for i in range(2):
        s += x[k[i + 1, ...]] * x[i]
    return s


def diagonal(x, k):
    s = 0.0
    for i in range(2):
        s += x[k[i, i]] ** 2
    return s


def on_a_path(x, k):
    return x[k] ** 2 if k < len(x) else np.sum(x)


def every_third(x, k):
    s = 0.0
    for i in range(2):
        for j in range(3 * i, 3 * i + 1):
            s += x[k[j]] ** 2
    return s


def until_the_end(x, k):
    s = 0.0
    for place in k:
        if place < 0:
            break
        s += x[place] ** 2
    return s


def no_trips(x, k):
    s = np.sum(x**2)
    for _ in range(len(x) - 4):
        s += x[k] + x[k - 3]
    return s


@pytest.mark.parametrize(
    ("f", "k"),
    [
        (only_some, np.array([9, 1, 2, 9])),
        (diagonal, np.array([[1, 9], [9, 3]])),
        (on_a_path, 9),
        (every_third, np.array([1, 9, 9, 2])),
        (until_the_end, np.array([1, 2, -9, 9])),
        (no_trips, 9),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_integers_never_read(f: Callable[..., Any], k: Any) -> None:
    """What no run reads may be anything."""
    x = np.linspace(0.5, 1.5, 4)
    assert np.isfinite(f(x, k))
    np.testing.assert_allclose(grad(f, backend="jax")(x, k), grad(f)(x, k), rtol=1e-12)


def test_the_error_of_a_check_comes_first() -> None:
    """A function that looks at its subscripts itself raises what it raises on NumPy."""

    def looked_at(x, k):
        assert k < len(x), "no such place"
        return x[k] ** 2

    x = np.linspace(0.5, 1.5, 4)
    np.testing.assert_allclose(grad(looked_at, backend="jax")(x, 3), [0, 0, 0, 3.0])
    with pytest.raises(Exception, match="no such place"):
        np.asarray(grad(looked_at, backend="jax")(x, 4))
        import jax

        jax.effects_barrier()


def test_arrays_of_jax_are_not_waited_for() -> None:
    """Integers that are on their way are not looked at, nor are those that JAX traces."""
    import jax

    x, places = np.linspace(0.5, 1.5, 4), np.array([1, 3])
    g = grad(embedded, backend="jax")
    np.testing.assert_allclose(g(x, jax.numpy.asarray(places)), g(x, places), rtol=1e-12)
    np.testing.assert_allclose(jax.jit(g)(x, places), g(x, places), rtol=1e-6)
