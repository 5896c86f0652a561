"""Calls that repeat: what has been asked about arguments of the same types and shapes is not asked again."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from adcompiler import CompileError, grad, value_and_grad

Pair = namedtuple("Pair", "w b")


def network(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x**2)


def blended(parts, x):
    first, (second, rate) = parts["first"], parts["second"]
    return np.sum(first * x) + rate * np.sum(second * x**2)


def shifted(parts, x):
    parts["w"][0] = 2.0
    return np.sum(parts["w"] ** 2 * x)


def layers_of(*sizes: int) -> list[dict[str, Any]]:
    """Weights of a network."""
    r = np.random.default_rng(3)
    return [
        {"w": r.normal(size=(a, b)), "b": r.normal(size=b)} for a, b in zip(sizes, sizes[1:], strict=False)
    ]


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_containers(backend: str) -> None:
    """The second call and all others give what the first one gave; other shapes and lengths are compiled anew."""
    gradient = grad(network, backend=backend)  # type: ignore[call-overload]
    x = np.linspace(-1.0, 1.0, 6).reshape(2, 3)
    for sizes in ((3, 4, 2), (3, 4, 2), (3, 5, 5, 1), (3, 4, 2), (3, 1)):
        layers = layers_of(*sizes)
        expected = grad(network)(layers, x)
        for _ in range(3):
            found = gradient(layers, x)
            assert type(found) is list
            for a, b in zip(found, expected, strict=True):
                assert set(a) == set(b)
                for key in b:
                    np.testing.assert_allclose(a[key], b[key], rtol=1e-12)
    assert len(gradient._direct) == 3  # of as many structures and shapes


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_nested_containers(backend: str) -> None:
    """Tuples in dicts; what is a tuple in one call may be a list in the next, and keys may come in another order."""
    gradient = value_and_grad(blended, backend=backend)  # type: ignore[call-overload]
    x, a, b = np.linspace(0.1, 1.0, 4), np.arange(4.0), np.ones(4)
    for parts in (
        {"first": a, "second": (b, 0.5)},
        {"second": (b, 0.5), "first": a},
        {"first": a, "second": [b, 0.5]},
        {"first": a, "second": (b, np.float64(0.25))},
        {"first": a, "second": (b, 2)},
    ):
        rate = parts["second"][1]
        for _ in range(3):
            if isinstance(rate, int):
                with pytest.raises(CompileError, match="grad requires"):
                    gradient(parts, x)
                continue
            value, slope = gradient(parts, x)
            assert value == pytest.approx(np.sum(a * x) + rate * np.sum(b * x**2), rel=1e-12)
            assert set(slope) == set(parts)
            assert type(slope["second"]) is type(parts["second"])
            np.testing.assert_allclose(slope["first"], x)
            np.testing.assert_allclose(slope["second"][0], rate * x**2)
            np.testing.assert_allclose(slope["second"][1], np.sum(b * x**2))


def test_an_argument_that_is_written_stays_as_it_was() -> None:
    """Also in a container, and in the calls that follow."""
    gradient = grad(shifted)
    x = np.array([1.0, 2.0])
    for k in range(3):
        parts = {"w": np.array([5.0, 3.0 + k])}
        np.testing.assert_allclose(gradient(parts, x)["w"], [0.0, 4 * (3.0 + k)])
        assert parts["w"][0] == 5.0


def test_other_classes_are_looked_at_each_time() -> None:
    """A namedtuple comes back as one."""

    def f(p, x):
        return np.sum(p.w * x + p.b)

    for _ in range(3):
        found = grad(f)(Pair(np.ones(3), np.zeros(3)), np.arange(3.0))
        assert type(found) is Pair
        np.testing.assert_allclose(found.w, np.arange(3.0))


def test_a_global_that_changes_is_seen() -> None:
    """What is read from outside is looked at in each call."""
    scale = {"by": 2.0}

    def f(parts):
        return scale["by"] * np.sum(parts["x"] ** 2)

    gradient = grad(f)
    parts = {"x": np.array([1.0, 3.0])}
    for by in (2.0, 2.0, 3.0, 2.0):
        scale["by"] = by
        np.testing.assert_allclose(gradient(parts)["x"], 2 * by * parts["x"])


def powers(x, n):
    y = x * 1.0
    for _ in range(n):
        y = y * x
    return np.sum(y[1:])


def until(x, limit):
    y = x * 1.0
    while np.sum(y) < limit:
        y = y * 1.5
    return np.sum(y**2)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_integers(backend: str) -> None:
    """Other trips are other results, also where their number is part of XLA's program."""
    gradient = grad(powers, backend=backend)  # type: ignore[call-overload]
    x = np.array([0.5, 1.5, 2.0])
    for n in (2, 3, 2, 2, 3, 3, 1, 0, 1, 0):
        np.testing.assert_allclose(gradient(x, n), (n + 1) * x**n * [0, 1, 1], rtol=1e-13)
    assert len(gradient._direct) == 4


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_text_and_bools(backend: str) -> None:
    """What is decided while compiling is decided anew for each value."""

    def f(x, mode, twice):
        y = np.sin(x) if mode == "sine" else np.cos(x)
        return np.sum(2 * y if twice else y)

    gradient = grad(f, backend=backend)  # type: ignore[call-overload]
    x = np.array([0.5, 1.5])
    for _ in range(3):
        for twice in (True, False, 1):
            np.testing.assert_allclose(gradient(x, "sine", twice), (2 if twice else 1) * np.cos(x))
            np.testing.assert_allclose(gradient(x, "cosine", twice), -(2 if twice else 1) * np.sin(x))


def test_calls_with_integers_are_not_compiled_again() -> None:
    """A number of trips that XLA has a program for is run by that."""
    gradient = grad(powers, backend="jax")
    x = np.array([0.5, 1.5])
    for _ in range(3):
        for n in (2, 3):
            gradient(x, n)
    (compiled,) = {id(direct.compiled): direct.compiled for direct in gradient._direct.values()}.values()
    assert compiled.jax_function is not None
    assert len(compiled.jax_function.jitted) == 2


def test_loops_that_only_data_bounds() -> None:
    """A loop that runs longer than any before gets more slots, in calls that are remembered as well."""
    gradient = grad(until, backend="jax")
    x = np.array([0.5, 1.5])
    for limit in (3.0, 3.0, 3.0, 1e15, 3.0, 1e30, 1e15, 3.0):
        np.testing.assert_allclose(gradient(x, limit), grad(until)(x, limit), rtol=1e-12)
    assert len(gradient._direct) == 1
