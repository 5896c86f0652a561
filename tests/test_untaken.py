"""The option `untaken`: what the side of a `where` that is not taken passes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adcompiler import check_grads, grad, value_and_grad, vjp

X = np.array([4.0, 0.0, -1.0, 1.0])


def root(x: Any) -> Any:
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


def chain(x: Any) -> Any:
    return np.sum(np.where(x > 1, np.sqrt(np.log(x)) / x, 2.0 * x))


def fraction(x: Any) -> Any:
    return np.sum(np.where(x == 0, 1.0, np.sin(x) / x))


def summed(x: Any) -> Any:
    length = np.sqrt(np.sum(x * x))
    return np.where(length > 0, length, 0.0) * 2.0


def swept(x: Any) -> Any:
    total = 0.0
    for k in range(len(x)):
        slope = np.sqrt(x[k])
        for _ in range(2):
            slope = slope * x[k]
        total = total + np.where(x[k] > 0, slope, 0.0)
    return total


def picked(x: Any) -> Any:
    return np.sum(np.select([x > 1, x > 0], [np.log(x), x], 0.0))


def both(x: Any) -> Any:
    y = np.sqrt(x)
    return np.sum(np.where(x > 0, y, 0.0)) + np.sum(y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("f", "x", "wanted"),
    [
        (root, X, [0.25, 0.0, 0.0, 0.5]),
        (chain, np.array([np.e, 1.0, 0.0]), [-0.5 / np.e**2, 2.0, 2.0]),
        (fraction, np.array([0.0, np.pi]), [0.0, -1 / np.pi]),
        (summed, np.zeros(2), [0.0, 0.0]),
        (swept, X, [2.5 * 4.0**1.5, 0.0, 0.0, 2.5]),
        (picked, np.array([2.0, 0.5, 0.0]), [0.5, 1.0, 0.0]),
    ],
)
def test_zero_passes_nothing(f: Any, x: Any, wanted: list[float], backend: Any) -> None:
    found = grad(f, backend=backend, untaken="zero")(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-15)
    with np.errstate(all="ignore"):
        assert np.isnan(grad(f, backend=backend)(x)).any() or f is picked


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_used_otherwise_keeps_its_slope(backend: Any) -> None:
    found = grad(both, backend=backend, untaken="zero")(X)
    np.testing.assert_array_equal(np.asarray(found)[[0, 1, 3]], [0.5, np.inf, 1.0])


@pytest.mark.parametrize("f", [root, chain, fraction, swept])
def test_inside_both_choices_agree(f: Any, backend: Any) -> None:
    x = np.array([1.5, 2.5, 1.7])
    np.testing.assert_allclose(
        grad(f, backend=backend, untaken="zero")(x), grad(f, backend=backend)(x), rtol=1e-14
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_second_derivatives(backend: Any) -> None:
    slope = grad(root, untaken="zero")

    def total(x: Any) -> Any:
        return np.sum(slope(x))

    found = grad(total, backend=backend, untaken="zero")(X)
    np.testing.assert_allclose(found, [-1 / 32, 0.0, 0.0, -0.25], rtol=1e-14)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_value_and_pullback(backend: Any) -> None:
    value, slope = value_and_grad(root, backend=backend, untaken="zero")(X)
    np.testing.assert_array_equal([value, *slope], [3.0, 0.25, 0.0, 0.0, 0.5])
    _, pull = vjp(lambda x: np.where(x > 0, np.sqrt(x), 0.0), X, backend=backend, untaken="zero")
    np.testing.assert_array_equal(pull(np.ones(4))[0], [0.25, 0.0, 0.0, 0.5])


def test_functions_without_where_are_as_before() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sqrt(x) * np.log(x))

    x = np.array([1.5, 2.5])
    assert grad(f, untaken="zero").source(x) == grad(f).source(x)
    check_grads(f, (x,))


def test_other_words_are_refused() -> None:
    with pytest.raises(ValueError, match="untaken must be 'nan' or 'zero', not 'none'"):
        grad(root, untaken="none")  # type: ignore[call-overload]
