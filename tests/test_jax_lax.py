"""Functions of jax.lax and x.at that a program calls: values and derivatives are those of JAX, on both backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from jax_oracle import compiled_once

from adcompiler import CompileError, grad, value_and_grad

jax = pytest.importorskip("jax")
jnp = jax.numpy
lax = jax.lax

X = np.array([-2.3, -1.0, -0.4, 0.2, 0.9, 1.3, 3.4])
P = np.array([0.3, 1.2, 0.7, 2.2, 0.9, 1.4, 3.1])
U = X / 4
M = np.cos(np.arange(12.0)).reshape(3, 4)
T = np.sin(np.arange(24.0)).reshape(2, 3, 4)

Case = tuple[Callable[..., Any], Any]

ELEMENTWISE: dict[str, Case] = {
    "abs": (lambda x: lax.abs(x), X),
    "acos": (lambda x: lax.acos(x), U),
    "acosh": (lambda x: lax.acosh(x + 1), P),
    "asin": (lambda x: lax.asin(x), U),
    "asinh": (lambda x: lax.asinh(x), X),
    "atan": (lambda x: lax.atan(x), X),
    "atanh": (lambda x: lax.atanh(x), U),
    "cbrt": (lambda x: lax.cbrt(x), P),
    "ceil": (lambda x: lax.ceil(x) * x, X),
    "cos": (lambda x: lax.cos(x), X),
    "cosh": (lambda x: lax.cosh(x), X),
    "digamma": (lambda x: lax.digamma(x), P),
    "erf": (lambda x: lax.erf(x), X),
    "erf_inv": (lambda x: lax.erf_inv(x), U),
    "erfc": (lambda x: lax.erfc(x), X),
    "exp": (lambda x: lax.exp(x), X),
    "exp2": (lambda x: lax.exp2(x), X),
    "expm1": (lambda x: lax.expm1(x), X),
    "floor": (lambda x: lax.floor(x) * x, X),
    "is_finite": (lambda x: lax.select(lax.is_finite(x), x, x * 2), X),
    "lgamma": (lambda x: lax.lgamma(x), P),
    "log": (lambda x: lax.log(x), P),
    "log1p": (lambda x: lax.log1p(x), P),
    "logistic": (lambda x: lax.logistic(x), X),
    "neg": (lambda x: lax.neg(x) * x, X),
    "reciprocal": (lambda x: lax.reciprocal(x), X),
    "rsqrt": (lambda x: lax.rsqrt(x), P),
    "sign": (lambda x: lax.sign(x) * x, X),
    "sin": (lambda x: lax.sin(x), X),
    "sinh": (lambda x: lax.sinh(x), X),
    "sqrt": (lambda x: lax.sqrt(x), P),
    "square": (lambda x: lax.square(x), X),
    "tan": (lambda x: lax.tan(x), U),
    "tanh": (lambda x: lax.tanh(x), X),
    "integer_pow": (lambda x: lax.integer_pow(x, 3), X),
    "add and sub": (lambda x: lax.add(lax.mul(x, x), lax.sub(x, lax.neg(x))), X),
    "div": (lambda x: lax.div(x, x + 5), X),
    "pow": (lambda x: lax.pow(x, x + 1), P),
    "atan2": (lambda x: lax.atan2(x, x * x), X),
    "rem": (lambda x: lax.rem(x, x * 0 + 0.75), X),
    "max": (lambda x: lax.max(x, x * x), X),
    "min": (lambda x: lax.min(x, x * x), X),
    "max at a tie": (lambda x: lax.max(x, x[::-1]), P),
    "clamp": (lambda x: lax.clamp(-1.0, x, 1.3), X),
    "clamp between what varies": (lambda x: lax.clamp(x[0] + 0 * x, x, x[5] + 0 * x), X),
    "clamp without room": (lambda x: lax.clamp(x[5] + 0 * x, x, x[0] + 0 * x), X),
    "round": (lambda x: lax.round(x * 2.5) * x, X),
    "round to even": (lambda x: lax.round(x * 2.5, lax.RoundingMethod.TO_NEAREST_EVEN) * x, X),
    "comparisons": (
        lambda x: lax.select(lax.gt(x, x * x), x, lax.select(lax.le(x, x * x * x), x * x, x * 3)),
        X,
    ),
    "select_n": (lambda x: lax.select_n(x > 0, x, x * x), X),
    "stop_gradient": (lambda x: lax.stop_gradient(x) * x + lax.stop_gradient(x * x), X),
    "stop_gradient of a tuple": (lambda x: lax.stop_gradient((x, x[0]))[1] * x, X),
    "convert": (lambda x: lax.convert_element_type(x, np.float64) * x, X),
}
OF_ARRAYS: dict[str, Case] = {
    "reshape": (lambda x: lax.reshape(x, (4, 3)) * 2, M),
    "reshape of other axes": (lambda x: lax.reshape(x, (12,), (1, 0)), M),
    "collapse": (lambda x: lax.collapse(x, 1), T),
    "collapse of the first": (lambda x: lax.collapse(x, 0, 2), T),
    "broadcast": (lambda x: lax.broadcast(x, (2, 3)), X),
    "broadcast_in_dim": (lambda x: lax.broadcast_in_dim(x, (3, 7, 2), (1,)), X),
    "broadcast_in_dim of a matrix": (lambda x: lax.broadcast_in_dim(x, (3, 2, 4), (0, 2)), M),
    "squeeze": (lambda x: lax.squeeze(x[:1], (0,)), M),
    "expand_dims": (lambda x: lax.expand_dims(x, (0, 2)), M),
    "transpose": (lambda x: lax.transpose(x, (2, 0, 1)), T),
    "rev": (lambda x: lax.rev(x, (0, 1)), M),
    "concatenate": (lambda x: lax.concatenate([x, x * x], 1), M),
    "pad": (lambda x: lax.pad(x, 0.0, ((1, 0, 0), (0, 2, 0))), M),
    "split": (lambda x: lax.split(x, (1, 3), 1)[1], M),
    "reduce_sum": (lambda x: lax.reduce_sum(x, (0,)), M),
    "reduce_prod": (lambda x: lax.reduce_prod(x, (1,)), M),
    "reduce_max": (lambda x: lax.reduce_max(x, (0, 2)), T),
    "reduce_min": (lambda x: lax.reduce_min(x, (1,)), M),
    "cumsum": (lambda x: lax.cumsum(x, 1), M),
    "cumsum from the end": (lambda x: lax.cumsum(x, 0, True), M),
    "cumprod": (lambda x: lax.cumprod(x, reverse=True), M),
    "cummax": (lambda x: lax.cummax(x, 1), M),
    "cummin": (lambda x: lax.cummin(x, 1, reverse=True), M),
    "cumlogsumexp": (lambda x: lax.cumlogsumexp(x, 1), M),
    "sort": (lambda x: lax.sort(x, 0), M),
    "sort of two": (lambda x: lax.sort((x, x * x))[1], M),
    "sort_key_val": (lambda x: lax.sort_key_val(x, x**3)[1], M),
    "top_k": (lambda x: lax.top_k(x, 2)[0], M),
    "top_k, the places": (lambda x: x[lax.top_k(x, 3)[1]], np.array([1.0, 3.0, 3.0, 2.0, 3.0])),
    "argmax": (lambda x: x[lax.argmax(x, 0, np.int32)], X),
    "dot": (lambda x: lax.dot(x, x.T), M),
    "dot of vectors": (lambda x: lax.dot(x, x), X),
    "batch_matmul": (lambda x: lax.batch_matmul(x, lax.transpose(x, (0, 2, 1))), T),
    "dot_general": (lambda x: lax.dot_general(x, x, (((2,), (2,)), ((), ()))), T),
    "dot_general, in batches": (lambda x: lax.dot_general(x, x, (((2,), (2,)), ((0,), (0,)))), T),
    "full": (lambda x: lax.full((7,), 2.0) * x + lax.full_like(x, 3.0) * x, X),
    "iota": (lambda x: lax.iota(np.float64, 7) * x, X),
    "broadcasted_iota": (lambda x: lax.broadcasted_iota(np.float64, (3, 4), 1) * x, M),
    "slice": (lambda x: lax.slice(x, (1, 0), (3, 4), (1, 2)), M),
    "slice_in_dim": (lambda x: lax.slice_in_dim(x, 1, 4, 2, axis=1), M),
    "index_in_dim": (lambda x: lax.index_in_dim(x, -1, 1, keepdims=False), M),
    "dynamic_slice": (lambda x: lax.dynamic_slice(x, (1, 2), (2, 2)), M),
    "dynamic_slice beyond the end": (lambda x: lax.dynamic_slice(x, (2, 3), (2, 2)), M),
    "dynamic_slice_in_dim": (lambda x: lax.dynamic_slice_in_dim(x, -2, 2, 1), M),
    "dynamic_slice by data": (lambda x: lax.dynamic_slice_in_dim(x, jnp.argmax(x), 3), X),
    "dynamic_index_in_dim": (lambda x: lax.dynamic_index_in_dim(x, 1, 1), M),
    "dynamic_index by data": (lambda x: lax.dynamic_index_in_dim(x, jnp.argmin(x) + 9, keepdims=False), X),
    "dynamic_update_slice": (lambda x: lax.dynamic_update_slice(x, x[:2, :2] ** 2, (2, 1)) * x, M),
    "dynamic_update_slice_in_dim": (lambda x: lax.dynamic_update_slice_in_dim(x, x[:, :2] ** 2, 1, 1) * x, M),
    "dynamic_update_index_in_dim": (lambda x: lax.dynamic_update_index_in_dim(x, x[:, 0] ** 2, 2, 1) * x, M),
    "update of a slice by data": (
        lambda x: lax.dynamic_update_slice(x, x[:3] ** 2, (jnp.argmax(x),)) * x,
        X,
    ),
    "at set": (lambda x: x.at[1].set(x[0] ** 2) * x, X),
    "at set of a slice": (lambda x: x.at[1:, 0].set(x[0, :2] ** 2) * x, M),
    "at add": (lambda x: x.at[np.array([1, 1, 2])].add(x[:3] ** 2) * x, X),
    "at subtract": (lambda x: x.at[2:4].subtract(x[:2] ** 2) * x, X),
    "at multiply": (lambda x: x.at[2:4].multiply(x[:2]) * x, X),
    "at divide": (lambda x: x.at[2].divide(x[0]) * x, X),
    "at power": (lambda x: x.at[2].power(2) * x, X),
    "at max": (lambda x: x.at[2:4].max(x[:2]) * x, X),
    "at min": (lambda x: x.at[0, 1:].min(0.1) * x, M),
    "at get": (lambda x: x.at[2:4].get() ** 2, X),
}


def both(x: Any, w: Any) -> Any:
    """A number from arrays in any container."""
    return sum(jnp.sum(jnp.sin(leaf) * w) for leaf in jax.tree.leaves(x))


def assert_as_jax(f: Callable[..., Any], args: tuple[Any, ...], backend: Any) -> None:
    """Value and cotangents are those of JAX."""
    argnums = tuple(range(len(args)))
    value, wanted = compiled_once(jax.value_and_grad(f, argnums), args)
    found_value, found = value_and_grad(f, argnums, backend=backend)(*args)
    np.testing.assert_allclose(found_value, value, rtol=1e-12)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("name", [*ELEMENTWISE, *OF_ARRAYS])
def test_function(name: str, backend: Any) -> None:
    function, x = (ELEMENTWISE | OF_ARRAYS)[name]
    assert_as_jax(lambda x: jnp.sum(jnp.sin(function(x)) * 1.7), (x,), backend)


# ---------------------------------------------------------------------------------------------------- control flow


def powers(x: Any) -> Any:
    return lax.fori_loop(0, 4, lambda i, y: y * jnp.sin(x) + i * x[0], x).sum()


def updated(x: Any) -> Any:
    def body(i: Any, y: Any) -> Any:
        return y.at[i].set(jnp.sin(y[i - 1]) * x[i])

    return lax.fori_loop(1, x.shape[0], body, x).sum()


def no_trip(x: Any) -> Any:
    return lax.fori_loop(3, 3, lambda i, y: y * 2, x).sum()


def two_at_once(x: Any) -> Any:
    def body(i: Any, pair: Any) -> Any:
        a, b = pair
        return b * x[i], a + b

    a, b = lax.fori_loop(0, 5, body, (x[0], x[1]))
    return a * b


def branches(x: Any) -> Any:
    return lax.cond(x[0] > 0, lambda a, b: a * b, lambda a, b: a - b**2, x[1], x[2])


def branches_of_operand(x: Any) -> Any:
    return lax.cond(x[0] < 0, jnp.sum, lambda a: jnp.sum(a**2), operand=x)


def chosen(x: Any) -> Any:
    total = 0.0
    for k in range(-1, 4):
        total = total + lax.switch(
            k + jnp.argmax(x) - 6, [lambda a: a[0] ** 2, lambda a: a[1] ** 3, lambda a: jnp.sin(a[2])], x
        )
    return total


def recurrent(W: Any, xs: Any) -> Any:
    def step(h: Any, x: Any) -> Any:
        h = jnp.tanh(W @ h + x)
        return h, h**2

    h, ys = lax.scan(step, jnp.zeros(3), xs)
    return jnp.sum(ys) + jnp.sum(h)


def backwards(W: Any, xs: Any) -> Any:
    def step(h: Any, x: Any) -> Any:
        h = jnp.tanh(W @ h + x)
        return h, h[0] * x

    h, ys = lax.scan(step, jnp.zeros(3), xs, reverse=True)
    return jnp.sum(ys * xs) + h[0]


def from_zero(x: Any) -> Any:
    def step(total: Any, item: Any) -> Any:
        total = total + item**2
        return total, total

    return jnp.sum(lax.scan(step, 0, x)[1] * x)


def counted(x: Any) -> Any:
    def step(carry: Any, _: Any) -> Any:
        return carry * jnp.sin(x), None

    carry, nothing = lax.scan(step, x, None, length=4)
    assert nothing is None
    return jnp.sum(carry)


def trees_of_arrays(a: Any, b: Any) -> Any:
    def step(carry: Any, item: Any) -> Any:
        u, v = item["a"], item["b"]
        total, last = carry
        return (total + u * jnp.sum(v), v), {"product": u * v, "sum": (u + last[0], total)}

    (total, last), ys = lax.scan(step, (0.0, jnp.ones(4)), {"a": a, "b": b})
    return total + jnp.sum(last) + jnp.sum(ys["product"] * b) + jnp.sum(ys["sum"][0] * ys["sum"][1])


class State(NamedTuple):
    position: Any
    speed: Any


def oscillator(x: Any) -> Any:
    def step(s: Any, push: Any) -> Any:
        speed = s.speed - 0.1 * s.position + push
        return State(s.position + 0.1 * speed, speed), s.position

    last, path = lax.scan(step, State(x[0], x[1]), x)
    return jnp.sum(path**2) + last.speed


def branches_in_a_scan(x: Any) -> Any:
    def step(carry: Any, item: Any) -> Any:
        carry = lax.cond(
            item > 0,
            lambda c: lax.cond(c > 1, lambda d: d * 0.5, lambda d: d + item, c),
            lambda c: c * item,
            carry,
        )
        return carry, carry * item

    carry, ys = lax.scan(step, 1.5, x)
    return carry + jnp.sum(ys**2)


def loops_in_a_scan(x: Any) -> Any:
    def step(carry: Any, item: Any) -> Any:
        y = lax.fori_loop(0, 3, lambda i, v: jnp.sin(v) * item, carry)
        return y, lax.dynamic_slice_in_dim(x, 2, 3) * y

    carry, ys = lax.scan(step, x[3], x)
    return carry + jnp.sum(ys**2)


def windows(x: Any) -> Any:
    def body(i: Any, total: Any) -> Any:
        return (
            total + jnp.prod(lax.dynamic_slice_in_dim(x, i, 3)) + lax.dynamic_index_in_dim(x, i - 2)[0] ** 2
        )

    return lax.fori_loop(0, x.shape[0], body, 0.0)


def moving_update(x: Any) -> Any:
    def body(i: Any, y: Any) -> Any:
        return lax.dynamic_update_slice_in_dim(y, jnp.sin(y[:3]) * x[i], i, 0)

    return jnp.sum(lax.fori_loop(0, x.shape[0], body, x) * x)


def mapped(x: Any) -> Any:
    return jnp.sum(lax.map(lambda row: jnp.sin(row) * row[0], x) ** 2)


def kept(x: Any) -> Any:
    y = x * 2
    z = y.at[0].set(5.0)
    w = z.at[1:].add(y[:-1])
    return jnp.sum(x * y + z * w)


def kept_in_a_branch(x: Any) -> Any:
    y = x * x
    z = y
    if x[0] < 0:
        z = y.at[1].multiply(x[2])
    return jnp.sum(y * z)


def by_stopping(x: Any) -> Any:
    target = lax.stop_gradient(jnp.tanh(x) * x)
    return jnp.sum((x**2 - target) ** 2)


def through_a_view(x: Any) -> Any:
    y = x[1:]
    z = y.at[0].set(5.0 * x[2])
    return jnp.sum(x**3) + jnp.sum(z * y)


def through_a_transpose(x: Any) -> Any:
    z = x.T.at[0].set(2.0)
    return jnp.sum(x**3) + jnp.sum(z.T * x)


def through_a_reshape(x: Any) -> Any:
    y = x.reshape(-1)
    z = y.at[3].add(x[0, 0])
    w = z.at[2:5].multiply(y[0])
    return jnp.sum(x**3) + jnp.sum(z * w) + jnp.sum(y * w)


def in_a_list(x: Any) -> Any:
    ys = [x]
    for i in range(3):
        ys.append(ys[-1].at[i].set(jnp.sin(ys[-1][i + 1])))
    return jnp.sum(ys[0] * ys[1] * ys[2] * ys[3])


def in_arms(x: Any) -> Any:
    y = lax.cond(x[1] < 0, lambda a: a.at[0].set(1.0), lambda a: a, x)
    z = lax.cond(x[1] < 0, lambda a: a, lambda a: a.at[0].set(1.0), x)
    return jnp.sum(y * z * x)


def kept_in_a_loop(x: Any) -> Any:
    def body(i: Any, c: Any) -> Any:
        y, total = c
        z = y.at[i].set(y[i - 1] * 0.5)
        return z, total + jnp.sum(y * z)

    y, s = lax.fori_loop(0, x.shape[0], body, (x, 0.0))
    return s + jnp.sum(y * x)


def stacked_states(x: Any) -> Any:
    def step(c: Any, p: Any) -> Any:
        c = c.at[1].add(p)
        return c, c

    c, ys = lax.scan(step, x[:3], x)
    return jnp.sum(ys**2) + jnp.sum(c * x[:3])


def swapped(x: Any) -> Any:
    def step(c: Any, p: Any) -> Any:
        a, b = c
        return (b, a * p), (a, b)

    (a, b), (u, v) = lax.scan(step, (x[:2], x[2:4]), x, reverse=True)
    return jnp.sum(u * v**2) + jnp.sum(a * b)


def soft_max_by_hand(x: Any) -> Any:
    m = lax.stop_gradient(jnp.max(x))
    e = jnp.exp(x - m)
    return jnp.sum((e / jnp.sum(e)) ** 2 * x)


def scan_in_a_scan(x: Any) -> Any:
    def outer(c: Any, row: Any) -> Any:
        def inner(d: Any, e: Any) -> Any:
            d = d * 0.9 + e * c
            return d, d**2

        d, zs = lax.scan(inner, 0.0, row)
        return c + d, zs

    c, ys = lax.scan(outer, 1.0, x)
    return c + jnp.sum(ys * x)


def dicts_and_lists(x: Any) -> Any:
    def step(c: Any, p: Any) -> Any:
        return {"h": c["h"] * p, "n": c["n"] + 1}, [p, c["h"]]

    c, ys = lax.scan(step, {"h": x[0], "n": 0}, x)
    return c["h"] * c["n"] + jnp.sum(ys[0] * ys[1])


def functions_around(x: Any) -> Any:
    w = x * 2

    def f(v: Any) -> Any:
        return jnp.sum(w * v)

    return lax.switch(1, (f, lambda v: f(v) ** 2), x) + lax.map(f, jnp.stack([x, w])).sum()


def mapped_over_two(x: Any) -> Any:
    return jnp.sum(lax.map(lambda ab: ab[0] * jnp.sin(ab[1]), (x, x**2)))


W3 = np.cos(np.arange(9.0)).reshape(3, 3)
XS = np.sin(np.arange(12.0)).reshape(4, 3)
FLOWS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    f.__name__: (f, args)
    for f, args in [
        *((f, (X,)) for f in (powers, updated, no_trip, two_at_once, branches, branches_of_operand, chosen)),
        *((f, (X,)) for f in (from_zero, counted, oscillator, branches_in_a_scan, loops_in_a_scan, windows)),
        *((f, (X,)) for f in (moving_update, kept, kept_in_a_branch, by_stopping)),
        *((f, (W3, XS)) for f in (recurrent, backwards)),
        (trees_of_arrays, (X[:5], np.cos(np.arange(20.0)).reshape(5, 4))),
        (mapped, (M,)),
        *(
            (f, (X,))
            for f in (
                through_a_view,
                in_a_list,
                in_arms,
                kept_in_a_loop,
                stacked_states,
                swapped,
                soft_max_by_hand,
                dicts_and_lists,
                functions_around,
                mapped_over_two,
            )
        ),
        *((f, (M,)) for f in (through_a_transpose, through_a_reshape, scan_in_a_scan)),
    ]
}


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("name", FLOWS)
def test_control_flow(name: str, backend: Any) -> None:
    assert_as_jax(*FLOWS[name], backend)


def dropped(x: Any) -> Any:
    y = jnp.zeros(4)
    for k in range(len(x)):
        y = y.at[k].set(x[k] ** 2)
        y = y.at[2 * k - 6].add(jnp.sin(x[k]))
        y = y.at[k - 2].multiply(x[0])
    return jnp.sum(y * jnp.arange(1.0, 5.0))


def dropped_at_once(x: Any) -> Any:
    y = jnp.ones((4, 2)).at[np.array([0, 4, 3, -1, -5]), 1].add(x[:5])
    y = y.at[:, np.array([1, 7])].subtract(x[:2] ** 2)
    return jnp.sum(y**2 * jnp.arange(8.0).reshape(4, 2))


def dropped_stores(x: Any) -> Any:
    y = jnp.ones((4, 2)).at[np.array([0, 4, 3, -5])].set(x[:4, None] * x[:2])
    y = y.at[9, 0].set(x[0]).at[1, -2].max(x[1])
    return jnp.sum(y**2 * jnp.arange(8.0).reshape(4, 2))


def test_places_that_there_are_not() -> None:
    """What x.at[...] writes outside of an array is dropped, and has no derivative, as in JAX."""
    for f in (dropped, dropped_at_once, dropped_stores):
        assert_as_jax(f, (X,), "jax")
    assert_as_jax(dropped, (X,), "numpy")


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_no_trips(backend: Any) -> None:
    assert_as_jax(recurrent, (W3, XS[:0]), backend)
    assert_as_jax(from_zero, (X[:0],), backend)


def test_loop_that_data_ends() -> None:
    def halved(x: Any) -> Any:
        return lax.while_loop(lambda p: p[0] > 1.0, lambda p: (p[0] / 2, p[1] * jnp.sin(p[0])), (x, x**2))[1]

    with jax.enable_x64(True):
        value, slope = jax.jvp(halved, (9.0,), (1.0,))
    for backend in ("numpy", "jax"):
        found, derivative = value_and_grad(halved, backend=backend)(9.0)
        np.testing.assert_allclose((found, derivative), (value, slope), rtol=1e-12)


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("f", [by_stopping, from_zero, branches, powers])
def test_second_derivative(f: Callable[..., Any], backend: Any) -> None:
    first = grad(f)

    def slope(x: Any) -> Any:
        return jnp.sum(first(x) * jnp.cos(x))

    wanted = compiled_once(jax.grad(lambda x: jnp.sum(jax.grad(f)(x) * jnp.cos(x))), (X,))
    np.testing.assert_allclose(grad(slope, backend=backend)(X), wanted, rtol=1e-10, atol=1e-13)


def test_arguments_are_kept() -> None:
    x = X.copy()
    grad(kept)(x)
    grad(updated)(x)
    np.testing.assert_array_equal(x, X)


# ---------------------------------------------------------------------------------------------------- refused

REFUSED: dict[str, tuple[Callable[..., Any], str]] = {
    "vmap": (lambda x: jnp.sum(jax.vmap(jnp.sin)(x)), "write the loop"),
    "associative_scan": (lambda x: jnp.sum(lax.associative_scan(jnp.add, x)), "jax.lax.scan"),
    "div of integers": (lambda x: x[0] * lax.div(7, 2), "raises an error"),
    "a mode of at": (lambda x: jnp.sum(x.at[1].set(0.0, mode="drop")), "mode"),
    "at apply": (lambda x: jnp.sum(x.at[1].apply(jnp.sin)), "apply is not supported"),
    "at multiply where an element may be named twice": (
        lambda x: jnp.sum(x.at[np.array([1, 1])].multiply(x[:2])),
        "named twice",
    ),
    "scan over different lengths": (
        lambda x: lax.scan(lambda c, p: (c + p[0] * p[1], None), 0.0, (x, x[1:]))[0],
        "as many of each",
    ),
    "scan over nothing": (lambda x: lax.scan(lambda c, p: (c, None), x[0])[0], "how many trips"),
    "scan over a number": (lambda x: lax.scan(lambda c, p: (c, None), x[0], 2.0)[0], "goes over"),
    "a carry of another structure": (
        lambda x: lax.scan(lambda c, p: ((c, p), None), x[0], x)[0][0],
        "changes its structure",
    ),
    "one result of a step": (lambda x: lax.scan(lambda c, p: (c + p,), x[0], x)[0], "not two"),
    "padding inside": (lambda x: jnp.sum(lax.pad(x, 0.0, ((0, 0, 1),))), "raises an error"),
    "a window larger than the array": (
        lambda x: jnp.sum(lax.dynamic_slice(x, (0,), (9,))),
        "raises ValueError",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    function, message = REFUSED[name]
    with pytest.raises(CompileError, match=message) as caught:
        grad(function)(X)
    assert caught.value.diagnostics[0].location.file == __file__


def test_an_error_in_a_function_that_is_handed_on_is_reported_there() -> None:
    def step(carry: Any, x: Any) -> Any:
        return carry + jnp.nonsense(x), None  # here

    with pytest.raises(CompileError, match="nonsense") as caught:
        grad(lambda x: lax.scan(step, 0.0, x)[0])(X)
    assert "# here" in caught.value.diagnostics[0].location.text
