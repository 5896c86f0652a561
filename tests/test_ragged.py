"""Slices whose length only a run can tell, on XLA: values and gradients as NumPy has them, and what is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler import CompileError, check_grads, grad, value_and_grad

pytest.importorskip("jax")

Program = Callable[..., Any]
VECTORS: list[Program] = []
MATRICES: list[Program] = []
SIZES = (1, 2, 5, 8)


def of_vector(program: Program) -> Program:
    """A program of one vector."""
    VECTORS.append(program)
    return program


def of_matrix(program: Program) -> Program:
    """A program of one square matrix, which is far from singular."""
    MATRICES.append(program)
    return program


# ------------------------------------------------------------------------------------------ reading and reducing


@of_vector
def prefix_sums(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sum(x[:i]) * x[i]
    return s


@of_vector
def suffix_products(x):
    s = 0.0
    for i in range(len(x)):
        s += np.prod(x[i:])
    return s


@of_vector
def extremes(x):
    s = 0.0
    for i in range(len(x)):
        s += np.max(x[i:]) * np.min(x[: i + 1])
    return s


@of_vector
def extremes_of_windows(x):
    """Windows that the ends of the vector cut off; each has the element that it is around."""
    s = 0.0
    for i in range(len(x)):
        s += np.max(x[max(0, i - 2) : min(len(x), i + 3)]) * np.min(x[max(i - 1, 0) : i + 1])
        s += x[i : i + 3][0] * x[max(0, i - 1) : i + 2][-1] + np.argmax(x[i : i + 2]) * x[i]
    for i in range(len(x) - 1, 0, -2):
        s += np.max(x[i - 1 : i + 1]) * np.max(np.flip(x[i : i + 2]))
    return s


@of_vector
def extremes_of_blocks(x):
    """The last block may be shorter."""
    out = np.zeros((len(x) + 2) // 3)
    for i in range(0, len(x), 3):
        block = x[i : i + 3]
        e = np.exp(block - np.max(block))
        out[i // 3] = np.max(e / np.sum(e)) + block[0]
    return np.sum(out**2)


@of_matrix
def extremes_of_neighbourhoods(a):
    n, m = a.shape
    out = np.zeros_like(a)
    for i in range(n):
        for j in range(m):
            around = a[max(0, i - 1) : min(n, i + 2), max(0, j - 1) : min(m, j + 2)]
            out[i, j] = around.max() - a[i : i + 2, j : j + 2].min()
    return np.sum(out**2)


@of_vector
def extremes_of_negative_numbers(x):
    s = 0.0
    for i in range(len(x)):
        s += np.max(-np.abs(x[: i + 1])) + np.min(np.abs(x[i:]))
    return s


@of_vector
def moments(x):
    s = 0.0
    for i in range(1, len(x)):
        s += np.mean(x[:i]) + np.var(x[i:]) + np.std(x[: i + 1])
    return s + x[0]


@of_vector
def moving_average(x):
    s = 0.0
    for i in range(len(x)):
        s += np.mean(x[max(0, i - 2) : i + 1]) ** 2
    return s


@of_vector
def norms(x):
    s = 0.0
    for i in range(len(x)):
        s += np.linalg.norm(x[: i + 1]) + np.linalg.norm(x[i:], 1)
    return s


@of_vector
def running_sums(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sum(np.cumsum(x[i:]) ** 2) + np.sum(np.cumprod(x[: i + 1]))
    return s


@of_vector
def any_and_all(x):
    s = 0.0
    for i in range(len(x)):
        if np.any(x[i:] > 1.0) or np.all(x[:i] < 0.5):
            s += x[i] ** 2
    return s


@of_vector
def counted(x):
    s = 0.0
    for i in range(len(x)):
        s += np.count_nonzero(x[i:] > 0) * x[i]
    return s


@of_vector
def places(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i + np.argmax(x[i:])] + x[np.argmin(x[: i + 1])] ** 2
    return s


@of_vector
def places_among_equals(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i + np.argmax(np.full_like(x[i:], -np.inf))]
    return s


@of_vector
def lengths(x):
    s = 0.0
    for k in range(1, len(x)):
        v = x[:k]
        s += np.sum(v) / len(v) + v.size * v[0] + v.shape[0] * v[-1]
    return s + x[0]


@of_vector
def elements_of_parts(x):
    s = 0.0
    for k in range(1, len(x)):
        for j in range(k):
            s += x[:k][j] * x[k:][0]
    return s + x[-1]


@of_vector
def parts_of_parts(x):
    s = 0.0
    for k in range(len(x)):
        v = x[k:]
        for j in range(len(v)):
            s += np.sum(v[j:]) * v[j]
    return s


@of_vector
def builtin_sum(x):
    s = 0.0
    for k in range(len(x)):
        s += sum(x[k:]) ** 2
    return s


# ------------------------------------------------------------------------------------------ what NumPy clips


@of_vector
def beyond_the_end(x):
    s = 0.0
    for k in range(2 * len(x)):
        s += np.sum(x[:k] ** 2) * (k + 1)
    return s


@of_vector
def around_the_ends(x):
    s = 0.0
    for k in range(2 * len(x)):
        s += np.sum(x[k - 2 : k + 3] ** 2) * (k + 1)
    return s


@of_vector
def all_but_the_last(x):
    s = 0.0
    for k in range(len(x)):
        s += np.sum(x[:-k] ** 2) * (k + 1)
    return s


@of_vector
def the_last(x):
    s = 0.0
    for k in range(len(x) + 2):
        s += np.sum(x[-k:] ** 2) * (k + 1)
    return s


@of_vector
def the_wrong_way_round(x):
    s = 0.0
    for k in range(len(x)):
        s += np.sum(x[k : len(x) - k - 1] ** 2) * (k + 1)
    return s


@of_vector
def window_at_the_end(x):
    s = 0.0
    for i in range(len(x)):
        w = x[i : i + 3]
        s += np.sum(w * w) * (i + 1)
    return s


@of_vector
def no_trips(x):
    s = 1.0
    for i in range(3, len(x)):
        for j in range(i, 2):
            s += np.sum(x[:j]) * x[i]
        s += np.sum(x[:i])
    return s * x[0]


@of_vector
def cut_off_before(x):
    s = 0.0
    for i in range(1, len(x)):
        s += np.sum(x[i:-1] ** 2) + np.sum(x[1:i])
    return s + x[0]


# ------------------------------------------------------------------------------------------ what lies behind


@of_vector
def logarithms(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = np.abs(x[i]) + 0.5
        y[i] += np.sum(np.log(y[: i + 1]))
    return np.sum(y)


@of_vector
def quotients(x):
    y = np.zeros(len(x))
    s = 0.0
    for i in range(len(x)):
        y[i] = x[i] ** 2 + 1.0
        s += np.mean(1.0 / y[: i + 1]) + np.max(x[: i + 1] / y[: i + 1])
    return s


@of_vector
def roots(x):
    y = -np.ones(len(x))
    s = 0.0
    for i in range(len(x)):
        y[i] = x[i] ** 2 + 0.1
        s += np.sqrt(y[: i + 1]) @ np.sqrt(y[: i + 1]) + np.sum(np.sqrt(y[: i + 1])) ** 2
    return s


@of_vector
def infinities(x):
    y = np.full(len(x), np.inf)
    s = 0.0
    for i in range(len(x)):
        y[i] = x[i]
        s += y[: i + 1] @ x[: i + 1] + np.var(y[: i + 1]) + np.sum(np.outer(y[: i + 1], x[i:]))
    return s


@of_vector
def numbers_that_are_none(x):
    y = np.full(len(x), np.nan)
    for i in range(len(x)):
        y[i] = x[i] + np.sum(y[:i] ** 2) / (i + 1) + np.prod(y[:i])
    return np.sum(y)


# ------------------------------------------------------------------------------------------ writing


@of_vector
def written_through(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i:] += x[i:] * x[i]
        y[:i] *= 0.5
    return np.sum(y**2)


@of_vector
def filled(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i:] = y[i - 1]
        y[:i] = 2 * x[:i]
    return np.sum(y**3)


@of_vector
def integers_written(x):
    y = np.zeros(len(x), dtype=int)
    for i in range(len(x)):
        y[i:] = i
        y[:i] += 1
    return np.sum(y * x)


@of_vector
def copies_changed(x):
    s = 0.0
    for i in range(1, len(x)):
        v = x[:i].copy()
        v[0] = x[i]
        v[1:] *= 2.0
        s += np.sum(v**2)
    return s


@of_vector
def moved_along(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i:] = y[:-i] + x[i:]
    return np.sum(y**2)


@of_vector
def outer_products(x):
    A = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        A[:i, i:] += np.outer(x[:i], x[i:] ** 2)
        A[i, :i] = x[:i]
        A[i:, i] = x[i:] * x[i]
    return np.sum(A**2)


@of_vector
def made_for_a_trip(x):
    s = 0.0
    for i in range(len(x)):
        y = np.zeros(i + 1)
        y[:] = x[: i + 1]
        for j in range(i):
            y[j] += x[j] * x[i]
        s += np.sum(y**2) + np.sum(np.arange(i) * x[:i]) + np.sum(np.full((i, 2), x[i]))
    return s


@of_vector
def chosen_by_where(x):
    s = 0.0
    for i in range(len(x)):
        v = np.where(x[i:] > 0.5, x[i:] ** 2, np.zeros_like(x[i:]))
        s += np.sum(v) + np.sum(np.maximum(x[:i], 0.3))
    return s


# ------------------------------------------------------------------------------------------ reversed, moved


@of_vector
def turned_round(x):
    s = 0.0
    for k in range(1, len(x)):
        s += x[:k] @ x[:k][::-1] + np.sum(x[k:][::-1] * x[k:] ** 2)
    return s + x[0]


@of_vector
def flipped(x):
    s = 0.0
    for k in range(1, len(x)):
        s += np.flip(x[:k]) @ np.cumsum(x[:k])
    return s + x[0]


@of_vector
def at_other_places(x):
    s = 0.0
    n = len(x)
    for k in range(n):
        s += x[k:] @ x[: n - k] + np.sum(x[k:] * x[: n - k] ** 2)
    return s


@of_vector
def durbin(r):
    n = len(r)
    y = np.zeros(n)
    y[0] = -r[0] / 9
    beta, alpha = 1.0, -r[0] / 9
    for k in range(1, n):
        beta *= 1 - alpha**2
        alpha = -(r[k] / 9 + r[:k][::-1] @ y[:k]) / beta
        y[:k] += alpha * y[:k][::-1]
        y[k] = alpha
    return np.sum(y**2)


# ------------------------------------------------------------------------------------------ loops and branches


@of_vector
def until_enough(x):
    n, s = len(x), 0.0
    while s < 3.0 and n > 0:
        s += np.sum(x[:n] ** 2)
        n -= 1
    return s * x[0]


@of_vector
def bounds_of_inner_loops(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i, len(x)):
            s += np.sum(x[i : j + 1]) * x[j]
    return s


@of_vector
def carried_along(x):
    s = 0.0
    for k in range(1, len(x)):
        v = x[:k].copy()
        for j in range(k):
            v = v * 0.9 + x[:k] * x[j]
        s += v @ v
    return s + x[0]


@of_vector
def left_early(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sum(x[:i] ** 2)
        if s > 2.0:
            break
    return s + x[0]


@of_vector
def as_many_as_are_positive(x):
    n = int(np.sum(x > 0))
    return np.sum(np.log(x[:n] ** 2 + 1)) + np.sum(np.exp(x[n:])) * x[0]


@of_vector
def two_arrays(x):
    y = np.sin(x)
    n = int(np.sum(x > 0))
    return x[:n] @ y[:n] + np.sum(x[:n] * y[:n] ** 2)


# ------------------------------------------------------------------------------------------ matrices


@of_matrix
def cholesky(A):
    L = np.zeros((len(A), len(A)))
    for i in range(len(A)):
        for j in range(i):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
        L[i, i] = np.sqrt(A[i, i] - np.sum(L[i, :i] ** 2))
    return np.sum(np.log(np.diag(L))) + np.sum(L**3)


@of_matrix
def elimination(A):
    A = A.copy()
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            A[i, k:] -= factor * A[k, k:]
    return np.sum(np.log(np.abs(np.diag(A))))


@of_matrix
def lu(A):
    A = A.copy()
    for k in range(len(A)):
        A[k + 1 :, k] /= A[k, k]
        A[k + 1 :, k + 1 :] -= np.outer(A[k + 1 :, k], A[k, k + 1 :])
    return np.sum(np.log(np.abs(np.diag(A)))) + np.sum(A**2)


@of_matrix
def pivoting(A):
    A = A.copy() * np.cos(3.0 * np.arange(len(A)))[:, None]
    n = len(A)
    for k in range(n):
        p = k + np.argmax(np.abs(A[k:, k]))
        row = A[k].copy()
        A[k] = A[p]
        A[p] = row
        for i in range(k + 1, n):
            A[i, k:] -= A[i, k] / A[k, k] * A[k, k:]
    return np.sum(np.log(np.abs(np.diag(A))))


@of_matrix
def swapped_rows(A):
    A = A.copy() * np.cos(3.0 * np.arange(len(A)))[:, None]
    n = len(A)
    for k in range(n):
        p = k + np.argmax(np.abs(A[k:, k]))
        A[[k, p]] = A[[p, k]]
        A[k + 1 :, k:] -= np.outer(A[k + 1 :, k] / A[k, k], A[k, k:])
    return np.sum(np.log(np.abs(np.diag(A))))


@of_matrix
def triangular_solve(A):
    L, b = A, A[0]
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return np.sum(x**2)


@of_matrix
def back_substitution(A):
    U, b = A, A[0]
    x = np.zeros(len(b))
    for i in range(len(b) - 1, -1, -1):
        x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return np.sum(x**2)


@of_matrix
def gram_schmidt(A):
    Q = np.zeros(A.shape)
    for j in range(A.shape[1]):
        v = A[:, j] - Q[:, :j] @ (Q[:, :j].T @ A[:, j])
        Q[:, j] = v / np.sqrt(v @ v)
    return np.sum(Q**3)


@of_matrix
def inverse_of_triangle(A):
    X = np.zeros(A.shape)
    for j in range(len(A)):
        X[j, j] = 1 / A[j, j]
        for i in range(j + 1, len(A)):
            X[i, j] = -(A[i, j:i] @ X[j:i, j]) / A[i, i]
    return np.sum(X**2)


@of_matrix
def leading_blocks(A):
    s = 0.0
    for i in range(1, len(A)):
        v = A[:i, :i] @ A[:i, i]
        s += v @ v + np.sum(A[:i, :i].T * v) + np.sum(A[i:, :i] @ A[:i, i:])
    return s + A[0, 0]


@of_matrix
def sums_of_blocks(A):
    s = 0.0
    for i in range(len(A)):
        rows = np.sum(A[i:, : i + 1], axis=1)
        columns = np.mean(A[i:, : i + 1], axis=0)
        s += rows @ rows + columns @ columns + np.max(A[i:, : i + 1])
        s += np.sum(A[i:] - np.max(A[i:], axis=1, keepdims=True))
    return s


@of_matrix
def sums_of_products(A):
    s = 0.0
    for i in range(1, len(A)):
        s += np.einsum("ij,jk,k->", A[:, :i], A[:i, i:], A[0, i:]) + np.sum(np.dot(A[i:, :i], A[:i]))
        s += np.sum(np.tensordot(A[:i, i:], A[:i], axes=([0], [0])))
    return s + A[0, 0]


@of_matrix
def carried_columns(A):
    s = 0.0
    for k in range(1, len(A)):
        v = A[:k, k].copy()
        for j in range(k):
            v = v - 0.1 * A[:k, j]
        s += v @ v
    return s + A[0, 0]


def vector(n: int) -> Any:
    return np.random.default_rng(n).normal(size=n)


def matrix(n: int) -> Any:
    A = np.random.default_rng(n).normal(size=(n, n))
    return A @ A.T + n * np.eye(n)


@pytest.mark.parametrize("program", [*VECTORS, *MATRICES], ids=lambda program: program.__name__)
def test_as_numpy(program: Program) -> None:
    make = matrix if program in MATRICES else vector
    plain, xla = value_and_grad(program), value_and_grad(program, backend="jax")
    for n in SIZES:
        x = make(n)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of a deviation of one number
            value, slope = plain(x)
        found, found_slope = xla(x)
        assert np.allclose(value, program(x.copy()), rtol=1e-12)
        assert np.allclose(value, found, rtol=1e-9, atol=1e-12), n
        assert np.allclose(slope, found_slope, rtol=1e-8, atol=1e-10, equal_nan=True), n
    assert xla.compilations <= 3  # of one number, of two, where no loop over range(3, n) runs, and of more


@pytest.mark.parametrize("program", [*VECTORS, *MATRICES], ids=lambda program: program.__name__)
def test_as_differences(program: Program) -> None:
    check_grads(program, (matrix(4) if program in MATRICES else vector(5),), backend="numpy")


def test_data_compiles_nothing_anew() -> None:
    import jax

    def first(x: Any, counts: Any) -> Any:
        s = 0.0
        for n in counts:
            s += np.sum(x[:n] ** 2)
        return s

    gradient = grad(first, backend="jax")
    x = np.arange(1.0, 7.0)
    assert np.array_equal(gradient(x, np.array([2, 4])), [4, 8, 6, 8, 0, 0])
    (compiled,) = (one for many in gradient._cache.values() for one in many)
    assert compiled.jax_function is not None
    (jitted,) = compiled.jax_function.jitted.values()
    for counts in ([0, 6], [9, -1], [3, 3]):
        wanted = sum(np.where(np.arange(6) < len(x[:n]), 2 * x, 0) for n in counts)
        assert np.array_equal(gradient(x, np.array(counts)), wanted)
    assert jitted._cache_size() == 1
    assert gradient.compilations == 1
    assert isinstance(gradient(jax.numpy.asarray(x), np.array([1, 1])), jax.Array)


def test_shapes_that_do_not_fit_are_compiled_anew() -> None:
    def solve(L: Any, b: Any) -> Any:
        x = np.zeros(len(b))
        for i in range(len(b)):
            x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
        return np.sum(x**2)

    xla, plain = grad(solve, backend="jax"), grad(solve)
    for columns in (4, 3, 7):
        L, b = np.random.default_rng(0).normal(size=(4, columns)) + 3.0, np.arange(1.0, 5.0)
        if columns < 4:
            with pytest.raises((ValueError, IndexError)):
                plain(L, b)
            continue
        assert np.allclose(plain(L, b), xla(L, b))


# ------------------------------------------------------------------------------------------ refused


def refused(program: Program, message: str, *arguments: Any) -> None:
    with pytest.raises(CompileError, match=message) as problem:
        grad(program, backend="jax")(*arguments)
    assert problem.value.diagnostics[0].location.line


def test_largest_of_what_may_be_empty() -> None:
    def largest(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.max(x[:i], initial=0.0) if False else np.max(x[:i])
        return s

    refused(largest, "may be empty", vector(3))


@pytest.mark.parametrize(("start", "stop"), [(1, 3), (-1, 1), (0, 0), (2, 1)])
def test_largest_of_a_window_that_may_be_empty(start: int, stop: int) -> None:
    def largest(x: Any, left: int, right: int) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.max(x[i + start : i + stop])
            s += np.max(x[max(0, i - left) : i + right])  # a negative `left` is beyond the element
        return s

    refused(largest, "may be empty", vector(3), 1, 1)


def test_largest_of_a_window_whose_width_is_data() -> None:
    def largest(x: Any, width: int) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.max(x[max(0, i - width) : i + width + 1])
        return s

    refused(largest, "may be empty", vector(3), 1)


def test_largest_of_what_a_loop_without_trips_leaves() -> None:
    def largest(x: Any, n: int) -> Any:
        j = 0
        for i in range(n):
            j = i + 1
        return np.max(x[:j])

    refused(largest, "may be empty", vector(3), 2)


def test_element_of_what_may_be_empty() -> None:
    def first(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += x[:i][0]
        return s

    refused(first, "has an element 0", vector(3))


def test_lengths_that_differ() -> None:
    def product(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.sum(x[:i] * x)
        return s

    refused(product, "lengths are equal", vector(3))


def test_lengths_of_two_paths() -> None:
    def one_of_two(x: Any) -> Any:
        n = int(np.sum(x > 0))
        v = x[:n] if x[0] > 0 else x[n:]
        return np.sum(v**2)

    refused(one_of_two, "lengths are equal", vector(3))


def test_sorting() -> None:
    def median(x: Any) -> Any:
        s = 0.0
        for i in range(1, len(x)):
            s += np.sort(x[:i])[0]
        return s

    refused(median, "sort", vector(3))


def test_steps() -> None:
    def downwards(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.sum(x[i::-2])
        return s

    refused(downwards, "a slice with a step", vector(3))


def test_lengths_that_change_from_trip_to_trip() -> None:
    def shorter(x: Any) -> Any:
        y = x * 1.0
        for _ in range(len(x) - 1):
            y = y[1:] * x[0]
        return np.sum(y)

    refused(shorter, "shape of 'y' depends", vector(4))
