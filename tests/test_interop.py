"""Compiled derivatives inside JAX's transformations, as exported programs, and in SciPy's optimisers."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.export
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

from adcompiler import grad, hessian, hvp, jacobian, value_and_grad

X = np.arange(6.0).reshape(2, 3) / 5 - 0.3
W = np.array([0.3, 0.2, 0.1])
N = 20  # of the extended Rosenbrock function


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


def test_export(tmp_path: Path) -> None:
    """A gradient as a serialised artefact, and as emitted source: both run where neither this package nor the source is."""
    like = jax.ShapeDtypeStruct((3,), np.float64)
    slope = grad(total, backend="jax")
    exported = jax.export.export(jax.jit(slope))(like, like)
    (tmp_path / "slope.bin").write_bytes(exported.serialize())
    for backend in ("numpy", "jax"):
        (tmp_path / f"slope_{backend}.py").write_text(slope.source(backend=backend))  # type: ignore[arg-type]
    program = f"""
        import sys
        sys.modules["adcompiler"] = None  # importing it is an error
        from pathlib import Path
        import numpy as np
        x, w = np.array({X[0].tolist()}), np.array({W.tolist()})
        import slope_numpy
        print(*slope_numpy.total_grad(x, w))
        assert "jax" not in sys.modules
        import jax, jax.export
        jax.config.update("jax_enable_x64", True)
        import slope_jax
        print(*slope_jax.total_grad(x, w))
        print(*jax.export.deserialize(Path("slope.bin").read_bytes()).call(x, w))
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"JAX_PLATFORMS": "cpu"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    found = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    np.testing.assert_allclose(found, [jax.grad(total_of_jax)(X[0], W)] * 3, rtol=1e-12)


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


def test_lengths_that_depend_on_data() -> None:
    """What a loop without a bound records has no size while JAX traces; outside of that it is counted."""

    def root(a: Any) -> Any:
        x = a
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x

    slope = grad(root, backend="jax")
    assert float(slope(2.0)) == pytest.approx(0.5 / np.sqrt(2.0))
    with pytest.raises(TypeError, match="root_grad depends on data"):
        jax.jit(slope)(2.0)


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
        ("L-BFGS-B", value_and_grad(rosenbrock, backend="jax"), {"jac": True}),
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
    options = {"maxiter": 400, "maxfun": 10**5} if method == "L-BFGS-B" else {"maxiter": 400}
    start = np.tile([-1.2, 1.0], N // 2)
    found = scipy.optimize.minimize(f, start, method=method, tol=1e-9, options=options, **derivatives)
    assert found.fun < 1e-8 or 3.98 < found.fun < 3.99  # the minimum, or the other one, near (-1, 1, ..., 1)
    assert np.linalg.norm(grad(rosenbrock)(found.x)) < 1e-3


def test_scipy_with_a_constraint() -> None:
    """A Jacobian and a Hessian of constraints; the logistic regression of a small table."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=(40, 4))
    labels = (a @ np.array([1.0, -2.0, 0.5, 0.0]) + rng.normal(size=40) > 0).astype(float)

    def loss(w: Any) -> Any:
        total = 0.5 * np.sum(w**2)
        for i in range(len(labels)):
            z = a[i] @ w
            total += np.log1p(np.exp(-z)) if labels[i] == 1.0 else np.log1p(np.exp(z))
        return total

    def ball(w: Any) -> Any:
        return np.array([np.sum(w**2)])

    curved = hessian(lambda w: ball(w)[0])
    bent = {"jac": jacobian(ball), "hess": lambda w, v: v[0] * curved(w)}
    constraint = scipy.optimize.NonlinearConstraint(ball, 0.0, 0.25, **bent)
    given = {"jac": grad(loss), "hess": hessian(loss), "method": "trust-constr"}
    found = scipy.optimize.minimize(loss, np.full(4, 0.1), constraints=constraint, tol=1e-8, **given)
    assert np.sum(found.x**2) == pytest.approx(0.25, abs=1e-3)  # the constraint is active
    multiplier = -(grad(loss)(found.x) @ found.x) / (2 * found.x @ found.x)
    assert multiplier > 0
    np.testing.assert_allclose(grad(loss)(found.x), -2 * multiplier * found.x, atol=1e-3)


@dataclass
class Layer:
    """A container that nobody registered."""

    w: Any


def test_what_jax_made_among_the_arguments(backend: str) -> None:
    """A function of JAX is a function; arrays of JAX are found in every container, and NumPy may write to them."""

    def f(layer, x, activation):
        w = layer.w.copy()
        w[0] = w[0] * x
        return np.sum(activation(w))

    layer, x = Layer(jnp.array([0.5, -2.0, 1.0])), 3.0
    for activation in (jax.nn.relu, jnp.sin):
        dlayer, dx = grad(f, (0, 1), backend=backend)(layer, x, activation)
        wanted = jax.grad(lambda w, x, a=activation: jnp.sum(a(w.at[0].multiply(x))), (0, 1))(layer.w, x)
        np.testing.assert_allclose(dlayer.w, wanted[0], rtol=1e-14)
        np.testing.assert_allclose(dx, wanted[1], rtol=1e-14)
