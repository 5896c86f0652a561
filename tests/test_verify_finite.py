"""Finite differences and the complex step: accurate where the function is fine, honest where it is not."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from adcompiler.verify import NotAnalytic, complex_step, finite_difference, numerical_gradient
from adcompiler.verify.finite import line_through, one_sided


def test_the_derivative_of_an_array_or_a_container_has_its_structure() -> None:
    def several(x: Any) -> dict[str, Any]:
        return {"sin": np.sin(x), "sum": np.sum(x), "count": len(x), "pair": (x[0] ** 2, "text")}

    x = np.array([0.5, 2.0])
    estimate: Any = finite_difference(several, (x,), 0, np.array([1.0, 2.0]))
    np.testing.assert_allclose(estimate.value["sin"], np.cos(x) * [1.0, 2.0], rtol=1e-10)
    assert estimate.value["sum"] == pytest.approx(3.0)
    assert estimate.value["count"] == 0.0
    assert estimate.value["pair"] == (pytest.approx(1.0), 0.0)
    assert estimate.error["sin"].shape == (2,)


@pytest.mark.parametrize("stencil", ["best", "two-point", "five-point"])
def test_the_stencils(stencil: Any) -> None:
    estimate: Any = finite_difference(np.exp, (1.0,), 0, 1.0, stencil=stencil)
    error = abs(estimate.value - math.e)
    assert error < {"best": 1e-12, "two-point": 2e-10, "five-point": 1e-12}[stencil]
    assert error <= estimate.error < 1e-6
    assert estimate.evaluations <= 12


def test_the_error_of_a_plain_stencil_against_the_step_is_a_v() -> None:
    steps = [10.0**-k for k in range(1, 14)]
    errors = [
        abs(np.asarray(finite_difference(np.exp, (1.0,), 0, 1.0, stencil="two-point", step=h).value) - math.e)
        for h in steps
    ]
    best = int(np.argmin(errors))
    assert 3 <= best <= 7
    assert errors[0] > 1e-3
    assert errors[-1] > 1e-6


DIFFICULT: list[tuple[Callable[[float], Any], float, float]] = [
    (math.log, 1e-8, 1e8),
    (math.sqrt, 1e-6, 500.0),
    (lambda x: x**0.5, 1e-3, 0.5 / 1e-3**0.5),  # complex for a negative argument
    (
        lambda x: math.exp(-((x / 1e-3) ** 2)),
        1e-3,
        -2e3 / math.e,
    ),  # a narrow peak: both sides look flat from afar
    (lambda x: x * math.exp(-((x / 1e-3) ** 2)), 0.0, 1.0),
    (lambda x: max(x, 0.0), 1e-5, 1.0),
    (lambda x: math.sin(1e4 * x), 1.0, 1e4 * math.cos(1e4)),
    (lambda x: math.sin(x), 100.0, math.cos(100.0)),
    (lambda x: math.sin(x), 1e6, math.cos(1e6)),
    (lambda x: 1e10 + x, 1.0, 1.0),
    (lambda x: x * x * 1e-8 + 1, 1e4, 2e-4),
    (math.lgamma, 1e-3, -1000.5755719318336),
]


@pytest.mark.parametrize(("f", "x", "right"), DIFFICULT)
def test_difficult_functions_get_the_right_step_and_an_honest_error(
    f: Callable[[float], Any], x: float, right: float
) -> None:
    estimate: Any = finite_difference(f, (x,), 0, 1.0)
    assert estimate.value == pytest.approx(right, rel=1e-6)
    assert abs(estimate.value - right) <= estimate.error + 1e-13 * abs(right)


def test_no_direction_no_derivative() -> None:
    assert finite_difference(np.sum, (np.ones(3),), 0, np.zeros(3)).value == 0.0
    assert finite_difference(lambda n, x: n * x, (3, 2.0), 0, 1).value == 0.0
    estimate = finite_difference(lambda n, x: n * x, (3, 2.0), (0, 1), (1, 1.0))
    assert estimate.value == pytest.approx(3.0)


def test_what_went_wrong_on_the_way_is_told() -> None:
    assert "math domain error" in finite_difference(math.log, (1e-8,), 0, 1.0).problem
    assert finite_difference(math.log, (1.0,), 0, 1.0).problem == ""

    def brittle(x: Any) -> Any:
        if float(x[0]) != 1.0:
            raise RuntimeError("only here")
        return np.sum(x)

    estimate: Any = finite_difference(brittle, (np.ones(2),), 0, np.array([1.0, 0.0]))
    assert math.isnan(estimate.value)
    assert estimate.error == math.inf
    assert "only here" in estimate.problem


def test_a_kink_shows_in_the_derivatives_of_the_two_sides() -> None:
    left, right = one_sided(line_through(lambda x: np.maximum(x, 0.0), (0.0,), 0, 1.0))
    assert (left, right) == (0.0, 1.0)
    left, right = one_sided(line_through(np.exp, (0.0,), 0, 1.0))
    assert left == pytest.approx(right)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(np.float16, 5e-2), (np.float32, 1e-3), (np.float64, 1e-10), (np.longdouble, 1e-12)],
)
def test_every_precision(dtype: Any, tolerance: float) -> None:
    x = np.array([0.5, -1.0, 2.0], dtype)

    def f(x: Any) -> Any:
        assert x.dtype == dtype
        return np.sum(np.sin(x))

    np.testing.assert_allclose(
        np.asarray(numerical_gradient(f, (x,)), np.float64), np.cos(x.astype(float)), atol=tolerance
    )
    scalar = numerical_gradient(np.sin, (dtype(0.5),))
    assert float(np.asarray(scalar)) == pytest.approx(math.cos(0.5), abs=tolerance)


def test_the_types_of_scalars_are_kept() -> None:
    def typed(kind: type) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            assert type(x) is kind
            return x * x

        return f

    for value in (3.0, np.float64(3.0), np.array(3.0), np.float32(3.0)):
        assert numerical_gradient(typed(type(value)), (value,)) == pytest.approx(6.0, rel=1e-4)


def test_complex_arguments_have_the_sign_of_jax() -> None:
    gradient = numerical_gradient(lambda z: (z * z * (1 + 2j)).real, (1.0 + 2j,))
    assert gradient == pytest.approx(2 * (1 + 2j) * (1 + 2j))
    gradient = numerical_gradient(lambda z: np.sum(np.abs(z) ** 2), (np.array([1 + 2j, 3j]),))
    np.testing.assert_allclose(gradient, 2 * np.conj([1 + 2j, 3j]), rtol=1e-9)


def test_arguments_of_jax_stay_arrays_of_jax() -> None:
    jnp = pytest.importorskip("jax").numpy

    def f(x: Any) -> Any:
        assert type(x) is type(jnp.ones(2))
        return jnp.sum(jnp.sin(x))

    np.testing.assert_allclose(numerical_gradient(f, (jnp.ones(2),)), np.cos([1.0, 1.0]), atol=1e-3)


def test_functions_without_a_scalar_result_are_refused() -> None:
    for result, described in (
        (np.ones(1), "ndarray of shape"), ((1.0, 2.0), "tuple"), (3, "int"), (1j, "complex"),
        (None, "NoneType"),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=f"one real scalar result, not {described}"):
            numerical_gradient(lambda x, result=result: result, (1.0,))
    with pytest.raises(TypeError, match="returns int: there is nothing to differentiate"):
        finite_difference(lambda x: 3, (1.0,), 0, 1.0)


def test_wrong_directions_and_positions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the direction has shape \(2,\), the argument \(3,\)"):
        finite_difference(np.sum, (np.ones(3),), 0, np.ones(2))
    with pytest.raises(ValueError, match="the direction has the structure"):
        finite_difference(lambda p: p[0], ([1.0, 2.0],), 0, [1.0])
    with pytest.raises(ValueError, match="there is no argument 2"):
        numerical_gradient(operator.mul, (1.0, 2.0), 2)
    with pytest.raises(ValueError, match="no stencil 'three-point'"):
        finite_difference(np.sum, (np.ones(3),), 0, np.ones(3), stencil="three-point")


def test_the_complex_step_is_exact_to_rounding() -> None:
    def squire_trapp(x: Any) -> Any:
        return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)

    assert complex_step(squire_trapp, (1.5,), 0, 1.0) == pytest.approx(4.053427893898621, rel=1e-15)
    found: Any = complex_step(
        lambda x: {"y": x**2, "n": 3}, (np.array([1.0, 2.0]),), 0, np.array([1.0, -1.0])
    )
    np.testing.assert_allclose(found["y"], [2.0, -4.0], rtol=1e-15)
    assert found["n"] == 0


def stores(x: Any) -> Any:
    y = np.zeros(2)
    y[0] = x
    return np.sum(y)


@pytest.mark.parametrize(
    "f",
    [
        abs,
        math.sin,
        stores,
        lambda x: np.abs(x) * x,
        lambda x: np.real(x) ** 2,
        lambda x: np.conj(x) * x + 0.0,
        lambda x: x if x > 0 else -x,
        lambda x: float(np.real(x)),
        lambda x: x * 1j,
    ],
)
def test_programs_that_are_not_analytic_are_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(NotAnalytic):
        complex_step(f, (-1.5,), 0, 1.0)
