"""Where the data decide between real and complex numbers: the code for one outcome runs, and answers for the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from modules import saved

from adcompiler import CompileError, check_grads, grad, value_and_grad, vjp

by_data = pytest.mark.skipif(
    np.linalg.eigvals(np.eye(2)).dtype.kind == "c", reason="from NumPy 2.5 on eigenvalues are complex always"
)
REAL = np.array([[1.0, 0.3, 0.1], [0.2, 2.0, -0.3], [0.1, 0.4, 3.5]])
TURNING = np.array([[1.0, 2.0, 0.1], [-2.0, 1.0, 0.3], [0.1, 0.2, 3.0]])
WEIGHTS = np.array([[0.5, -1.0, 2.0], [1.5, 0.7, -0.3], [0.2, 1.1, -0.6]])


def weighted(a: Any, c: Any) -> Any:
    """It depends on the sign, phase and length of each eigenvector."""
    w, v = np.linalg.eig(a)
    return np.sum(np.real(c * v)) + np.sum(np.imag(v**3 * w)) + np.real(np.sum(w**2 * c[0]))


def growth(a: Any) -> Any:
    """Of two calls on one line."""
    return np.max(np.linalg.eigvals(a).real) - np.sum(np.abs(np.linalg.eigvals(a @ a)) ** 3) / 9


@pytest.mark.parametrize("a", [REAL, TURNING], ids=["real", "complex"])
def test_gradients(a: Any) -> None:
    """By differences, with real eigenvalues and with complex ones; second derivatives too."""
    check_grads(weighted, (a, WEIGHTS), order=2, backend="numpy")
    check_grads(growth, (a,), order=1, backend="numpy")


def test_the_outcome_may_change(backend: str) -> None:
    """One object serves matrices of both kinds, and compiles once for each; the value is the function's own."""
    gradient = value_and_grad(weighted, backend=backend)
    for a in (REAL, TURNING, REAL, TURNING, TURNING.T):
        value, slope = gradient(a, WEIGHTS)
        wanted = weighted(a, WEIGHTS)
        assert value == wanted if backend == "numpy" else abs(value - wanted) < 1e-12
        assert np.asarray(slope).dtype == np.float64
        np.testing.assert_allclose(slope, vjp(weighted, a, WEIGHTS)[1](1.0)[0], rtol=1e-9, atol=1e-12)
    assert gradient.compilations == (2 if np.linalg.eigvals(np.eye(2)).dtype.kind == "f" else 1)


def test_components_of_one_size() -> None:
    """Which of two largest components LAPACK made real does not matter to what does not depend on phases."""

    def exponential(a: Any) -> Any:
        w, v = np.linalg.eig(a)
        return np.sum(np.real((v * np.exp(w)) @ np.linalg.inv(v)) * WEIGHTS[:2, :2])

    def other(a: Any) -> Any:
        return np.sum(scipy.linalg.expm(a) * WEIGHTS[:2, :2])

    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    np.testing.assert_allclose(grad(exponential)(turn), grad(other)(turn), rtol=1e-12)


@by_data
def test_dtypes_follow_the_data() -> None:
    """What the program does with the dtype is what NumPy does with it."""

    def f(a: Any) -> Any:
        w = np.linalg.eigvals(a)
        return np.sum(w**2) if np.isrealobj(w) else 10 * np.sum(np.abs(w))

    value, slope = value_and_grad(f)(REAL)
    assert value == f(REAL)
    np.testing.assert_allclose(slope, 2 * REAL.T, rtol=1e-12)
    assert value_and_grad(f)(TURNING)[0] == f(TURNING)


@by_data
def test_both_in_one_run(backend: str) -> None:
    """One call that gives both in one run is refused at its place."""

    def f(a: Any) -> Any:
        total = 0.0
        for k in range(2):
            total = total + np.sum(np.abs(np.linalg.eigvals(a * (1.0 - k) + TURNING * k)))
        return total

    with pytest.raises(CompileError, match=r"real numbers at one time .*\n.*\n.*\^+\n.*astype\(complex\)"):
        grad(f, backend=backend)(REAL)
    assert np.isfinite(grad(f, backend=backend)(TURNING)).all()


@by_data
def test_random_numbers_are_drawn_once() -> None:
    """A run for the wrong outcome leaves nothing behind in a generator."""

    def f(a: Any, rng: Any) -> Any:
        scale = rng.uniform(1.0, 2.0, 3)
        return np.sum(np.abs(np.linalg.eigvals(a * scale)) ** 2)

    value, _ = value_and_grad(f)(TURNING, np.random.default_rng(3))
    assert value == f(TURNING, np.random.default_rng(3))
    value, _ = value_and_grad(f)(TURNING, np.random.RandomState(3))
    assert value == f(TURNING, np.random.RandomState(3))


@by_data
def test_source_that_stands_alone(tmp_path: Path) -> None:
    """It raises where the outcome is another one, and can be differentiated for both."""
    modules, gradient = [], grad(weighted)
    for name, a in (("real", REAL), ("turning", TURNING)):
        gradient(a, WEIGHTS)
        modules.append(saved(gradient.source(), tmp_path / f"{name}.py"))
    np.testing.assert_allclose(
        modules[0].weighted_grad(REAL, WEIGHTS), grad(weighted)(REAL, WEIGHTS), rtol=1e-12
    )
    with pytest.raises(TypeError, match="in weighted, .* gives complex numbers here"):
        modules[0].weighted_grad(TURNING, WEIGHTS)
    with pytest.raises(TypeError, match="in weighted, .* gives real numbers here"):
        modules[1].weighted_grad(REAL, WEIGHTS)
    for module, a in zip(modules, (REAL, TURNING), strict=True):
        found = grad(lambda a: np.sum(module.weighted_grad(a, WEIGHTS)))(a)  # noqa: B023
        np.testing.assert_allclose(found, grad(lambda a: np.sum(gradient(a, WEIGHTS)))(a), rtol=1e-9)


@by_data
def test_under_tracing() -> None:
    """Where JAX traces the values, nobody knows the outcome."""
    import jax

    with pytest.raises(CompileError, match="JAX traces them"):
        jax.jit(grad(growth, backend="jax"))(REAL)
