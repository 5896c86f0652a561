"""What a user types: vjp and check_grads."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from differences import assert_gradient, assert_same

from adcompiler import CompileError, check_grads, grad, jacfwd, jacrev, on_backward, pullback, vjp

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


def test_the_value_is_computed_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The pullback runs the backward half alone, as often as it is called."""

    def f(x):
        print("computing")
        y = x.copy()
        for i in range(1, len(y)):
            y[i] = np.sin(y[i - 1]) * y[i]
        return y

    value, pull = vjp(f, X)
    assert capsys.readouterr().out == "computing\n"
    first, second = pull(np.ones(3)), pull(np.array([0.0, 0.0, 1.0]))
    assert capsys.readouterr().out == ""
    assert_gradient(lambda x: np.sum(f(x)), (X,), first, (0,))
    assert_gradient(lambda x: f(x)[2], (X,), second, (0,))
    text = pull.source()
    assert "def f_fwd(x):" in text and "def f_bwd(" in text
    assert "print" not in text.partition("def f_bwd")[2]


def test_the_point_stays(backend: str) -> None:
    """What is written into the arguments, the value or a cotangent afterwards does not change the pullback."""

    def f(x, w):
        x *= 2.0
        return x, x * w, w

    x, w = X.copy(), X + 1
    value, pull = vjp(f, x, w, backend=backend)
    np.testing.assert_array_equal(x, X)
    seed = (np.ones(3), np.ones(3), np.ones(3))
    before = [np.array(part) for part in pull(seed)]
    x[:], w[:] = 0.0, 0.0
    if backend == "numpy":
        for part in value:
            part[:] = 7.0
        for part in pull(seed):
            part[:] = 7.0
    for part, held in zip(pull(seed), before, strict=True):
        np.testing.assert_array_equal(part, held)
    np.testing.assert_array_equal(seed[0], np.ones(3))
    assert_same(before, [2.0 + 2.0 * (X + 1), 2.0 * X + 1.0])


def test_a_list_that_is_the_value(backend: str) -> None:
    """The arrays of a list belong to the caller, those that a tape holds to the pullback."""

    def f(x):
        states = [x * 1.0]
        for _ in range(2):
            for _ in range(2):
                states.append(np.sin(states[-1]) * x)
        for _ in range(2):
            states.append(np.cos(states[-1]) * x)
        return states

    value, pull = vjp(f, X, backend=backend)
    assert_same(value, f(X))
    seed = [np.cos(X + k) for k in range(len(value))]
    if backend == "numpy":
        for part in value:
            part[:] = 7.0
    found = pull(seed)
    assert_gradient(lambda x: sum(np.sum(g * v) for g, v in zip(seed, f(x), strict=True)), (X,), found, (0,))


def test_memory_that_xla_could_share() -> None:
    """XLA reads NumPy's arrays where they lie if their address allows it: later writes must not reach it."""

    def f(x, w):
        return x * x * w

    size = 1000
    memory = np.empty(4 * size)
    start = -memory.ctypes.data % 64 // 8
    x, w, g = (memory[start + k * 1024 :][:size] for k in range(3))  # each starts at a multiple of 64 bytes
    x[:], w[:], g[:] = 2.0, 3.0, 1.0
    value, pull = vjp(f, x, w, backend="jax")
    x[:], w[:] = 5.0, 7.0
    found = pull(g)
    g[:] = 9.0
    assert_same([value, *found], [np.full(size, 12.0), np.full(size, 12.0), np.full(size, 4.0)])


def test_a_parameter_called_g(backend: str) -> None:
    """The cotangent gets another name."""

    def f(g, x):
        return np.sum(np.cos(x) * g), g * x

    value, pull = vjp(f, 9.81, X, backend=backend)
    assert_same(value, f(9.81, X))
    found = pull((2.0, np.ones(3)))
    assert_gradient(lambda g, x: 2.0 * f(g, x)[0] + np.sum(f(g, x)[1]), (9.81, X), found, (0, 1))
    assert "g_)" in pull.source()


def test_a_default_whose_name_another_value_takes(backend: str) -> None:
    """A default that is left out is a constant; a value that the pullback reads may then have its name."""

    def f(x, t=0.5):
        return np.sum(np.sin(x) ** 2) * t

    x = np.array([0.1, 0.7, 0.9])
    expected = np.sin(x) * np.cos(x)
    value, pull = vjp(f, x, backend=backend)
    assert_same(value, f(x))
    assert_same(pull(1.0)[0], expected)
    assert_same(vjp(f, x, 0.5, backend=backend)[1](1.0)[0], expected)


def test_halves_as_an_object(backend: str) -> None:
    """One object for many points, by chosen arguments, with auxiliary results, and of a function of static values."""

    def f(params, n):
        h = params["x"]
        for _ in range(n):
            h = np.tanh(h) * params["c"]
        return np.sum(h), {"h": h, "n": n}

    pair = pullback(f, has_aux=True, backend=backend)
    for n in (0, 3):
        params = {"x": X * (n + 1), "c": 1.3}
        (value, aux), residuals = pair.forward(params, n)
        assert_same(value, f(params, n)[0])
        assert_same(aux["h"], f(params, n)[1]["h"])
        assert int(aux["n"]) == n
        slope = pair.backward(residuals, 1.0)
        assert_gradient(lambda x, n=n: f({"x": x, "c": 1.3}, n)[0], (params["x"],), slope["x"], 0)
        assert_gradient(lambda c, n=n: f({"x": X * (n + 1), "c": c}, n)[0], (1.3,), slope["c"], 0)
    assert pair.compilations <= 2


def test_a_row_for_each_cotangent() -> None:
    """Under XLA a pullback is a function that JAX maps over cotangents."""

    def f(x):
        y = x.copy()
        for i in range(1, len(y)):
            y[i] = np.sin(y[i - 1]) * y[i]
        return y

    with jax.enable_x64(True):
        _, pull = vjp(f, X, backend="jax")
        (rows,) = jax.vmap(pull)(np.eye(3))
        assert_same(np.asarray(rows), jacrev(f)(X))
        _, pull = vjp(loss, A, X, Y, backend="jax")
        jitted = jax.jit(lambda g: pull(g)[0])
        assert_same(np.asarray(jitted(2.0)), 2 * np.asarray(pull(1.0)[0]))


def test_refused_when_the_value_is_asked_for() -> None:
    """As in JAX a function that cannot be differentiated is refused by vjp itself."""

    def f(x):
        return np.sum(np.poly1d(x))

    with pytest.raises(CompileError):
        vjp(f, 2.0)
    with pytest.raises(ValueError, match="in one piece"):
        pullback(cubic, backend="numba")


def test_a_list_that_grows(backend: str) -> None:
    """The cotangents of the items of a list of unknown length, alone, in containers, and of pairs."""

    def f(xs):
        out, pairs = [], []
        for x in xs:
            out.append(np.tanh(x) * x)
            pairs.append((np.sum(x), x**2))
        return {"out": out, "pairs": pairs, "name": "f"}

    xs = [X, 2 * X, X + 1]
    value, pull = vjp(f, xs, backend=backend)
    assert_same(value["out"], f(xs)["out"])
    weights = [np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.1, 2.0]), np.array([0.7, -0.2, 1.1])]
    pairs = [(2.0, weights[1]), (-1.0, weights[2]), (0.5, weights[0])]
    (found,) = pull({"out": weights, "pairs": pairs, "name": "f"})

    def total(xs):
        made = f(xs)
        both = sum(np.sum(w * part) for w, part in zip(weights, made["out"], strict=True))
        return both + sum(
            a * s + np.sum(b * square) for (a, b), (s, square) in zip(pairs, made["pairs"], strict=True)
        )

    assert_gradient(total, (xs,), found, 0)
    (rows,) = vjp(lambda xs: f(xs)["out"], xs, backend=backend)[1](weights)
    assert_gradient(
        lambda xs: sum(np.sum(w * p) for w, p in zip(weights, f(xs)["out"], strict=True)), (xs,), rows, 0
    )


def test_a_jacobian_by_reverse_mode_runs_forwards_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The rows share one sweep forwards; each has a sweep backwards of its own."""

    def f(x: Any) -> Any:
        y = x.copy()
        print("forwards")
        for i in range(1, len(y)):
            y[i] *= np.sin(y[i - 1])
        return on_backward(y, lambda dy: print("backwards"))

    x = np.array([0.5, -1.0, 2.0, 0.3])
    rows = jacrev(f)(x)
    assert capsys.readouterr().out.split() == ["forwards"] + ["backwards"] * 4
    np.testing.assert_allclose(rows, jacfwd(_recurrence)(x), rtol=1e-12)


def test_a_jacobian_without_rows() -> None:
    assert jacrev(lambda x: x[:0])(np.ones(3)).shape == (0, 3)


def _recurrence(x: Any) -> Any:
    y = x.copy()
    for i in range(1, len(y)):
        y[i] *= np.sin(y[i - 1])
    return y


def left_early(x: Any, e: Any, c: float) -> Any:
    for s in e:
        k = 0
        while True:
            k += 1
            if k > 1 or c <= 0.1:
                break
            if s > 0.0:
                return np.sum(e[0:1] * 2.0)
            e += 0.34 * x[0]
    return np.sum(x) + np.sum(e * np.linspace(1.25, 2.0, 1))


@pytest.mark.parametrize("e", [0.5, -0.5])
@pytest.mark.parametrize("c", [0.0, 1.0])
def test_sizes_are_not_those_of_what_the_path_did_not_make(e: float, c: float) -> None:
    x, e = np.array([0.3, -0.2]), np.array([e])
    _, pulled = pullback(left_early, (0, 1))(x, e.copy(), c)
    for ours, wanted in zip(pulled(1.0), grad(left_early, (0, 1))(x, e.copy(), c), strict=True):
        assert_same(ours, wanted)
