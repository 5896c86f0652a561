"""check_grads: the compiler against finite differences, on both backends, through the public functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from adcompiler import CompileError, check_grads, grad, jvp, on_backward, pullbacks, value_and_grad
from adcompiler.verify import check_jvp, compare, prove


class Layer(NamedTuple):
    W: Any
    b: Any


@dataclass(frozen=True)
class Settings:
    steps: int
    name: str


def quiz(x, z):
    return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log(x)) / np.exp(x * z)


def cosine(x):
    return np.cos(np.sin(x**2) + 3 * x**2)


def recurrence(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y)


def square_root(a):
    x = 1.0
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


def network(layers, x, y):
    h = x
    for W, b in layers:
        h = np.tanh(W @ h + b)
    return 0.5 * np.sum((h - y) ** 2)


def vector(A, x):
    return np.tanh(A @ x)


def raised(x, n):
    return np.sum(x**n)


def configured(settings, scale, x):
    y = x
    for _ in range(settings.steps):
        y = scale * np.sin(y)
    return np.sum(y)


def overwriting(x):
    x[0] = x[1] * x[2]
    return np.sum(x * x)


RANDOM = np.random.default_rng(7)
LAYERS = [
    Layer(RANDOM.standard_normal((4, 3)), RANDOM.standard_normal(4)),
    Layer(RANDOM.standard_normal((2, 4)), RANDOM.standard_normal(2)),
]

PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (quiz, (2.0, 3.0)),
    (cosine, (0.7,)),
    (recurrence, (np.linspace(0.5, 1.5, 6),)),
    (square_root, (2.0,)),
    (network, (LAYERS, RANDOM.standard_normal(3), RANDOM.standard_normal(2))),
    (vector, (RANDOM.standard_normal((2, 3)), RANDOM.standard_normal(3))),
    (raised, (np.array([1.0, 2.0]), 3)),
    (configured, (Settings(3, "three"), 0.5, np.array([0.2, 1.0]))),
    (overwriting, (np.array([1.0, 2.0, 3.0]),)),
]


@pytest.mark.parametrize(("f", "args"), PROGRAMS)
def test_the_compiler_passes_on_both_backends(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args)


@pytest.mark.parametrize(("f", "args"), [PROGRAMS[k] for k in (0, 1, 2, 4, 5, 6)])
def test_second_derivatives(f: Callable[..., Any], args: tuple[Any, ...], backend: str) -> None:
    check_grads(f, args, order=2, backend=backend)


def test_third_derivatives(backend: str) -> None:
    check_grads(cosine, (0.7,), order=3, backend=backend)


def test_a_gradient_object_is_checked_through_its_primal() -> None:
    check_grads(grad(cosine), (0.7,))
    check_grads(value_and_grad(network, argnums=(0, 1)), PROGRAMS[4][1])

    def with_aux(x):
        return np.sum(x**2), {"n": len(x)}

    check_grads(grad(with_aux, has_aux=True), (np.array([1.0, 2.0]),))


def test_single_precision() -> None:
    check_grads(vector, [part.astype(np.float32) for part in PROGRAMS[5][1]])


@pytest.mark.parametrize("wrong", ["numpy", "jax"])
def test_each_backend_named_is_really_asked(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = pullbacks.vjp
    asked: list[str] = []

    def vjp(f: Any, *args: Any, backend: str = "numpy", **more: Any) -> Any:
        asked.append(backend)
        value, pullback = right(f, *args, backend=backend, **more)
        if backend != wrong:
            return value, pullback
        return value, lambda g: tuple(2 * np.asarray(part) for part in pullback(g))

    monkeypatch.setattr(pullbacks, "vjp", vjp)
    with pytest.raises(AssertionError, match=f"cosine, backend {wrong}: the adjoint disagrees"):
        check_grads(cosine, (0.7,))
    assert asked == ["numpy", "jax"][: len(asked)]
    other = "jax" if wrong == "numpy" else "numpy"
    check_grads(cosine, (0.7,), backend=other)
    assert asked[-1] == other


def test_a_wrong_second_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = pullbacks.vjp

    def vjp(f: Any, *args: Any, **more: Any) -> Any:
        value, pullback = right(f, *args, **more)
        return value, pullback if f is cosine else lambda g: tuple(2 * part for part in pullback(g))

    monkeypatch.setattr(pullbacks, "vjp", vjp)
    check_grads(cosine, (0.7,), order=1, backend="numpy")
    with pytest.raises(
        AssertionError, match="the gradient of cosine by x, backend numpy: the adjoint disagrees"
    ):
        check_grads(cosine, (0.7,), order=2, backend="numpy")


def test_the_arguments_stay_as_they_are() -> None:
    x = np.array([1.0, 2.0, 3.0])
    check_grads(overwriting, (x,))
    np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])


def test_tolerances_and_steps_are_those_given(backend: str) -> None:
    check_grads(cosine, (0.7,), atol=1e-9, rtol=1e-9, eps=1e-3, backend=backend)
    with pytest.raises(AssertionError, match="tolerance 0 \\+ 1e-05"):
        check_grads(cosine, (0.7,), atol=0.0, eps=10.0, backend=backend)


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev"), None])
def test_modes(modes: Any, backend: str) -> None:
    check_grads(recurrence, (np.array([0.3, -1.2, 0.8]),), order=2, modes=modes, backend=backend)


def test_forward_mode_is_left_out_where_it_is_refused() -> None:
    def clipped(x):
        return on_backward(np.sin(x), lambda dy: np.clip(dy, -2.0, 2.0)) * x

    check_grads(clipped, (0.5,), backend="numpy")
    with pytest.raises(CompileError, match="clip"):
        check_grads(clipped, (0.5,), modes=("fwd",), backend="numpy")


def test_wrong_tangents_are_found() -> None:
    def push(primals, tangents):
        return jvp(recurrence, primals, tangents)

    def double(primals, tangents):
        value, tangent = push(primals, tangents)
        return value, 2.0 * tangent

    x = np.array([0.3, -1.2, 0.8])
    check_jvp(recurrence, push, (x,))
    with pytest.raises(AssertionError, match="recurrence: the tangent disagrees"):
        check_jvp(recurrence, double, (x,))
    with pytest.raises(AssertionError, match="the value"):
        check_jvp(recurrence, lambda p, t: (2.0, push(p, t)[1]), (x,))


def test_what_check_grads_cannot_do_it_refuses() -> None:
    with pytest.raises(ValueError, match="the modes are 'fwd' and 'rev', not 'sideways'"):
        check_grads(cosine, (0.7,), modes=("fwd", "sideways"))
    with pytest.raises(ValueError, match="the order is at least 1, not 0"):
        check_grads(cosine, (0.7,), order=0)

    def pair(x):
        return x, x**2

    check_grads(pair, (0.7,))
    with pytest.raises(ValueError, match="an order above 1 needs a function that returns one real array"):
        check_grads(pair, (0.7,), order=2)


def test_computed_gradients_agree_and_are_proved(backend: str) -> None:
    gradient = grad(quiz, argnums=(0, 1), backend=backend)
    found = gradient(2.0, 3.0)
    assert compare(found, quiz, (2.0, 3.0), (0, 1)).agrees
    namespace: dict[str, Any] = {}
    exec(gradient.source(backend="numpy"), namespace)
    adjoint = next(f for name, f in namespace.items() if "quiz" in name and callable(f))
    assert prove(quiz, adjoint, argnums=(0, 1)).status == "proved"
