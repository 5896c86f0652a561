"""The value of value_and_grad is that of the function, bit for bit, whatever the order in memory.

Sums over several axes, matrix products and einsum add in an order that depends on how their operands lie in
memory. The programs here take a part of an array, give it to such functions, write into the array and go on
with it, so that the adjoint sweep needs what was overwritten.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import scipy.stats
from differences import assert_gradient

from adcompiler import jvp, value_and_grad

STARTS = (
    "A = A * 1.1",
    "A = A.copy()",
    "A = A.T * 1.1",
    "A = (A + B).T",
    "A = np.copy(A.T)",
    "A = A.copy(order='F')",
    "A = np.array(A)",
    "A = np.array([B[:, k] * A[0, 0] for k in range(11)]).T",
    "A = np.concatenate([A[:4], B[4:]]).T",
    "pass",
)
PARTS = (
    "A",
    "A.T",
    "A[::2]",
    "A[:, ::2]",
    "A[:, 3]",
    "A[3]",
    "A[::-1]",
    "A[:, ::-1].T",
    "A[2:8, 3:]",
    "A.T[::2]",
    "A.reshape(11, -1)",
    "A.ravel()",
    "np.swapaxes(A, 0, 1)",
    "np.flip(A, 1)",
    "np.diag(A)",
    "A[None].T[..., 0]",
    "np.copy(A.T)",
)
WRITES = (
    "A[0, 0] = 5.0",
    "A[:, 1] *= 2.0",
    "A += 0.3",
    "A *= np.flip(B)",
    "A[1:] = A[:-1] * 0.5",
    "for k in range(3): A[k, k] = A[k, k + 1] * s",
    "p = A[:, 2]; p[0] = 1.5; s += np.dot(p, p)",
    "T = A.T; T -= B; s += np.sum(T, axis=0) @ B[1]",
    "if s > 0: A[1] = s",
    "if np.sum(A) > 1e9: A = A @ B",
)
SUMS = (
    "np.sum(v)",
    "np.mean(v * v)",
    "np.linalg.norm(v)",
    "np.sum(v, axis=0)",
    "np.sum(v, axis=-1)",
    "v.T @ v",
    "np.einsum('i...,i...->...', v, v)",
    "np.sum(np.sin(v) * v)",
    "np.dot(v.T, v)",
    "np.cumsum(v)",
)


def program(start: str, part: str, write: str, number: int) -> str:
    """The text of a function that returns a number and all its sums."""
    names = [f"r{k}" for k in range(len(SUMS))]
    lines = [
        start,
        f"v = {part}",
        *(f"{name} = {term}" for name, term in zip(names, SUMS, strict=True)),
        f"s = {' + '.join(f'np.sum({name})' for name in names)}",
        write,
        f"return s * np.sum(A) + np.sum(A @ B), ({', '.join(names)}, np.sum(A, axis=0), np.dot(A.T, A))",
    ]
    return f"def f{number}(A, B):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A module with a function for each part and each write."""
    texts = [
        program(STARTS[(k + 3 * j) % len(STARTS)], part, write, len(WRITES) * k + j)
        for k, part in enumerate(PARTS)
        for j, write in enumerate(WRITES)
    ]
    path = tmp_path_factory.mktemp("orders") / "orders.py"
    path.write_text("import numpy as np\n\n\n" + "\n\n".join(texts))
    spec = importlib.util.spec_from_file_location("orders", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same_bits(one: Any, other: Any) -> bool:
    """Whether two results are the same numbers, to the last bit."""
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same_bits, one, other))
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


@pytest.mark.parametrize("part", range(len(PARTS)), ids=PARTS)
def test_parts_of_what_is_overwritten(part: int, programs: ModuleType) -> None:
    """Parts that both sweeps read are read in place by the primal sweep, and copied for the adjoint sweep."""
    rng = np.random.default_rng(part)
    for number in range(part * len(WRITES), (part + 1) * len(WRITES)):
        f: Callable[..., Any] = getattr(programs, f"f{number}")
        both = value_and_grad(f, has_aux=True)
        for order in "CF":
            A, B = (np.array(rng.normal(size=(11, 11)), order=order) for _ in range(2))
            result, slope = both(A, B)
            assert same_bits(result, f(A.copy(order="K"), B)), both.source()
        assert_gradient(lambda A, B, f=f: f(A, B)[0], (A, B), slope, 0)


def test_the_part_itself_is_summed() -> None:
    """The primal sweep of a product of views has the line of the source."""

    def f(A):
        A = A * 1.0
        s = A.T @ A[:, 0]
        A[0, 0] = 5.0
        return np.sum(s) * np.sum(A)

    both = value_and_grad(f)
    assert both(np.eye(7))[0] == f(np.eye(7))
    lines = [line.strip() for line in both.source().splitlines()]
    assert "s = A.T @ A[:, 0]" in lines
    assert "A_copy = A.copy()" in lines


def test_an_argument_is_copied_before_its_part() -> None:
    """A part of an argument that is written to is a part of a copy that lies in memory like the argument."""

    def f(A):
        p = A[:, 3]
        p[0] = 2.0
        return np.dot(p, p) + np.sum(A)

    rng = np.random.default_rng(0)
    for order in "CF":
        A = np.array(rng.normal(size=(97, 97)), order=order)
        both = value_and_grad(f)
        assert same_bits(both(A)[0], f(A.copy(order="K")))
    lines = [line.strip() for line in both.source().splitlines()]
    assert lines[lines.index("# primal") + 1 :][:3] == ["A = np.copy(A)", "p = A[:, 3]", "p[0] = 2.0"]


def test_in_place_operators() -> None:
    """What the source does in place keeps the memory, and so its order: A *= B, where A is a transpose."""

    def f(A, B):
        A = A.T * 1.1
        s = np.sum(A * A)
        A *= B
        A -= np.outer(B[0], B[1])
        A @= B
        return s * np.sum(A)

    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(2, 41, 41))
    both = value_and_grad(f)
    assert same_bits(both(A, B)[0], f(A, B))
    lines = [line.strip() for line in both.source().splitlines()]
    assert "A *= B" in lines and "A @= B" in lines


def test_added_at_in_single_precision() -> None:
    """np.add.at adds what is double as such, a number of Python's too; w[places] += v would round it first."""

    def f(w):
        places = np.arange(len(w))
        np.add.at(w, places, np.tanh(1.0))
        np.add.at(w, places, 0.7615941559557649)
        return np.sum(w)

    w = np.linspace(0.1, 9.7, 97, dtype=np.float32)
    value, slope = value_and_grad(f)(w)
    assert same_bits(value, f(w.copy()))
    assert slope.dtype == np.float32


@pytest.mark.parametrize("scale", [0.1, 9.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_larger_of_single_and_double(scale: float, dtype: type) -> None:
    """max gives one of its operands as it is; the cotangents keep the dtypes of the arguments on either path."""

    def f(x, w):
        x[-1] = np.tanh(max(np.mean(w), 1.0)) * min(2.0, w[0])
        return np.sum(x) + np.sum(w * 2.0)

    x, w = np.array([0.5, 2.0], dtype), np.array([0.3, 0.9, 1.1], np.float32) * np.float32(scale)
    value, slopes = value_and_grad(f, (0, 1))(x, w)
    assert same_bits(value, f(x.copy(), w))
    assert [slope.dtype for slope in slopes] == [dtype, np.float32]


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_single_made_double_by_asarray(backend: str) -> None:
    """np.asarray(x, dtype=float) of what is single is a new array, in double precision."""

    def f(x):
        y = np.asarray(x, dtype=float)
        y[0] = 2.0
        return np.sum(np.sin(y) ** 2) + np.sum(x[:1])

    x = np.array([0.3, 0.7, 1.1], np.float32)
    value, slope = value_and_grad(f, backend=backend)(x)  # type: ignore[call-overload]
    assert value.dtype == np.float64
    np.testing.assert_allclose(value, f(x), rtol=1e-15 if backend == "jax" else 0)
    assert slope.dtype == np.float32
    np.testing.assert_allclose(slope, [1.0, *np.sin(2 * x[1:])], rtol=1e-6)


@pytest.mark.parametrize("name", ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf"])
@pytest.mark.parametrize("scale", [1, 0.7, np.float32(0.7)])
def test_normal_distributions_of_what_is_single(name: str, scale: float) -> None:
    """SciPy gives what is double, after steps in the precision of its arguments."""
    method = getattr(scipy.stats.norm, name)

    def f(x, scale):
        return np.sum(method(x, 0.1, scale) * np.array([1.0, 2.0]))

    x = np.array([0.3, 0.7], np.float32)
    value, slope = value_and_grad(f)(x, scale)
    assert value == f(x, scale)
    assert slope.dtype == np.float32


def test_dtypes_of_other_arrays() -> None:
    """float64 is a dtype that was asked for, though NumPy calls it equal to None."""

    def running(x, k):
        total = np.add.accumulate(k, dtype=x.dtype)
        total[0] = 0.5
        return np.sum(x * total)

    def reduced(x, k):
        return np.add.reduce(k, dtype=x.dtype) * np.sum(k)

    x = np.array([1.3, 2.7, 3.6])
    k = np.array([1, 2, 3])
    value, slope = value_and_grad(running)(x, k)
    assert value == running(x, k)
    np.testing.assert_allclose(slope, [0.5, 3.0, 6.0])
    single = k.astype(np.float32)
    value, _ = value_and_grad(reduced, 1)(x, single)
    assert value == reduced(x, single)
    assert value.dtype == np.float64


def test_copies_of_transposes_keep_their_order() -> None:
    """Forward mode copies A.T for the write below: the sum over A is rounded in the order of A, not of A.T."""

    def f(x, A):
        A[1, 0] += 2.0
        v = A.T[0]
        if np.sum(v[::-1]) < 5.0:
            v[1] -= x[0]
        return np.sum(A)

    rng = np.random.default_rng(7)
    for _ in range(20):
        x, A = rng.uniform(0.1, 0.2, 3), rng.uniform(0.1, 0.9, (2, 4))
        value, slope = jvp(f, (x, A.copy()), (np.ones(3), np.zeros((2, 4))))
        assert value == f(x, A.copy())
        assert slope == -1.0
