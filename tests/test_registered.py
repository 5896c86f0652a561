"""Arguments of registered pytree classes: what their attributes, properties and methods give depends on their children."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import optree
import pytest

from adcompiler import CompileError, grad, vjp


class Pair:
    """Its attributes are set in another order than the children have."""

    def __init__(self, a: Any, b: Any, label: str = "") -> None:
        self.b, self.a = b, a
        self.label = label

    @property
    def both(self) -> Any:
        return self.a * 3 + self.b**2

    def scaled(self, k: float) -> Any:
        return self.a * k

    def __getattr__(self, name: str) -> Any:
        if name == "twice":
            return 2 * self.a
        raise AttributeError(name)


class Strict:
    """It looks at its children when it is made."""

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b = float(a), float(b)


for kind in (Pair, Strict):
    optree.register_pytree_node(
        kind,
        lambda p: ((p.a, p.b), None),
        lambda _, children, kind=kind: kind(*children),
        namespace=optree.registry.__GLOBAL_NAMESPACE,
    )

X = np.array([1.0, 3.0])


def test_numbers_and_arrays(backend: Any) -> None:
    found = grad(lambda p: p.a * np.sum(p.b**2), backend=backend)(Pair(2.0, X))
    assert float(found.a) == 10.0
    np.testing.assert_array_equal(found.b, 4 * X)


def test_properties_and_methods(backend: Any) -> None:
    found = grad(lambda p: p.both + p.scaled(5.0) * p.b, backend=backend)(Pair(2.0, 2.0))
    assert (float(found.a), float(found.b)) == (13.0, 14.0)


def test_one_object_in_two_places() -> None:
    found = grad(lambda p: np.sum(p.a * 3 + p.b**2))(Pair(X, X))
    np.testing.assert_array_equal(found.a, np.full(2, 3.0))
    np.testing.assert_array_equal(found.b, 2 * X)


def test_in_lists() -> None:
    first, second = grad(lambda ps: ps[0].a * ps[1].b)([Pair(2.0, 3.0), Pair(5.0, 7.0)])
    assert (float(first.a), float(first.b)) == (7.0, 0.0)
    assert (float(second.a), float(second.b)) == (0.0, 2.0)


def test_what_is_no_child_is_constant() -> None:
    def f(p: Any) -> Any:
        return p.a * (2.0 if p.label == "double" else 1.0)

    assert float(grad(f)(Pair(2.0, 3.0, "double")).a) == 2.0
    assert float(grad(f)(Pair(2.0, 3.0)).a) == 1.0


def test_a_class_that_looks_at_its_children() -> None:
    found = grad(lambda p: p.a * p.b)(Strict(2.0, 3.0))
    assert (found.a, found.b) == (3.0, 2.0)


def test_children_that_cannot_be_told_apart() -> None:
    number = 2.0
    with pytest.raises(CompileError, match="not told apart"):
        grad(lambda p: p.a * p.b)(Strict(number, number))


def test_attributes_that_are_made_up() -> None:
    with pytest.raises(CompileError, match="may depend on what is differentiated"):
        grad(lambda p: p.twice * p.b)(Pair(2.0, 3.0))


def test_dataclasses() -> None:
    """A dataclass that is registered in JAX has the children that it was registered with."""

    @jax.tree_util.register_dataclass
    @dataclass
    class Spring:
        stiffness: Any
        count: int = field(metadata={"static": True})

    def energy(s: Spring, x: Any) -> Any:
        return s.count * np.sum(s.stiffness * x**2)

    slope = grad(energy)
    for count in (2, 3):
        found = slope(Spring(np.ones(2), count), X)
        np.testing.assert_array_equal(found.stiffness, count * X**2)
        assert found.count == count


@jax.tree_util.register_dataclass
@dataclass
class State:
    """All its fields are children."""

    x: Any
    v: Any


def test_dataclasses_are_made_anew(backend: Any) -> None:
    """A registered dataclass is still a dataclass: it can be carried, returned, and given back as a cotangent."""

    def moved(s: State, k: int) -> State:
        for _ in range(k):
            s = State(s.x + 0.1 * s.v, s.v - 0.1 * s.x)
        return s

    def energy(s: State, k: int) -> Any:
        return np.sum(moved(s, k).x ** 2)

    s = State(X, 2 * X)
    step = np.array([[1.0, 0.1], [-0.1, 1.0]])
    whole = np.linalg.matrix_power(step, 3)
    wanted = 2 * (whole @ np.stack([s.x, s.v]))[0]
    found = grad(energy, backend=backend)(s, 3)
    np.testing.assert_allclose(found.x, whole[0, 0] * wanted, rtol=1e-13)
    np.testing.assert_allclose(found.v, whole[0, 1] * wanted, rtol=1e-13)
    _, pullback = vjp(lambda s: moved(s, 3), s, backend=backend)
    (found,) = pullback(State(np.ones(2), np.zeros(2)))
    np.testing.assert_allclose(found.x, np.full(2, whole[0, 0]), rtol=1e-13)
    np.testing.assert_allclose(found.v, np.full(2, whole[0, 1]), rtol=1e-13)


def test_given_twice(backend: Any) -> None:
    """An object of a registered class is known by its identity: given twice it is refused, not added up in one place."""
    f = grad(lambda p, q: p.a * 2 + q.a * 3, (0, 1), backend=backend)
    one = Pair(2.0, 1.0)
    with pytest.raises(CompileError, match="given twice"):
        f(one, one)
    assert [float(part.a) for part in f(one, Pair(2.0, 1.0))] == [2.0, 3.0]
