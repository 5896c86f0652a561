"""Second derivatives: on every golden program the Hessian is symmetric; reverse over reverse where a path makes less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differences import fresh
from test_golden import NAMES, load

from adcompiler import CompileError, grad, jvp, pytree
from adcompiler.results import varies

REFUSED = ("not a Quadratic", "is not linear in the cotangents")  # these cannot be differentiated so


def direction(random: np.random.Generator, leaf: Any, moves: bool) -> Any:
    """Random numbers for what varies and is to move, zeros for the rest of what varies."""
    if not varies(leaf):
        return leaf
    numbers = random.normal(size=np.shape(leaf)) if moves else np.zeros(np.shape(leaf))
    if moves and np.asarray(leaf).dtype.kind == "c":
        numbers = numbers + 1j * random.normal(size=np.shape(leaf))
    return type(leaf)(numbers) if isinstance(leaf, (float, complex)) else numbers.astype(leaf.dtype)[()]


def product(a: Any, b: Any) -> float:
    """The inner product of what varies in two containers, of complex numbers its real part."""
    pairs = zip(pytree.flatten(a)[0], pytree.flatten(b)[0], strict=True)
    return sum(float(np.sum(np.real(np.asarray(x) * np.asarray(y)))) for x, y in pairs if varies(x))


@pytest.mark.parametrize("name", NAMES)
def test_symmetric(name: str) -> None:
    """u H v is v H u."""
    case = load(name)
    numbers = (case.argnums,) if isinstance(case.argnums, int) else tuple(case.argnums)
    numbers = tuple(k % len(case.args) for k in numbers)
    slope = grad(case.f, numbers)
    random = np.random.default_rng(0)
    u, v = (
        tuple(
            pytree.tree_map(lambda leaf, moves=k in numbers: direction(random, leaf, moves), arg)
            for k, arg in enumerate(case.args)
        )
        for _ in range(2)
    )
    try:
        of_u = jvp(slope, fresh(case.args), u)[1]
        of_v = jvp(slope, fresh(case.args), v)[1]
    except CompileError as error:
        assert any(text in str(error) for text in REFUSED), error
        pytest.skip(str(error).splitlines()[0])
    found, wanted = product(of_u, tuple(v[k] for k in numbers)), product(of_v, tuple(u[k] for k in numbers))
    size = product(of_u, of_u) ** 0.5 + product(of_v, of_v) ** 0.5
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11 * size)


def one_of_two(x: Any, c: float) -> Any:
    x, y = x.copy(), 2.0 * x
    for _ in range(1, 3):
        if c >= 2.0:
            for v in (1.0, x):
                v += 2.0
                y[:2] = np.max(np.square(x[::-1]))
    return np.sum(y * x)


def list_on_one_path(x: Any, c: float) -> Any:
    x, v = x.copy(), 3.0 * x
    for i in range(1, 3):
        if v[i - 1] * c <= 2.0:
            x[:] /= x**2 + c
    return np.sum(x * v)


def shorter(x: Any, c: float) -> Any:
    s = x[0]
    for i in range(1, 3):
        if c > i:
            v = s + np.zeros(len(x) - 1) * np.sum(x)
            for _ in range(i):
                v = np.sin(v * x[1:])
            s += np.sum(np.outer(v, x[:2])) ** 2
    return s


@pytest.mark.parametrize("f", [one_of_two, list_on_one_path, shorter])
@pytest.mark.parametrize("c", [0.5, 1.5, 2.5])
def test_reverse_over_reverse(f: Any, c: float) -> None:
    """What only one path makes and a tape holds has a cotangent of its shape on the other path too."""
    x, direction = np.array([0.3, -0.2, 0.5, 0.1]), np.array([1.0, -2.0, 3.0, 4.0])
    gradient = grad(f)

    def slope(x: Any, c: float) -> Any:
        return np.sum(gradient(x, c) * direction)

    step = 1e-5 * direction
    wanted = (gradient(x + step, c) - gradient(x - step, c)) / 2e-5
    np.testing.assert_allclose(grad(slope)(x, c), wanted, rtol=1e-6, atol=1e-7)
