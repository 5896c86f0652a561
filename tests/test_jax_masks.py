"""What masks select, on XLA: whole arrays, of which the elements that a mask selects count."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from points import Program, Programs, check_on_xla, matrix, vector

from adcompiler import CompileError, grad, value_and_grad

pytest.importorskip("jax")

CASES = Programs()
on = CASES.on


@on((vector(7),))
def named(x):
    mask = (x > -0.5) & (x < 1)
    y = x[mask]
    return np.sum(np.exp(y)) / len(y)


@on((vector(7),))
def by_methods(x):
    return (x[x > 0] ** 2).mean() + x[x < 0].sum()


@on((vector(7), vector(7) + 1.0))
def two_arrays(x, y):
    m = x > 0
    return np.sum(x[m] * y[m])


@on((vector(7), vector(7) + 1.0))
def dot(x, y):
    m = x > 0
    return x[m] @ y[m]


@on((matrix(4, 3),))
def mean_of_rows(A):
    m = A[:, 0] > 0
    return np.sum(A[m].mean(axis=0) ** 2)


@on((vector(7),))
def counted(x):
    return np.sum(x[x > 0]) / x[x > 0].size


@on((vector(7),))
def norm(x):
    return np.linalg.norm(x[x > 0])


@on((vector(7),))
def deviation(x):
    return np.std(x[x > 0])


@on((np.linspace(0.1, 0.9, 7), np.array([0, 1, 1, 0, 1, 0, 1])))
def cross_entropy(p, y):
    m = y == 1
    return -np.sum(np.log(p[m])) - np.sum(np.log(1 - p[~m]))


@on((vector(7), vector(7) + 1.0))
def other_array_written(x, z):
    y = x * 1.0
    m = x > 0
    y[m] = z[m]
    return np.sum(y**2)


@on((vector(7),))
def logarithms_written(x):
    y = np.zeros_like(x)
    m = x > 0
    y[m] = np.log(x[m]) + 1
    return np.sum(y**2)


@on((vector(7), vector(7) + 1.5))
def divided(x, z):
    y = x * 1.0
    m = z > 0
    y[m] /= z[m]
    return np.sum(y**2)


@on((matrix(4, 3),))
def rows_written(A):
    B = A.copy()
    m = A[:, 0] > 0
    B[m] = B[m] * 2
    return np.sum(B**2)


@on((matrix(4, 3),))
def column_written(A):
    B = A.copy()
    m = A[:, 0] > 0
    B[m, 1] = 0.0
    return np.sum(B**2)


@on((vector(7),))
def sum_of_nothing(x):
    return np.sum(x[x > 100]) + np.sum(x)


@on((vector(7),))
def mean_if_any(x):
    y = x[x > 100]
    if len(y) > 0:
        s = np.mean(y)
    else:
        s = np.sum(x)
    return s


@on((vector(7),))
def complement(x):
    m = x > 0
    return np.sum(np.sqrt(x[m])) + np.sum(np.exp(x[~m]))


@on((np.array([1.0, -2.0, 3.0, -0.5, 0.4, -1.0, 2.0]),))
def without_nans(x):
    z = np.log(x)
    ok = ~np.isnan(z)
    return np.sum(z[ok] ** 2) + np.sum(x[~ok])


@on((matrix(4, 3), vector(3)))
def residuals(A, w):
    m = A[:, 1] > 0
    e = A[m] @ w - 1.0
    return np.sum(e**2)


@on((matrix(4, 3),))
def gram(A):
    m = A[:, 1] > 0
    G = A[m].T @ A[m]
    return np.sum(G * np.arange(G.shape[0]))


@on((matrix(4, 3),))
def along_axes(A):
    m = A[:, 0] > -10
    return np.sum(A[m].sum(axis=0) ** 3) + np.sum(A[m].mean(axis=1) ** 2)


@on((matrix(4, 3),))
def columns(A):
    m = A[0] > 0
    return np.sum(A[:, m] ** 2) + np.sum(np.mean(A[:, m], axis=1) ** 3)


@on((matrix(4, 3), matrix(3, 3)))
def products_written(A, W):
    m = A[:, 0] > 0
    B = A.copy()
    B[m] = np.tanh(A[m] @ W)
    return np.sum(B**2)


@on((vector(7),))
def augmented(x):
    y = np.ones_like(x)
    m = x > 0
    y[m] += x[m] ** 2
    y[m] *= x[m]
    y[~m] -= np.exp(x[~m])
    return np.sum(y**2)


@on((vector(7),))
def copy_is_no_view(x):
    m = x > 0
    y = x.copy()
    v = y[m]
    v += 1.0
    v[:] = v * 2
    return np.sum(y * x) + np.sum(v**2)


@on((vector(7),))
def in_a_loop(x):
    y = x.copy()
    for k in range(3):
        m = y > 0.1 * k
        y[m] = np.sin(y[m]) * y[m]
        y[~m] *= 0.5
    return np.sum(y**2)


@on((vector(7),))
def by_a_threshold_that_grows(x):
    s = 1.0
    for k in range(3):
        v = x[x > 0.1 * k - 0.5]
        s = s * np.sum(v**2) + np.mean(v)
    return s


@on((vector(7),))
def mask_from_before_the_loop(x):
    m = x > 0
    s = 1.0
    for _ in range(3):
        s = s + np.sum(np.sin(x[m] * s))
    return s


@on((vector(7),))
def until_small(x):
    y = x.copy()
    n = 0
    while np.sum(np.abs(y)) > 1.0 and n < 5:
        y[np.abs(y) > 0.5] *= 0.5
        n += 1
    return np.sum(y**2)


@on((vector(7),))
def mask_of_what_a_mask_selects(x):
    y = x[x > -1]
    return np.sum(y[y > 0] ** 2)


@on((vector(7),))
def through_a_view(x):
    y = x.copy()
    z = y[1:]
    z[z > 0] = z[z > 0] ** 2
    return np.sum(y * x)


@on((matrix(4, 3),))
def mask_of_two_axes_of_three(A):
    T = np.stack([A, A * 2, A**2], axis=-1)
    m = A > 0
    T[m] = T[m] * 2 + 1
    return np.sum(T**2) + np.sum(T[m].sum(axis=0) ** 2)


@on((matrix(4, 3),))
def mask_of_two_axes(A):
    B = A.copy()
    m = A > 0
    B[m] = np.log(A[m])
    B[~m] -= A[~m] ** 2
    return np.sum(B * A)


@on((vector(7),))
def with_numbers(x):
    m = x > 0
    return np.sum(x[m] * np.sum(x[m]) - np.mean(x[m]) * 2)


@on((vector(7),))
def computed_twice(x):
    return np.sum(x[x > 0] * x[x > 0])


@on((matrix(4, 3),))
def beside_integers_and_slices(A):
    m = A[:, 0] > 0
    return (
        np.sum(A[m, 1] ** 2) + np.sum(A[1, A[1] > 0]) + np.sum(A[m, 1:3] ** 2) + np.sum(A[m, None, :2] ** 2)
    )


@on((vector(7),))
def known_mask(x):
    return np.sum(x[np.array([True, False, True, True, False, True, False])] ** 2)


@on((vector(7),))
def on_both_paths(x):
    m = x > 0
    if np.sum(x) > 0:
        y = x[m]
    else:
        y = x[m] * 2
    return np.sum(y**2)


@on((vector(7),))
def standardised(x):
    v = x[x > -0.2]
    return np.sum(((v - v.mean()) / v.std()) ** 3)


@on((vector(7),))
def counts(x):
    return np.sum(x) * np.count_nonzero(x[x > 0] > 0.5) * len(x[x < 0])


@on((vector(7),))
def largest(x):
    return x[x > 0].max() * np.min(x[x < 0.5] ** 2)


@on((matrix(4, 5),))
def largest_of_each_row(A):
    s = 0.0
    for i in range(len(A)):
        s += np.max(A[i][A[i] > -0.5]) * (i + 1)
    return s


@on((matrix(4, 5),))
def smallest_of_columns(A):
    rows = A[:, 0] > -1.0
    return np.sum(A[rows].min(axis=0) * A[0]) + np.max(A[A > 0.0])


@on((np.array([0.5, 2.0, -1.0, 2.0]),))
def in_two_steps(x):
    y = x[x > 0]
    return np.sum(np.exp(y - y.max())) + np.ptp(y)


@pytest.mark.parametrize(("program", "point"), CASES, ids=[program.__name__ for program, _ in CASES])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_as_numpy_and_differences(program: Program, point: tuple[Any, ...]) -> None:
    check_on_xla(program, point)


def test_in_single_precision() -> None:
    x = vector(7).astype(np.float32)
    value, slope = value_and_grad(standardised, backend="jax")(x)
    assert slope.dtype == np.float32
    with_numpy = value_and_grad(standardised)(x)
    assert np.allclose(value, with_numpy[0], rtol=1e-4)
    assert np.allclose(slope, with_numpy[1], rtol=1e-3, atol=1e-5)


def test_another_mask_compiles_nothing_anew() -> None:
    gradient = grad(named, backend="jax")
    for shift in (-3.0, 0.0, 0.5):
        x = vector(7) + shift
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            wanted = grad(named)(x)
        assert np.allclose(gradient(x), wanted, equal_nan=True)
    assert gradient.compilations == 1


def test_the_largest_of_nothing_is_no_number() -> None:
    """NumPy raises where a mask selects nothing; XLA, which cannot, gives NaN."""
    x = -np.abs(vector(5))
    with pytest.raises(ValueError, match="zero-size array"):
        value_and_grad(largest)(x)
    value, _ = value_and_grad(largest, backend="jax")(x)
    assert np.isnan(value)
    assert not np.isnan(value_and_grad(largest, backend="jax")(vector(7))[0])


@pytest.mark.parametrize(
    "program",
    [
        lambda x: np.sum(np.sort(x[x > 0.0])[:1]),
        lambda x: np.prod(x[x > 0.0]),
        lambda x: np.max(np.arange(len(x))[x > 0.0]) * x[0],
        lambda x: x[x > 0.0][0],
        lambda x: np.sum(x[x > 0.0][1:]),
        lambda x: np.sum(x[x > 0.0][::-1]),
        lambda x: sum(v * v for v in x[x > 0.0]),
        lambda x: np.sum(x[x > 0.0] * x[x < 1.0]),
        lambda x: np.sum(x[x > 0.0] * x[:2]),
        lambda x: x[np.argmax(x[x > 0.0])],
        lambda x: np.sum(np.roll(x[x > 0.0], 1) * x[x > 0.0]),
    ],
)
def test_refused(program: Program) -> None:
    with pytest.raises(CompileError, match="mask selects") as problem:
        grad(program, backend="jax")(vector(3))
    assert problem.value.diagnostics[0].location.line
