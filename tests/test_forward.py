"""Forward mode agrees with reverse mode: on every golden program, and on every sample in the dot-product test."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from differences import fresh, snapshot
from operations import OPERATIONS
from operations.program import is_active, joined, leaves, weights
from test_golden import NAMES, load
from test_traps import TRAPS

from adcompiler import (
    CompileError,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    pushforward,
    pytree,
    stop_gradient,
    value_and_grad,
    vjp,
)

X = np.array([0.5, -1.0, 2.0])
W = np.array([0.3, -0.2, 0.7])


def tangent_of(tree: Any, seed: int = 3) -> Any:
    """A random tangent."""
    rng = np.random.default_rng(seed)

    def one(leaf: Any) -> Any:
        if not is_active(leaf):
            return leaf
        drawn = rng.normal(size=np.shape(leaf))
        if np.asarray(leaf).dtype.kind == "c":
            drawn = drawn + 1j * rng.normal(size=np.shape(leaf))
        if isinstance(leaf, (float, complex)):
            return leaf.dtype.type(drawn) if isinstance(leaf, np.generic) else type(leaf)(drawn)
        return (
            np.asarray(drawn, leaf.dtype)
            if np.ndim(leaf) or isinstance(leaf, np.ndarray)
            else leaf.dtype.type(drawn)
        )

    return pytree.tree_map(one, tree)


def product(a: Any, b: Any) -> tuple[float, float]:
    """The inner product of what varies in two containers, and the size of its terms; of complex ones the real part."""
    pairs = [
        (np.asarray(x), np.asarray(y))
        for x, y in zip(leaves(a), leaves(b), strict=True)
        if getattr(np.asarray(x), "dtype", np.dtype(object)).kind in "fc"
    ]
    terms = [float(np.sum(np.real(x * y))) for x, y in pairs]
    return sum(terms), sum(float(np.sum(np.abs(x * y))) for x, y in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str) -> None:
    """The tangent of a program is its gradient along the direction; the arguments stay as they are."""
    case = load(name)
    numbers = (case.argnums,) if isinstance(case.argnums, int) else tuple(case.argnums)
    slope = grad(case.f, numbers)
    for args in case.runs:
        args = fresh(args)
        before = snapshot(args)
        directions = [tangent_of(args[k]) if k in numbers else None for k in range(len(args))]
        pushed = pushforward(case.f, numbers)
        names = list(pushed._bound(args, {}).arguments)
        try:
            value, tangent = pushed(*args, **{f"{names[k]}_dot": directions[k] for k in numbers})
        except CompileError as error:
            assert "is not linear in the cotangents" in str(error), error
            pytest.skip(str(error).splitlines()[0])
        assert snapshot(args) == before
        found, size = product(slope(*args), tuple(directions[k] for k in numbers))
        np.testing.assert_allclose(tangent, found, rtol=1e-11, atol=1e-12 * (1 + size))
        np.testing.assert_array_equal(value, value_and_grad(case.f, numbers)(*args)[0])


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_traps(name: str) -> None:
    """The programs on which others go wrong, where reverse mode takes them."""
    case = TRAPS[name]
    numbers = (case.argnums,) if isinstance(case.argnums, int) else tuple(case.argnums)
    for args in case.runs:
        try:
            slope = grad(case.f, numbers)(*fresh(args))
        except CompileError:
            pytest.skip("refused")
        directions = [tangent_of(args[k]) if k in numbers else None for k in range(len(args))]
        pushed = pushforward(case.f, numbers)
        names = list(pushed._bound(args, {}).arguments)
        try:
            value, tangent = pushed(*fresh(args), **{f"{names[k]}_dot": directions[k] for k in numbers})
        except CompileError as error:
            assert "is not linear in the cotangents" in str(error), error
            pytest.skip(str(error).splitlines()[0])
        found, size = product(slope, tuple(directions[k] for k in numbers))
        np.testing.assert_allclose(tangent, found, rtol=1e-10, atol=1e-12 * (1 + size))
        np.testing.assert_array_equal(value, case.f(*fresh(args)))


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name: str) -> None:
    """<g, tangent> is <cotangent, direction> for all samples of an operation."""
    samples = [sample for sample in OPERATIONS[name].samples if not sample.refusal]
    if not samples:
        pytest.skip("refused")
    args = tuple(value for sample in samples for value in sample.arguments().values())
    if not any(map(is_active, leaves(args))):
        pytest.skip("nothing varies")
    f = joined(samples)
    directions = tuple(map(tangent_of, args))
    value, tangent = jvp(f, args, directions)
    _, pullback = vjp(f, *args)
    weight = weights(value)
    cotangents = pullback(weight)
    for k, sample in enumerate(samples):
        first = sum(len(s.operands) for s in samples[:k])
        own = slice(first, first + len(sample.operands))
        ours, size = product(weight[k], tangent[k])
        active = [
            (c, d)
            for c, d, leaf in zip(
                leaves(cotangents[own]), leaves(directions[own]), leaves(args[own]), strict=True
            )
            if is_active(leaf)
        ]
        theirs, other = product([c for c, _ in active], [d for _, d in active])
        size += other
        if np.isfinite(theirs):
            assert abs(ours - theirs) <= 1e-11 * size + 1e-30, (
                f"{sample.text}: {ours}, reverse mode: {theirs}"
            )


def total(x: Any, w: Any) -> Any:
    """A loop over elements."""
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i] * w[i]) * x[i - 1] ** 2
    return s


def total_of_jax(x: Any, w: Any) -> Any:
    """The same for JAX."""
    return jnp.sum(jnp.sin(x * w) * jnp.roll(x, 1) ** 2)


def layer(p: Any, x: Any) -> Any:
    """A container in, a container out."""
    h = np.tanh(p["W"] @ x + p["b"])
    return {"out": h, "norm": np.sum(h**2)}


def layer_of_jax(p: Any, x: Any) -> Any:
    """The same for JAX."""
    h = jnp.tanh(p["W"] @ x + p["b"])
    return {"out": h, "norm": jnp.sum(h**2)}


P = {"W": np.arange(6.0).reshape(2, 3) / 5, "b": np.array([0.1, 0.2])}


def assert_alike(ours: Any, theirs: Any) -> None:
    """Fail unless two containers have one structure and equal numbers."""
    a, structure = jax.tree_util.tree_flatten(ours)
    b, other = jax.tree_util.tree_flatten(theirs)
    assert structure == other
    for x, y in zip(a, b, strict=True):
        assert np.shape(x) == np.shape(y)
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("argnums", [0, 1, (0, 1)])
def test_as_jax(argnums: int | tuple[int, ...], backend: str) -> None:
    """Structures and numbers are those of JAX's functions of the same names."""
    with jax.enable_x64(True):
        for ours, theirs in ((jacfwd, jax.jacfwd), (jacrev, jax.jacrev), (jacobian, jax.jacrev)):
            found = ours(layer, argnums, backend=backend)(P, X)
            assert_alike(found, theirs(layer_of_jax, argnums)(P, X))
        found = hessian(total, argnums, backend=backend)(X, W)
        assert_alike(found, jax.hessian(total_of_jax, argnums)(X, W))


def test_products_as_jax(backend: str) -> None:
    """jvp, linearize and hvp."""
    with jax.enable_x64(True):
        assert_alike(jvp(layer, (P, X), (P, W), backend=backend), jax.jvp(layer_of_jax, (P, X), (P, W)))
        value, push = linearize(layer, P, X, backend=backend)
        wanted, push_of_jax = jax.linearize(layer_of_jax, P, X)
        assert_alike((value, push(P, W)), (wanted, push_of_jax(P, W)))
        slope = jax.grad(total_of_jax, (0, 1))
        assert_alike(hvp(total, (X, W), (W, X), backend=backend), jax.jvp(slope, (X, W), (W, X))[1])


def test_auxiliary(backend: str) -> None:
    """has_aux=True gives what the function returns beside its value, with no tangent."""

    def f(x: Any) -> Any:
        return np.sum(x**2), {"n": len(x), "y": 2.0 * x}

    value, tangent, aux = jvp(f, (X,), (W,), has_aux=True, backend=backend)
    np.testing.assert_allclose([value, tangent], [np.sum(X**2), 2 * X @ W], rtol=1e-14)
    np.testing.assert_array_equal(aux["y"], 2.0 * X)
    assert int(aux["n"]) == 3


def test_dicts_of_another_order(backend: str) -> None:
    """As pytrees of JAX: the gradient that XLA gives, with its keys sorted, is a tangent of what it is taken at."""

    def f(params: Any) -> Any:
        return np.sum(params["w"]["a"] * params["w"]["B"]) * params["b"]

    params = {"w": {"a": np.array([1.0, 2.0]), "B": np.array([3.0, 0.5])}, "b": 2.0}
    slopes = grad(f, backend="jax")(params)
    assert list(slopes) != list(params)
    value, tangent = jvp(f, (params,), (slopes,), backend=backend)
    squares = [np.sum(np.square(leaf)) for leaf in pytree.flatten(slopes)[0]]
    np.testing.assert_allclose([value, tangent], [8.0, np.sum(squares)], rtol=1e-14)
    with pytest.raises(TypeError, match="another structure"):
        jvp(f, (params,), ({"w": slopes["w"], "c": slopes["b"]},))
    with pytest.raises(TypeError, match="another structure"):
        jvp(f, (params,), ({"w": slopes["w"], "b": [slopes["b"]]},))


def test_integers_have_no_tangent() -> None:
    """The tangent of an integer result is a zero of dtype float0, as in JAX."""

    def f(x: Any, k: Any) -> Any:
        return x * k, np.argmax(x)

    _, (slope, none) = jvp(f, (X, 3), (W, None))
    np.testing.assert_array_equal(slope, 3 * W)
    assert none.dtype == jax.dtypes.float0


def test_stop_gradient(backend: str) -> None:
    """Nothing is differentiated through it, in either mode; what it gives is the array itself."""

    def f(x: Any, p: Any) -> Any:
        held = stop_gradient({"x": x, "p": p})
        return np.sum(x * held["x"]) + p * held["p"]

    def written(x: Any) -> Any:
        y = stop_gradient(x)
        y[0] = 5.0
        return np.sum(x * y)

    assert stop_gradient(X) is X
    np.testing.assert_allclose(grad(f, (0, 1), backend=backend)(X, 2.0)[0], X, rtol=1e-15)
    np.testing.assert_allclose(jvp(f, (X, 2.0), (W, 1.0), backend=backend)[1], X @ W + 2.0, rtol=1e-14)
    with pytest.raises(CompileError, match="stop_gradient"):
        grad(written, backend=backend)(X)


def test_refusals() -> None:
    """Tangents that do not fit their primals, and functions that call themselves on XLA."""
    with pytest.raises(TypeError, match="shape and dtype"):
        jvp(np.sin, (X,), (W[:2],))
    with pytest.raises(TypeError, match="structure"):
        jvp(layer, (P, X), ({"W": P["W"]}, X))
    with pytest.raises(TypeError, match="needs the tangents x_dot"):
        pushforward(total)(X, W)
    with pytest.raises(TypeError, match="shape and dtype"):
        jvp(lambda z: z * z, (1j,), (1.0,))
    with pytest.raises(CompileError, match="calls itself"):
        jvp(power, (2.0, 3), (1.0, None), backend="jax")


def test_a_parameter_with_the_name_of_a_tangent(backend: str) -> None:
    """The tangent gets another name."""

    def f(x: Any, x_dot: Any) -> Any:
        return np.sum(np.sin(x) * x_dot)

    wanted = np.sum(np.cos(X) * W * W) + np.sum(np.sin(X) * X)
    np.testing.assert_allclose(jvp(f, (X, W), (W, X), backend=backend)[1], wanted, rtol=1e-14)
    _, tangent = pushforward(f, backend=backend)(X, W, x_dot_=W)
    np.testing.assert_allclose(tangent, np.sum(np.cos(X) * W * W), rtol=1e-14)


def test_linearize_holds_its_point(backend: str) -> None:
    """Neither the function nor the caller can move it afterwards."""

    def f(x: Any) -> Any:
        x *= 2.0
        return np.sum(x**3)

    x = X.copy()
    _, push = linearize(f, x, backend=backend)
    np.testing.assert_array_equal(x, X)
    x[:] = 0.0
    np.testing.assert_allclose(push(W), 24 * X**2 @ W, rtol=1e-13)


def test_jacobians_are_of_real_floats(backend: str) -> None:
    """Integers among arguments and results are refused, and complex numbers where they would need holomorphic=True."""
    for jac in (jacfwd, jacrev):
        with pytest.raises(TypeError, match="result has the dtype int64"):
            jac(lambda x: (np.argmax(x), x * x), backend=backend)(X)
        with pytest.raises(TypeError, match="argument has the dtype int64"):
            jac(lambda x, k: x * k, 1, backend=backend)(X, 3)
    with pytest.raises(TypeError, match="complex128"):
        jacrev(lambda x: x * (1 + 2j), backend=backend)(X)
    with pytest.raises(TypeError, match="complex128"):
        jacfwd(np.abs, backend=backend)(Z)
    for jac in (jacfwd, jacrev, jacobian):
        with pytest.raises(TypeError, match="holomorphic"):
            jac(np.sin, backend=backend, holomorphic=True)(X)
        with pytest.raises(TypeError, match="holomorphic"):
            jac(np.abs, backend=backend, holomorphic=True)(Z)
    with pytest.raises(TypeError, match="holds no float"):
        pushforward(lambda x, k: x * k, 1, backend=backend)(X, 3, k_dot=1)


Z, V = np.array([0.5 + 0.3j, -1.0 - 0.8j, 2.0 + 0.1j]), np.array([0.3 - 0.1j, 0.2j, -0.7 + 0.4j])
COMPLEX: dict[str, Any] = {
    "holomorphic": lambda np, z: np.exp(z) / (2 + z**2) - np.tanh(z) * np.sqrt(z) ** 3,
    "not holomorphic": lambda np, z: np.abs(z) + np.angle(z) + np.conj(z) * z.real - z / np.abs(z) * z.imag,
    "real and complex meet": lambda np, z: np.where(z.real > 0, z.imag, z) ** 1.5 - np.abs(z) ** (1 + 1j),
    "products": lambda np, z: np.vdot(z, z * 1j) + np.outer(z, np.conj(z)) @ z - np.dot(z.real, z) * z[::-1],
    "transforms": lambda np, z: np.fft.ifft(np.abs(np.fft.fft(z)) ** 2) - np.fft.fft(np.fft.rfft(z.real), 3),
    "matrices": lambda np, z: np.linalg.solve(np.diag(z) + np.outer(z, z), z) / np.linalg.det(np.diag(z) + 1),
    "several": lambda np, z: (np.sum(np.abs(z) ** 2), np.cumsum(z), np.stack([z.real, z.imag])),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_as_jax(name: str, backend: str) -> None:
    """Tangents of complex numbers are complex numbers, holomorphic or not."""
    f = COMPLEX[name]
    with jax.enable_x64(True):
        ours = jvp(lambda z: f(np, z), (Z,), (V,), backend=backend)
        assert_alike(ours, jax.jvp(lambda z: f(jnp, z), (Z,), (V,)))


def rotated(x: Any, w: Any) -> Any:
    """A real function with complex numbers inside, written into an array in a loop."""
    y = np.zeros(len(x), complex)
    y[0] = x[0] + 1j * w[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * np.exp(1j * w[i] * x[i]) + np.conj(y[i - 1])
    return np.sum(np.abs(y) ** 3)


def test_complex_inside(backend: str) -> None:
    """Jacobians, Hessians and products of a real function that computes with complex numbers."""
    slope = [np.asarray(part) for part in grad(rotated, (0, 1), backend=backend)(X, W)]
    found = jacfwd(rotated, (0, 1), backend=backend)(X, W)
    np.testing.assert_allclose(found, slope, rtol=1e-12)
    curvature = hessian(rotated, backend=backend)(X, W)
    np.testing.assert_allclose(curvature, curvature.T, rtol=1e-11)
    np.testing.assert_allclose(curvature, jacrev(grad(rotated))(X, W), rtol=1e-11)
    product = hvp(lambda x: rotated(x, W), (X,), (W,), backend=backend)
    np.testing.assert_allclose(product, curvature @ W, rtol=1e-11)
    value, push = linearize(rotated, X, W, backend=backend)
    np.testing.assert_allclose(push(W, X), slope[0] @ W + slope[1] @ X, rtol=1e-12)


def test_complex_jacobians_as_jax(backend: str) -> None:
    """holomorphic=True, and without it real arguments in forward mode, real values in reverse mode."""
    whole, onto, size = COMPLEX["holomorphic"], COMPLEX["transforms"], COMPLEX["several"]
    with jax.enable_x64(True):
        for ours, theirs in ((jacfwd, jax.jacfwd), (jacrev, jax.jacrev), (jacobian, jax.jacfwd)):
            found = ours(lambda z: whole(np, z), backend=backend, holomorphic=True)(Z)
            assert_alike(found, theirs(lambda z: whole(jnp, z), holomorphic=True)(Z))
        for ours in (jacfwd, jacobian):
            found = ours(lambda x: onto(np, x + 1j), backend=backend)(X)
            assert_alike(found, jax.jacfwd(lambda x: onto(jnp, x + 1j))(X))
        for ours in (jacrev, jacobian):
            found = ours(lambda z: size(np, z)[0], backend=backend)(Z)
            assert_alike(found, jax.jacrev(lambda z: size(jnp, z)[0])(Z))


def power(x: Any, n: Any) -> Any:
    """A function that calls itself as long as data say."""
    return x if abs(x) > 9 else x * power(x + 1.0, n)


def halved(x: Any, scale: Any) -> Any:
    """Arrays, several results, one of them an argument, and a write."""
    if np.sum(x) < 1.0 or len(x) < 2:
        return x, scale
    rest, more = halved(x[1:] * np.sin(x[:-1]), scale * 1.5)
    y = x.copy()
    y[1:] += rest * more
    return y, more * x[0]


def evens(x: Any) -> Any:
    """Two functions that call one another."""
    return x if x > 4 else np.sin(odds(x + 1.0)) * x


def odds(x: Any) -> Any:
    """The other one."""
    return x * x if x > 4 else evens(x * 1.5) + x


RECURSIVE = [
    (lambda x: power(x, 3), (2.0,)),
    (lambda x, s: np.sum(halved(x, s)[0] ** 2) * halved(x, s)[1], (np.array([0.9, 1.4, 1.2, 0.8]), 0.7)),
    (lambda x: evens(x), (0.4,)),
    (lambda x, y: np.abs(power(x + 1j * y, 2)) ** 2, (1.0, 2.0)),
]


@pytest.mark.parametrize(("f", "args"), RECURSIVE)
def test_recursion(f: Any, args: Any) -> None:
    """Tangents and second derivatives of functions that call themselves agree with reverse mode."""
    numbers = tuple(range(len(args)))
    directions = tangent_of(args)
    before = snapshot(args)
    found, size = product(grad(f, numbers)(*args), directions)
    value, tangent = jvp(f, args, directions)
    assert value == f(*args)
    np.testing.assert_allclose(tangent, found, rtol=1e-12, atol=1e-13 * size)
    along = jvp(grad(f, numbers), args, directions)[1]
    by_reverse = [jacrev(grad(f, k), numbers)(*args) for k in numbers]
    for row, ours in zip(by_reverse, along, strict=True):
        terms = zip(row, directions, strict=True)
        theirs = sum(np.tensordot(block, direction, np.ndim(direction)) for block, direction in terms)
        np.testing.assert_allclose(ours, theirs, rtol=1e-11)
    assert snapshot(args) == before


def test_source_of_recursion() -> None:
    """A function that gives value and tangent calls itself; nothing is computed twice."""
    text = pushforward(power).source(2.0, 3)
    assert "t, t1 = power_1_tangent(x + 1.0, n, x_dot)" in text
    assert "def power_1(" not in text


def test_source() -> None:
    """The emitted code is one sweep: the tangent of a line stands beside the line."""

    def f(x: Any, w: Any) -> Any:
        y = np.sin(x) * w
        return np.sum(y**2)

    text = pushforward(f, (0, 1)).source(X, W)
    assert "def f_jvp(x, w, *, x_dot, w_dot):" in text
    assert "y_dot = x_dot * np.cos(x) * w + t * w_dot" in text
    assert "tape" not in pushforward(total).source(X, W)


def test_a_zero_has_the_dtype_of_its_value() -> None:
    """Where a path gives a Python float, beside a float32 on another one, the tangent is a Python float too."""

    def f(w):
        return np.square(w[0]) * 0.3 if w[1] > 0.5 else 0.0

    ones = np.ones(2, np.float32)
    for w, kind in ((np.array([0.3, 0.4]), float), (np.array([0.3, 0.9]), np.float32)):
        value, tangent = jvp(f, (w.astype(np.float32),), (ones,))
        assert type(value) is type(tangent) is kind


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_tangents_that_are_the_primals(backend: str) -> None:
    """A program that writes to its arguments may be pushed along these arguments themselves."""

    def f(x, A):
        A[0] += x
        A[1] *= A[0]
        x[1] = 2.0
        return np.sum(A * A) + np.sum(x)

    x, A = np.array([1.0, 2.0, 3.0]), np.arange(1.0, 7.0).reshape(2, 3)
    before = x.copy(), A.copy()
    _, same = jvp(f, (x, A), (x, A), backend=backend)
    _, copied = jvp(f, (x, A), before, backend=backend)
    assert same == copied == 7156.0
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(A, before[1])
