"""Functions of jax.nn, jax.scipy and jax.numpy that a program calls: on both backends the derivatives of JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from jax_oracle import compiled_once

from adcompiler import CompileError, grad, value_and_grad

jax = pytest.importorskip("jax")
jnp = jax.numpy

X = np.array([-2.3, -1.0, -0.4, 0.2, 0.9, 1.0, 3.4, 6.5])
M = np.cos(np.arange(6.0)).reshape(2, 3)

ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "relu": lambda x: jnp.sum(jax.nn.relu(x) * x),
    "relu6": lambda x: jnp.sum(jax.nn.relu6(x) ** 2),
    "sigmoid": lambda x: jnp.sum(jax.nn.sigmoid(x) * x),
    "log_sigmoid": lambda x: jnp.sum(jax.nn.log_sigmoid(x) * x),
    "softplus": lambda x: jnp.sum(jax.nn.softplus(x) * x),
    "silu": lambda x: jnp.sum(jax.nn.silu(x) * x),
    "swish": lambda x: jnp.sum(jax.nn.swish(x)),
    "soft_sign": lambda x: jnp.sum(jax.nn.soft_sign(x) * x),
    "hard_tanh": lambda x: jnp.sum(jax.nn.hard_tanh(x) * x),
    "elu": lambda x: jnp.sum(jax.nn.elu(x) * x),
    "elu with alpha": lambda x: jnp.sum(jax.nn.elu(x, 0.7) * x),
    "celu": lambda x: jnp.sum(jax.nn.celu(x, alpha=1.3) * x),
    "selu": lambda x: jnp.sum(jax.nn.selu(x) * x),
    "leaky_relu": lambda x: jnp.sum(jax.nn.leaky_relu(x) * x),
    "leaky_relu with a slope": lambda x: jnp.sum(jax.nn.leaky_relu(x, negative_slope=0.2) * x),
    "gelu": lambda x: jnp.sum(jax.nn.gelu(x) * x),
    "exact gelu": lambda x: jnp.sum(jax.nn.gelu(x, approximate=False) * x),
    "tanh": lambda x: jnp.sum(jax.nn.tanh(x) * x),
    "expit": lambda x: jnp.sum(jax.scipy.special.expit(x) * x),
    "erf": lambda x: jnp.sum(jax.scipy.special.erf(x) * x),
    "gammaln": lambda x: jnp.sum(jax.scipy.special.gammaln(jnp.abs(x) + 1)),
    "fft": lambda x: jnp.sum(jnp.abs(jnp.fft.fft(x)) ** 2),
}
OF_MATRICES: dict[str, Callable[..., Any]] = {
    "softmax": lambda x: jnp.sum(jax.nn.softmax(x) * x),
    "softmax along the first axis": lambda x: jnp.sum(jax.nn.softmax(x, axis=0) * x),
    "log_softmax": lambda x: jnp.sum(jax.nn.log_softmax(x) * x),
    "log_softmax along the first axis": lambda x: jnp.sum(jax.nn.log_softmax(x, axis=0) ** 2),
    "logsumexp": lambda x: jnp.sum(jax.nn.logsumexp(x, axis=1) ** 2),
    "softmax of jax.scipy": lambda x: jnp.sum(jax.scipy.special.softmax(x, axis=-1) * x),
    "logsumexp of jax.scipy": lambda x: jnp.sum(jax.scipy.special.logsumexp(x, axis=0) ** 2),
    "cross entropy": lambda x: -jnp.sum(jax.nn.one_hot(np.array([2, 0]), 3) * jax.nn.log_softmax(x)),
    "expm": lambda x: jnp.sum(jax.scipy.linalg.expm(x @ x.T) ** 2),
    "singular values": lambda x: jnp.sum(jnp.linalg.svd(x, compute_uv=False) ** 3),
}
CASES = [(name, f, X) for name, f in ACTIVATIONS.items()] + [(name, f, M) for name, f in OF_MATRICES.items()]


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize(("name", "f", "x"), CASES, ids=[name for name, _, _ in CASES])
def test_cotangents_are_those_of_jax(name: str, f: Callable[..., Any], x: Any, backend: Any) -> None:
    value, wanted = compiled_once(jax.value_and_grad(f), (x,))
    found_value, found = value_and_grad(f, backend=backend)(x)
    np.testing.assert_allclose(found_value, value, rtol=1e-13)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)


def test_source_names_them_as_the_program_does() -> None:
    def cost(x: Any) -> Any:
        return jnp.sum(jax.nn.gelu(x, approximate=False))

    assert "jax.nn.gelu(x, approximate=False)" in value_and_grad(cost).source(X, backend="jax")
    text = value_and_grad(cost).source(X)
    assert "from scipy import special\n" in text
    assert "x * special.ndtr(x)" in text


def test_scipy_is_imported_where_it_is_needed_only() -> None:
    def without(x: Any) -> Any:
        return jnp.sum(jax.nn.relu(x))

    def within(x: Any) -> Any:
        return jnp.sum(jax.nn.softplus(x))

    assert "scipy" not in grad(without).source(X)
    assert "from scipy import special" in grad(within).source(X)  # the derivative of softplus is expit


def test_names_of_modules_are_kept_apart() -> None:
    def local(x: Any) -> Any:
        special = x * 2
        return jnp.sum(jax.scipy.special.erf(special))

    def parameter(special: Any) -> Any:
        return jnp.sum(jax.scipy.special.digamma(special) ** 2)

    with jax.enable_x64(True):
        wanted = jax.grad(local)(X), jax.grad(parameter)(abs(X))
    np.testing.assert_allclose(grad(local)(X), wanted[0], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(grad(parameter)(abs(X)), wanted[1], rtol=1e-12)
    assert "from scipy import special as special_\n" in grad(parameter).source(X)


def test_a_parameter_of_an_activation_has_to_be_known() -> None:
    with pytest.raises(CompileError, match="alpha must be known"):
        grad(lambda x, a: jnp.sum(jax.nn.elu(x, a)))(X, 0.5)
