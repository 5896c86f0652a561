"""What is differentiated, asked for by the names of parameters."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from adcompiler import grad, hessian, jacfwd, jacobian, jacrev, pullback, pushforward, value_and_grad, vjp

W = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])
X = np.array([0.5, -1.0, 2.0])


def loss(w: Any, x: Any, power: int = 2, *, shift: float = 0.0) -> Any:
    """A distance; `x` stands in the middle."""
    return np.sum((w @ x - shift) ** power)


def layer(w: Any, x: Any) -> Any:
    """A result with elements."""
    return np.tanh(w @ x)


class Model:
    """A gradient as a method: its names are those of the bound function."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    @grad(argnums="x")
    def energy(self, w: Any, x: Any) -> Any:
        """Depends on the object."""
        return self.scale * np.sum((w @ x) ** 2)


@pytest.mark.parametrize(
    ("names", "numbers"), [("x", 1), (("x", "w"), (1, 0)), (["w"], [0]), (("w", 1), (0, 1))]
)
@pytest.mark.parametrize("make", [grad, value_and_grad])
def test_names(make: Any, names: Any, numbers: Any, backend: str) -> None:
    """A name is its position: one gradient for one name, a tuple for several."""
    by_name, by_number = make(loss, names, backend=backend), make(loss, numbers, backend=backend)
    found, wanted = by_name(W, X, 3), by_number(W, X, 3)
    for one, other in zip(_flat(found), _flat(wanted), strict=True):
        np.testing.assert_array_equal(one, other)


def _flat(tree: Any) -> list[Any]:
    return [leaf for part in tree for leaf in _flat(part)] if isinstance(tree, tuple) else [np.asarray(tree)]


def test_keywords(backend: str) -> None:
    """What is asked for by name may be given by keyword, in any order; a default before it stands."""
    wanted = grad(loss, 1, backend=backend)(W, X)
    slope = grad(loss, "x", backend=backend)
    for found in (slope(W, X), slope(W, x=X), slope(x=X, w=W), slope(x=X, w=W, power=2)):
        np.testing.assert_array_equal(found, wanted)
    shifted = slope(x=X, w=W, shift=0.5)
    np.testing.assert_allclose(shifted, 2 * W.T @ (W @ X - 0.5), rtol=1e-14)

    def late(x: Any, n: int = 3, w: Any = 2.0) -> Any:
        return x * w**n

    assert grad(late, "w", backend=backend)(0.5, w=3.0) == pytest.approx(0.5 * 3 * 9.0)
    assert grad(late, "w", backend=backend)(0.5) == pytest.approx(0.5 * 3 * 4.0)
    assert grad(functools.partial(late, 0.5), "w", backend=backend)(w=3.0) == pytest.approx(13.5)


def test_default_that_is_replaced() -> None:
    """The default is asked for at each call."""

    def f(x: Any, w: Any = 2.0) -> Any:
        return x * w**2

    slope = grad(f, "w")
    assert slope(1.5) == pytest.approx(6.0)
    f.__defaults__ = (5.0,)
    assert slope(1.5) == pytest.approx(15.0)


def test_method() -> None:
    """`self` is not counted."""
    found = Model(3.0).energy(W, X)
    np.testing.assert_allclose(found, 6.0 * W.T @ (W @ X), rtol=1e-14)
    np.testing.assert_allclose(Model(3.0).energy(x=X, w=W), found, rtol=0)


@pytest.mark.parametrize("make", [jacfwd, jacrev, jacobian, hessian])
def test_jacobians(make: Any) -> None:
    """Jacobians and Hessians by name, positionally and by keyword."""
    f = loss if make is hessian else layer
    wanted = make(f, 1)(W, X)
    np.testing.assert_array_equal(make(f, "x")(W, X), wanted)
    np.testing.assert_array_equal(make(f, argnums="x")(x=X, w=W), wanted)
    (one, other), (first, second) = make(f, ("x", "w"))(W, X), make(f, (1, 0))(W, X)
    for part, like in zip(_flat((one, other)), _flat((first, second)), strict=True):
        np.testing.assert_array_equal(part, like)


def test_pushforward() -> None:
    """Tangents are keywords of their own."""
    v = np.array([1.0, 0.0, -1.0])
    wanted = pushforward(layer, 1)(W, X, x_dot=v)
    for found in (pushforward(layer, "x")(W, X, x_dot=v), pushforward(layer, "x")(x=X, w=W, x_dot=v)):
        np.testing.assert_array_equal(found[1], wanted[1])


def test_nested() -> None:
    """A gradient by name inside a differentiated function."""
    slope = grad(loss, "x")

    def norm(w: Any, x: Any) -> Any:
        return np.sum(slope(w, x=x) ** 2)

    wanted = 8 * (W.T @ W) @ (W.T @ (W @ X))
    np.testing.assert_allclose(grad(norm, "x")(W, X), wanted, rtol=1e-13)


@pytest.mark.parametrize("make", [grad, value_and_grad, pushforward, jacfwd, jacrev, jacobian, hessian])
@pytest.mark.parametrize("argnums", ["z", ("w", "z"), "shift"])
def test_unknown(make: Any, argnums: Any) -> None:
    """An unknown name is refused before anything runs, with the names that there are."""
    with pytest.raises(ValueError, match="none of the positional parameters: w, x, power"):
        make(loss, argnums)


def test_twice() -> None:
    """One parameter under two names."""
    with pytest.raises(ValueError, match="twice"):
        grad(loss, ("x", 1))(W, X)


def layers(x: Any, *weights: Any, scale: float = 2.0) -> Any:
    """Starred arguments that are gone over, read by an index, and written."""
    for number, weight in enumerate(weights[:-1]):
        x = np.tanh(x * weight) + number
        weight[0] = x[1]
    return np.sum(x * weights[0]) * weights[-1] * scale


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("argnums", [0, 1, -1, (0, 2), (3, 1), (0, 1, 2, 3)])
def test_starred_arguments(argnums: Any, backend: Any) -> None:
    """By position, in any order; the arguments of the caller are left as they are."""
    given = (X, X + 1.0, X * 0.5, 1.5)

    def at(number: int, by: Any) -> Any:
        moved = [np.array(one) for one in given]
        moved[number] = moved[number] + by
        return layers(*moved)

    value, found = value_and_grad(layers, argnums=argnums, backend=backend)(*given)
    assert value == pytest.approx(at(0, 0.0), rel=1e-15)
    np.testing.assert_array_equal(given[1], X + 1.0)
    asked, got = ((argnums,), (found,)) if isinstance(argnums, int) else (argnums, found)
    for number, slope in zip(asked, got, strict=True):
        number %= len(given)
        directions = np.eye(3) if np.ndim(given[number]) else np.array([1.0])
        want = [(at(number, 1e-6 * d) - at(number, -1e-6 * d)) / 2e-6 for d in directions]
        np.testing.assert_allclose(np.ravel(slope), want, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_pullback_and_tangents_of_starred_arguments(backend: Any) -> None:
    """Both halves of a pullback know them, and their tangents are numbered."""
    given = (X, X + 1.0, X * 0.5, 1.5)
    slopes = grad(layers, argnums=(0, 1, 2, 3))(*given)
    value, back = vjp(layers, *given, backend=backend)
    assert float(value) == pytest.approx(layers(*map(np.array, given)), rel=1e-15)
    for found, want in zip(back(2.0), slopes, strict=True):
        np.testing.assert_allclose(found, 2.0 * np.asarray(want), rtol=1e-12, atol=1e-14)
    forward = pushforward(layers, argnums=(1, 3), backend=backend)
    _, tangent = forward(*given, weights_0_dot=X, weights_2_dot=2.0)
    assert float(tangent) == pytest.approx(slopes[1] @ X + 2.0 * slopes[3], rel=1e-14)


def test_pullback_of_parameters_without_a_name_and_of_keywords() -> None:
    """Both halves for XLA know all kinds of parameters."""

    def f(x: Any, /, w: Any, **more: Any) -> Any:
        return np.sum(x * w * more["k"] ** 2)

    _, back = pullback(f, argnums=(0, 1), backend="jax")(X, X + 1.0, k=X)
    for found, want in zip(back(1.0), ((X + 1.0) * X**2, X**3), strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-15)


def test_too_many_positions() -> None:
    """Positions are those of the call."""
    with pytest.raises(ValueError, match="asks for positional argument 4, but 3 are given to layers"):
        grad(layers, argnums=4)(X, X, 1.0)
    with pytest.raises(ValueError, match="names a parameter twice"):
        grad(layers, argnums=(1, -2))(X, X, 1.0)
