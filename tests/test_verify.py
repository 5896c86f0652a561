"""The oracles themselves, against gradients that were written by hand."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from network import Layer, network, network_adjoint, network_arguments

from adcompiler.verify import (
    check_vjp,
    compare,
    complex_gradient,
    finite_difference,
    numerical_gradient,
    prove,
)

RATE = 0.3


@dataclass(frozen=True)
class Model:
    layer: Layer
    scale: float
    steps: int


# ------------------------------------------------------------ the lectures, with their adjoints by hand


def product(x: float, y: float, z: float) -> float:
    return z * (x + y)


def product_adjoint(x: float, y: float, z: float) -> tuple[float, ...]:
    return z, z, x + y


def neuron(w0: Any, x0: Any, w1: Any, x1: Any, w2: Any) -> Any:
    return 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))


def neuron_adjoint(w0: Any, x0: Any, w1: Any, x1: Any, w2: Any) -> tuple[Any, ...]:
    y = neuron(w0, x0, w1, x1, w2)
    da = y * (1 - y)
    return da * x0, da * w0, da * x1, da * w1, da


def quiz(x: Any, z: Any) -> Any:
    return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log(x)) / np.exp(x * z)


def quiz_adjoint(x: Any, z: Any) -> tuple[Any, ...]:
    a, b = np.exp(x * z), np.log(x)
    da = 1 - np.sin(b) / a**2
    db = -x * z / b**2 + np.cos(b) / a
    return da * a * z + z / b + db / x, da * a * x + x / b


def cosine(x: Any) -> Any:
    t = x**2
    u = np.sin(t) + 3 * t
    return np.cos(u)


def cosine_adjoint(x: Any) -> Any:
    t = x**2
    du = -np.sin(np.sin(t) + 3 * t)
    dt = 0.0
    dt += du * np.cos(t)
    dt += du * 3
    return dt * 2 * x


def logistic(theta: Any, x: Any, target: Any) -> Any:
    y = 1 / (1 + np.exp(-np.dot(theta, x)))
    return target * np.log(y) + (1 - target) * np.log(1 - y)


def logistic_adjoint(theta: Any, x: Any, target: Any) -> Any:
    return (target - 1 / (1 + np.exp(-np.dot(theta, x)))) * x


def chain(x: Any, a1: Any, a2: Any, beta: Any) -> Any:
    return 1 / (1 + np.exp(-beta / (1 + np.exp(-a2 / (1 + np.exp(-a1 * x))))))


def chain_adjoint(x: Any, a1: Any, a2: Any, beta: Any) -> tuple[Any, ...]:
    h1 = 1 / (1 + np.exp(-a1 * x))
    h2 = 1 / (1 + np.exp(-a2 * h1))
    y = 1 / (1 + np.exp(-beta * h2))
    du = y * (1 - y)
    dv = du * beta * h2 * (1 - h2)
    dw = dv * a2 * h1 * (1 - h1)
    return dw * a1, dw * x, dv * h1, du * h2


SCALARS = [
    (product, product_adjoint, (2.0, 3.0, -2.0), (-2.0, -2.0, 5.0)),
    (product, product_adjoint, (1.0, -3.0, 4.0), (4.0, 4.0, -2.0)),
    (
        neuron,
        neuron_adjoint,
        (2.0, -1.0, -3.0, -2.0, -3.0),
        (-0.196612, 0.393224, -0.393224, -0.589836, 0.196612),
    ),
    (quiz, quiz_adjoint, (2.0, 3.0), (1208.3665605541926, 809.7398094139393)),
    (cosine, lambda x: (cosine_adjoint(x),), (0.7,), None),
    (logistic, lambda *a: (logistic_adjoint(*a),), (0.3, 1.2, 1.0), None),
    (chain, chain_adjoint, (0.5, -1.0, 2.0, 1.5), None),
]


@pytest.mark.parametrize(("f", "adjoint", "point", "known"), SCALARS)
def test_every_oracle_agrees_with_the_adjoints_of_the_lectures(
    f: Callable[..., Any],
    adjoint: Callable[..., Any],
    point: tuple[float, ...],
    known: tuple[float, ...] | None,
) -> None:
    right = adjoint(*point)
    argnums = tuple(range(len(right)))
    if known is not None:
        np.testing.assert_allclose(right, known, rtol=1e-5)
    np.testing.assert_allclose(numerical_gradient(f, point, argnums), right, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(complex_gradient(f, point, argnums), right, rtol=1e-13, atol=1e-15)
    assert compare(right, f, point, argnums).agrees
    proof = prove(f, adjoint, point, argnums)
    assert proof.status == "proved", str(proof)
    assert prove(f, adjoint, argnums=argnums).status == "proved" or f is logistic


@pytest.mark.parametrize(("f", "adjoint", "point", "known"), SCALARS)
def test_every_oracle_finds_a_wrong_adjoint(
    f: Callable[..., Any], adjoint: Callable[..., Any], point: tuple[float, ...], known: object
) -> None:
    argnums = tuple(range(len(adjoint(*point))))
    for k in argnums:

        def wrong(*args: Any, k: int = k) -> tuple[Any, ...]:
            return tuple(d * (1.001 if i == k else 1) for i, d in enumerate(adjoint(*args)))

        report = compare(wrong(*point), f, point, argnums)
        assert not report.agrees
        assert "DISAGREES" in str(report)
        assert abs(wrong(*point)[k] - np.asarray(complex_gradient(f, point, argnums))[k]) > 1e-6
        proof = prove(f, wrong, point, argnums)
        assert proof.status == "differs"
        assert [c.status for c in proof.components] == ["differs" if i == k else "proved" for i in argnums]
        assert not proof.holds


# ------------------------------------------------------------ a network in containers


def test_gradients_have_the_structure_of_the_arguments() -> None:
    args = network_arguments()
    gradient: Any = numerical_gradient(network, args)
    assert [type(layer) for layer in gradient] == [Layer, Layer]
    for found, right in zip(gradient, network_adjoint(*args), strict=True):
        np.testing.assert_allclose(found.W, right.W, atol=1e-10)
        np.testing.assert_allclose(found.b, right.b, atol=1e-10)
    both: Any = numerical_gradient(network, args, (0, -1))
    np.testing.assert_allclose(both[0][0].W, gradient[0].W)
    assert both[1].shape == (2,)
    exact: Any = complex_gradient(network, args)
    np.testing.assert_allclose(exact[1].W, network_adjoint(*args)[1].W, rtol=1e-13)


def test_compare_names_the_worst_component() -> None:
    args = network_arguments()
    gradient = network_adjoint(*args)
    report = compare(gradient, network, args)
    assert report.agrees
    assert (report.checked, report.components) == (26, 26)
    assert report.max_absolute < 1e-10
    assert str(report).startswith("agrees with finite differences (26 components): largest difference ")
    gradient[1].W[1, 2] += 0.25
    report = compare(gradient, network, args)
    assert not report.agrees
    assert (report.path, report.index, report.place) == ("layers[1].W", (1, 2), "layers[1].W[1, 2]")
    assert report.max_absolute == pytest.approx(0.25)
    assert report.computed - report.expected == pytest.approx(0.25)
    assert "worst at layers[1].W[1, 2]" in str(report)


def test_compare_takes_a_sample_of_many_components_and_says_so() -> None:
    x = np.linspace(0.0, 1.0, 300)
    report = compare(2 * x, lambda x: np.sum(x**2), (x,), limit=20)
    assert report.agrees
    assert (report.checked, report.components) == (20, 300)
    assert "20 of 300 components" in str(report)


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (np.ones(2), r"the gradient for x is of dtype float64 and shape \(2,\), the argument"),
        (None, "the gradient for x is None"),
        (1.0, "the gradient for x is a float"),
        ("no", "the gradient for x is a str"),
    ],
)
def test_compare_refuses_other_shapes(gradient: object, message: str) -> None:
    def square(x: Any) -> Any:
        return np.sum(x**2)

    with pytest.raises(ValueError, match=message):
        compare(gradient, square, (np.ones(3),))
    with pytest.raises(ValueError, match="the gradient: the trees differ"):
        compare([1.0], lambda p: p[0] * p[1], ([1.0, 2.0],))
    with pytest.raises(ValueError, match="not 2 but a float"):
        compare(1.0, lambda x, y: x * y, (1.0, 2.0), (0, 1))


def test_nan_and_infinity_agree_with_nothing() -> None:
    for bad in (math.nan, math.inf):
        report = compare(np.array([2.0, bad]), lambda x: np.sum(x**2), (np.ones(2),))
        assert not report.agrees
        assert report.index == (1,)
        assert report.max_absolute == math.inf


def test_arguments_that_cannot_vary_are_passed_through() -> None:
    def power(model: Model, x: Any, mode: str, table: Any, flag: bool, nothing: None) -> Any:
        assert isinstance(model.steps, int)
        assert isinstance(mode, str)
        assert table.dtype == np.int64
        assert flag is True
        assert nothing is None
        return np.sum(model.scale * (model.layer.W * x) ** model.steps * table) + np.sum(model.layer.b)

    model = Model(Layer(np.array([1.0, 2.0]), np.float32(3.0)), 0.5, 3)
    args = (model, 2.0, "mode", np.array([1, 2]), True, None)
    gradient: Any = numerical_gradient(power, args, (0, 1, 2, 3))
    assert gradient[0].steps is None
    assert gradient[2:] == (None, None)
    np.testing.assert_allclose(gradient[0].layer.W, [12.0, 96.0], rtol=1e-9)
    assert gradient[0].scale == pytest.approx(8 * (1 + 16))
    assert gradient[0].layer.b == pytest.approx(1.0, abs=1e-4)
    assert type(gradient[1]) is float
    assert compare((gradient[0], gradient[1], 5, None), power, args, (0, 1, 2, 3)).agrees
    assert compare(None, lambda n: float(n), (3,)).components == 0
    assert str(compare(None, lambda n: float(n), (3,))) == "nothing to compare: no argument can vary"


def test_a_directional_derivative_is_the_gradient_times_the_direction() -> None:
    args = network_arguments()
    direction = [Layer(np.ones_like(layer.W), -np.ones_like(layer.b)) for layer in args[0]]
    estimate: Any = finite_difference(network, args, 0, direction)
    right = sum(np.sum(d.W) - np.sum(d.b) for d in network_adjoint(*args))
    assert estimate.value == pytest.approx(right, abs=1e-10)
    assert 0 <= estimate.error < 1e-8


# ------------------------------------------------------------ arguments are never modified


def spoiling(params: dict[str, Any], x: Any, items: list[Any], memo: set[int]) -> Any:
    """A function that does to its arguments what it can, and is still a function of their values."""
    result = np.sum(params["W"] @ x) * items[0] + len(memo)
    params["W"][:] = np.nan
    params["extra"] = 1.0
    x *= 0
    items.append(items.pop(0) * 7)
    memo.add(len(memo) + 100)
    return result


def spoiling_arguments() -> tuple[Any, ...]:
    return {"W": np.arange(6.0).reshape(2, 3)}, np.ones(3), [2.0], {1}


def test_no_oracle_modifies_the_arguments() -> None:
    args = spoiling_arguments()
    args[1].setflags(write=False)
    gradient: Any = numerical_gradient(spoiling, args, (0, 1, 2))
    np.testing.assert_allclose(gradient[0]["W"], np.full((2, 3), 2.0))
    np.testing.assert_allclose(gradient[1], [6.0, 10.0, 14.0])
    assert gradient[2] == [pytest.approx(15.0)]
    assert compare(gradient, spoiling, args, (0, 1, 2)).agrees
    complex_gradient(spoiling, args, (0, 2))
    finite_difference(spoiling, args, 2, [1.0])

    def vjp(*args: Any) -> tuple[Any, Any]:
        W, x, items = args[0]["W"], args[1], args[2]
        value = np.sum(W @ x) * items[0] + 1
        return value, lambda g: (
            {"W": g * items[0] * np.outer(np.ones(2), x)}, g * items[0] * W.sum(0), [g * np.sum(W @ x)], None,
        )  # fmt: skip

    check_vjp(spoiling, vjp, args)
    before = spoiling_arguments()
    assert list(args[0]) == ["W"]
    np.testing.assert_array_equal(args[0]["W"], before[0]["W"])
    np.testing.assert_array_equal(args[1], before[1])
    assert args[2:] == before[2:]


def test_a_random_generator_among_the_arguments_draws_the_same_each_time() -> None:
    def noisy(x: Any, random: np.random.Generator) -> Any:
        return np.sum(x * random.standard_normal(3))

    gradient = numerical_gradient(noisy, (np.ones(3), np.random.default_rng(5)))
    np.testing.assert_allclose(gradient, np.random.default_rng(5).standard_normal(3), rtol=1e-9)


def test_one_array_for_two_arguments_is_moved_in_one_only() -> None:
    x = np.array([2.0, 3.0])
    np.testing.assert_allclose(numerical_gradient(lambda a, b: a @ b, (x, x)), x)


# ------------------------------------------------------------ imports


def test_importing_the_oracles_imports_neither_sympy_nor_jax() -> None:
    code = "import adcompiler.verify, sys; print([m for m in ('sympy', 'jax', 'mpmath') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
