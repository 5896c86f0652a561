"""check_vjp, the check of a pullback that was written by hand."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from network import network, network_arguments, network_vjp

from adcompiler.verify import (
    check_vjp,
)


def linear_vjp(A: Any, x: Any) -> tuple[Any, Any]:
    return A @ x, lambda g: (np.outer(g, x), A.T @ g)


LINEAR = (np.arange(6.0).reshape(2, 3), np.array([1.0, -1.0, 2.0]))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_right_pullbacks_pass(dtype: Any) -> None:
    check_vjp(network, network_vjp, network_arguments(dtype))
    check_vjp(operator.matmul, linear_vjp, [part.astype(dtype) for part in LINEAR])
    check_vjp(operator.matmul, linear_vjp, LINEAR, atol=1e-9, rtol=1e-9)
    check_vjp(operator.matmul, linear_vjp, LINEAR, eps=1e-3)
    check_vjp(
        lambda x: (x, {"s": np.sum(x)}),
        lambda x: ((x, {"s": np.sum(x)}), lambda g: (g[0] + g[1]["s"],)),
        (LINEAR[1],),
    )


def test_the_message_names_argument_direction_values_and_tolerance() -> None:
    def wrong(A: Any, x: Any) -> tuple[Any, Any]:
        def pullback(g: Any) -> tuple[Any, Any]:
            dx = A.T @ g
            dx[2] += 1.0
            return np.outer(g, x), dx

        return A @ x, pullback

    def apply(A: Any, vector: Any) -> Any:
        return A @ vector

    with pytest.raises(AssertionError) as caught:
        check_vjp(apply, wrong, LINEAR)
    message = str(caught.value)
    assert "apply: the adjoint disagrees with finite differences" in message
    assert "argument            vector\n" in message
    assert "random, seed 0" in message
    assert "finite differences  " in message
    assert "more than the tolerance 1e-05 + 1e-05 *" in message
    assert "worst component     [2]" in message
    with pytest.raises(AssertionError, match="my gradient: the adjoint disagrees"):
        check_vjp(apply, wrong, LINEAR, err_msg="my gradient")


def test_a_kink_and_a_failure_are_explained() -> None:
    with pytest.raises(AssertionError, match="has a kink here: its slopes are "):
        check_vjp(lambda x: np.maximum(x, 0.0), lambda x: (np.maximum(x, 0.0), lambda g: (g,)), (0.0,))

    def brittle(x: float) -> float:
        if x != 1.0:
            raise RuntimeError("only here")
        return x

    with pytest.raises(AssertionError, match="finite differences met RuntimeError: only here"):
        check_vjp(brittle, lambda x: (x, lambda g: (g,)), (1.0,))


def test_each_leaf_is_checked_by_itself_so_that_a_large_one_hides_nothing() -> None:
    def f(p: dict[str, Any]) -> Any:
        return 1e6 * p["large"] + p["small"]

    with pytest.raises(AssertionError, match=r"argument +p\['small'\]"):
        check_vjp(
            f,
            lambda p: (f(p), lambda g: ({"large": 1e6 * g, "small": 1.1 * g},)),
            ({"large": 1.0, "small": 1.0},),
        )


@pytest.mark.parametrize(
    ("vjp", "message"),
    [
        (lambda x: (np.sum(x) + 1, lambda g: (g * np.ones(3),)), "the value is .* but the function returns"),
        (lambda x: (np.float32(np.sum(x)), lambda g: (g * np.ones(3),)), "the value is of dtype float32"),
        (lambda x: ((np.sum(x),), lambda g: (g * np.ones(3),)), "the value is a tuple"),
        (lambda x: (np.sum(x), lambda g: g * np.ones(3)), "the cotangents: not 1 but of dtype"),
        (
            lambda x: (np.sum(x), lambda g: (g * np.ones(2),)),
            r"the cotangent of x is of dtype float64 and shape \(2,\)",
        ),
        (
            lambda x: (np.sum(x), lambda g: (np.ones(3, np.float32),)),
            "the cotangent of x is of dtype float32",
        ),
        (lambda x: (np.sum(x), lambda g: (None,)), "the cotangent of x is None"),
        (lambda x: (np.sum(x), lambda g: ((g, g, g),)), "the cotangent of x is a tuple"),
        (lambda x: (np.sum(x), lambda g: (g * x.__imul__(0),)), r"changed the argument at args\[0\]"),
        (lambda x: (np.sum(x), lambda g: (np.full(3, np.nan),)), "the adjoint disagrees"),
    ],
)
def test_wrong_values_structures_dtypes_and_side_effects_are_found(vjp: Any, message: str) -> None:
    def f(x: Any) -> Any:
        return np.sum(x)

    with pytest.raises(AssertionError, match=message):
        check_vjp(f, vjp, (np.array([1.0, 2.0, 3.0]),))


def test_appending_to_an_argument_is_found() -> None:
    def vjp(items: list[float]) -> tuple[Any, Any]:
        items.append(1.0)
        return items[0], lambda g: ([g],)

    with pytest.raises(AssertionError, match="changed the containers"):
        check_vjp(lambda items: items[0], vjp, ([2.0],))


def test_arguments_that_cannot_vary_need_no_cotangent() -> None:
    def power(x: Any, n: int, names: list[str], table: Any) -> Any:
        return np.sum(x**n * table)

    def vjp(x: Any, n: int, names: list[str], table: Any) -> tuple[Any, Any]:
        return power(x, n, names, table), lambda g: (g * n * x ** (n - 1) * table, None, None, None)

    check_vjp(power, vjp, (np.array([1.0, 2.0]), 3, ["a"], np.array([1, 2])))


def test_complex_pullbacks_have_the_convention_of_jax() -> None:
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64():
        z = np.array([1 + 2j, 0.5 - 1j])
        check_vjp(lambda z: z * z * 1j, lambda z: jax.vjp(lambda z: z * z * 1j, z), (z,))
        with pytest.raises(AssertionError, match="disagrees"):
            check_vjp(lambda z: z * z * 1j, lambda z: (z * z * 1j, lambda g: (np.conj(2j * z) * g,)), (z,))
