"""Loops over elements that Numba compiles and XLA calls: backend="jax+numba"."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_golden
import test_traps  # noqa: F401  (fills the table of traps)
from click.testing import CliRunner
from differences import assert_same, fresh, snapshot
from traps import TRAPS

from adcompiler import grad, hvp, to_jax, value_and_grad
from adcompiler.bench.kernels import KERNELS
from adcompiler.cli import main

jax = pytest.importorskip("jax")
pytest.importorskip("numba")

X = np.arange(1.0, 9.0) / 4
BY_NAME = {kernel.name: kernel for kernel in KERNELS}


def called(source: str) -> list[str]:
    """The functions of the JAX source that Numba compiles."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and "kernel(" in "".join(map(ast.unparse, node.decorator_list))
    ]


def agree(f: Callable[..., Any], args: tuple[Any, ...], argnums: Any = 0) -> list[str]:
    """Check the gradient against NumPy's; gives the names of the loops that are called."""
    before = snapshot(args)
    both = value_and_grad(f, argnums=argnums, backend="jax+numba")
    found = jax.tree.map(np.asarray, both(*args))
    assert_same(found, value_and_grad(f, argnums=argnums)(*fresh(args)), rtol=1e-11)
    assert snapshot(args) == before
    return called(both.source())


# ---------------------------------------------------------------- programs
@pytest.mark.parametrize("name", ["lu", "recurrence", "newton"])
def test_kernels(name: str) -> None:
    """Kernels of the benchmark, with one function or two for each nest."""
    kernel = BY_NAME[name]
    assert agree(kernel.numpy, kernel.make(kernel.sizes["small"]), kernel.argnums)


@pytest.mark.parametrize("name", ["fibonacci", "matrix_search", "discounted_reward"])
def test_golden_programs(name: str) -> None:
    """Programs of the golden files, whether there is anything to call in them or not."""
    case = test_golden.load(name)
    for args in case.runs:
        agree(case.f, args, case.argnums)


@pytest.mark.parametrize(
    "name",
    ["replaced_in_part", "value_of_the_last_trip", "unused_carried_value", "number_updated"],
)
def test_trap_programs(name: str) -> None:
    """Where source transformers go wrong in silence, this does not."""
    case = TRAPS[name]
    for args in case.runs:
        agree(case.f, args, case.argnums)


# ---------------------------------------------------------------- what becomes a function
def filtered(x: Any, rate: float) -> Any:
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = rate * np.sin(y[i] * y[i - 1])
    return np.sum(y)


def mixed(A: Any, x: Any) -> Any:
    b = A @ np.tanh(x)
    y = np.zeros_like(b)
    for i in range(len(b)):
        y[i] = b[i] - 0.5 * y[i - 1] if i else b[i]
    return np.sum(np.exp(-y) @ A)


def until(x: Any, tolerance: float) -> Any:
    y = x.copy()
    k = 0
    while abs(y[k % len(y)]) > tolerance:
        y[k % len(y)] *= 0.5
        k += 1
    return np.sum(y) + k


def turned(x: Any) -> Any:
    for _ in range(3):
        x = np.roll(x, 1, axis=0)
        for i in range(1, len(x)):
            x[i] = x[i] + 0.1 * x[i - 1] ** 2
    return np.sum(x)


def counted(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        if x[i] > 1.0:
            total += x[i] ** 2
    return total


def whole(x: Any) -> Any:
    for _ in range(4):
        x = np.sin(x) + x * 0.5
    return np.sum(x)


A = np.diag(np.arange(2.0, 6.0)) + np.ones((4, 4)) / 8


def test_both_sweeps_in_one_function() -> None:
    """A tape stays inside: the loop of the adjoint comes along with the loop that records."""
    assert len(agree(filtered, (X, 0.7))) == 1


def test_whole_arrays_stay() -> None:
    """What is between loops is XLA's, and loops over whole arrays are."""
    names = agree(mixed, (A, X[:4]), (0, 1))
    source = grad(mixed, (0, 1), backend="jax+numba").source(A, X[:4])
    assert len(names) == 2 and "jnp.tanh" in source and "jnp.exp" in source
    assert agree(whole, (X,)) == []


def test_loops_of_unknown_length() -> None:
    """Nothing is counted and bounded: a tape of Numba's grows."""
    names = agree(until, (X, 0.3))
    assert names and "max_trips" not in grad(until, backend="jax+numba").source(X, 0.3)


def test_inside_of_another_loop() -> None:
    """What Numba takes of a loop that it does not take."""
    assert len(agree(turned, (X,))) == 2


def test_numbers_come_back() -> None:
    """A result may be a number, of the value too."""
    assert agree(counted, (X,))


def test_float32_stays_with_xla() -> None:
    """Numba promotes float32 in its own way: such loops are lowered, as without it."""
    x = X.astype(np.float32)
    gradient = grad(filtered, backend="jax+numba")
    assert_same(np.asarray(gradient(x, 0.7)), np.asarray(grad(filtered, backend="jax")(x, 0.7)), rtol=1e-6)
    assert called(gradient.source()) == []


def test_math_gives_nan() -> None:
    """As XLA has it, and not as Python, a logarithm of a negative number is NaN."""

    def logs(x: Any) -> Any:
        total = 0.0
        for i in range(len(x)):
            total += math.log(x[i])
        return total

    assert np.isnan(value_and_grad(logs, backend="jax+numba")(np.array([1.0, -1.0]))[0])


# ---------------------------------------------------------------- life in JAX
def test_transformations() -> None:
    """Under jit and vmap, as a custom_vjp, at order 2, for other sizes."""
    gradient = grad(filtered, backend="jax+numba")
    expected = grad(filtered)
    batch = np.stack([X, X[::-1] / 2])
    with jax.enable_x64(True):
        assert_same(np.asarray(jax.jit(gradient)(X, 0.7)), expected(X, 0.7), rtol=1e-12)
        rows = jax.vmap(gradient, (0, None))(batch, 0.7)
        assert_same(np.asarray(rows), np.stack([expected(row, 0.7) for row in batch]), rtol=1e-12)
        assert_same(np.asarray(jax.grad(to_jax(filtered))(X, 0.7)), expected(X, 0.7), rtol=1e-12)
    product = hvp(filtered, (X, 0.7), (X, 0.1), backend="jax+numba")
    assert_same(jax.tree.map(np.asarray, product), hvp(filtered, (X, 0.7), (X, 0.1)), rtol=1e-11)
    for n in (0, 1, 5):
        assert_same(np.asarray(gradient(X[:n], 0.7)), expected(X[:n], 0.7), rtol=1e-12)


def test_subscripts_are_checked() -> None:
    """What XLA passes over in silence is an error here."""

    def beyond(x: Any, n: int) -> Any:
        total = 0.0
        for i in range(n):
            k = i * i // max(i, 1)  # i, which only the loop finds out
            total += x[k] * x[k]
        return total

    gradient = grad(beyond, backend="jax+numba")
    assert_same(np.asarray(gradient(X, 3)), grad(beyond)(X, 3), rtol=1e-12)
    with pytest.raises(Exception, match="IndexError in a loop"):
        np.asarray(gradient(X, 9))
    assert_same(np.asarray(gradient(X, 8)), 2 * X, rtol=1e-12)


def test_on_the_command_line(tmp_path: Path) -> None:
    """Shown and checked like every backend."""
    file = tmp_path / "sums.py"
    file.write_text(
        "import numpy as np\n\n\ndef sums(x=np.array([0.3, 0.5])):\n    y = x.copy()\n"
        "    for i in range(1, len(y)):\n        y[i] += y[i - 1] ** 2\n    return np.sum(y)\n"
    )
    for command in ("show", "check"):
        done = CliRunner().invoke(main, [command, f"{file}:sums", "--backend", "jax+numba"])
        assert done.exit_code == 0, done.output
        assert "JAX with Numba" in done.output
