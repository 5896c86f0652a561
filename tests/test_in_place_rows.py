"""Loops over rows on XLA: what a trip does in a row is done in the row, and rows that stay are carried.

The matrices of the kernels are never copied inside a loop; values and gradients are those of NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_in_place import expensive

from adcompiler import check_grads, grad, value_and_grad
from adcompiler.bench.contenders import program_of
from adcompiler.bench.kernels import KERNELS
from adcompiler.compiled import Xla

KERNEL = {kernel.name: kernel for kernel in KERNELS}


@pytest.mark.parametrize("name", ["triangular_solve", "gauss_seidel", "cholesky"])
def test_matrices_stay_in_place(name: str) -> None:
    """No copy of a matrix that a loop carries."""
    kernel = KERNEL[name]
    args = kernel.make(kernel.sizes["small"])
    found = expensive(Xla(program_of(kernel, args)).executable(*args).as_text())
    shapes = {str(list(arg.shape)).replace(" ", "") for arg in args if np.ndim(arg) == 2}
    assert shapes and not [op for op in found if op.startswith("copy") and any(s in op for s in shapes)]


@pytest.mark.parametrize("name", ["elimination"])
def test_rows_that_meet_stay_in_place(name: str) -> None:
    """Rows that meet in a trip: what is not fused is not copied."""
    kernel = KERNEL[name]
    args = kernel.make(kernel.sizes["small"])
    program = Xla(program_of(kernel, args))
    assert program.emitted.in_place
    assert [op for op in expensive(program.executable(*args).as_text()) if op.startswith("copy")] == []


@pytest.mark.parametrize(
    ("name", "fused"),
    [("rnn", True), ("cavity", True), ("heat_1d", True), ("gauss_seidel", True), ("thomas", False)],
)
def test_what_is_fused(name: str, fused: bool) -> None:
    """Whole arrays are, and rows that are made from others in one go; elements are not."""
    kernel = KERNEL[name]
    assert Xla(program_of(kernel, kernel.make(kernel.sizes["small"]))).emitted.in_place is not fused


def one_row(x):
    A = np.outer(x, x)
    s = 0.0
    for i in range(len(x)):
        A[i, i] *= 2.0
        A[i] += x * A[i, 0]
        s += A[i, -1]
        A[i, 0] = s
    return np.sum(A**2)


def what_was_there(x):
    A = np.outer(x, x)
    s = 0.0
    for i in range(len(x)):
        before = A[i].copy()
        A[i, 0] = 3.0
        A[i] *= before
        s += before @ A[i]
    return s + np.sum(A)


def two_rows(x):
    A = np.outer(x, 1.0 + x) + 20.0 * np.eye(len(x))
    for i in range(1, len(x)):
        for j in range(i):
            A[i, j] = A[i, j] / A[j, j]
            A[i, j + 1 :] -= A[i, j] * A[j, j + 1 :]
            A[j] *= 0.9
            A[j, 0] += A[i, j]
    return np.sum(A**2)


def perhaps_one_row(x):
    A = np.outer(x, 1.0 + x)
    for i in range(len(x)):
        for j in range(len(x)):
            A[i, j] *= 1.1
            A[j] += 0.1 * A[i]
            A[i, 0] += A[j, -1]
    return np.sum(A**2)


def neighbours(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        A[i] += 0.5 * A[i - 1]
        A[i, 0] = A[i - 1, -1]
        A[i - 1] *= A[i, 0]
        A[i - 1, 0] = 0.0
    return np.sum(A**2)


def swapped(x):
    A = np.outer(x, 1.0 + x)
    p = len(x) - 1
    for i in range(len(x)):
        A[i], A[p] = A[p].copy(), A[i].copy()
        A[i, 0] += 1.0
        A[p, -1] *= A[i, 0]
    return np.sum(A[0] * A[-1])


def from_the_last(x):
    A = np.outer(x, x)
    for i in range(len(x)):
        A[-i - 1, i] *= 3.0
        A[-i - 1] += x
        A[i, 0] += A[-1, 0]
    return np.sum(A**2)


def planes(x):
    B = np.zeros((len(x), 2, len(x)))
    for i in range(len(x)):
        B[i, 0] = x * x[i]
        B[i, 1, i] = x[i]
        B[i, 1] += B[i, 0]
        B[i, 0, 0] = B[i, 1, i] ** 2
    return np.sum(B**2)


def into_branches(x):
    A = np.outer(x, x)
    for i in range(len(x)):
        if A[i, 0] > 2.0:
            A[i, 0] = 1.0
            A[i] *= x
        else:
            A[i] += 1.0
            A[i, -1] -= A[i, 0]
        A[i, 0] *= 2.0
    return np.sum(A**3)


def other_numbers(x):
    A = np.outer(x, x).astype(np.float32)
    count = np.zeros((len(x), 2), dtype=int)
    for i in range(len(x)):
        count[i, 0] = i
        count[i] += 2
        A[i, 0] = x[i]
        A[i] *= x
        A[i] += count[i, 0]
    return np.sum(A * x)


def a_row_that_stays(x):
    A = np.outer(x, x)
    for k in range(len(x) - 1):
        for i in range(k + 1, len(x)):
            A[i] -= A[i, k] * A[k] * 0.1
            A[k] += 0.01 * A[i]
            A[k, k] = 1.0
    return np.sum(A**2)


ROWS = (
    one_row,
    what_was_there,
    two_rows,
    perhaps_one_row,
    neighbours,
    swapped,
    from_the_last,
    planes,
    into_branches,
    other_numbers,
    a_row_that_stays,
)


@pytest.mark.parametrize("f", ROWS, ids=lambda f: f.__name__)
def test_rows(f: Any) -> None:
    """Value and gradient are those of NumPy, also where two rows may be one, and where there is one or no trip."""
    for n in (1, 2, 6):
        x = np.linspace(0.7, 1.9, n)
        value, slope = value_and_grad(f)(x)
        assert value == pytest.approx(f(x), rel=1e-15)
        found = value_and_grad(f, backend="jax")(x)
        exact = 1e-6 if f is other_numbers else 1e-11
        np.testing.assert_allclose(found[0], value, rtol=exact)
        np.testing.assert_allclose(found[1], slope, rtol=exact, atol=exact)
    if f is not other_numbers:
        check_grads(f, (x,), backend="numpy")


def test_a_row_is_read_and_written_once() -> None:
    """The adjoint of a trip that changes one row several times has one read and one write of the matrix."""
    text = grad(one_row).source(np.ones(3), backend="jax")
    adjoint = text[text.index("# adjoint") :]
    assert adjoint.count("write_at(dA,") == adjoint.count("read_at(dA,") == 1


def test_a_row_that_stays_is_carried() -> None:
    """Row k is read before the loop over i and written behind it."""
    text = grad(a_row_that_stays).source(np.ones(3), backend="jax")
    assert "write_at(A, A_k, k)" in text
