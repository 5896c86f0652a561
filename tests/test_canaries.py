"""Canaries for the installed jax: does XLA still compute what the emitted code says?

Loops that read and write one buffer are where XLA decides what is copied and what is done in place; versions
of jaxlib have got such loops wrong (openxla/xla#49176). The first half asks XLA alone, on loops of the shapes
that are emitted; NumPy and plain Python say what is right. The second half compares the two backends of
gradients. Where the first half fails, the compiler is not to blame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from adcompiler import grad, value_and_grad

N, STEPS = 24, 3
RNG = np.random.default_rng(7)
VECTOR = RNG.normal(size=400)
MATRIX = RNG.normal(size=(N, N))
POSITIVE = MATRIX @ MATRIX.T + N * np.eye(N)


def assert_close(found: Any, expected: Any, tolerance: float = 1e-11) -> None:
    """Fail unless two arrays agree in dtype, shape and, up to rounding, value."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * np.max(np.abs(expected)))


# ---------------------------------------------------------------- XLA alone
def read(x: Any, *index: Any) -> Any:
    return lax.dynamic_slice(x, index, (1,) * x.ndim).reshape(())


def write(x: Any, value: Any, *index: Any) -> Any:
    return lax.dynamic_update_slice(x, jnp.reshape(value, (1,) * x.ndim), index)


def at_set(x: Any, value: Any, *index: Any) -> Any:
    return x.at[index].set(value)


Write = Callable[..., Any]
WRITES = pytest.mark.parametrize("update", [write, at_set])
FUSION = pytest.mark.parametrize(
    "options", [{}, {"xla_disable_hlo_passes": "fusion"}], ids=["fusion", "no fusion"]
)


def run(f: Callable[..., Any], options: dict[str, Any], *args: Any) -> Any:
    """The result of XLA, in double precision."""
    with jax.enable_x64(True):
        return jax.jit(f).lower(*args).compile(compiler_options=options)(*args)


@WRITES
@FUSION
def test_recurrence_and_its_adjoint(update: Write, options: dict[str, Any]) -> None:
    """y[i] = sin(y[i - 1]) * x[i]; backwards, one buffer has two reads and two writes a trip."""
    x, n = VECTOR, len(VECTOR)

    def reverse(x: Any) -> Any:
        y = lax.fori_loop(1, n, lambda i, y: update(y, jnp.sin(read(y, i - 1)) * read(x, i), i), x)

        def body(k: Any, carry: Any) -> Any:
            dy, dx = carry
            i = n - k
            d, before = read(dy, i), read(y, i - 1)
            dy = update(dy, 0.0, i)
            dx = update(dx, read(dx, i) + d * jnp.sin(before), i)
            dy = update(dy, read(dy, i - 1) + d * read(x, i) * jnp.cos(before), i - 1)
            return dy, dx

        return lax.fori_loop(1, n, body, (jnp.ones(n), jnp.zeros(n)))[1]

    y, dy, dx = x.copy(), np.ones(n), np.zeros(n)
    for i in range(1, n):
        y[i] = np.sin(y[i - 1]) * x[i]
    for i in reversed(range(1, n)):
        dx[i] = dy[i] * np.sin(y[i - 1])
        dy[i - 1] += dy[i] * x[i] * np.cos(y[i - 1])
    assert_close(run(reverse, options, x), dx)


@WRITES
@FUSION
def test_sweep_over_a_matrix(update: Write, options: dict[str, Any]) -> None:
    """Four neighbours read, one element written, in a nest of three loops."""

    def sweep(a: Any) -> Any:
        def element(i: Any, j: Any, a: Any) -> Any:
            value = jnp.sin(read(a, i, j - 1) * read(a, i - 1, j)) + 0.5 * read(a, i + 1, j) * read(a, i, j)
            return update(a, value, i, j)

        def row(i: Any, a: Any) -> Any:
            return lax.fori_loop(1, N - 1, lambda j, a: element(i, j, a), a)

        return lax.fori_loop(0, STEPS, lambda t, a: lax.fori_loop(1, N - 1, row, a), a)

    expected = MATRIX.copy()
    for _ in range(STEPS):
        for i in range(1, N - 1):
            for j in range(1, N - 1):
                expected[i, j] = (
                    np.sin(expected[i, j - 1] * expected[i - 1, j])
                    + 0.5 * expected[i + 1, j] * expected[i, j]
                )
    assert_close(run(sweep, options, MATRIX), expected)


@FUSION
def test_tape_with_a_bound(options: dict[str, Any]) -> None:
    """A while loop that records into a buffer with slots to spare, and a counted loop backwards over it."""
    slots = 64

    def both(a: Any) -> Any:
        def step(carry: Any) -> Any:
            x, tape, k = carry
            return 0.5 * (x + a / x), tape.at[k].set(x), k + 1

        start = (jnp.ones(()), jnp.zeros(slots), jnp.zeros((), int))
        _, tape, trips = lax.while_loop(lambda carry: jnp.abs(carry[0] ** 2 - a) > 1e-12, step, start)

        def back(k: Any, carry: Any) -> Any:
            da, dx = carry
            x = tape[trips - 1 - k]
            return da + 0.5 * dx / x, 0.5 * dx * (1 - a / x**2)

        return lax.fori_loop(0, trips, back, (jnp.zeros(()), jnp.ones(())))[0]

    assert_close(run(both, options, 2.0), np.float64(0.5 / np.sqrt(2.0)))


@FUSION
def test_rows_and_slices(options: dict[str, Any]) -> None:
    """Rows read and written with the index of the loop, and an update of a window."""

    def sums(a: Any) -> Any:
        def body(i: Any, a: Any) -> Any:
            a = a.at[i].add(0.5 * a[i - 1] * a[i])
            return a.at[i, 1:-1].set(a[i, 2:] - a[i, :-2])

        return lax.fori_loop(1, N, body, a)

    expected = MATRIX.copy()
    for i in range(1, N):
        expected[i] += 0.5 * expected[i - 1] * expected[i]
        expected[i, 1:-1] = expected[i, 2:] - expected[i, :-2]
    assert_close(run(sums, options, MATRIX), expected)


def test_repeated_indices_are_added() -> None:
    """x.at[i].add adds every time, as np.add.at does."""
    index = np.array([0, 3, 3, 1, 0, 3])
    expected = np.zeros(5)
    np.add.at(expected, index, VECTOR[:6])
    assert_close(run(lambda v: jnp.zeros(5).at[index].add(v), {}, VECTOR[:6]), expected)


# ---------------------------------------------------------------- gradients on both backends
def sweep(a, steps):
    a = a.copy()
    n, m = a.shape
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = np.sin(a[i, j - 1] * a[i - 1, j]) + 0.5 * a[i + 1, j] * a[i, j]
    return np.sum(a)


def recurrence(x):
    y = np.zeros_like(x)
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


def cholesky(a):
    a = a.copy()
    n = len(a)
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] /= a[j, j]
        for k in range(j + 1, n):
            for i in range(k, n):
                a[i, k] -= a[i, j] * a[k, j]
    return np.sum(np.log(np.diag(a)))


def jacobi(a, steps):
    for _ in range(steps):
        b = a.copy()
        b[1:-1, 1:-1] = 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])
        a = b
    return np.sum(a**2)


def rows(a):
    a = a.copy()
    for i in range(1, len(a)):
        a[i] += 0.5 * a[i - 1] * a[i]
    return np.sum(a)


def newton(a):
    x = np.ones_like(a)
    while np.max(np.abs(x * x - a)) > 1e-6:
        x = 0.5 * (x + a / x)
    return np.sum(x)


def ring(x):
    y = x.copy()
    for i in range(len(x)):
        y[i] += y[i - 1] * y[(i + 3) % len(x)]
    return np.sum(y)


LOOPS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (sweep, (MATRIX, STEPS)),
    (recurrence, (VECTOR,)),
    (cholesky, (POSITIVE,)),
    (jacobi, (MATRIX, 5)),
    (rows, (0.1 * MATRIX,)),
    (newton, (np.abs(VECTOR[:9]) + 0.5,)),
    (ring, (0.3 * VECTOR[:12],)),
]
NAMES = [f.__name__ for f, _ in LOOPS]


@pytest.mark.parametrize(("f", "args"), LOOPS, ids=NAMES)
def test_loops_on_xla(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Value and gradient of loops with writes in place, against NumPy; twice, so that no state is kept."""
    value, slope = value_and_grad(f)(*args)
    compiled = value_and_grad(f, backend="jax")
    for _ in range(2):
        found = compiled(*args)
        assert_close(found[0], value)
        assert_close(found[1], slope)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("f", "args"), LOOPS, ids=NAMES)
def test_dtypes_on_xla(f: Callable[..., Any], args: tuple[Any, ...], dtype: Any) -> None:
    """float64 in, float64 out, float32 in, float32 out, whatever jax's own default is."""
    x, *rest = args
    value, slope = value_and_grad(f, backend="jax")(x.astype(dtype), *rest)
    assert np.asarray(value).dtype == dtype == np.asarray(f(x.astype(dtype), *rest)).dtype
    assert np.asarray(slope).dtype == dtype


def test_scalars_on_xla() -> None:
    """A Python float is a double, as in Python; a NumPy scalar keeps its own dtype."""
    gradient = grad(lambda x: np.sin(x) * x, backend="jax")
    assert np.asarray(gradient(0.7)).dtype == np.float64
    assert np.asarray(gradient(np.float32(0.7))).dtype == np.float32
    assert float(gradient(0.7)) == pytest.approx(np.sin(0.7) + 0.7 * np.cos(0.7), rel=1e-15)


def test_the_global_precision_is_left_alone() -> None:
    """64-bit types are enabled for the call alone."""
    before = jax.config.jax_enable_x64
    grad(lambda x: np.sum(x * x), backend="jax")(VECTOR)
    assert jax.config.jax_enable_x64 == before
