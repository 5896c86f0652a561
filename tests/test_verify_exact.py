"""The exact check by SymPy: what is right is proved and what is wrong is found."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from math import sin as sine
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy import exp as exponential

from adcompiler.verify import Proof, numerical_gradient, prove

RATE = 0.3


class Layer(NamedTuple):
    W: Any
    b: Any


def cosine(x: Any) -> Any:
    return np.cos(np.sin(x**2) + 3 * x**2)


def cosine_adjoint(x: Any) -> Any:
    t = x**2
    return -np.sin(np.sin(t) + 3 * t) * (np.cos(t) + 3) * 2 * x


class Scaled:
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, x: Any) -> Any:
        return self.factor * np.sin(x)

    def slope(self, x: Any) -> Any:
        return self.factor * np.cos(x)


def recurrence(x: Any, n: int = 4) -> Any:
    y = x
    for _ in range(n):
        y = np.sin(y) * x
    return y


def recurrence_adjoint(x: Any, n: int = 4) -> Any:
    tape = [x]
    for _ in range(n):
        tape.append(np.sin(tape[-1]) * x)
    dy, dx = 1.0, 0.0
    for i in reversed(range(n)):
        dx += dy * np.sin(tape[i])
        dy = dy * np.cos(tape[i]) * x
    return dx + dy


def with_imports(x: Any) -> Any:
    from math import cos

    import numpy as inner

    return inner.sin(x) * cos(x)


def factorial_like(x: Any, n: int = 3) -> Any:
    return x if n == 0 else x * factorial_like(x, n - 1)


ACTIVATIONS = {"tanh": np.tanh}

PROVED: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    (np.tan, lambda x: 1 / np.cos(x) ** 2),
    (lambda x: np.sin(x) ** 2, lambda x: np.sin(2 * x)),
    (lambda x: np.maximum(x, 0.0) * x, lambda x: np.where(x > 0, 2 * x, 0.0)),
    (lambda x: np.maximum(x, 0.0) * x, lambda x: 2 * x * (x > 0)),
    (lambda x: np.where(x > 0, x, 0.1 * x), lambda x: 1 - 0.9 * (x < 0)),
    (lambda x: np.clip(x, -1, 1) ** 2, lambda x: np.where((x > -1) & (x < 1), 2 * x, 0)),
    (lambda x: max(x, 2.0) * min(x, 3), lambda x: np.where(x > 3, 3, np.where(x > 2, 2 * x, 2))),
    (lambda x: abs(x) ** 3, lambda x: 3 * x * abs(x)),
    (lambda x: np.sqrt(x**2), np.sign),
    (lambda x: x**2.5, lambda x: 2.5 * x**1.5),
    (lambda x, y: x**y, lambda x, y: y * x ** (y - 1)),
    (np.hypot, lambda a, b: a / np.hypot(a, b)),
    (math.atan2, lambda a, b: b / (a * a + b * b)),
    (np.logaddexp, lambda a, b: np.exp(a - np.logaddexp(a, b))),
    (np.arcsin, lambda x: 1 / np.sqrt(1 - x * x)),
    (np.arccosh, lambda x: 1 / np.sqrt(x * x - 1)),
    (np.cbrt, lambda x: 1 / (3 * np.cbrt(x) ** 2)),
    (math.erf, lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x)),
    (lambda x: np.floor(x) * x, np.floor),
    (lambda x: int(x) * x, np.trunc),
    (lambda x: (x % 2) ** 2, lambda x: 2 * (x % 2)),
    (
        lambda x: sine(math.pi * x) + exponential(RATE * x),
        lambda x: np.pi * np.cos(np.pi * x) + RATE * np.exp(RATE * x),
    ),
    (lambda x: ACTIVATIONS["tanh"](x), lambda x: 1 - np.tanh(x) ** 2),
    (functools.partial(lambda a, x: np.sin(a * x), 2.0), lambda x: 2 * np.cos(2 * x)),
    (lambda x: operator.mul(x, x), lambda x: 2 * x),
    (Scaled(2.0), Scaled(2.0).slope),
    (recurrence, recurrence_adjoint),
    (with_imports, lambda x: np.cos(2 * x)),
    (factorial_like, lambda x: 4 * x**3),
    (
        lambda x: np.float64(x) * float(x) + np.zeros_like(x) + np.asarray(x).copy()[()],
        lambda x: 2 * x + np.ones_like(x),
    ),
    (lambda x: np.sum(x) * np.mean(x, axis=None) * np.reshape(x, ()), lambda x: 3 * x.T**2),
    (lambda x: [print(f"{x:.3f}"), x * x][1], lambda x: 2 * x),
    (lambda x: x if x**2 + 1 > 0 else x**2, np.ones_like),  # a branch that never depends on the value
    (lambda x, rate=0.5: rate * x, lambda x: 0.5),
]


@pytest.mark.parametrize(("primal", "adjoint"), PROVED)
def test_sympy_proves_closed_forms(primal: Callable[..., Any], adjoint: Callable[..., Any]) -> None:
    proof = prove(primal, adjoint)
    assert proof.status == "proved", str(proof)
    assert proof.holds
    assert str(proof).startswith("SymPy: ")
    assert "proved for " in str(proof)
    assert proof.components[0].derivative


AWAY = ", away from the boundaries of its cases"


@pytest.mark.parametrize(
    ("primal", "adjoint", "assumptions"),
    [
        (lambda x: x**2, lambda x: 2 * x, [""]),
        # there the derivative does not exist, also where the cases of both sides cancel
        (lambda x: abs(x) ** 3, lambda x: 3 * x * abs(x), [AWAY]),
        (lambda x: np.maximum(x, 0.0) * x, lambda x: 2 * np.maximum(x, 0.0), [AWAY]),
        (lambda x: np.floor(x) * x, np.floor, [AWAY]),
        (lambda x: (x % 2) ** 2, lambda x: 2 * (x % 2), [AWAY]),
        # the case of one point is left out of a closed form
        (lambda x: np.where(x == 0, 5.0, x * x), lambda x: 2 * x, [AWAY]),
        (lambda x: x * x, lambda x: np.where(x != 3, 2 * x, 0.0), [AWAY]),
        (lambda x: x * x + (x == 0), lambda x: 2 * x, [AWAY]),
        # boundaries that do not depend on the variable
        (lambda x, y: abs(x) * y, lambda x, y: (np.sign(x) * y, abs(x)), [AWAY, ""]),
        (lambda x, y: abs(x) * y, lambda x, y: (np.sign(x) * y, np.where(x > 0, x, -x)), [AWAY, ""]),
    ],
)
def test_what_a_proof_leaves_out_is_said(
    primal: Callable[..., Any], adjoint: Callable[..., Any], assumptions: list[str]
) -> None:
    """A proof case by case says nothing about the boundaries, and says so."""
    proof = prove(primal, adjoint, argnums=0 if len(assumptions) == 1 else (0, 1))
    expected = [f"real arguments{assumption}" for assumption in assumptions]
    assert [component.assumption for component in proof.components] == expected, str(proof)


@pytest.mark.parametrize(("primal", "adjoint"), PROVED)
def test_sympy_finds_what_is_slightly_wrong(primal: Callable[..., Any], adjoint: Callable[..., Any]) -> None:
    proof = prove(primal, lambda *args: adjoint(*args) + 0.000001 * args[0] ** 2)
    assert proof.status == "differs"
    component = proof.components[0]
    assert component.witness
    point = [value for _, value in component.witness]
    # The witness can be checked without SymPy.
    slope: Any = numerical_gradient(primal, point, 0)
    assert slope == pytest.approx(component.expected, rel=1e-5, abs=1e-7)
    assert "DIFFERS at" in str(proof)


def test_functions_of_jax_numpy_are_followed() -> None:
    jnp = pytest.importorskip("jax").numpy
    assert (
        prove(lambda x: jnp.sin(x) * jnp.exp(x), lambda x: (jnp.cos(x) + jnp.sin(x)) * jnp.exp(x)).status
        == "proved"
    )


def test_proofs_take_containers_and_keep_what_is_no_float() -> None:
    def f(p: dict[str, Any], n: int) -> Any:
        return p["a"] ** n * p["layer"].W

    def adjoint(p: dict[str, Any], n: int) -> Any:
        return {"a": n * p["a"] ** (n - 1) * p["layer"].W, "layer": Layer(p["a"] ** n, 0.0), "name": None}

    proof = prove(f, adjoint, ({"a": 2.0, "layer": Layer(3.0, 1.0), "name": "x"}, 3))
    assert proof.status == "proved"
    assert [c.path for c in proof.components] == ["p['a']", "p['layer'].W", "p['layer'].b"]


def test_constants_that_were_rounded_agree_to_their_rounding() -> None:
    proof = prove(lambda x: 3 * (0.1 * x), lambda x: np.multiply(0.1, 3))
    assert proof.status == "proved"  # nothing was folded: exact tenths
    proof = prove(lambda x: 3 * (0.1 * x), lambda x: 0.30000000000000004)
    assert proof.status == "agrees"
    assert 0 < proof.components[0].difference < 1e-15
    assert "the rounding of constants" in str(proof)
    assert prove(lambda x: 3 * (0.1 * x), lambda x: 0.3001).status == "differs"


def test_what_cannot_be_proved_is_compared_to_forty_digits() -> None:
    proof = prove(lambda x: recurrence(x, 25), lambda x: recurrence_adjoint(x, 25))
    assert proof.status == "agrees"
    assert str(proof) == "SymPy: x: agrees numerically to 1e-40"
    assert proof.holds


def data_loop(x: Any) -> Any:
    while x > 1:
        x = x / 2
    return x


def in_place(x: Any) -> Any:
    y = np.zeros(3)
    y[0] = x
    return np.sum(y)


@pytest.mark.parametrize(
    ("primal", "args", "reason"),
    [
        (lambda x: x if x > 0 else -x, None, "branches or loops on data: whether x > 0"),
        (lambda x: x if x == 2 else x**2, None, "branches or loops on data"),
        (data_loop, None, "branches or loops on data"),
        (lambda x: sum(x for _ in range(x)), None, "counts or indexes with data"),
        (lambda x: np.sum(np.zeros(3) + x), None, "an array of shape"),
        (lambda x: np.array([x, x])[0], None, "arrays"),
        (in_place, None, "array element"),
        (lambda x: x[0], None, "takes x for an array"),
        (lambda x: np.sum(x), (np.ones(3),), "x is no real number but ndarray"),
        (lambda x: x, (3,), "no float to differentiate by"),
        (lambda x: np.linalg.norm(x), None, "calls numpy.linalg.norm"),
        (lambda x: None, None, "NoneType"),
        (lambda x: 1 / (x - x), None, "zoo"),
        (lambda x: np.sqrt(-1 - x**2), None, "no point was found"),
        (lambda x: x.unknown, None, "AttributeError"),
        (lambda *xs: xs[0], None, "give `args`"),
        (
            lambda x: functools.reduce(lambda a, _: a * a + x, range(30), x),
            None,
            "more than 20000 operations",
        ),
    ],
)
def test_what_has_no_closed_form_is_said_to_have_none(primal: Any, args: Any, reason: str) -> None:
    proof = prove(primal, lambda *_: 1.0, args)
    assert proof.status == "not applicable"
    assert reason in proof.reason
    assert not proof.holds
    assert str(proof).startswith("SymPy: not applicable: ")


def test_an_adjoint_of_another_structure_is_refused() -> None:
    with pytest.raises(ValueError, match="another structure"):
        prove(lambda x: x, lambda x: (1.0,))
    with pytest.raises(ValueError, match="another structure"):
        prove(lambda x, y: x * y, lambda x, y: (y,), argnums=(0, 1))


def test_the_functions_themselves_are_left_alone() -> None:
    before = dict(with_imports.__globals__)
    assert prove(Scaled(2.0), Scaled(2.0).slope).holds
    assert prove(with_imports, lambda x: np.cos(2 * x)).holds
    assert with_imports.__globals__["np"] is np
    assert dict(with_imports.__globals__) == before
    assert isinstance(with_imports(1.0), float)


def test_two_runs_give_the_same_verdict() -> None:
    def wrong(x: Any) -> Any:
        return 1.1 * cosine_adjoint(x)

    assert prove(cosine, wrong) == prove(cosine, wrong)
    assert isinstance(prove(cosine, wrong), Proof)
