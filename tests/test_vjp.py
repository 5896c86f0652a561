"""What a user types: vjp and check_grads."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from differences import assert_gradient, assert_same

from adcompiler import check_grads, vjp

A = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])
X = np.array([0.5, -1.0, 2.0])
Y = np.array([1.5, 0.3])


def with_aux(x, y):
    r = x - y
    return np.sum(r**2), {"residual": r, "size": np.max(np.abs(r))}


def loss(w, x, y, power=2):
    """The distance between a linear map of x and y."""
    r = w @ x - y
    return np.sum(r**power) / power


def cubic(x):
    return x**3 + 2 * x


def test_vjp(backend: str) -> None:
    """vjp returns the value and a function from a cotangent to a tuple of gradients, as in JAX."""

    def f(w, x):
        return np.tanh(w @ x)

    value, pull = vjp(f, A, X, backend=backend)
    assert_same(value, f(A, X))
    g = np.array([0.3, -2.0])
    slopes = pull(g)
    assert isinstance(slopes, tuple)
    assert_gradient(lambda w, x: g @ f(w, x), (A, X), slopes, (0, 1))
    assert_same(pull(2 * g), tuple(2 * np.asarray(s) for s in slopes))


def test_vjp_of_containers(backend: str) -> None:
    """Cotangents have the structure of the value."""

    def f(p):
        return {"square": p["x"] ** 2, "sum": (np.sum(p["x"]) * p["c"], p["c"])}

    params = {"x": X, "c": 1.5}
    value, pull = vjp(f, params, backend=backend)
    assert_same(value, f(params))
    (slope,) = pull({"square": np.ones(3), "sum": (2.0, 10.0)})
    assert_same(slope, {"x": 2 * X + 3.0, "c": 2 * np.sum(X) + 10.0})


def test_vjp_of_integers_beside_floats(backend: str) -> None:
    """Integers and truth values have cotangents of dtype float0, as in JAX; what is no number has None."""

    def f(p, x, name):
        s = p["w"] * x
        for _ in range(p["steps"]):
            s = s * np.sin(s)
        return np.sum(s) * p["k"][1] if p["flag"] and name == "twice" else np.sum(s)

    params = {"w": X, "steps": 2, "k": np.array([1, 2]), "flag": True}
    value, pull = vjp(f, params, X + 1, "twice", backend=backend)
    assert_same(value, f(params, X + 1, "twice"))
    slope, dx, dname = pull(1.0)
    assert dname is None
    assert list(slope) == list(params)
    assert_gradient(lambda w, x: f({**params, "w": w}, x, "twice"), (X, X + 1), (slope["w"], dx), (0, 1))
    for key, shape in (("steps", ()), ("k", (2,)), ("flag", ())):
        assert slope[key].dtype == jax.dtypes.float0 and slope[key].shape == shape
    _, expected = jax.vjp(lambda p: p["w"] * p["k"], {"w": 2.0, "k": 3})
    assert expected(1.0)[0]["k"].dtype == vjp(lambda k, x: k * x, 3, 2.0, backend=backend)[1](1.0)[0].dtype


def test_vjp_of_integers_in_a_list(backend: str) -> None:
    """A list of pairs that a loop goes over; a list of integers alone."""

    def f(layers, powers):
        s = 0.0
        for (w, n), k in zip(layers, powers, strict=True):
            s = s + np.sum(w**k) * n
        return s

    layers = [(X, 2), (X[:2], 5)]
    value, pull = vjp(f, layers, [2, 3], backend=backend)
    slopes, powers = pull(1.0)
    assert_same(value, f(layers, [2, 3]))
    assert_same([w for w, _ in slopes], [4 * X, 15 * X[:2] ** 2])
    assert [zero.dtype for zero in (*(n for _, n in slopes), *powers)] == [jax.dtypes.float0] * 4
    check_grads(f, (layers, [2, 3]), backend=backend)


def test_vjp_with_aux(backend: str) -> None:
    """vjp with has_aux returns the second result last."""
    value, pull, aux = vjp(with_aux, X, X + 1, has_aux=True, backend=backend)
    assert float(value) == 3.0
    assert_same(aux["residual"], -np.ones(3))
    assert_same(pull(1.0), (-2 * np.ones(3), 2 * np.ones(3)))


@pytest.mark.parametrize("order", [1, 2])
def test_check_grads(order: int, backend: str) -> None:
    """Right gradients pass, of first and of second order."""
    check_grads(cubic, (0.7,), order=order, backend=backend)
    check_grads(loss, (A, X, Y), order=order, backend=backend)


def test_check_grads_finds_a_kink(backend: str) -> None:
    """Where the derivative is not what differences say, check_grads fails as JAX's does."""
    with pytest.raises(AssertionError):
        check_grads(lambda x: np.sum(np.abs(x)), (np.array([1e-9, 1.0]),), order=1, eps=1e-4, backend=backend)
