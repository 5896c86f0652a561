"""Rows that one trip leaves to the next are carried on XLA: values and gradients are those of NumPy, nothing is copied."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from test_in_place import expensive

from adcompiler import check_grads, grad, jvp, value_and_grad
from adcompiler.bench.contenders import program_of
from adcompiler.bench.kernels import KERNELS
from adcompiler.compiled import Xla
from adcompiler.emit.jax_carried_rows import rows_carried
from adcompiler.pipeline import build
from adcompiler.sweeps import Request

KERNEL = {kernel.name: kernel for kernel in KERNELS}


@pytest.mark.parametrize("name", ["hmm_forward", "wave"])
def test_kernels(name: str) -> None:
    """Fused, without a copy of what the loops carry, but for the row, and right."""
    kernel = KERNEL[name]
    args = kernel.make(kernel.sizes["small"])
    program = Xla(program_of(kernel, args))
    assert not program.emitted.in_place
    copies = {op for op in expensive(program.executable(*args).as_text()) if op.startswith("copy")}
    assert copies <= {f"copy f64[{len(args[0])}]{{0}}"}
    gradients = program(*args), grad(kernel.numpy, kernel.argnums)(*args)
    peer = jax.grad(kernel.jax, kernel.argnums)
    with jax.enable_x64(True):
        gradients = *gradients, peer(*args)
    first, *others = map(jax.tree.leaves, gradients)
    for other in others:
        for one, two in zip(first, other, strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-10, atol=1e-12)


def two_before(x):
    n = len(x)
    u = np.zeros((n + 1, n))
    u[0] = x
    u[1] = np.sin(x)
    for t in range(1, n):
        u[t + 1] = 0.5 * u[t] * u[t - 1] + x[t]
    return np.sum(u**3)


def inner_part(x):
    u = np.outer(np.ones(len(x) + 1), x)
    for t in range(len(x)):
        u[t + 1, 1:-1] += 0.3 * (u[t, 2:] - u[t, :-2]) * u[t, 1:-1]
        u[t + 1, 0] = u[t, -1]
    return np.sum(u[-1] ** 2)


def from_behind(x):
    u = np.outer(x, x)
    for t in range(len(x) - 2, -1, -1):
        u[t] = np.cos(u[t + 1]) * x + u[t]
    return np.sum(u[0] * u[-1])


def both_written(x):
    A = np.outer(x, 1.0 + x)
    for i in range(1, len(x)):
        A[i] += 0.5 * A[i - 1]
        A[i - 1] *= A[i]
        A[i, 0] = A[i - 1, -1]
    return np.sum(A**2)


def three_rows(x):
    A = np.outer(x, x) + 1.0
    for i in range(len(x) - 3):
        A[i + 3] -= 0.2 * A[i]
        A[i] = A[i] * A[i + 1]
    return np.sum(A * x)


def read_after_a_write(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        last, now = A[i - 1].copy(), A[i]
        A[i - 1] = 0.5 * x
        A[i] = now * last + A[i - 1]
    return np.sum(A**2)


def what_was_there(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        before = A[i]
        kept = before.copy()
        A[i] = A[i - 1] * 0.7
        A[i] += kept * before
    return np.sum(A**2)


def around_the_end(x):
    A = np.outer(x, x)
    for i in range(len(x)):
        A[i] = A[i] + 0.1 * A[i - 1] ** 2
    return np.sum(A**2)


def in_sweeps(x):
    A = np.outer(x, x)
    for k in range(3):
        for i in range(1, len(x) - 1):
            A[i] = 0.25 * (A[i - 1] + A[i + 1]) + x[k - 3]
        A[0] = A[-1]
    return np.sum(A**2)


def triangle(x):
    A = np.outer(x, x)
    for k in range(len(x)):
        for i in range(k + 1, len(x)):
            A[i] = A[i] - 0.1 * A[i - 1] * A[i, k]
    return np.sum(A**2)


def broadcast(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        A[i] = A[i - 1, 0] * x[i]
        A[i, 1:] = A[i - 1, :1]
        A[i] += A[i - 1]
    return np.sum(A**2)


def planes(x):
    B = np.zeros((len(x), 2, len(x)))
    B[0] = x
    for i in range(1, len(x)):
        B[i, 0] = B[i - 1, 1] * x[i]
        B[i, 1] = np.sin(B[i, 0]) + B[i - 1, 0]
    return np.sum(B**2)


def columns(x):
    A = np.ones((len(x), 1))
    for i in range(1, len(x)):
        A[i] = A[i - 1] * x[i]
    return np.sum(A)


def handed_out(x):
    A, last, total = np.outer(x, x), x, 0.0
    for i in range(1, len(x)):
        last = A[i - 1] * 2.0
        A[i] *= A[i - 1]
        total += A[i, 0]
    return np.sum(A * last) + total


def stopped(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        A[i] += np.sin(A[i - 1])
        if A[i, 0] > 3.0:
            break
    return np.sum(A**2)


def in_a_branch(x):
    A = np.outer(x, x)
    for i in range(1, len(x)):
        if x[i] > 1.0:
            A[i] += A[i - 1] ** 2
        A[i] *= x
    return np.sum(A**2)


def other_types(x):
    A = np.outer(x, x).astype(np.float32)
    count = np.ones((len(x), 2), dtype=int)
    for i in range(1, len(x)):
        count[i] += count[i - 1]
        A[i] = A[i - 1] * count[i, 0] + x
    return np.sum(A * x) + count[-1, 1]


def two_arrays(x):
    p, q = np.outer(x, x), np.ones((len(x), len(x)))
    for t in range(len(x) - 1):
        p[t + 1] = p[t] + 0.1 * q[t]
        q[t + 1] = q[t] - 0.1 * np.sin(p[t + 1])
    return np.sum(p[-1]) + np.sum(q**2)


PROGRAMS = (
    two_before,
    inner_part,
    from_behind,
    both_written,
    three_rows,
    read_after_a_write,
    what_was_there,
    around_the_end,
    in_sweeps,
    triangle,
    broadcast,
    planes,
    columns,
    handed_out,
    stopped,
    in_a_branch,
    other_types,
    two_arrays,
)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_rows(f: Any) -> None:
    """Value, gradient and tangent are those of NumPy, also where there is one trip or none."""
    exact = 1e-6 if f is other_types else 1e-11
    for n in (1, 2, 5):
        x = np.linspace(0.7, 1.4, n)
        value, slope = value_and_grad(f)(x)
        assert value == pytest.approx(f(x), rel=1e-15)
        found = value_and_grad(f, backend="jax")(x)
        np.testing.assert_allclose(found[0], value, rtol=exact)
        np.testing.assert_allclose(found[1], slope, rtol=exact, atol=exact)
    tangent = jvp(f, (x,), (np.ones(n),), backend="jax")[1]
    np.testing.assert_allclose(tangent, np.sum(slope), rtol=10 * exact)
    if f is not other_types:
        check_grads(f, (x,), backend="numpy")


@pytest.mark.parametrize(
    ("f", "loops"),
    [
        (two_before, ("u, u_tm1, u_t = carry", "dx, du_tp1, du_t = carry")),
        (from_behind, ("u, u_tp1 = carry", "du, dx, du_t = carry")),
        (both_written, ("A_1, A_im1_tape, A_i_tape, A_im1 = carry", "dA, dA_i = carry")),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_they_are_carried(f: Any, loops: tuple[str, str]) -> None:
    """Both loops carry rows; an array whose rows nobody reads when a trip has left them is not carried."""
    text = grad(f).source(np.ones(6), backend="jax")
    for sweep, loop in zip(text.split("# adjoint"), loops, strict=True):
        assert loop in sweep


@pytest.mark.parametrize("f", [three_rows, around_the_end], ids=lambda f: f.__name__)
def test_rows_of_which_nobody_is_sure(f: Any) -> None:
    """Where there may be no trip and no such row, and where an index counts from the end, rows are not carried."""
    program = build(f, (np.ones(6),), {}, Request(("x",), single=True))
    assert rows_carried(program.optimized) is program.optimized
