"""NumPy functions as functions of JAX, whose rule is the emitted adjoint; with optax, Equinox and jaxtyping."""

# ruff: noqa: F722  (shapes as texts)
from __future__ import annotations

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from adcompiler import CompileError, grad, to_jax, value_and_grad

X = np.linspace(0.1, 1.0, 5)


@pytest.fixture(autouse=True)
def double() -> Any:
    """JAX in double precision."""
    with jax.enable_x64(True):
        yield


def recurrence(x: Any, w: Any, n: int) -> Any:
    """A loop that overwrites what it made, a container, an integer among the results."""
    y = x.copy()
    for i in range(1, n):
        y[i] = np.sin(y[i - 1]) * w["a"] * x[i]
    return {"y": y, "last": np.sum(y), "largest": np.argmax(x)}


def recurrence_of_jax(x: Any, w: Any, n: int) -> Any:
    """The same for JAX."""
    y = [x[0]]
    for i in range(1, n):
        y.append(jnp.sin(y[-1]) * w["a"] * x[i])
    return {"y": jnp.stack(y), "last": jnp.sum(jnp.stack(y)), "largest": jnp.argmax(x)}


def used(f: Any, x: Any, w: Any) -> Any:
    """A program of JAX around it."""
    found = f(2 * x, w, 5)
    return jnp.sum(found["y"] ** 2) + 3 * found["last"] + found["largest"]


EMITTED = to_jax(recurrence)
W = {"a": jnp.array(0.7)}
PROGRAMS: dict[str, Any] = {
    "value": lambda f: used(f, X, W),
    "jit": lambda f: jax.jit(lambda x, w: used(f, x, w))(X, W),
    "grad": lambda f: jax.grad(used, (1, 2))(f, jnp.asarray(X), W),
    "jit of grad": lambda f: jax.jit(jax.grad(lambda x, w: used(f, x, w), (0, 1)))(X, W),
    "vmap of grad": lambda f: jax.jit(jax.vmap(jax.grad(lambda x: used(f, x, W))))(np.stack([X, X**2])),
    "jacrev": lambda f: jax.jit(jax.jacrev(lambda x: f(x, W, 5)["y"]))(X),
    "hessian": lambda f: jax.jit(jax.hessian(lambda x: used(f, x, W)))(X),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_equal_to_jax(name: str) -> None:
    """Under each of JAX's transformations the program gives what the same function in JAX gives."""
    found, wanted = PROGRAMS[name](EMITTED), PROGRAMS[name](recurrence_of_jax)
    assert jax.tree.structure(found) == jax.tree.structure(wanted)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
        assert one.dtype == other.dtype


def test_in_scan() -> None:
    """A step of a loop of JAX; single precision stays so where 64-bit types are off."""
    step = to_jax(lambda c, x: np.sum(np.sin(x) * c))
    jaxs = lambda c, x: jnp.sum(jnp.sin(x) * c)

    def repeated(f: Any, x: Any) -> Any:
        return jax.lax.scan(lambda c, _: (c + f(c, x), None), jnp.float32(0.1), None, length=3)[0]

    with jax.enable_x64(False):
        x = jnp.asarray(X, jnp.float32)
        found, wanted = jax.grad(repeated, 1)(step, x), jax.grad(repeated, 1)(jaxs, x)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_gradient_objects() -> None:
    """A gradient is a function too: its rule is reverse over reverse."""

    def energy(x: Any, w: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += np.sin(x[i] * w) * x[i - 1]
        return s

    of_jax = jax.grad(lambda x, w: jnp.sum(jnp.sin(x * w) * jnp.roll(x, 1)))
    slope, both = to_jax(grad(energy)), to_jax(value_and_grad(energy))
    wanted = jax.grad(lambda x, w: jnp.sum(of_jax(x, w) ** 2), (0, 1))(X, 0.7)
    for f in (slope, lambda x, w: both(x, w)[1]):
        found = jax.grad(lambda x, w, f=f: jnp.sum(f(x, w) ** 2), (0, 1))(X, 0.7)
        np.testing.assert_allclose(found[0], wanted[0], rtol=1e-12)
        np.testing.assert_allclose(found[1], wanted[1], rtol=1e-12)


def test_loops_that_jax_refuses() -> None:
    """Data decides how long it takes: jax.grad of a while_loop is refused, that of ours is not."""

    def root(a: Any) -> Any:
        x = a
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x

    def bounded(a: Any) -> Any:
        x = a
        for _ in range(50):
            if abs(x * x - a) < 1e-12:
                break
            x = 0.5 * (x + a / x)
        return x

    assert float(jax.grad(lambda a: to_jax(root)(a) ** 2)(2.0)) == pytest.approx(1.0)
    assert float(jax.jit(to_jax(root))(2.0)) == pytest.approx(np.sqrt(2.0))
    slope = jax.grad(lambda a: to_jax(bounded)(a) ** 2)
    assert float(jax.jit(slope)(2.0)) == pytest.approx(1.0)
    np.testing.assert_allclose(jax.vmap(slope)(np.array([2.0, 9.0])), 1.0, rtol=1e-9)
    with pytest.raises(TypeError, match="depends on data"):
        jax.jit(jax.grad(to_jax(root)))(2.0)


class Spring:
    """With a method for JAX."""

    def __init__(self, stiffness: float) -> None:
        self.stiffness = stiffness

    @to_jax
    def energy(self, x: Any) -> Any:
        """A sum of squares."""
        return self.stiffness * np.sum(x**2)


def test_functions_and_methods() -> None:
    """As a method it is bound; inside of what is compiled it is the function itself."""
    spring = Spring(1.5)
    np.testing.assert_allclose(jax.grad(spring.energy)(X), 3 * X, rtol=1e-14)
    for f in (spring.energy, lambda x: spring.energy(x) * 1.0):
        np.testing.assert_allclose(grad(f)(X), 3 * X, rtol=1e-14)
    emitted = grad(lambda x, w: EMITTED(x, {"a": w}, 5)["last"])(X, 0.7)
    plain = grad(lambda x, w: recurrence(x, {"a": w}, 5)["last"])(X, 0.7)
    np.testing.assert_array_equal(emitted, plain)
    assert EMITTED.__name__ == "recurrence" and EMITTED.primal is recurrence


def test_what_is_not_traced() -> None:
    """Texts and integers are as static as in NumPy; traced integers in arrays have cotangents without numbers."""

    def take(x: Any, index: Any, mode: str = "square") -> Any:
        return np.sum(x[index] ** 2) if mode == "square" else np.sum(x[index])

    f, index = to_jax(take), np.array([0, 1, 1])
    wanted = 2 * X * np.array([1, 2, 0, 0, 0])
    np.testing.assert_allclose(jax.grad(f)(X, index), wanted, rtol=1e-14)
    np.testing.assert_allclose(jax.jit(jax.grad(lambda x, i: f(x, i)))(X, index), wanted, rtol=1e-14)
    np.testing.assert_allclose(jax.grad(lambda x: f(x, index, mode="sum"))(X), [1, 2, 0, 0, 0], rtol=1e-14)
    whole = to_jax(lambda d: np.sum(d["x"][d["index"]] ** 2))
    found = jax.grad(lambda x: whole({"x": x, "index": index, "none": None}))(X)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    with pytest.raises(TypeError, match="by position"):
        jax.grad(lambda x: f(x=x, index=index))(X)
    with pytest.raises(TypeError, match="forward-mode"):
        jax.jvp(lambda x: f(x, index), (X,), (X,))


# ---------------------------------------------------------------- optax
def loss(params: Any, x: Any, y: Any) -> Any:
    """A network of one hidden layer, row by row, for NumPy."""
    total = 0.0
    for i in range(len(x)):
        hidden = np.tanh(params["w1"] @ x[i] + params["b1"])
        total += (params["w2"] @ hidden - y[i]) ** 2
    return total / len(x)


def loss_of_jax(params: Any, x: Any, y: Any) -> Any:
    """The same for JAX."""
    hidden = jnp.tanh(x @ params["w1"].T + params["b1"])
    return jnp.mean((hidden @ params["w2"] - y) ** 2)


def test_optax() -> None:
    """A training loop of optax: the losses are those with jax.grad, and they fall."""
    optax = pytest.importorskip("optax")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 3))
    y = np.sin(x[:, 0]) * x[:, 1]
    start = {
        "w1": rng.normal(size=(8, 3)) / 2,
        "b1": np.zeros(8),
        "w2": rng.normal(size=8) / 2,
    }
    optimiser = optax.adam(0.05)
    histories = []
    for both in (value_and_grad(loss, backend="jax"), jax.value_and_grad(loss_of_jax)):

        @jax.jit
        def step(params: Any, state: Any, both: Any = both) -> Any:
            value, slope = both(params, x, y)
            updates, state = optimiser.update(slope, state)
            return optax.apply_updates(params, updates), state, value

        params, state, history = jax.tree.map(jnp.asarray, start), optimiser.init(start), []
        for _ in range(60):
            params, state, value = step(params, state)
            history.append(float(value))
        histories.append(history)
    np.testing.assert_allclose(histories[0], histories[1], rtol=1e-9)
    assert histories[0][-1] < 0.1 * histories[0][0]


# ---------------------------------------------------------------- Equinox, jaxtyping
def test_equinox(backend: Any) -> None:
    """A Module is a container: the gradient is one too, and its static fields stay what they are."""
    eqx = pytest.importorskip("equinox")
    jaxtyping = pytest.importorskip("jaxtyping")

    class Layer(eqx.Module):  # type: ignore[misc, name-defined]
        weight: jaxtyping.Float[jaxtyping.Array, "m n"]
        bias: jaxtyping.Float[jaxtyping.Array, " m"]
        scale: float = eqx.field(static=True)

        def __call__(self, x: Any) -> Any:
            return self.scale * (self.weight @ x) + self.bias

    def distance(layer: Layer, x: Any, y: Any) -> Any:
        r = layer(x) - y
        total = 0.0
        for i in range(len(r)):
            total += r[i] ** 2
        return total

    x, y = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0])
    slope = grad(distance, backend=backend)
    for scale in (2.0, 3.0):
        layer = Layer(jnp.array([[0.5, -1.0, 0.3], [2.0, 0.7, -0.4]]), jnp.array([0.1, 0.2]), scale)
        wanted = jax.grad(lambda layer: jnp.sum((layer(x) - y) ** 2))(layer)
        found = slope(layer, x, y)
        assert isinstance(found, Layer) and found.scale == scale
        assert jax.tree.structure(found) == jax.tree.structure(wanted)
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13)
        if backend == "jax":
            again = eqx.filter_jit(slope)(layer, x, y)
            np.testing.assert_allclose(again.weight, wanted.weight, rtol=1e-13)


def test_annotations() -> None:
    """Annotations say nothing to the compiler; what checks them while the program runs is refused where it stands."""
    jaxtyping = pytest.importorskip("jaxtyping")
    Float = jaxtyping.Float

    def f(x: Float[np.ndarray, " n"], k: Float[Any, ""] = 2.0) -> Float[np.ndarray, ""]:
        total: Float[np.ndarray, ""] = 0.0
        for v in x:
            total = total + np.sin(v) * k
        return total

    np.testing.assert_allclose(grad(f)(X), 2 * np.cos(X), rtol=1e-14)
    checked = jaxtyping.jaxtyped(typechecker=None)(f)

    def calls(x: Any) -> Any:
        return checked(x) ** 2

    for function, line in ((checked, "def f("), (calls, "return checked(x)")):
        with pytest.raises(CompileError, match="wrapped by jaxtyping") as caught:
            grad(function)(X)
        diagnostic = caught.value.diagnostics[0]
        assert "inspect.unwrap" in diagnostic.hint
        assert diagnostic.location.text.strip().startswith(line)
    np.testing.assert_allclose(grad(inspect.unwrap(checked))(X), 2 * np.cos(X), rtol=1e-14)


def test_beartype() -> None:
    """The same for what beartype writes."""
    beartype = pytest.importorskip("beartype")

    @beartype.beartype
    def f(x: np.ndarray) -> Any:
        return np.sum(x**2)

    with pytest.raises(CompileError, match="wrapped by beartype"):
        grad(f)(X)
    np.testing.assert_allclose(grad(inspect.unwrap(f))(X), 2 * X, rtol=1e-14)
