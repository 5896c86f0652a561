"""Random numbers: drawn once and in the order of the program, from the generators of the caller; they do not vary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient

from adcompiler import CompileError, check_grads, grad, value_and_grad, vjp

V = np.array([0.5, -1.0, 2.0, 0.7])
rng = np.random.default_rng(3)
PROGRAMS: list[Callable[..., Any]] = []
LEGACY: list[Callable[..., Any]] = []


def drawing(f: Callable[..., Any]) -> Callable[..., Any]:
    """A program that is given a generator."""
    PROGRAMS.append(f)
    return f


def legacy(f: Callable[..., Any]) -> Callable[..., Any]:
    """A program that draws from the generator of numpy.random."""
    LEGACY.append(f)
    return f


@drawing
def reparametrised(x, rng):
    z = x[0] + np.exp(x[1]) * rng.normal(size=50)
    return np.mean(z**2)


@drawing
def every_distribution(x, rng):
    s = rng.random() + rng.random(3)[1] + rng.uniform(-1.0, 1.0) + rng.uniform(0.0, 2.0, size=4)[0]
    s += rng.standard_normal() + rng.standard_normal((2, 3))[1, 2] + rng.normal(1.0, 2.0)
    s += rng.exponential(2.0) + rng.exponential(size=2)[0] + rng.standard_exponential()
    s += rng.laplace(0.0, 1.0) + rng.logistic() + rng.gumbel(size=(3,))[0] + rng.lognormal(0.0, 0.5)
    s += rng.gamma(2.0, 1.5) + rng.standard_gamma(2.0) + rng.beta(1.0, 2.0) + rng.chisquare(3.0)
    s += rng.standard_t(5.0) + rng.f(3.0, 4.0) + rng.weibull(1.5) + rng.pareto(3.0) + rng.power(2.0)
    s += rng.rayleigh() + rng.vonmises(0.0, 1.0) + rng.wald(1.0, 1.0) + rng.triangular(0.0, 0.5, 1.0)
    s += rng.standard_cauchy() + rng.poisson(3.0) + rng.binomial(10, 0.3) + rng.geometric(0.4)
    s += rng.negative_binomial(3, 0.5) + rng.integers(5) + rng.integers(2, 9, size=3)[0]
    s += rng.multivariate_normal([0.0, 1.0], np.eye(2))[1] + rng.dirichlet(np.ones(3))[0]
    s += rng.multivariate_normal(np.zeros(2), np.eye(2), size=3)[2, 1] + rng.multinomial(5, [0.2, 0.8])[0]
    return s * np.sum(x**2)


@drawing
def in_a_loop(x, rng):
    s = 0.0
    for v in x:
        noise = rng.normal()
        s += np.sin(v * noise) * (1 + noise)
    return s


@drawing
def until_data_says(x, rng):
    s = x[0]
    while rng.random() < 0.8:
        s = np.sin(s) + x[1] * rng.random()
    return s


@drawing
def in_branches(x, rng):
    s = 0.0
    for k in range(6):
        if rng.random() < 0.5:
            s += x[k % 4] * rng.normal()
        else:
            s *= rng.uniform(0.5, 1.5)
            rng.random()
    return s


@drawing
def unused(x, rng):
    rng.normal(size=3)
    forgotten = rng.integers(10, size=len(x))  # noqa: F841
    for _ in range(2):
        forgotten = rng.random()  # noqa: F841
    return np.sum(x**2)


@drawing
def evaluated_from_the_left(x, rng):
    a = rng.normal() - 2 * rng.normal() / (1 + rng.random())
    b = np.where(rng.random(4) < 0.5, x * rng.normal(size=4), x)
    return a * np.sum(b) + (rng.normal() if x[0] > 0 else 0.0) * x[1]


@drawing
def dropout(x, rng):
    mask = rng.random(x.shape) > 0.3
    return np.sum((x * mask / 0.7) ** 2)


@drawing
def minibatches(x, rng):
    w = x.copy()
    data = np.linspace(-1.0, 1.0, 12)
    for _ in range(3):
        order = rng.permutation(len(data))
        for k in range(0, 12, 4):
            batch = data[order[k : k + 4]]
            w = w - 0.1 * (w * batch - 1.0) * batch
    chosen = rng.choice(12, size=3, replace=False)
    return np.sum(w**2) + np.sum(data[chosen]) * x[0]


@drawing
def picked(x, rng):
    data = np.arange(12.0).reshape(4, 3)
    a = rng.choice(data, size=2) * x[0]
    b = rng.choice(data, axis=1) * x[1:2]
    c = rng.choice([1.0, 5.0, 7.0]) * x[2] + rng.choice(np.array([1.0, 2.0]), p=[0.3, 0.7])
    d = rng.permutation(data) * x[3]
    e = rng.permutation([3.0, 4.0, 5.0]) * x[0]
    return np.sum(a**2) + np.sum(b) + c**2 + np.sum(d[0] * d[1]) + e[0] ** 2 + rng.choice(4) * x[0]


@drawing
def in_place(x, rng):
    order = np.arange(4)
    rng.shuffle(order)
    table = np.arange(8.0).reshape(4, 2)
    rng.shuffle(table[1:])
    rng.shuffle(table, axis=1)
    return np.sum(x[order] * table[:, 0]) + np.sum(x**2 * table[:, 1])


def helper(rng, n):
    return rng.normal(size=n), rng.random()


@drawing
def handed_on(x, rng):
    noise, u = helper(rng, len(x))
    rows = [helper(rng, 2)[0] for _ in range(3)]
    return np.sum(x * noise) * u + np.sum(x[:2] * rows[1]) + sum(r[0] for r in rows) * x[3]


@drawing
def typed(x, rng):
    a = rng.random(4, dtype=np.float32) + rng.integers(0, 5, size=4, dtype=np.int32)
    b = rng.normal(np.zeros((2, 4)), 1.0) + rng.poisson(np.ones(4))
    return np.sum(x * a) + np.sum(b * x) + rng.integers(3, endpoint=True) * x[0]


@drawing
def with_default(x, rng=None):
    rng = np.random.default_rng(5) if rng is None else rng
    return x[0] * rng.normal() + x[1]


@drawing
def walk_by_metropolis(x, rng):
    position, total = 0.0, 0.0
    for _ in range(20):
        proposal = position + rng.normal(scale=0.5)
        ratio = np.exp(-(proposal**2 - position**2) * x[0] ** 2)
        if rng.random() < ratio:
            position = proposal
        total += position**2 * x[1]
    return total


def same_state(a: Any, b: Any) -> bool:
    """Whether two generators will draw the same numbers."""
    return repr(a.bit_generator.state) == repr(b.bit_generator.state)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_generator_given(f: Callable[..., Any]) -> None:
    """The value is that of the function bit for bit, the generator is left as it leaves it, the gradient is right."""
    both = value_and_grad(f)
    for seed in (7, 8):
        ours, theirs = np.random.default_rng(seed), np.random.default_rng(seed)
        for _ in range(2):
            before = np.random.default_rng(seed)
            before.bit_generator.state = theirs.bit_generator.state
            start = before.bit_generator.state
            expected = f(V.copy(), theirs)
            value, slope = both(V, ours)
            assert np.asarray(value).tobytes() == np.asarray(expected).tobytes()
            assert same_state(ours, theirs)

            def again(x: Any, start: Any = start, before: Any = before) -> Any:
                before.bit_generator.state = start
                return f(x, before)

            assert_gradient(again, (V,), slope)
    assert both.compilations == 1
    ours, theirs = np.random.default_rng(9), np.random.default_rng(9)
    grad(f)(V, ours)
    f(V.copy(), theirs)
    assert same_state(ours, theirs)


@legacy
def every_function(x):
    s = np.random.rand() + np.random.rand(2, 3)[1, 2] + np.random.randn() + np.random.randn(3)[0]
    s += np.random.random() + np.random.random_sample((2,))[0] + np.random.ranf() + np.random.sample(2)[1]
    s += np.random.uniform(-1, 1) + np.random.normal(0.0, 2.0, size=3)[0] + np.random.standard_normal()
    s += np.random.randint(5) + np.random.randint(1, 9, size=4)[0] + np.random.poisson(2.0)
    s += np.random.choice(5) + np.random.choice([1.0, 2.0, 3.0], size=2)[0] + np.random.permutation(4)[0]
    s += np.random.exponential() + np.random.binomial(5, 0.5) + np.random.gamma(2.0)
    order = np.arange(4)
    np.random.shuffle(order)
    return s * np.sum(x[order] * np.arange(4))


@legacy
def seeded(x):
    np.random.seed(0)
    noise = np.random.randn(len(x))
    return np.sum((x + noise) ** 2)


@legacy
def annealed(x):
    y = x.copy()
    for _ in range(10):
        candidate = y + np.random.uniform(-0.5, 0.5, size=4)
        if np.sum(candidate**2) < np.sum(y**2) or np.random.rand() < 0.1:
            y = candidate
    return np.sum(y * x)


@pytest.mark.parametrize("f", LEGACY, ids=lambda f: f.__name__)
def test_global_generator(f: Callable[..., Any]) -> None:
    """The same for the generator of numpy.random."""
    np.random.seed(4)
    start = np.random.get_state()
    expected = f(V.copy())
    after = np.random.get_state()
    np.random.set_state(start)
    value, slope = value_and_grad(f)(V)
    assert np.asarray(value).tobytes() == np.asarray(expected).tobytes()
    assert repr(np.random.get_state()) == repr(after)

    def again(x: Any) -> Any:
        np.random.set_state(start)
        return f(x)

    assert_gradient(again, (V,), slope)


def made_inside(x, seed=3):
    ours = np.random.default_rng(seed)
    old = np.random.RandomState(1)
    return np.sum(x * ours.normal(size=4)) ** 2 + old.rand() * x[0] + np.random.default_rng(2).random() * x[1]


def test_generator_made_inside() -> None:
    """A generator that the function makes gives the same numbers at each call, so all oracles apply."""
    value, slope = value_and_grad(made_inside)(V)
    assert value == made_inside(V)
    assert_gradient(made_inside, (V,), slope)
    check_grads(made_inside, (V,), backend="numpy")
    value, pullback = vjp(made_inside, V)
    np.testing.assert_array_equal(pullback(1.0)[0], slope)
    np.testing.assert_array_equal(pullback(1.0)[0], slope)


def closed_over(x):
    return np.sum(x * rng.normal(size=x.shape))


class Model:
    def __init__(self) -> None:
        self.rng = np.random.RandomState(0)

    def loss(self, x):
        return np.sum(x * self.rng.normal(size=x.shape) ** 2)


def default_generator(x, rng=np.random.default_rng(11)):  # noqa: B008
    return np.sum(x * rng.normal(size=x.shape))


def test_generator_closed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A global generator, one that an object holds, one that is a default; another one in its place is used."""
    gradient = grad(closed_over)
    for seed in (3, 4):
        monkeypatch.setitem(globals(), "rng", np.random.default_rng(seed))
        twin = np.random.default_rng(seed)
        for _ in range(2):
            np.testing.assert_array_equal(gradient(V), twin.normal(size=4))
    monkeypatch.setitem(globals(), "rng", np.random.RandomState(5))
    np.testing.assert_array_equal(gradient(V), np.random.RandomState(5).normal(size=4))
    model = Model()
    np.testing.assert_array_equal(grad(model.loss)(V), np.random.RandomState(0).normal(size=4) ** 2)
    model.rng = np.random.RandomState(6)
    np.testing.assert_array_equal(grad(model.loss)(V), np.random.RandomState(6).normal(size=4) ** 2)
    np.testing.assert_array_equal(grad(default_generator)(V), np.random.default_rng(11).normal(size=4))


def test_second_derivative() -> None:
    """A gradient inside draws what its function draws."""

    def f(x, rng):
        return np.sum(x**3 * rng.normal(size=4))

    inner = grad(f)

    def slope_size(x, rng):
        return np.sum(inner(x, rng) ** 2)

    ours, theirs = np.random.default_rng(0), np.random.default_rng(0)
    found = grad(slope_size)(V, ours)
    noise = theirs.normal(size=4)
    np.testing.assert_allclose(found, 36 * V**3 * noise**2, rtol=1e-14)
    assert same_state(ours, theirs)


def test_pullback() -> None:
    """The value draws, once; the pullback has what was drawn, and may be called again."""
    for f, make in (
        (closed_over, tuple),
        (reparametrised, lambda: (np.random.default_rng(0),)),
        (annealed, tuple),
    ):
        rest = make()
        value, pullback = vjp(f, V, *rest)
        state = [repr(rng.bit_generator.state) for rng in rest]
        (slope, *_), (again, *_) = pullback(1.0), pullback(1.0)
        np.testing.assert_array_equal(slope, again)
        assert state == [repr(rng.bit_generator.state) for rng in rest]
        if rest:
            same = value_and_grad(f)(V, *make())
            assert value == same[0]
            np.testing.assert_array_equal(slope, same[1])


def test_refused_under_xla() -> None:
    """NumPy's generators do not run under XLA."""
    with pytest.raises(CompileError, match="do not run under XLA"):
        grad(reparametrised, backend="jax")(V, np.random.default_rng(0))
    with pytest.raises(CompileError, match="do not run under XLA"):
        grad(seeded, backend="jax")(V)


def test_recursion_refused() -> None:
    """A function that calls itself on data is run again by its pullback, and would draw again."""

    def deeper(x, rng):
        return x if x > 10.0 else deeper(x * (1.5 + rng.random()), rng)

    with pytest.raises(CompileError, match="calls itself and draws"):
        grad(deeper)(1.0, np.random.default_rng(0))
