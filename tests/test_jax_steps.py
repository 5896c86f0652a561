"""Slices with a step, in loops over which their lengths change, on XLA: whole arrays, of which every so many elements count."""

from __future__ import annotations

import numpy as np
import pytest
from points import Point, Program, Programs, check_on_xla, matrix, vector

from adcompiler import CompileError, grad

pytest.importorskip("jax")

CASES = Programs()
on = CASES.on


@on((vector(8),), (vector(2),), (vector(1),))
def polyphase(x):
    s = 0.0
    for i in range(3):
        s += np.sum(x[i::3] ** 2) * (i + 1)
    return s


@on((vector(7),), (vector(2),))
def half_of_the_first(x):
    s = 0.0
    for n in range(1, len(x) + 3):
        s += np.sin(x[:n:2]) @ x[:n:2]
    return s


@on((vector(9),), (vector(3),))
def sieve(x):
    y = x * 2.0
    for p in range(2, 4):
        y[2 * p :: p] *= 0.5 * x[0]
    return np.sum(y**2)


@on((vector(7),))
def added_and_replaced(x):
    y = np.cos(x)
    for i in range(3):
        y[i::3] += x[i] * i
        y[i + 1 :: 2] = x[i + 1 :: 2] * y[i + 1 :: 2]
    return np.sum(y * x)


@on((vector(7),))
def from_the_end(x):
    s = 0.0
    for i in range(1, 5):
        s += np.mean(x[-i::2]) + np.max(x[:-i:2])
    return s


@on((matrix(4, 6),))
def rows_and_columns(A):
    B = np.sin(A)
    for i in range(3):
        B[i, i::2] = A[i, i::2] ** 2
        B[i::3] -= A[i] * 0.5
        B[:, i::4] *= 1.5
    return np.sum(B * A)


@on((vector(9),))
def norms(x):
    s = 0.0
    for k in range(1, 4):
        for i in range(2):
            s += np.linalg.norm(x[i::k]) * np.std(x[i::k])
    return s


@on((vector(8),))
def masked_then(x):
    s = 0.0
    for i in range(3):
        y = x[i::2]
        s += np.sum(y[y > 0.0] ** 2)
        s += np.sum(y * np.exp(y)) / len(y)
    return s


@pytest.mark.parametrize(("program", "point"), CASES)
def test_as_numpy_and_differences(program: Program, point: Point) -> None:
    check_on_xla(program, point)


def test_single_precision() -> None:
    x = vector(9).astype(np.float32)
    found = grad(sieve, backend="jax")(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(sieve)(x), rtol=1e-5)


def test_the_loop_stays_a_loop() -> None:
    """One text for all sizes, in which a mask says which elements count."""
    g = grad(polyphase, backend="jax")
    text = g.source(vector(8))
    assert "fori_loop(0, 3, " in text and "% 3 == 0" in text
    for n in (2, 5, 30):
        np.testing.assert_allclose(g(vector(n)), grad(polyphase)(vector(n)), rtol=1e-12)
    assert g.compilations == 1


@pytest.mark.parametrize(
    "summand",
    [
        lambda x, i: np.sum(x[i::-1]),
        lambda x, i: x[i::2][0],
        lambda x, i: np.sum(np.sort(x[i::2])),
        lambda x, i: np.sum(x[i::2] * x[:2]),
        lambda x, i: np.sum(x[i:][::2]),
        lambda x, i: np.sum(x[i :: len(x) - 5]),
    ],
)
def test_refused(summand: Program) -> None:
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s += summand(x, i)
        return s

    with pytest.raises(CompileError, match="XLA needs fixed shapes"):
        grad(f, backend="jax")(vector(5))
