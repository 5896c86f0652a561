"""Maxima that are subtracted for safety only: what is proved of them, and what must not be."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient
from modules import saved
from shift_programs import shift_program

from adcompiler import checkpoint, grad, pushforward, stop_gradient, value_and_grad, vjp
from adcompiler.analysis import activity

RNG = np.random.default_rng(3)
X = RNG.normal(size=(4, 3))
W = RNG.normal(size=(3, 3))
Y = RNG.normal(size=(4, 3))
LABELS = np.array([0, 2, 1, 1])
TWO = (X, W)

# ---------------------------------------------------------------------------------------------- proved


def log_sum_exp(x: Any) -> Any:
    most = np.max(x, axis=1, keepdims=True)
    return np.sum(np.sin(most[:, 0] + np.log(np.sum(np.exp(x - most), axis=1))))


def of_a_method(x: Any) -> Any:
    m = x.max(1)
    return np.sum(np.sin(m + np.log(np.exp(x - m[:, None]).sum(axis=1))))


def log_softmax(x: Any) -> Any:
    z = x - np.amax(x, axis=-1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    return -np.mean(logp[np.arange(len(LABELS)), LABELS])


def reshaped(x: Any) -> Any:
    z = x - x.max(axis=1).reshape(-1, 1)
    logs = np.log(np.exp(z).sum(axis=1))
    return np.mean((logs - z[range(x.shape[0]), LABELS]) ** 2)


def cross_entropy(x: Any, w: Any) -> Any:
    z = x @ w
    z = z - np.max(z, axis=1, keepdims=True)
    loss = np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[np.arange(len(LABELS)), LABELS])
    return loss + 0.1 * np.sum(w**2)


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z))
    return e / e.sum()


def in_a_helper(x: Any) -> Any:
    return np.dot(softmax(x[0]), x[1]) * softmax(x[2] * 2.0)[0]


def in_a_loop(x: Any, w: Any) -> Any:
    state = np.zeros(3)
    for t in range(x.shape[0]):
        state = softmax(w @ state + x[t])
    return np.sum(state * x[0])


def forward_in_logs(x: Any, w: Any) -> Any:
    alpha = x[0]
    for t in range(1, len(x)):
        top = max(alpha)
        alpha = top + np.log(np.exp(alpha - top) @ np.exp(w)) + x[t]
    return np.sum(alpha)


def in_a_branch(x: Any) -> Any:
    if x[0, 0] < 5.0:
        e = np.exp(x - np.max(x))
        y = e / np.sum(e)
    else:
        y = x
    return np.sum(y**2)


def row_by_row(x: Any) -> Any:
    out = np.empty_like(x)
    for i in range(len(x)):
        e = np.exp(x[i] - x[i].max())
        out[i] = e / e.sum()
    return np.sum(out**2)


def attention(x: Any, w: Any) -> Any:
    q, k, v = x @ w, x @ w.T, x * 2.0
    scores = np.einsum("id,jd->ij", q, k) / np.sqrt(q.shape[1])
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights /= np.sum(weights, axis=1, keepdims=True)
    return np.mean((x + weights @ v) ** 2)


def divided_at_last(x: Any, w: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(((e @ w) / np.sum(e, axis=1)[:, np.newaxis]) ** 2)


def mixture(x: Any, w: Any) -> Any:
    away = x[:, None, :] - w[None, :, :]
    logs = -0.5 * np.sum(away**2, axis=2)
    most = np.max(logs, axis=1, keepdims=True)
    return -np.mean(most[:, 0] + np.log(np.sum(np.exp(logs - most), axis=1)))


def along_columns(x: Any) -> Any:
    e = np.exp((x - np.max(x, axis=0)) / 0.7)
    return np.sum(np.cos(e / np.sum(e, axis=0)))


def with_a_temperature(x: Any, w: Any) -> Any:
    t = w[0, 0]
    m = np.max(x, axis=1)
    return np.sum(np.sin(m + np.log(np.mean(np.exp((x - m[:, None]) / t), axis=1)) * t))


def of_two_numbers(x: Any) -> Any:
    a, b = x[0, 0], x[0, 1]
    m = max(a, b)
    return m + math.log(math.exp(a - m) + math.exp(b - m))


def where_it_is_finite(x: Any) -> Any:
    m = np.max(x, axis=1)
    m = np.where(np.isfinite(m), m, 0)
    return np.sum(np.log(np.sum(np.exp(x - m[:, None]), axis=1)) + m)


def reduced(x: Any) -> Any:
    m = np.maximum.reduce(x, axis=1)[:, np.newaxis]
    p = np.exp(x - m)
    p = p / p.sum(axis=1, keepdims=True)
    return -np.sum(p * np.log(p))


def masked(x: Any) -> Any:
    e = np.where(X > -0.5, np.exp(x - x.max(axis=1, keepdims=True)), 0.0)
    return np.sum((e / e.sum(axis=1, keepdims=True))[:, 1])


def least(x: Any) -> Any:
    m = np.min(x)
    return np.log2(np.sum(np.exp2(m - x))) - m


def turned(x: Any, w: Any) -> Any:
    y = x.T
    e = np.exp(y - np.max(y, axis=0))
    return np.sum((e / np.sum(e, axis=0)).T @ w)


def of_blocks(x: Any) -> Any:
    y = np.reshape(x[:2], (1, 2, 3)) * np.ones((2, 1, 1))
    e = np.exp(y - np.max(y, axis=(0, 2), keepdims=True))
    return np.sum((e / np.sum(e, axis=(0, 2), keepdims=True)) ** 2)


def root_of_sums(x: Any) -> Any:
    m = np.max(x, axis=1, keepdims=True)
    e = np.exp(2.0 * (x - m))
    return np.sum(np.exp(x - m) / np.sqrt(np.sum(e, axis=1, keepdims=True)) * X)


def doubled(x: Any) -> Any:
    m = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - m * 2)
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


PROVED: list[tuple[Any, tuple[Any, ...]]] = [
    (log_sum_exp, (X,)),
    (of_a_method, (X,)),
    (log_softmax, (X,)),
    (reshaped, (X,)),
    (cross_entropy, TWO),
    (in_a_helper, (X,)),
    (in_a_loop, TWO),
    (forward_in_logs, TWO),
    (in_a_branch, (X,)),
    (row_by_row, (X,)),
    (attention, TWO),
    (divided_at_last, TWO),
    (mixture, TWO),
    (along_columns, (X,)),
    (with_a_temperature, (X, np.abs(W))),
    (of_two_numbers, (X,)),
    (where_it_is_finite, (X,)),
    (reduced, (X,)),
    (masked, (X.copy(),)),
    (least, (X,)),
    (turned, TWO),
    (of_blocks, (X,)),
    (root_of_sums, (X.copy(),)),
    (doubled, (X,)),
]

# ---------------------------------------------------------------------------------------------- not to be proved


def not_normalised(x: Any) -> Any:
    return np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)) ** 2)


def over_the_other_axis(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=0)) ** 2)


def over_everything(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e)) ** 2)


def broadcast_to_columns(x: Any) -> Any:
    y = x[:3] @ x[:3].T
    e = np.exp(y - np.max(y, axis=1))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def times_the_argument(x: Any) -> Any:
    e = np.exp((x - np.max(x, axis=1, keepdims=True)) * x)
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def too_much_given_back(x: Any) -> Any:
    m = np.max(x, axis=1)
    return np.sum(np.log(np.sum(np.exp(x - m[:, None] * 2), axis=1)) + m)


def half_given_back(x: Any) -> Any:
    m = np.max(x, axis=1)
    return np.sum(np.log(np.sum(np.exp(x - m[:, None]), axis=1)) + m * 0.5)


def almost_a_third(x: Any) -> Any:
    m = np.max(x)
    return np.log(np.sum(np.exp(x - m))) / 3 + m * 0.3333333333333333


def clipped(x: Any) -> Any:
    e = np.exp(np.clip(x - np.max(x, axis=1, keepdims=True), -1.0, 0.0))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def decided_by_the_shifted(x: Any) -> Any:
    z = x[0] - np.max(x[0])
    if z[0] < -0.1:
        z = z * 2.0
    return np.log(np.sum(np.exp(z))) * 3.0


def also_returned(x: Any) -> Any:
    m = np.max(x)
    e = np.exp(x - m)
    return np.sum((e / np.sum(e)) ** 2) + m


def with_a_guard_inside(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / (np.sum(e, axis=1, keepdims=True) + 1e-3)) ** 2)


def contracted_over_rows(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((np.einsum("ij,ik->jk", e, x) / np.sum(e, axis=0)[:, None]) ** 2)


def other_rows(x: Any) -> Any:
    m = np.max(x, axis=1)
    logs = np.log(np.sum(np.exp(x - m[:, None]), axis=1))
    return np.sum(np.sin(logs[::-1] + m))


def shifted_rows(x: Any) -> Any:
    m = np.max(x, axis=1)
    logs = np.log(np.sum(np.exp(x - m[:, None]), axis=1))
    return np.sum(np.sin(logs[1:] + m[:-1]))


def picked_rows(x: Any) -> Any:
    m = np.max(x, axis=1)
    logs = np.log(np.sum(np.exp(x - m[:, None]), axis=1))
    return np.sum(np.sin(logs + m[LABELS]))


def transposed(x: Any) -> Any:
    y = x[:3] @ x[:3].T
    e = np.exp(y - np.max(y, axis=1, keepdims=True))
    return np.sum((e.T / np.sum(e, axis=1, keepdims=True)) ** 2)


def kept_in_an_array(x: Any) -> Any:
    logs = np.zeros(len(x))
    for i in range(len(x)):
        m = np.max(x[i])
        logs[i] = np.log(np.sum(np.exp(x[i] - m)))
        logs[i] += 0.5 * m
    return np.sum(logs**2)


def carried_on(x: Any) -> Any:
    m = 0.0
    total = 0.0
    for i in range(len(x)):
        total += np.log(np.sum(np.exp(x[i] - m)))
        m = np.max(x[i])
    return total


def largest_of_the_shifted(x: Any) -> Any:
    z = x - np.max(x, axis=1, keepdims=True)
    return np.sum(np.sin(np.max(z, axis=0)))


def running(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    s = np.cumsum(e, axis=0)
    return np.sum((e / s) ** 2)


def product(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(np.prod(e, axis=1) / np.sum(e, axis=1))


def summed_before(x: Any) -> Any:
    m = np.max(x, axis=1)
    return np.sum(np.sin(np.sum(x - m[:, None], axis=1) + m))


def products_over_rows(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(np.sin((e.T @ x) / (e.T @ np.ones_like(x))))


def shifted_in_two_ways(x: Any) -> Any:
    m = np.max(x, axis=1, keepdims=True)
    e = np.where(Y > 0.0, np.exp(x - m), np.exp(x - 2.0 * m))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def remade(x: Any) -> Any:
    y = np.reshape(x, (2, 2, 3))
    e = np.exp(y - np.max(y, axis=(0, 2), keepdims=True))
    e = np.reshape(e, (3, 2, 2))
    return np.sum((e / np.sum(e, axis=(0, 2), keepdims=True)) ** 2)


def a_condition_of_numbers(x: Any) -> Any:
    m = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - m)
    return np.sum(np.where(x - m, 1.0, 2.0) * e / np.sum(e, axis=1, keepdims=True))


NOT_PROVED = [
    summed_before,
    products_over_rows,
    shifted_in_two_ways,
    remade,
    a_condition_of_numbers,
    not_normalised,
    over_the_other_axis,
    over_everything,
    broadcast_to_columns,
    times_the_argument,
    too_much_given_back,
    half_given_back,
    almost_a_third,
    clipped,
    decided_by_the_shifted,
    also_returned,
    with_a_guard_inside,
    contracted_over_rows,
    other_rows,
    shifted_rows,
    picked_rows,
    transposed,
    kept_in_an_array,
    carried_on,
    largest_of_the_shifted,
    running,
    product,
]


def complex_steps(f: Any, args: tuple[Any, ...], k: int) -> Any:
    """The gradient by the k-th argument, by the complex step; np.max of complex numbers is that of their real parts."""
    slopes = np.empty_like(args[k])
    for place in np.ndindex(slopes.shape):
        moved = args[k].astype(complex)
        moved[place] += 1e-30j
        slopes[place] = np.imag(f(*args[:k], moved, *args[k + 1 :])) / 1e-30
    return slopes


def assert_right(f: Any, args: tuple[Any, ...], found: Any) -> None:
    """The gradient is that of differences, and of the complex step where a program takes complex numbers."""
    numbers = tuple(range(len(args)))
    assert_gradient(f, args, found, numbers, rtol=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            expected = [complex_steps(f, args, k) for k in numbers]
        except (
            TypeError,
            np.exceptions.ComplexWarning,
        ):  # Python's max, math.exp, a real array that is written
            return
    for slope, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(slope, other, rtol=1e-9, atol=1e-13)


def reads_the_maximum(gradient: Any, *args: Any) -> bool:
    """Whether the adjoint looks for the elements that are equal to a maximum, or for the larger of two numbers."""
    text = gradient.ir(*args, stage="adjoint")
    return "hits(" in text or "equal(" in text


@pytest.mark.parametrize(("f", "args"), PROVED, ids=[f.__name__ for f, _ in PROVED])
def test_no_trace_of_the_maximum(f: Any, args: tuple[Any, ...], backend: str) -> None:
    gradient = grad(f, tuple(range(len(args))), backend=backend)
    assert_right(f, args, gradient(*args))
    assert "== " not in gradient.source().replace("v.size == x.size", "")  # of a helper that writes parts
    assert not reads_the_maximum(gradient, *args)


@pytest.mark.parametrize("f", NOT_PROVED, ids=[f.__name__ for f in NOT_PROVED])
def test_where_the_maximum_counts(f: Any, backend: str) -> None:
    gradient = grad(f, (0,), backend=backend)
    assert_right(f, (X,), gradient(X))
    assert reads_the_maximum(gradient, X)


def by_following(f: Any, args: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The gradient by the first argument that differentiates the maximum as well."""
    with monkeypatch.context() as patch:
        patch.setattr(activity, "shifts", lambda *_: set())
        gradient = grad(f)
        assert reads_the_maximum(gradient, *args)
        with np.errstate(all="ignore"):
            return gradient(*args)


def with_row(row: list[float]) -> Any:
    changed = X.copy()
    changed[1] = row
    return changed


SPECIAL = {
    "nan": with_row([0.3, np.nan, 1.0]),
    "inf": with_row([0.3, np.inf, 1.0]),
    "two inf": with_row([np.inf, np.inf, 1.0]),
    "-inf": with_row([0.3, -np.inf, 1.0]),
    "all -inf": with_row([-np.inf, -np.inf, -np.inf]),
    "ties": with_row([1.0, 1.0, 0.0]),
    "all ties": np.ones((4, 3)),
    "large": 300.0 * X,
}


@pytest.mark.parametrize("point", SPECIAL.values(), ids=SPECIAL)
@pytest.mark.parametrize(
    "f", [log_sum_exp, log_softmax, row_by_row, attention, along_columns, where_it_is_finite]
)
def test_special_values(f: Any, point: Any, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    args = (point, W) if f is attention else (point,)
    with np.errstate(all="ignore"):
        found = grad(f, backend=backend)(*args)
    expected = by_following(f, args, monkeypatch)
    size = np.max(np.abs(expected), where=np.isfinite(expected), initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10 * size)


@pytest.mark.parametrize("f", [log_sum_exp, along_columns, reduced])
def test_one_column(f: Any, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    column = X[:, :1].copy()
    gradient = grad(f, backend=backend)
    np.testing.assert_allclose(gradient(column), by_following(f, (column,), monkeypatch), atol=1e-15)
    assert_gradient(f, (column,), gradient(column), rtol=1e-9)


def test_one_row(backend: str) -> None:
    gradient = grad(log_sum_exp, backend=backend)
    assert_gradient(log_sum_exp, (X[:1].copy(),), gradient(X[:1].copy()), rtol=1e-9)
    assert_gradient(log_sum_exp, (X,), gradient(X), rtol=1e-9)


@pytest.mark.parametrize("f", [log_sum_exp, of_a_method, row_by_row])
def test_single_precision(f: Any, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point = X.astype(np.float32)
    gradient = grad(f, backend=backend)
    found = gradient(point)
    assert found.dtype == np.float32
    assert not reads_the_maximum(gradient, point)
    np.testing.assert_allclose(found, grad(f)(X), rtol=2e-5, atol=1e-6)


def test_exponents_do_not_overflow(backend: str) -> None:
    point = np.array([[1000.0, 1001.0], [-1000.0, -1000.0]])
    found = grad(log_sum_exp, backend=backend)(point)
    shares = np.array([[1.0, np.e], [1.0, 1.0]]) / np.array([[1.0 + np.e], [2.0]])
    slopes = np.cos(point.max(axis=1) + np.log([1.0 + np.exp(-1.0), 2.0]))
    np.testing.assert_allclose(found, slopes[:, None] * shares, rtol=1e-12)


# ---------------------------------------------------------------------------------------------- other derivatives


@pytest.mark.parametrize(("f", "args"), PROVED, ids=[f.__name__ for f, _ in PROVED])
def test_forward_mode(f: Any, args: tuple[Any, ...]) -> None:
    direction = RNG.normal(size=args[0].shape)
    pushed = pushforward(f)
    value, slope = pushed(*args, x_dot=direction)
    assert value == f(*args)
    assert abs(slope - np.sum(grad(f)(*args) * direction)) <= 1e-12 * max(1.0, abs(slope))
    assert "==" not in pushed.source()


@pytest.mark.parametrize("f", NOT_PROVED, ids=[f.__name__ for f in NOT_PROVED])
def test_forward_mode_where_the_maximum_counts(f: Any) -> None:
    direction = RNG.normal(size=X.shape)
    _, slope = pushforward(f)(X, x_dot=direction)
    assert abs(slope - np.sum(grad(f)(X) * direction)) <= 1e-11 * max(1.0, abs(slope))


@pytest.mark.parametrize(
    "f",
    [
        log_sum_exp,
        of_a_method,
        log_softmax,
        reshaped,
        in_a_helper,
        along_columns,
        of_two_numbers,
        reduced,
        masked,
    ],
)
def test_second_derivatives(f: Any) -> None:
    gradient = grad(f)

    def inner(x: Any) -> Any:
        return np.sum(Y * gradient(x))

    second, pushed = grad(inner), pushforward(gradient)
    point = 0.7 * X
    assert_gradient(inner, (point,), second(point), rtol=1e-8)
    _, slope = pushed(point, x_dot=Y)
    np.testing.assert_allclose(slope, second(point), rtol=1e-10, atol=1e-13)
    assert "==" not in second.source()
    assert "==" not in pushed.source()


@pytest.mark.parametrize("f", [in_a_loop, row_by_row, forward_in_logs, not_normalised, half_given_back])
def test_second_derivatives_that_follow_the_maximum(f: Any) -> None:
    gradient = grad(f)
    args = (X, W)[: f.__code__.co_argcount]

    def inner(x: Any, *rest: Any) -> Any:
        return np.sum(Y * gradient(x, *rest))

    assert_gradient(inner, args, grad(inner)(*args), rtol=1e-8)


def test_pullback() -> None:
    def rows(x: Any) -> Any:
        m = np.max(x, axis=1)
        return m + np.log(np.sum(np.exp(x - m[:, None]), axis=1))

    g = RNG.normal(size=4)
    _, back = vjp(rows, X)
    e = np.exp(X)
    np.testing.assert_allclose(back(g)[0], g[:, None] * e / np.sum(e, axis=1, keepdims=True), rtol=1e-12)


def test_pullback_of_the_maximum_as_well() -> None:
    def rows(x: Any) -> Any:
        m = np.max(x, axis=1)
        return m + np.log(np.sum(np.exp(x - m[:, None]), axis=1)), m

    g, h = RNG.normal(size=4), RNG.normal(size=4)
    _, back = vjp(rows, X)
    e = np.exp(X)
    expected = g[:, None] * e / np.sum(e, axis=1, keepdims=True) + h[:, None] * (
        X == np.max(X, axis=1)[:, None]
    )
    np.testing.assert_allclose(back((g, h))[0], expected, rtol=1e-12)


def test_auxiliary_results_do_not_count() -> None:
    def loss(x: Any) -> Any:
        m = np.max(x, axis=1)
        logs = m + np.log(np.sum(np.exp(x - m[:, None]), axis=1))
        return np.sum(logs**2), (m, np.round(m * 10.0))

    gradient = value_and_grad(loss, has_aux=True)
    (value, (m, rounded)), found = gradient(X)
    assert "==" not in gradient.source()
    assert_gradient(lambda x: loss(x)[0], (X,), found, rtol=1e-9)
    np.testing.assert_array_equal(m, np.max(X, axis=1))
    np.testing.assert_array_equal(rounded, np.round(np.max(X, axis=1) * 10.0))
    assert value == loss(X)[0]


def test_checkpointed() -> None:
    step = checkpoint(softmax)

    def f(x: Any) -> Any:
        y = x[0]
        for t in range(1, len(x)):
            y = step(y * x[t] + x[t])
        return np.sum(y * x[1])

    gradient = grad(f)
    assert_gradient(f, (X,), gradient(X), rtol=1e-9)
    assert "==" not in gradient.source()


def test_stop_gradient_hides_a_shift() -> None:
    """What stop_gradient passes on is constant: the maximum beside it is not."""

    def f(x: Any) -> Any:
        m = np.max(x)
        return np.log(np.sum(np.exp(x - m))) + stop_gradient(m)

    gradient = grad(f)
    e = np.exp(X)
    np.testing.assert_allclose(gradient(X), e / np.sum(e) - (np.max(X) == X), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_random_programs(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient is the same, to rounding, as that which differentiates the maximum."""
    square = np.random.default_rng(0).normal(size=(4, 4))
    args = square, np.random.default_rng(1).random((4, 4)) + 0.5, 0.7
    proofs = 0
    for seed in range(first, first + 20):
        text = shift_program(seed)
        f = saved(text, tmp_path / f"program{seed}.py").f
        with np.errstate(all="ignore"):
            gradient = grad(f, (0, 1, 2))
            found = gradient(*args)
            with monkeypatch.context() as patch:
                patch.setattr(activity, "shifts", lambda *_: set())
                followed = grad(f, (0, 1, 2))
                expected = followed(*args)
        proofs += reads_the_maximum(followed, *args) and not reads_the_maximum(gradient, *args)
        for a, b in zip(found, expected, strict=True):
            scale = max(1.0, np.max(np.abs(b), where=np.isfinite(b), initial=0.0))
            np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-8 * scale, err_msg=text)
    assert proofs
