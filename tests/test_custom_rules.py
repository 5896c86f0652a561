"""Rules of the user's: custom_vjp, custom_jvp, on_backward, implicit. JAX's own objects and finite differences are the oracles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from differences import assert_same

from adcompiler import (
    CompileError,
    check_grads,
    custom_jvp,
    custom_vjp,
    from_sympy,
    grad,
    hessian,
    hvp,
    implicit,
    jacfwd,
    jacrev,
    jvp,
    on_backward,
    pushforward,
    stop_gradient,
    value_and_grad,
    vjp,
)

X = np.array([0.3, -1.2, 0.8])


def refusal(f: Callable[..., Any], *args: Any) -> str:
    """The text of the error that differentiating f gives."""
    with pytest.raises(CompileError) as caught:
        grad(f)(*args)
    return str(caught.value)


# ---------------------------------------------------------------------------------------------------- custom_vjp


@custom_vjp
def product(x: Any, y: Any) -> Any:
    """x * y with a rule that says the same."""
    return x * y


product.defvjp(lambda x, y: (x * y, (x, y)), lambda saved, g: (g * saved[1], g * saved[0]))


@custom_vjp
def exponential(x: Any) -> Any:
    """exp, whose forward rule calls it."""
    return np.exp(x)


def exponential_fwd(x: Any) -> Any:
    """The result is what the backward rule reads."""
    y = exponential(x)
    return y, y


exponential.defvjp(exponential_fwd, lambda y, g: (g * y,))


@custom_vjp
def wrong(x: Any) -> Any:
    """sin with a rule that is three times too large."""
    return np.sin(x)


wrong.defvjp(lambda x: (np.sin(x), x), lambda x, g: (3.0 * g * np.cos(x),))


def test_runs_as_python() -> None:
    """Called outside, it is the function."""
    assert product(2.0, 3.0) == 6.0
    assert product.__name__ == "product" and product.__doc__


def overwritten(x: Any) -> Any:
    """The arguments are overwritten after the call: residuals are what they were."""
    y = x * 1.0
    z = product(y, y)
    y[0] = 100.0
    return np.sum(z) + np.sum(y)


def looped(x: Any) -> Any:
    """One residual for each trip, in a branch."""
    s = 1.0
    for i in range(len(x)):
        if x[i] > 0:
            s = product(s, exponential(x[i]))
        else:
            s = exponential(s) * x[i]
    while s > 1.0:
        s = product(s, 0.5)
    return s


def helper(x: Any, y: Any) -> Any:
    """A function between."""
    return product(np.sin(x), y)


def called(x: Any) -> Any:
    """Through functions, closures and containers."""
    square: Callable[[Any], Any] = lambda v: product(v, v)
    parts = [square(x), helper(x, np.cos(x))]
    return np.sum(parts[0] * parts[1])


def twice(x: Any) -> Any:
    """One value in two places."""
    return np.sum(product(x, x) ** 2)


def matrix(x: Any) -> Any:
    """Broadcast before the call, which takes arrays of one shape."""
    a = np.outer(x, x)
    return np.sum(product(a, np.ones_like(a)) @ x)


@pytest.mark.parametrize("f", [overwritten, looped, called, twice, matrix])
def test_right_rules(f: Callable[..., Any]) -> None:
    """A rule that says the truth gives the derivative; on both backends."""
    check_grads(f, (X,))


def test_unoptimised_rule_is_followed(backend: Any) -> None:
    """What the rule says is what is computed, right or wrong, and the value is that of the function."""
    value, slope = value_and_grad(lambda x: wrong(x) ** 2, backend=backend)(0.4)
    assert_same(value, np.sin(0.4) ** 2)
    assert_same(slope, 2 * np.sin(0.4) * 3 * np.cos(0.4))
    assert_same(grad(wrong, backend=backend)(0.4), 3 * np.cos(0.4))


def test_check_grads_finds_a_wrong_rule() -> None:
    """The planted error is found."""
    with pytest.raises(AssertionError, match="disagrees with finite differences"):
        check_grads(lambda x: wrong(x) ** 2, (0.4,))


def of_both(make: Any, math: Any) -> dict[str, Any]:
    """The same functions with rules, ours or JAX's."""
    cube = make(lambda x: x**3)
    cube.defvjp(lambda x: (x**3, x), lambda x, g: (g * 3 * x**2,))
    step = make(lambda x: math.round(x))  # the straight-through estimator
    step.defvjp(lambda x: (math.round(x), None), lambda _, g: (g,))
    kept = make(
        lambda x: math.round(x)
    )  # calls itself, so that its rule holds for derivatives of derivatives
    kept.defvjp(lambda x: (kept(x), None), lambda _, g: (g,))
    own = make(lambda x: math.exp(x))
    own.defvjp(lambda x: (own(x), x), lambda x, g: (g * own(x),))  # the backward rule calls the function
    three = make(lambda x: math.sin(x))
    three.defvjp(lambda x: (math.sin(x), x), lambda x, g: (3 * g * math.cos(x),))
    return {"cube": cube, "step": step, "kept": kept, "own": own, "three": three}


@pytest.mark.parametrize("name", ["cube", "step", "kept", "own", "three"])
def test_higher_derivatives_are_those_of_jax(name: str, backend: Any) -> None:
    """Which code a derivative of a derivative follows is decided as in JAX."""
    ours, theirs = of_both(custom_vjp, np)[name], of_both(jax.custom_vjp, jnp)[name]
    f = lambda x: ours(1.5 * x) ** 2 * x
    other: Callable[[Any], Any] = lambda x: theirs(1.5 * x) ** 2 * x
    first = grad(f, backend=backend)
    second = grad(lambda x: first(x), backend=backend)
    third = grad(lambda x: second(x), backend=backend)
    with jax.enable_x64(True):
        for found in (first, second, third):
            other = jax.grad(other)
            assert_same(found(0.9), np.asarray(other(0.9)), rtol=1e-12)


def test_forward_over_reverse() -> None:
    """The Hessian-vector product follows the forward rule's code, as in JAX."""
    theirs = of_both(jax.custom_vjp, jnp)["three"]
    ours = of_both(custom_vjp, np)["three"]
    with jax.enable_x64(True):
        expected = jax.jvp(jax.grad(lambda x: theirs(x) ** 2), (0.9,), (1.0,))[1]
        assert_same(hvp(lambda x: ours(x) ** 2, (0.9,), (1.0,)), np.asarray(expected), rtol=1e-12)


def test_objects_of_jax(backend: Any) -> None:
    """A function decorated by jax.custom_vjp has its rule here too."""
    theirs = of_both(jax.custom_vjp, jnp)["three"]
    assert_same(grad(lambda x: theirs(x), backend=backend)(0.4), 3 * np.cos(0.4))


@custom_vjp
def layer(p: Any, x: Any, n: int, flag: bool = True) -> Any:
    """Containers, an integer and a default."""
    return {"y": p["w"] * x + p["b"], "n": n}


def layer_fwd(p: Any, x: Any, n: int, flag: bool) -> Any:
    """All arguments by position, the default too."""
    return {"y": p["w"] * x + p["b"], "n": n}, (p, x)


def layer_bwd(saved: Any, g: Any) -> Any:
    """The cotangents have the structure of the arguments; integers have none."""
    p, x = saved
    dy = g["y"]
    return {"w": dy * x, "b": np.sum(dy)}, dy * p["w"], None, None


layer.defvjp(layer_fwd, layer_bwd)


def test_containers_keywords_defaults() -> None:
    """Arguments by keyword, trees as arguments, results and cotangents."""
    check_grads(lambda w, b, x: np.sum(layer(n=3, p={"w": w, "b": b}, x=x)["y"] ** 2), (X + 1, 0.5, X))


@partial(custom_vjp, nondiff_argnums=(0, 2))
def applied(h: Callable[[Any], Any], x: Any, n: float) -> Any:
    """A function and a number that are not differentiated."""
    return h(x) * n


applied.defvjp(lambda h, x, n: (h(x) * n, x), lambda h, n, x, g: (g * n * np.cos(x),))


def test_nondiff_argnums() -> None:
    """The backward rule takes them before all others; to differentiate by one is refused."""
    check_grads(lambda x: applied(np.sin, x, 3.0), (0.4,))
    assert "has no rule for it" in refusal(lambda x: applied(np.sin, x, x), 0.4)


SCALE = np.array([1.0, -2.0, 3.0])


@custom_vjp
def scaled(x: Any) -> Any:
    """An array from outside, in the function and in both rules."""
    return x * SCALE


scaled.defvjp(lambda x: (x * SCALE, None), lambda _, g: (g * SCALE,))


def test_outside_arrays() -> None:
    """An array from outside is read anew at every call."""
    f = grad(lambda x: np.sum(scaled(x)))
    assert_same(f(X), SCALE.copy())
    SCALE[0] = 7.0
    assert_same(f(X), SCALE.copy())


def made(factor: float) -> Any:
    """A function with closures for its rules."""
    f = custom_vjp(lambda x: factor * x)
    f.defvjp(lambda x: (factor * x, None), lambda _, g: (factor * g,))
    return f


def test_closures() -> None:
    """Two functions of one maker keep their own constants."""
    double, triple = made(2.0), made(3.0)
    assert_same(grad(lambda x: double(x) * triple(x))(2.0), 24.0)


def test_vjp_of_several_results(backend: Any) -> None:
    """A result that nothing depends on has a cotangent of zeros."""
    pair = custom_vjp(lambda x: (np.sin(x), np.cos(x)))
    pair.defvjp(lambda x: ((np.sin(x), np.cos(x)), x), lambda x, g: (g[0] * np.cos(x) - g[1] * np.sin(x),))
    assert_same(grad(lambda x: pair(x)[0], backend=backend)(0.4), np.cos(0.4))
    _, pullback = vjp(pair, 0.4, backend=backend)
    assert_same(pullback((1.0, 2.0))[0], np.cos(0.4) - 2 * np.sin(0.4))


def test_rule_replaced() -> None:
    """A rule that is defined anew is compiled anew."""
    f = custom_vjp(lambda x: x * 1.0)
    f.defvjp(lambda x: (x * 1.0, None), lambda _, g: (2.0 * g,))
    slope = grad(lambda x: f(x))
    assert slope(1.0) == 2.0
    f.defvjp(lambda x: (x * 1.0, None), lambda _, g: (5.0 * g,))
    assert slope(1.0) == 5.0


def test_results_that_are_arguments() -> None:
    """Where Python gives the caller's own array back, a write to either is refused, and reading both is not."""
    same = custom_vjp(lambda x: x)
    same.defvjp(lambda x: (x, None), lambda _, g: (2.0 * g,))

    def read(x: Any) -> Any:
        y = x * 1.0
        return np.sum(same(y) * y)

    def written(x: Any) -> Any:
        y = x * 1.0
        z = same(y)
        z[0] = 5.0
        return np.sum(z * y)

    def overwritten_later(x: Any) -> Any:
        y = x * 1.0
        z = same(y)
        y[0] = 5.0
        return np.sum(z * y)

    assert_same(grad(read)(X), 3 * X)
    assert "may be the array that" in refusal(written, X)
    assert "which was written since" in refusal(overwritten_later, X)


def defined(fun: Any, fwd: Any, bwd: Any) -> Any:
    """A function with that rule."""
    f = custom_vjp(fun)
    f.defvjp(fwd, bwd)
    return f


TIMES = lambda x: x * 1.0  # noqa: E731
WRITES: Any = {}


def writing(x: Any) -> Any:
    """A function that changes what it is given."""
    x[0] = 3.0
    return x * 1.0, None


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (defined(TIMES, lambda x: (x * 1.0, None), lambda _, g: g), "not a tuple of 1"),
        (defined(TIMES, lambda x: (x * 1.0, None), lambda _, g: (g, g)), "returns a tuple of 2"),
        (defined(TIMES, lambda x: (x * 1.0, None), lambda _, g: (np.sum(g),)), "what it belongs to is f64[x"),
        (defined(TIMES, lambda x: (x * 1.0, None), lambda _, g: ((g, g),)), "a tuple of f64"),
        (defined(TIMES, lambda x: x * 1.0, lambda _, g: (g,)), "not the pair of its result"),
        (defined(TIMES, lambda x: (np.sum(x), None), lambda _, g: (g,)), "and the function itself f64[x"),
        (defined(TIMES, lambda x: ((x, x), None), lambda _, g: (g,)), "gives a tuple of"),
        (defined(TIMES, writing, lambda _, g: (g,)), "writes into an array or a container"),
        (
            defined(TIMES, lambda x: (x * 1.0, None), lambda _, g: (g * np.random.rand(),)),
            "draws random numbers",
        ),
        (custom_vjp(TIMES), "has no rule yet"),
    ],
)
def test_refusals(f: Any, message: str) -> None:
    """What does not agree is refused, at the rule's return or at the call."""
    text = refusal(lambda x: np.sum(f(x)), X)
    assert message in text
    assert __file__ in text and "instead:" in text


def made_inside(x: Any) -> Any:
    """A function that is given a rule where it cannot be followed."""
    f = custom_vjp(lambda y: y * x)
    return f(x)


def test_rules_are_given_outside() -> None:
    """At the top level, where Python runs the decorator."""
    assert "inside a function that is compiled" in refusal(made_inside, 0.4)


@custom_vjp
def weighted(p: Any, x: Any) -> Any:
    """Several arguments, one a container with an integer; several results."""
    y = p["w"] * np.sin(x) ** p["n"]
    return y, np.sum(y)


def weighted_fwd(p: Any, x: Any) -> Any:
    """With residuals of several shapes."""
    s = np.sin(x)
    y = p["w"] * s ** p["n"]
    return (y, np.sum(y)), (p["w"], p["n"], s, np.cos(x))


def weighted_bwd(residuals: Any, g: Any) -> Any:
    """A loop, and a sum over what was broadcast."""
    w, n, s, c = residuals
    dy = g[0] + g[1]
    dx = np.zeros_like(s)
    for i in range(len(s)):
        dx[i] = dy[i] * w * n * s[i] ** (n - 1) * c[i]
    return {"w": np.sum(dy * s**n), "n": None}, dx


weighted.defvjp(weighted_fwd, weighted_bwd)


def test_forward_mode_transposes(backend: Any) -> None:
    """The tangent of a function with a rule for reverse mode is the rule's transpose, where the rule is linear."""
    f = lambda w, x: weighted({"w": w, "n": 3}, x * x)
    plain = lambda w, x: weighted.fun({"w": w, "n": 3}, x * x)
    ours, theirs = (jvp(g, (0.7, X), (0.3, X + 1.0), backend=backend) for g in (f, plain))
    for part, other in zip((*ours[0], *ours[1]), (*theirs[0], *theirs[1]), strict=True):
        assert_same(part, other)
    first, other_first = jacfwd(f, (0, 1), backend=backend)(0.7, X), jacrev(f, (0, 1))(0.7, X)
    for row, other_row in zip(first, other_first, strict=True):
        for block, other_block in zip(row, other_row, strict=True):
            assert_same(block, other_block)
    assert_same(jvp(lambda x: product(x, x), (0.3,), (1.0,))[1], grad(lambda x: product(x, x))(0.3))


def test_forward_mode_of_untrue_rules() -> None:
    """What the rule says is what forward mode gives: here twice the slope."""
    f = custom_vjp(lambda x: np.sin(x))
    f.defvjp(lambda x: (np.sin(x), np.cos(x)), lambda c, g: (2.0 * g * c,))
    assert_same(jvp(lambda x: np.sum(f(x)), (X,), (X,))[1], 2.0 * np.sum(np.cos(X) * X))


NOT_LINEAR = [
    lambda r, g: (np.clip(g, -1.0, 1.0),),
    lambda r, g: (np.round(g) * r,),
    lambda r, g: (np.sign(g) * r,),
    lambda r, g: (np.where(g > 0, g, 0.1 * g),),
    lambda r, g: (g if np.sum(g) > 0 else 2.0 * g,),
    lambda r, g: (g * g,),
    lambda r, g: (g / np.linalg.norm(g),),
    lambda r, g: (g[np.argsort(g)],),
]


@pytest.mark.parametrize("bwd", NOT_LINEAR)
def test_no_forward_mode(bwd: Any) -> None:
    """A rule that is not linear has no transpose: forward mode refuses it."""
    f = custom_vjp(lambda x: np.sin(x))
    f.defvjp(lambda x: (np.sin(x), x), bwd)
    assert grad(lambda x: np.sum(f(x)))(X).shape == X.shape
    with pytest.raises(CompileError, match="is not linear in the cotangents, which forward mode needs"):
        jvp(lambda x: f(x), (X,), (X,))


def test_derivative_of_a_call_inside_its_rule() -> None:
    """A rule may call its function with other arguments; a derivative of that is refused, not guessed."""
    f = custom_vjp(lambda x: np.sin(x))
    f.defvjp(lambda x: (np.sin(x), x), lambda x, g: (g * f(x + np.pi / 2),))
    first = grad(lambda x: f(x))
    assert_same(first(0.4), np.cos(0.4))
    assert "inside its own rule" in refusal(lambda x: first(x), 0.4)


# ---------------------------------------------------------------------------------------------------- custom_jvp


@custom_jvp
def log_sum_exp(x: Any) -> Any:
    """A function whose rule reads its result."""
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


@log_sum_exp.defjvp
def log_sum_exp_jvp(primals: Any, tangents: Any) -> Any:
    """The result is that of the function itself."""
    (x,), (x_dot,) = primals, tangents
    y = log_sum_exp(x)
    return y, np.sum(np.exp(x - y) * x_dot)


@custom_jvp
def stepped(x: Any, n: Any) -> Any:
    """A loop, with an integer."""
    s = 1.0
    for i in range(n):
        s = s * x + i
    return s


@stepped.defjvp
def stepped_jvp(primals: Any, tangents: Any) -> Any:
    """A rule that carries the tangent through a loop of its own."""
    x, n = primals
    s, s_dot = 1.0, 0.0
    for i in range(n):
        s_dot = s_dot * x + s * tangents[0]
        s = s * x + i
    return s, s_dot


@custom_jvp
def wave(x: Any, y: Any, z: Any) -> Any:
    """A rule for each argument but the last."""
    return x * np.sin(y) + z


wave.defjvps(lambda t, ans, x, y, z: t * np.sin(y), lambda t, ans, x, y, z: x * np.cos(y) * t, None)


def accumulated(x: Any) -> Any:
    """Rules with loops, in a loop and a branch."""
    s = 0.0
    for k in range(len(x)):
        if x[k] > 0:
            s = s + stepped(x[k] + s, 3)
    return s


@pytest.mark.parametrize(
    ("f", "args", "order"),
    [
        (lambda w, x: log_sum_exp(w * x) ** 2, (0.7, X), 2),
        (lambda x: stepped(x, 4) ** 2, (0.7,), 2),
        (lambda x, y: wave(x, y, 1.0), (0.7, 0.4), 2),
        (accumulated, (X / 2,), 1),
    ],
)
def test_rules_of_tangents(f: Any, args: Any, order: int) -> None:
    """In both modes, on both backends, and differentiated again."""
    check_grads(f, args, order=order)
    check_grads(f, args, modes=("fwd", "rev"))


def tangents_of_both(make: Any, math: Any) -> dict[str, Any]:
    """The same functions with rules that are not their derivatives, ours or JAX's."""
    plain, kept, own = (make(lambda x: math.sin(x)) for _ in range(3))
    plain.defjvp(lambda p, t: (math.sin(p[0]), 3 * math.cos(p[0]) * t[0]))
    kept.defjvp(lambda p, t: (kept(p[0]), 3 * math.cos(p[0]) * t[0]))
    own.defjvp(lambda p, t: (own(p[0]), 2 * own(p[0]) * t[0]))
    return {"plain": plain, "kept": kept, "own": own}


@pytest.mark.parametrize("name", ["plain", "kept", "own"])
def test_higher_tangents_are_those_of_jax(name: str, backend: Any) -> None:
    """Reverse over reverse and forward over reverse."""
    ours, theirs = tangents_of_both(custom_jvp, np)[name], tangents_of_both(jax.custom_jvp, jnp)[name]
    f = lambda x: ours(1.5 * x) ** 2 * x
    other: Callable[[Any], Any] = lambda x: theirs(1.5 * x) ** 2 * x
    first = grad(f, backend=backend)
    second = grad(lambda x: first(x), backend=backend)
    with jax.enable_x64(True):
        expected = [np.asarray(d(0.9)) for d in (jax.grad(other), jax.grad(jax.grad(other)))]
    assert_same(first(0.9), expected[0], rtol=1e-12)
    assert_same(second(0.9), expected[1], rtol=1e-12)
    assert_same(hvp(f, (0.9,), (1.0,), backend=backend), expected[1], rtol=1e-12)
    mixed = tangents_of_both(jax.custom_jvp, jnp)[name]
    assert_same(grad(lambda x: mixed(1.5 * x) ** 2 * x, backend=backend)(0.9), expected[0], rtol=1e-12)


def tangent(fun: Any, rule: Any) -> Any:
    """A function with that rule for its tangent."""
    f = custom_jvp(fun)
    f.defjvp(rule)
    return f


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (
            tangent(lambda x: np.sum(x), lambda p, t: (np.sum(p[0]), np.sum(t[0] ** 2))),
            "is not linear in the tangents",
        ),
        (tangent(lambda x: np.sum(x), lambda p, t: (np.sum(p[0]), t[0])), "is f64[x.shape[0]]"),
        (
            tangent(lambda x: np.sum(x), lambda p, t: np.sum(t[0])),
            "not the pair of its result and its tangent",
        ),
        (tangent(lambda x: np.sum(x), lambda p, t: (p[0], np.sum(t[0]))), "and the function itself f64"),
        (custom_jvp(lambda x: np.sum(x)), "has no rule yet"),
    ],
)
def test_tangents_refused(f: Any, message: str) -> None:
    """What does not agree with the function, or is not linear."""
    assert message in refusal(lambda x: f(x), X)


def test_defjvps_refused() -> None:
    """As in JAX, rules for each argument go without nondiff_argnums."""
    with pytest.raises(TypeError, match="no nondiff_argnums"):
        custom_jvp(lambda x, n: x, nondiff_argnums=1).defjvps(lambda t, y, x: t)
    with pytest.raises(TypeError, match="a rule for some argument"):
        custom_jvp(lambda x: x).defjvps(None)


# ---------------------------------------------------------------------------------------------------- SymPy

S, K = sp.symbols("s k")


@pytest.mark.parametrize(
    "expression",
    [
        sp.log(1 + sp.exp(2 * S)) / 2,
        sp.Abs(S) ** sp.Rational(3, 2),
        sp.Max(S, 0) ** 2,
        sp.erf(S) * sp.gamma(2 + S**2),
        sp.Piecewise((S**2, S > 0), (sp.sin(S), True)),
        sp.atan2(S, 2),
        sp.Integer(3),
    ],
)
def test_from_sympy(expression: Any) -> None:
    """The derivative that SymPy finds, of an array."""
    f = from_sympy(expression, S)
    check_grads(lambda x: np.sum(f(x) * x), (X,))


def test_from_sympy_of_several() -> None:
    """Broadcast among the arguments, and differentiated again."""
    f = from_sympy(sp.log(1 + sp.exp(K * S)) / K, S, K, name="softplus")
    assert f.__name__ == "softplus"
    assert_same(f(X, 2.0), np.log(1 + np.exp(2 * X)) / 2)
    check_grads(lambda x, k: np.sum(f(x, k) ** 2), (X, 1.7))
    check_grads(lambda k: np.sum(f(X, k) ** 2), (1.7,), order=2)


def test_from_sympy_refused() -> None:
    """A symbol that is no argument, and a function without a derivative in closed form."""
    with pytest.raises(ValueError, match="k of the expression is no argument"):
        from_sympy(S * K, S)
    with pytest.raises(ValueError, match="no derivative of"):
        from_sympy(sp.Function("f")(S), S)


# ---------------------------------------------------------------------------------------------------- jax.jit


@jax.jit
def squashed(x: Any, n: int = 2) -> Any:
    """A function under jax.jit, with a default."""
    return jnp.tanh(x) ** n


def test_functions_under_jit() -> None:
    """jax.jit says how a function runs: what it wraps is compiled."""
    with jax.enable_x64(True):
        check_grads(lambda x: squashed(x) + squashed(x, n=3), (0.4,))


# ---------------------------------------------------------------------------------------------------- on_backward


def clipped(x: Any, w: Any) -> Any:
    """A recurrence whose cotangents are kept small."""
    h = np.zeros(3)
    for i in range(len(x)):
        h = on_backward(np.tanh(w * h + x[i]), lambda dh: np.clip(dh, -0.1, 0.1))
    return np.sum(h * np.array([1.0, 2.0, 3.0]))


def test_hook_in_a_loop(backend: Any) -> None:
    """Clipping in each trip, against the same program in JAX."""
    clip = jax.custom_vjp(lambda h: h)
    clip.defvjp(lambda h: (h, None), lambda _, g: (jnp.clip(g, -0.1, 0.1),))

    def other(x: Any, w: Any) -> Any:
        h = jnp.zeros(3)
        for i in range(3):
            h = clip(jnp.tanh(w * h + x[i]))
        return jnp.sum(h * jnp.array([1.0, 2.0, 3.0]))

    with jax.enable_x64(True):
        expected = [np.asarray(part) for part in jax.grad(other, argnums=(0, 1))(X, 0.7)]
    for part, wanted in zip(grad(clipped, argnums=(0, 1), backend=backend)(X, 0.7), expected, strict=True):
        assert_same(part, wanted, rtol=1e-12)
    assert clipped(X, 0.7) == other(X, 0.7) or np.isclose(clipped(X, 0.7), float(other(X, 0.7)))


def test_hook_that_looks(backend: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """A hook that returns None changes nothing."""

    def shown(x: Any) -> Any:
        y = on_backward(np.sin(x), lambda dy: print("dy is", dy))
        return y**2

    slope = grad(shown, backend=backend)(0.4)
    jax.effects_barrier()
    assert_same(slope, 2 * np.sin(0.4) * np.cos(0.4), rtol=1e-12)
    assert capfd.readouterr().out.startswith("dy is 0.77")


def test_hook_that_writes(backend: Any) -> None:
    """A hook may change its own cotangent and return it."""

    def masked(x: Any) -> Any:
        def hook(dx: Any) -> Any:
            dx[0] = 0.0
            return dx

        y = on_backward(x, hook)
        return np.sum(y * x)

    assert_same(grad(masked, backend=backend)(X), X * np.array([1.0, 2.0, 2.0]))


def test_hook_of_a_container() -> None:
    """None in a container leaves that cotangent as it is."""

    def tree(p: Any, x: Any) -> Any:
        p = on_backward(p, lambda dp: {"w": dp["w"] * 2, "b": None})
        return np.sum(p["w"] * x) + p["b"]

    assert_same(grad(tree)({"w": np.ones(3), "b": 2.0}, X), {"w": 2 * X, "b": 1.0})


def test_hook_and_second_derivatives() -> None:
    """The hook is part of the first derivative, which is differentiated as it is."""
    f = lambda x: on_backward(x, lambda dx: dx * 2) ** 3
    first = grad(f)
    assert_same(first(1.5), 13.5)
    assert_same(grad(lambda x: first(x))(1.5), 18.0)
    assert_same(hvp(f, (1.5,), (1.0,)), 18.0)


@dataclass
class Pair:
    """Two arrays."""

    a: Any
    b: Any


def changed_list(x: Any) -> Any:
    """What on_backward gives is the list that it was given."""
    p = [x, x * 2]
    q = on_backward(p, lambda dp: dp)
    q[0] = x * 3
    return np.sum(p[0] * q[1])


def changed_argument(x: Any) -> Any:
    """The same, with the write to the other name."""
    p = {"a": x}
    q = on_backward(p, lambda dp: dp)
    p["a"] = x * 3
    return np.sum(q["a"])


def changed_object(x: Any) -> Any:
    """The same of an object."""
    p = Pair(x, x * 2)
    q = on_backward(p, lambda dp: dp)
    q.a = x * 3
    return np.sum(p.a)


def changed_stopped(x: Any) -> Any:
    """stop_gradient gives its argument too."""
    p = [x, x * 2]
    q = stop_gradient(p)
    q[0] = x * 3
    return np.sum(p[0] * q[1])


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (changed_list, "is also what on_backward was given"),
        (changed_argument, "`q` may be the same as `p`"),
        (changed_object, "is also what on_backward was given"),
        (changed_stopped, "is also what stop_gradient was given"),
    ],
)
def test_hook_gives_its_argument(f: Any, message: str) -> None:
    """In Python both names stand for one container, so that a change of either is refused."""
    assert message in refusal(f, X)


def test_objects() -> None:
    """An object that the program has made, as an argument and as its cotangent."""
    dot = custom_vjp(lambda p: np.sum(p.a * p.b))
    dot.defvjp(lambda p: (np.sum(p.a * p.b), p), lambda p, g: (Pair(g * p.b, g * p.a),))

    def of_object(x: Any) -> Any:
        p = Pair(x, x * 2)
        y = dot(p)
        p.a = np.sin(x)
        return y * np.sum(p.a)

    check_grads(of_object, (X,))


def unused(x: Any) -> Any:
    """A hook without effect."""
    on_backward(x, lambda dx: dx * 2)
    return np.sum(x**2)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (unused, "would have no effect"),
        (lambda x: np.sum(on_backward(x, lambda dx: np.sum(dx))), "what the hook returns is f64"),
        (lambda x: np.sum(on_backward(x, lambda dx: WRITES.update(a=dx))), "instead:"),
    ],
)
def test_hooks_refused(f: Any, message: str) -> None:
    """A hook without effect, of another shape, or with effects outside."""
    assert message in refusal(f, X)


# ---------------------------------------------------------------------------------------------------- implicit


def kepler_residual(anomaly: Any, e: Any, mean: Any) -> Any:
    """Kepler's equation."""
    return anomaly - e * np.sin(anomaly) - mean


@implicit(kepler_residual)
def kepler(e: Any, mean: Any) -> Any:
    """Newton's method for a number."""
    anomaly = mean
    for _ in range(20):
        anomaly = anomaly - kepler_residual(anomaly, e, mean) / (1 - e * np.cos(anomaly))
    return anomaly


def cubic_residual(x: Any, a: Any, b: Any) -> Any:
    """A system of equations."""
    return a @ x + x**3 - b


@implicit(cubic_residual)
def cubic(a: Any, b: Any) -> Any:
    """Newton's method for a vector, to a tolerance."""
    x = np.zeros_like(b)
    off = cubic_residual(x, a, b)
    while np.max(np.abs(off)) > 1e-13:
        x = x - np.linalg.solve(a + np.diag(3 * x**2), off)
        off = cubic_residual(x, a, b)
    return x


A, B = np.array([[3.0, 1.0], [0.5, 2.0]]), np.array([1.0, -2.0])


def kepler_cost(e: Any, mean: Any) -> Any:
    """A function of the solution and of an argument of it."""
    return np.sin(kepler(e, mean)) * e


def cubic_cost(a: Any, b: Any) -> Any:
    """A function of a solution."""
    return np.sum(cubic(a, b) ** 2 * b)


@pytest.mark.parametrize(("f", "args"), [(kepler_cost, (0.3, 1.0)), (cubic_cost, (A, B))])
def test_newton(f: Any, args: Any) -> None:
    """Against differences of the solver, on both backends."""
    check_grads(f, args)


def test_against_the_loop(backend: Any) -> None:
    """The same as differentiating through the steps, once and twice; without a tape."""
    plain = lambda a, b: np.sum(cubic.fun(a, b) ** 2 * b)
    both = grad(cubic_cost, argnums=(0, 1), backend=backend)
    for part, other in zip(both(A, B), grad(plain, argnums=(0, 1))(A, B), strict=True):
        assert_same(part, other, rtol=1e-10)
    assert "tape" in grad(plain).source(A, B) and "tape" not in both.source(A, B)
    first, other_first = grad(cubic_cost, argnums=1), grad(plain, argnums=1)
    second = grad(lambda a, b: np.sum(first(a, b) * b), argnums=(0, 1), backend=backend)
    for part, other in zip(
        second(A, B), grad(lambda a, b: np.sum(other_first(a, b) * b), argnums=(0, 1))(A, B), strict=True
    ):
        assert_same(part, other, rtol=1e-9)


def test_fixed_point() -> None:
    """A fixed point in a container of parameters, and an integer that is not differentiated."""

    @implicit(fixed_point=lambda x, p, n: np.tanh(p["w"] @ x + p["b"]) / 2, nondiff_argnums=1)
    def equilibrium(p: Any, n: int) -> Any:
        x = np.zeros(2)
        for _ in range(n):
            x = np.tanh(p["w"] @ x + p["b"]) / 2
        return x

    check_grads(lambda w, b: np.sum(equilibrium({"w": w, "b": b}, 80) ** 2), (A / 3, B))


def test_solutions_in_forward_mode(backend: Any) -> None:
    """A tangent by one linear solve, and what is made of tangents, as through the steps."""
    directions = (0.2 * A - 0.1, B + 0.5)
    plain = lambda a, b: np.sum(cubic.fun(a, b) ** 2 * b)
    assert_same(jvp(cubic_cost, (A, B), directions, backend=backend)[1], jvp(plain, (A, B), directions)[1])
    assert pushforward(cubic_cost, (0, 1), backend=backend).source(A, B).count("linalg.solve(matrix.T") == 1
    found = jacfwd(cubic, (0, 1), backend=backend)(A, B)
    for part, other in zip(found, jacrev(cubic, (0, 1))(A, B), strict=True):
        assert_same(part, other, rtol=1e-10)
    assert_same(hessian(cubic_cost, 1, backend=backend)(A, B), hessian(plain, 1)(A, B), rtol=1e-9)
    products = (hvp(f, (A, B), directions, backend=backend) for f in (cubic_cost, plain))
    for part, other in zip(*products, strict=True):
        assert_same(part, other, rtol=1e-9)
    slope = jvp(lambda e: kepler_cost(e, 1.0), (0.3,), (1.0,), backend=backend)[1]
    assert_same(slope, grad(kepler_cost)(0.3, 1.0))
    root = implicit(lambda x, a: x**2 - a)(lambda a: np.sqrt(a))
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert_same(jvp(lambda a: root(a), (square,), (square,), backend=backend)[1], np.sqrt(square) / 2)


def test_matrix_solution() -> None:
    """A solution with two axes, and one in each trip of a loop."""
    root = implicit(lambda x, a: x**2 - a)(lambda a: np.sqrt(a))
    check_grads(lambda a: np.sum(root(a) ** 3), (np.array([[1.0, 2.0], [3.0, 4.0]]),))

    def chained(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            s += kepler(0.3, x[i]) * s + x[i]
        return s

    check_grads(chained, (np.abs(X),))


def test_implicit_refused() -> None:
    """A residual of another shape; neither or both of residual and fixed_point."""
    root = implicit(lambda x, a: (x**2 - a)[:1])(lambda a: np.sqrt(a))
    assert "what it is solved for is f64[a.shape[0]]" in refusal(lambda a: np.sum(root(a)), np.ones(3))
    with pytest.raises(TypeError, match="a residual or fixed_point"):
        implicit()
