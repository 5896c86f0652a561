"""What a user types: the arguments, containers and callables that grad, value_and_grad and vjp take."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from differences import assert_gradient, assert_same, fresh, snapshot
from modules import saved

from adcompiler import CompileError, grad, value_and_grad

A = np.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]])
X = np.array([0.5, -1.0, 2.0])
Y = np.array([1.5, 0.3])


def loss(w, x, y, power=2):
    """The distance between a linear map of x and y."""
    r = w @ x - y
    return np.sum(r**power) / power


def cubic(x):
    return x**3 + 2 * x


# ---------------------------------------------------------------- arguments
@pytest.mark.parametrize("argnums", [0, 1, 2, (0, 1), (2, 0), (1,), -1, (-3, -1)])
def test_argnums(argnums: int | tuple[int, ...], backend: str) -> None:
    """An int gives one gradient, a tuple gives a tuple in that order; negative numbers count from the end."""
    args = (A, X, Y)
    result = grad(loss, argnums=argnums, backend=backend)(*args)
    assert isinstance(result, tuple) == isinstance(argnums, tuple)
    assert_gradient(loss, args, result, argnums)


def test_argnums_out_of_range(backend: str) -> None:
    """An argument that is not there is an error of the caller."""
    with pytest.raises((TypeError, ValueError)):
        grad(cubic, argnums=3, backend=backend)(2.0)


def test_keywords_and_defaults(backend: str) -> None:
    """Defaults may be left out, keywords are passed on and not differentiated."""
    gradient = grad(loss, backend=backend)
    assert_gradient(loss, (A, X, Y), gradient(A, X, Y))
    for power in (2, 3, 4):
        fixed = functools.partial(loss, power=power)
        assert_gradient(fixed, (A, X, Y), gradient(A, X, Y, power=power))
        assert_gradient(fixed, (A, X, Y), gradient(A, y=Y, power=power, x=X))


def test_wrong_call(backend: str) -> None:
    """A call that Python refuses is a TypeError, as for the function itself."""
    gradient = grad(loss, backend=backend)
    with pytest.raises(TypeError):
        gradient(A, X)
    with pytest.raises(TypeError):
        gradient(A, X, Y, colour="red")


def with_aux(x, y):
    r = x - y
    return np.sum(r**2), {"residual": r, "size": np.max(np.abs(r))}


def test_has_aux(backend: str) -> None:
    """The second result is passed through."""
    y = np.array([1.0, 1.0, 1.0])
    slope, aux = grad(with_aux, has_aux=True, backend=backend)(X, y)
    assert_same(slope, 2 * (X - y))
    assert_same(aux, {"residual": X - y, "size": 2.0})
    (value, aux), slopes = value_and_grad(with_aux, argnums=(0, 1), has_aux=True, backend=backend)(X, y)
    assert float(value) == with_aux(X, y)[0]
    assert_same(aux["residual"], X - y)
    assert_same(slopes, (2 * (X - y), -2 * (X - y)))


def half(z):
    return 0.5 * z


KINDS: list[tuple[str, Callable[..., Any], Any]] = [
    ("int", lambda x, k: np.sum(x[k:] ** 2), 1),
    ("string", lambda x, k: np.sum(x) if k == "sum" else np.prod(x), "prod"),
    ("bool", lambda x, k: np.sum(x**2) if k else np.sum(x), True),
    ("None", lambda x, k: np.sum(x**2) if k is None else k, None),
    ("list", lambda x, k: np.sum(x[k] ** 2), [2, 0, 2]),
    ("list of floats", lambda x, k: sum([x[0] * c for c in k]), [0.5, 2.5]),
    ("ellipsis", lambda x, k: np.sum(x[k] ** 2), ...),
    ("slice", lambda x, k: np.sum(x[k] ** 2), slice(None, None, -2)),
    ("integer array", lambda x, k: np.sum(x[k] ** 2), np.array([2, 0, 2])),
    ("boolean array", lambda x, k: np.sum(np.where(k, x, x**2)), np.array([True, False, True])),
    ("float array", lambda x, k: k @ x**2, np.array([1.0, 2.0, 3.0])),
    ("function", lambda x, k: np.sum(k(x) ** 2), half),
    ("ufunc", lambda x, k: np.sum(k(x) ** 2), np.tanh),
    ("module", lambda x, k: k.sum(k.sin(x)), np),
    ("dtype", lambda x, k: np.sum(np.zeros(3, dtype=k) + x**2), np.float64),
    ("configuration", lambda x, k: k.rate * np.sum(x**2), SimpleNamespace(rate=0.5, name="fast")),
    ("dict", lambda x, k: k["rate"] * np.sum(x ** k["power"]), {"rate": 0.5, "power": 3}),
    ("range", lambda x, k: sum([x[i] ** 2 for i in k]), range(0, 3, 2)),
]


@pytest.mark.parametrize(("kind", "f", "value"), KINDS, ids=[kind for kind, _, _ in KINDS])
def test_arguments_of_any_kind(kind: str, f: Callable[..., Any], value: Any, backend: str) -> None:
    """Arguments that are not differentiated may be of any kind."""
    gradient = grad(f, backend=backend)
    assert_gradient(f, (X, value), gradient(X, value))
    assert_gradient(f, (X + 1, value), gradient(X + 1, value))


def test_arguments_are_not_modified(backend: str) -> None:
    """Neither a write in the function nor the gradient reaches the caller's arrays."""

    def f(x, w):
        x[0] = w[1] * x[1]
        w *= x
        return np.sum(w * x)

    args = (X.copy(), X + 0.5)
    before = snapshot(args)
    both = value_and_grad(f, argnums=(0, 1), backend=backend)
    value, slopes = both(*args)
    assert snapshot(args) == before
    np.asarray(slopes[0])
    again, _ = both(*args)
    assert float(value) == float(again)
    assert_gradient(f, args, slopes, (0, 1))


def test_results_are_fresh() -> None:
    """A result belongs to the caller: writing into it changes neither arguments nor later results."""

    def f(x, y):
        return np.sum(x * y)

    gradient = grad(f, backend="numpy")
    x, y = X.copy(), X + 1
    first = gradient(x, y)
    first[:] = 99.0
    assert_same(y, X + 1)
    assert_same(gradient(x, y), X + 1)


# ---------------------------------------------------------------- containers
class Point(NamedTuple):
    """A named tuple of parameters."""

    x: Any
    y: Any


@dataclass(frozen=True)
class Layer:
    """A dataclass of parameters."""

    W: Any
    b: Any


@jax.tree_util.register_pytree_node_class
class Scaled:
    """A class that JAX knows."""

    def __init__(self, scale: Any, label: str) -> None:
        self.scale = scale
        self.label = label

    def tree_flatten(self) -> tuple[tuple[Any, ...], str]:
        """The parameter, and what is no parameter."""
        return (self.scale,), self.label

    @classmethod
    def tree_unflatten(cls, aux: str, children: tuple[Any, ...]) -> Scaled:
        """The object again."""
        return cls(children[0], aux)


CONTAINERS: list[tuple[str, Callable[..., Any], Any]] = [
    ("dict", lambda p: np.sum(p["a"] ** 2) * p["b"], {"b": 1.5, "a": X}),
    ("list", lambda p: np.sum(p[0] ** 2) * p[1], [X, 1.5]),
    ("tuple", lambda p: np.sum(p[0] ** 2) * p[1], (X, 1.5)),
    ("named tuple", lambda p: np.sum(p.x**2) * p.y, Point(X, 1.5)),
    ("dataclass", lambda p: np.sum((p.W @ X + p.b) ** 2), Layer(A, Y)),
    ("class known to JAX", lambda p: np.sum(p.scale**2), Scaled(X, "a label")),
    ("nested", lambda p: p["l"][1] * np.sum(p["l"][0].W @ p["p"]), {"l": [Layer(A, Y), 0.5], "p": X}),
    ("None inside", lambda p: np.sum(p[0] ** 2), (X, None)),
    ("empty", lambda p: 2.0, []),
]


@pytest.mark.parametrize(("kind", "f", "params"), CONTAINERS, ids=[kind for kind, _, _ in CONTAINERS])
def test_containers(kind: str, f: Callable[..., Any], params: Any, backend: str) -> None:
    """A gradient has the structure and the classes of its argument."""
    value, slope = value_and_grad(f, backend=backend)(params)
    assert jax.tree_util.tree_structure(slope) == jax.tree_util.tree_structure(params)
    assert type(slope) is type(params)
    assert_same(value, f(params))
    assert_gradient(f, (params,), slope)


def test_order_of_a_dict_does_not_matter(backend: str) -> None:
    """Dicts with the same keys in another order share a signature, and keys stay with their values."""
    gradient = grad(lambda p: np.sum(p["a"] ** 2) + 3 * p["b"], backend=backend)
    for params in ({"a": X, "b": 1.0}, {"b": 1.0, "a": X}):
        slope = gradient(params)
        assert_same(slope, {"a": 2 * X, "b": 3.0})


def test_optimiser_step(backend: str) -> None:
    """A training step maps over parameters and gradient together, as JAX programs do."""

    def f(params, x, y):
        return loss(params["w"], x, y)

    params = {"w": A}
    slope = grad(f, backend=backend)(params, X, Y)
    moved = jax.tree_util.tree_map(lambda p, g: p - 0.01 * np.asarray(g), params, slope)
    assert f(moved, X, Y) < f(params, X, Y)


def test_function_is_called_with_fresh_containers(backend: str) -> None:
    """A list that the function changes is the function's own: the caller's list keeps its items."""

    def f(layers, x):
        layers[0] = layers[0] * 2
        for w in layers:
            x = x * w
        return np.sum(x)

    layers = [1.5, 0.5]
    value, slope = value_and_grad(f, backend=backend)(layers, X)
    assert layers == [1.5, 0.5]
    assert float(value) == pytest.approx(f(fresh(layers), X))
    assert_same(slope, [2 * 0.5 * np.sum(X), 2 * 1.5 * np.sum(X)])


# ---------------------------------------------------------------- what may be differentiated
class Spring:
    """A callable object with a method."""

    def __init__(self, stiffness: float) -> None:
        self.stiffness = stiffness

    def energy(self, x, power=2):
        return self.stiffness * x**power

    def __call__(self, x):
        return self.energy(x) * 0.5


def make_cost(factor, array):
    def cost(x):
        return factor * np.sum(array * x**2)

    return cost


CALLABLES: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("function", cubic, (0.7,)),
    ("lambda", lambda x: x * x * 3, (0.7,)),
    ("closure", make_cost(3.0, X), (0.7,)),
    ("closure over an array", make_cost(2.0, X), (X + 2,)),
    ("bound method", Spring(2.5).energy, (0.7,)),
    ("callable object", Spring(2.5), (0.7,)),
    ("partial", functools.partial(loss, A, y=Y), (X,)),
    ("partial of a method", functools.partial(Spring(2.5).energy, power=3), (0.7,)),
    ("ufunc", np.sin, (0.7,)),
    ("ufunc of two", np.multiply, (0.7, 2.0)),
    ("NumPy function", np.sum, (X,)),
    ("NumPy norm", np.linalg.norm, (X,)),
    ("math function", math.exp, (0.7,)),
    ("operator", operator.mul, (0.7, 2.0)),
    ("operator of one", operator.neg, (0.7,)),
    ("builtin", abs, (-0.7,)),
    ("partial of a builtin", functools.partial(pow, exp=3), (0.7,)),
]


@pytest.mark.parametrize(("kind", "f", "args"), CALLABLES, ids=[kind for kind, _, _ in CALLABLES])
def test_callables(kind: str, f: Callable[..., Any], args: tuple[Any, ...], backend: str) -> None:
    """Whatever can be called on numbers can be differentiated."""
    assert_gradient(f, args, grad(f, backend=backend)(*args))


def test_gradient_objects_nest(backend: str) -> None:
    """A gradient of a gradient, and of a gradient that is decorated."""

    @functools.partial(grad, backend=backend)
    def slope(x):
        return cubic(x)

    assert float(slope(2.0)) == 14.0
    assert float(grad(slope, backend=backend)(2.0)) == 12.0
    assert float(grad(grad(slope, backend=backend), backend=backend)(2.0)) == 6.0


def test_value_of_a_gradient(backend: str) -> None:
    """value_and_grad of a gradient gives the gradient and its derivative."""
    value, slope = value_and_grad(grad(cubic, backend=backend), backend=backend)(2.0)
    assert (float(value), float(slope)) == (14.0, 12.0)


def test_gradient_called_inside(backend: str) -> None:
    """A gradient may be called in a function that is differentiated: a Hessian times a vector."""
    inner = grad(lambda x: np.sum(x**3) * x[0], backend=backend)
    v = np.array([1.0, -0.5, 2.0])

    def along(x):
        return np.sum(inner(x) * v)

    try:
        product = grad(along, backend=backend)(X)
    except CompileError as error:
        assert error.diagnostics[0].hint
        return
    hessian = np.diag(6 * X * X[0])
    hessian[0] += 3 * X**2
    hessian[:, 0] += 3 * X**2
    assert_same(product, hessian @ v)


def test_other_module(backend: str) -> None:
    """A function of the standard library, written in Python, with branches."""
    from colorsys import hls_to_rgb

    def f(hue, light, saturation):
        r, g, b = hls_to_rgb(hue, light, saturation)
        return r**2 + 2 * g**2 + 3 * b**2

    args = (0.31, 0.4, 0.6)
    assert_gradient(f, args, grad(f, argnums=(0, 1, 2), backend=backend)(*args), (0, 1, 2))


def test_star_import(tmp_path: Path, backend: str) -> None:
    """Names that came into a module by a star import are found."""
    text = "from math import *\n\n\ndef wave(x):\n    return sin(pi * x) * exp(-x)\n"
    wave = saved(text, tmp_path / f"star_{backend}.py").wave
    assert_gradient(wave, (0.7,), grad(wave, backend=backend)(0.7))


# ---------------------------------------------------------------- results
def test_value_is_bit_for_bit() -> None:
    """The NumPy backend computes the value as the function does, in the same order."""
    rng = np.random.default_rng(0)

    def f(x):
        s = 0.0
        for v in x:
            s += v / 3 - np.sin(v) * 0.1
        return s + np.sum(x) * np.mean(np.exp(x)) - np.dot(x, x)

    both = value_and_grad(f, backend="numpy")
    for n in (1, 2, 7, 100):
        x = rng.normal(size=n)
        assert np.float64(both(x)[0]).tobytes() == np.float64(f(x)).tobytes()


def test_result_types(backend: str) -> None:
    """The NumPy backend returns NumPy values, JAX's arrays of JAX, in the dtypes of the arguments."""
    value, (dw, dx) = value_and_grad(loss, argnums=(0, 1), backend=backend)(A, X.astype(np.float32), Y)
    kinds = (np.ndarray, np.generic, float) if backend == "numpy" else (jax.Array,)
    for result in (value, dw, dx):
        assert isinstance(result, kinds)
    assert [np.asarray(r).dtype for r in (value, dw, dx)] == [np.float64, np.float64, np.float32]


@pytest.mark.parametrize("number", [2.0, np.float64(2.0), np.array(2.0)])
def test_numbers(number: Any, backend: str) -> None:
    """A Python float, a NumPy scalar and an array without axes."""
    slope = grad(cubic, backend=backend)(number)
    assert np.shape(slope) == ()
    assert float(slope) == 14.0
    assert np.asarray(slope).dtype == np.float64


def test_dtypes(backend: str) -> None:
    """Each floating dtype stays what it is."""
    for dtype in (np.float32, np.float64):
        slope = grad(lambda x: np.sum(np.tanh(x) * 2) / 3, backend=backend)(X.astype(dtype))
        assert np.asarray(slope).dtype == dtype


def test_global_flag_of_jax_is_left_alone() -> None:
    """float64 under XLA is asked for in the call; other JAX code sees nothing of it."""
    before = jax.config.jax_enable_x64
    slope = grad(loss, backend="jax")(A, X, Y)
    assert slope.dtype == np.float64
    assert jax.config.jax_enable_x64 == before
    assert (jnp.ones(2) * 2.0).dtype == (np.float64 if before else np.float32)


def test_arrays_of_jax_as_arguments() -> None:
    """Arrays of JAX go in, in the dtype that they have."""
    slope = grad(loss, backend="jax")(jnp.asarray(A, dtype=np.float32), jnp.asarray(X, dtype=np.float32), Y)
    assert slope.dtype == np.float32
    np.testing.assert_allclose(np.asarray(slope), np.outer(A @ X - Y, X), rtol=1e-5)


def test_backends_agree_with_jax() -> None:
    """jax.grad says the same of a program that it takes."""

    def f(w, x, y):
        return jnp.sum((w @ x - y) ** 2) / 2

    with jax.enable_x64(True):
        expected = np.asarray(jax.grad(f)(A, X, Y))
    for backend in ("numpy", "jax"):
        assert_same(grad(f, backend=backend)(A, X, Y), expected)


def test_unknown_backend() -> None:
    """A backend that does not exist is refused at once."""
    with pytest.raises(ValueError, match="backend"):
        grad(cubic, backend="fortran")(2.0)


def test_an_array_as_default_is_a_parameter_of_the_emitted_function() -> None:
    """It is looked at again at each call, also when another array was put in its place."""

    def f(x, w=0.0):
        return np.sum(w * x**2)

    f.__defaults__ = (np.array([1.0, 2.0]),)
    df = grad(f)
    x = np.array([3.0, 4.0])
    assert np.asarray(df(x)).tolist() == [6.0, 16.0]
    assert "def f_grad(x, w" in df.source()
    f.__defaults__ = (np.array([2.0, 1.0]),)
    assert np.asarray(df(x)).tolist() == [12.0, 8.0]
    assert np.asarray(df(x, np.array([0.0, 1.0]))).tolist() == [0.0, 8.0]
