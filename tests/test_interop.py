"""Compiled derivatives inside JAX's transformations, and in SciPy's optimisers."""

from __future__ import annotations

from typing import Any

import jax
import jax.export
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

from adcompiler import grad, hessian, hvp, value_and_grad

X = np.arange(6.0).reshape(2, 3) / 5 - 0.3
W = np.array([0.3, 0.2, 0.1])


def total(x: Any, w: Any) -> Any:
    """A loop over elements."""
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i] * w[i]) * x[i]
    return s


def total_of_jax(x: Any, w: Any) -> Any:
    """The same for JAX."""
    return jnp.sum(jnp.sin(x * w) * x)


@pytest.fixture(autouse=True)
def double() -> Any:
    """JAX in double precision."""
    with jax.enable_x64(True):
        yield


def test_jit() -> None:
    """A signature that has never been seen may be met while JAX traces."""
    slope = grad(total, (0, 1), backend="jax")
    wanted = jax.grad(total_of_jax, (0, 1))(X[0], W)
    for _ in range(2):
        found = jax.jit(slope)(X[0], W)
        np.testing.assert_allclose(np.concatenate(found), np.concatenate(wanted), rtol=1e-13)
    assert slope.compilations == 1


def test_vmap() -> None:
    """A batch of gradients."""
    found = jax.vmap(grad(total, backend="jax"), in_axes=(0, None))(X, W)
    wanted = jax.vmap(jax.grad(total_of_jax), in_axes=(0, None))(X, W)
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_differentiated_by_jax() -> None:
    """JAX differentiates the gradient, forwards and backwards."""
    slope = grad(total, backend="jax")
    wanted = jax.hessian(total_of_jax)(X[0], W)
    np.testing.assert_allclose(jax.jacfwd(slope)(X[0], W), wanted, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(jax.jacrev(slope)(X[0], W), wanted, rtol=1e-12, atol=1e-15)


def test_export() -> None:
    """A gradient as a serialised artefact, which runs without its source."""
    like = jax.ShapeDtypeStruct((3,), np.float64)
    exported = jax.export.export(jax.jit(grad(total, backend="jax")))(like, like)
    loaded = jax.export.deserialize(exported.serialize())
    np.testing.assert_allclose(loaded.call(X[0], W), jax.grad(total_of_jax)(X[0], W), rtol=1e-13)


def test_what_is_refused() -> None:
    """NumPy does not run on what JAX traces, and a traced integer has no value."""

    def power(x: Any, n: Any) -> Any:
        return np.sum(x) ** n

    with pytest.raises(TypeError, match="backend='jax'"):
        jax.jit(grad(total))(X[0], W)
    with pytest.raises(TypeError, match="static_argnums"):
        jax.jit(grad(power, backend="jax"))(X[0], 3)
    found = jax.jit(grad(power, backend="jax"), static_argnums=1)(X[0], 3)
    np.testing.assert_allclose(found, np.full(3, 3 * np.sum(X[0]) ** 2), rtol=1e-13)


def rosenbrock(x: Any) -> Any:
    """The valley, with its least value 0 at ones."""
    s = 0.0
    for i in range(len(x) - 1):
        s += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return s


@pytest.mark.parametrize(
    ("method", "f", "derivatives"),
    [
        ("L-BFGS-B", value_and_grad(rosenbrock), {"jac": True}),
        ("Newton-CG", rosenbrock, {"jac": grad(rosenbrock), "hess": hessian(rosenbrock)}),
        (
            "trust-ncg",
            rosenbrock,
            {"jac": grad(rosenbrock), "hessp": lambda x, v: hvp(rosenbrock, (x,), (v,))},
        ),
        ("trust-constr", rosenbrock, {"jac": grad(rosenbrock), "hess": hessian(rosenbrock)}),
    ],
)
def test_scipy(method: str, f: Any, derivatives: dict[str, Any]) -> None:
    """Optimisers take gradients, Hessians and their products as they are."""
    found = scipy.optimize.minimize(f, np.zeros(5), method=method, tol=1e-8, **derivatives)
    np.testing.assert_allclose(found.x, np.ones(5), atol=2e-3)
