"""Functions that the compiler does not read: JAX traces them, and gives their cotangents and tangents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adcompiler import CompileError, check_grads, grad, hvp, jvp, opaque, pullback, value_and_grad

jax = pytest.importorskip("jax")
jnp = jax.numpy
signal = pytest.importorskip("jax.scipy.signal")

X = np.arange(6.0).reshape(2, 3) / 5
W = np.array([[0.1, 0.2, 0.3], [0.5, 0.1, -0.2]])
V, K = np.arange(5.0) - 1.5, np.array([1.0, 2.0, 3.0])


@opaque
def energy(x: Any, w: Any, power: int = 2) -> Any:
    return jnp.sum(jax.vmap(lambda v: jnp.tanh(w @ v) ** power)(x))


@opaque
def products(x: Any, k: Any) -> Any:
    return jnp.cumprod(x), x[k] * jnp.sum(x)


@opaque
def ranked(x: Any) -> Any:
    return jnp.sort(x), jnp.argsort(x)


@opaque
def turned(x: Any) -> Any:
    return x * 1j


@opaque
def named(x: Any) -> Any:
    return {"a": x}


def in_a_loop(x: Any, w: Any) -> Any:
    total = 0.0
    for i in range(3):
        total += energy(x * (i + 1.0), w, power=3) * np.sum(w)
    return total


def in_a_branch(x: Any, w: Any) -> Any:
    y = x.copy()
    for i in range(2):
        if y[i, 0] > 0.1:
            y[i] *= energy(y, w)
    return np.sum(y * energy(w, y, 3))


def of_several(x: Any, w: Any) -> Any:
    first, second = products(x.ravel() + 1.0, 2)
    return np.sum(first[:3] * w[0]) * second


def of_jax(x: Any, w: Any) -> Any:
    return np.sum(signal.fftconvolve(x, w, mode="same") ** 2)


PROGRAMS = [in_a_loop, in_a_branch, of_several, of_jax]


@pytest.mark.parametrize("f", PROGRAMS)
def test_against_differences(f: Any) -> None:
    with jax.enable_x64(True):
        check_grads(f, (X, W), modes=("fwd", "rev"), backend="jax")


@pytest.mark.parametrize("f", [in_a_loop, of_several, of_jax])
def test_against_jax(f: Any) -> None:
    """JAX itself, in both modes and at second order; the halves of a pullback as well."""
    with jax.enable_x64(True):
        plain = jax.tree.map(np.asarray, jax.grad(f, (0, 1))(X, W))
        tangent = jax.jvp(f, (X, W), (W, X))
        product = jax.jvp(jax.grad(f, (0, 1)), (X, W), (W, X))[1]
    for ours, theirs in zip(grad(f, (0, 1), backend="jax")(X, W), plain, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    for ours, theirs in zip(pullback(f, (0, 1), backend="jax")(X, W)[1](1.0), plain, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    np.testing.assert_allclose(jvp(f, (X, W), (W, X), backend="jax"), tangent, rtol=1e-12)
    for ours, theirs in zip(hvp(f, (X, W), (W, X), backend="jax"), product, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11)


def test_source_says_whose_derivative_it_is() -> None:
    slope = grad(of_jax, backend="jax")
    text = slope.source(V, K)
    assert (
        "# jax.scipy.signal.fftconvolve was not compiled: JAX traces it, and its cotangents are those of jax.vjp"
        in text
    )
    assert "import jax.scipy.signal" in text.splitlines()
    namespace: dict[str, Any] = {}
    exec(compile(text, "<source>", "exec"), namespace)
    with jax.enable_x64(True):
        np.testing.assert_array_equal(namespace["of_jax_grad"](V, K), slope(V, K))


def test_each_size_is_a_compilation() -> None:
    slope = grad(of_jax, backend="jax")
    assert slope(V, K).shape == (5,)
    assert slope(np.ones(8), K).shape == (8,)
    assert slope.compilations == 2


def test_dtypes() -> None:
    value, slope = value_and_grad(of_several, backend="jax")(X.astype(np.float32), W.astype(np.float32))
    assert (value.dtype, slope.dtype) == (np.float32, np.float32)


REFUSED = {
    "NumPy": (lambda x: energy(x, x), "numpy", "`test_opaque.energy` is not compiled"),
    "no module": (lambda x: opaque(lambda y: y)(x), "jax", "emitted code cannot import it"),
    "a container": (lambda x: np.sum(named(x)["a"]), "jax", "gives a dict"),
    "complex numbers": (lambda x: np.sum(np.abs(turned(x))), "jax", "complex numbers"),
    "integers beside floats": (lambda x: np.sum(ranked(x[0])[0]), "jax", "integers beside floats"),
    "wrong shapes": (lambda x: energy(x, x[:, :2]), "jax", "cannot be traced by JAX"),
    "a list": (lambda x: energy([x, x], x), "jax", "arrays, numbers, constants and tuples"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    f, backend, message = REFUSED[name]
    with pytest.raises(CompileError, match=message) as caught:
        grad(f, backend=backend)(X)
    assert caught.value.diagnostics[0].location.file == __file__


def test_is_the_function_itself() -> None:
    with jax.enable_x64(True):
        assert float(energy(X, W)) == pytest.approx(float(energy.fun(X, W)))
