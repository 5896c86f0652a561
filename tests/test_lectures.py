"""The worked examples of the lectures on backpropagation that the project grew out of, number by number.

The lectures print two or three digits; where they print more, or a formula is known, the tests ask for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differences import assert_gradient, assert_same

from adcompiler import grad, value_and_grad, vjp

RNG = np.random.default_rng(20)


def numbers(tree: Any) -> list[float]:
    """The entries of a flat tuple of scalars."""
    return [float(np.asarray(x)) for x in tree]


# ---------------------------------------------------------------- 1: the first graph
def product_of_sum(x, y, z):
    return z * (x + y)


@pytest.mark.parametrize(
    ("point", "value", "slope"),
    [((2.0, 3.0, -2.0), -10, [-2, -2, 5]), ((1.0, -3.0, 4.0), -8, [4, 4, -2])],
)
def test_first_graph(point: tuple[float, ...], value: float, slope: list[float], backend: str) -> None:
    """f = z (x + y) at the two points of the slides."""
    v, g = value_and_grad(product_of_sum, argnums=(0, 1, 2), backend=backend)(*point)
    assert float(v) == value
    assert numbers(g) == slope


# ---------------------------------------------------------------- 2: the sigmoid graph
def neuron(w0, w1, w2, x0, x1):
    return 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))


NEURON_AT = (2.0, -3.0, -3.0, -1.0, -2.0)


def test_sigmoid_graph_forward() -> None:
    """The forward values above the edges of the picture."""
    w0, w1, w2, x0, x1 = NEURON_AT
    a, b = w0 * x0, w1 * x1
    c = a + b
    d = c + w2
    e = math.exp(-d)
    assert [a, b, c, d, -d] == [-2, 6, 4, 1, -1]
    assert [round(e, 2), round(1 + e, 2), round(1 / (1 + e), 2)] == [0.37, 1.37, 0.73]


def test_sigmoid_graph_gradient(backend: str) -> None:
    """The value and the gradient, to the digits of the slides and to all."""
    v, g = value_and_grad(neuron, argnums=(0, 1, 2, 3, 4), backend=backend)(*NEURON_AT)
    s = 1 / (1 + math.exp(-1.0))
    k = s * (1 - s)
    assert float(v) == pytest.approx(s, rel=1e-15)
    assert numbers(g) == pytest.approx([-k, -2 * k, k, 2 * k, -3 * k], rel=1e-14)
    assert [round(x, 2) for x in numbers(g)] == [-0.20, -0.39, 0.20, 0.39, -0.59]


STAGES: list[tuple[Callable[[Any], Any], float, float]] = [
    (lambda q: 1 * q, 0.7311, 1.0),
    (lambda q: 1 / q, 1.37, -0.53),
    (lambda q: 1 / (1 + q), 0.37, -0.53),
    (lambda q: 1 / (1 + np.exp(q)), -1.0, -0.20),
    (lambda q: 1 / (1 + np.exp(-q)), 1.0, 0.20),
    (lambda q: 1 / (1 + np.exp(-(q - 3.0))), 4.0, 0.20),
]


@pytest.mark.parametrize("stage", range(len(STAGES)))
def test_sigmoid_graph_adjoints(stage: int, backend: str) -> None:
    """The adjoints below the edges, from the output backwards: 1, -0.53, -0.53, -0.20, 0.20, 0.20."""
    rest, value, adjoint = STAGES[stage]
    assert round(float(grad(rest, backend=backend)(value)), 2) == adjoint


# ---------------------------------------------------------------- 3: copies
def test_copy_adds_the_adjoints(backend: str) -> None:
    """A variable used in several places receives the sum of their adjoints."""

    def f(x, y):
        a = x
        return x * y + np.sin(a) + a * x

    g = grad(f, argnums=(0, 1), backend=backend)(0.7, 2.0)
    assert numbers(g) == pytest.approx([2.0 + math.cos(0.7) + 1.4, 0.7], rel=1e-14)


# ---------------------------------------------------------------- 4: the calculus quiz
def quiz(x, z):
    return np.exp(x * z) + x * z / np.log(x) + np.sin(np.log(x)) / np.exp(x * z)


def test_calculus_quiz(backend: str) -> None:
    """dy/dx and dy/dz at (2, 3)."""
    g = grad(quiz, argnums=(0, 1), backend=backend)(2.0, 3.0)
    assert numbers(g) == pytest.approx([1208.3665605541926, 809.7398094139393], rel=1e-14)


# ---------------------------------------------------------------- 5: by hand
def nested_cosine(x):
    t = x**2
    u1 = np.sin(t)
    u2 = 3 * t
    u = u1 + u2
    return np.cos(u)


@pytest.mark.parametrize("x", [0.5, -1.3, 2.0, 0.0])
def test_backward_by_hand(x: float, backend: str) -> None:
    """J = cos(sin(x**2) + 3 x**2), with the backward lines of the slide."""
    t = x**2
    u = math.sin(t) + 3 * t
    du = -math.sin(u)
    dt = 0.0
    dt += du * math.cos(t)
    dt += du * 3
    v, g = value_and_grad(nested_cosine, backend=backend)(x)
    assert float(v) == pytest.approx(math.cos(u), rel=1e-14)
    assert float(g) == pytest.approx(dt * 2 * x, rel=1e-13, abs=1e-15)


def test_backward_in_one_expression(backend: str) -> None:
    """The same function on one line has the same gradient."""

    def f(x):
        return np.cos(np.sin(x**2) + 3 * x**2)

    assert float(grad(f, backend=backend)(0.5)) == pytest.approx(
        float(grad(nested_cosine, backend=backend)(0.5)), rel=1e-14
    )


# ---------------------------------------------------------------- 6: logistic regression
def logistic_regression(theta, x, target):
    a = 0.0
    for j in range(len(theta)):
        a += theta[j] * x[j]
    y = 1 / (1 + np.exp(-a))
    return target * np.log(y) + (1 - target) * np.log(1 - y)


@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_logistic_regression(target: float, backend: str) -> None:
    """The backward line of each module: dJ/dy, dJ/da, dJ/dtheta and dJ/dx."""
    theta, x = np.array([0.5, -1.2, 0.3]), np.array([1.0, 0.4, -2.0])
    y = 1 / (1 + np.exp(-(theta @ x)))
    dy = target / y + (1 - target) / (y - 1)
    da = dy * y * (1 - y)
    dtheta, dx = grad(logistic_regression, argnums=(0, 1), backend=backend)(theta, x, target)
    assert_same([dtheta, dx], [da * x, da * theta], rtol=1e-13)
    assert_same(dtheta, (target - y) * x, rtol=1e-13)


# ---------------------------------------------------------------- 7: two layers as five modules
def two_layers(alpha, beta, x, target):
    hidden = np.zeros(alpha.shape[0])
    for j in range(alpha.shape[0]):
        a = 0.0
        for i in range(alpha.shape[1]):
            a += alpha[j, i] * x[i]
        hidden[j] = 1 / (1 + np.exp(-a))
    b = 0.0
    for j in range(len(beta)):
        b += beta[j] * hidden[j]
    y = 1 / (1 + np.exp(-b))
    return target * np.log(y) + (1 - target) * np.log(1 - y)


TWO_LAYERS_AT = (RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=3), 1.0)


def two_layers_backward() -> tuple[Any, Any, Any, Any]:
    """The backward lines of the five modules, and dJ/dx as the slide has it, without the factor dJ/da_j."""
    alpha, beta, x, target = TWO_LAYERS_AT
    z = 1 / (1 + np.exp(-alpha @ x))
    y = 1 / (1 + np.exp(-(beta @ z)))
    dy = target / y + (1 - target) / (y - 1)
    db = dy * y * (1 - y)
    dbeta, dz = db * z, db * beta
    da = dz * z * (1 - z)
    return np.outer(da, x), dbeta, alpha.T @ da, alpha.sum(axis=0)


def test_two_layers(backend: str) -> None:
    """Linear, sigmoid, linear, sigmoid, cross entropy: forward loops, textbook backward."""
    slope = grad(two_layers, argnums=(0, 1, 2), backend=backend)(*TWO_LAYERS_AT)
    dalpha, dbeta, dx, _ = two_layers_backward()
    assert_same(list(slope), [dalpha, dbeta, dx], rtol=1e-13)


def test_two_layers_slide_has_a_slip() -> None:
    """A gradient check finds the line of the slide that has lost a factor."""
    dalpha, dbeta, dx, printed = two_layers_backward()
    assert_gradient(two_layers, TWO_LAYERS_AT, (dalpha, dbeta, dx), (0, 1, 2))
    with pytest.raises(AssertionError):
        assert_gradient(two_layers, TWO_LAYERS_AT, (dalpha, dbeta, printed), (0, 1, 2))


# ---------------------------------------------------------------- 8: a deeper quiz
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def three_layers(beta, alpha2, alpha1, x):
    return sigmoid(beta @ sigmoid(alpha2.T @ sigmoid(alpha1.T @ x)))


def test_three_layers(backend: str) -> None:
    """y = sigmoid(beta' sigmoid(alpha2' sigmoid(alpha1' x))): the derivatives by the chain rule."""
    beta, alpha2, alpha1 = RNG.normal(size=2), RNG.normal(size=(4, 2)), RNG.normal(size=(3, 4))
    x = RNG.normal(size=3)
    z1 = sigmoid(alpha1.T @ x)
    z2 = sigmoid(alpha2.T @ z1)
    y = sigmoid(beta @ z2)
    g = y * (1 - y)
    g2 = g * beta * z2 * (1 - z2)
    g1 = (alpha2 @ g2) * z1 * (1 - z1)
    slope = grad(three_layers, argnums=(0, 1, 2), backend=backend)(beta, alpha2, alpha1, x)
    assert_same(list(slope), [g * z2, np.outer(z1, g2), np.outer(x, g1)], rtol=1e-13)


# ---------------------------------------------------------------- 9: least squares
def mean_squared_error(W, X, Y):
    s = 0.0
    for x, y in zip(X, Y):  # noqa: B905
        s += np.sum((W @ x - y) ** 2)
    return s / len(X)


def mean_squared_error_at_once(W, X, Y):
    return np.sum((X @ W.T - Y) ** 2) / X.shape[0]


@pytest.mark.parametrize("f", [mean_squared_error, mean_squared_error_at_once])
def test_least_squares(f: Callable[..., Any], backend: str) -> None:
    """The gradient of the mean squared error is the average of 2 (W x_i - y_i) x_i'."""
    W, X, Y = RNG.normal(size=(2, 3)), RNG.normal(size=(5, 3)), RNG.normal(size=(5, 2))
    average = sum(2 * np.outer(W @ x - y, x) for x, y in zip(X, Y, strict=True)) / 5
    assert_same(grad(f, backend=backend)(W, X, Y), average, rtol=1e-13)


# ---------------------------------------------------------------- 10: the perceptron of depth l
def perceptron(theta, x, y, strength):
    h = x
    for W, b in theta:
        a = b + W @ h
        h = np.tanh(a)
    penalty = 0.0
    for W, b in theta:
        penalty += np.sum(W**2) + np.sum(b**2)
    return 0.5 * np.sum((h - y) ** 2) + strength * penalty


def textbook(theta, x, y, strength):
    """The backward loop as the lecture writes it."""
    h, a = [x], []
    for W, b in theta:
        a.append(b + W @ h[-1])
        h.append(np.tanh(a[-1]))
    g = h[-1] - y
    slopes: list[Any] = [None] * len(theta)
    for k in range(len(theta), 0, -1):
        W, b = theta[k - 1]
        g = g * (1 - np.tanh(a[k - 1]) ** 2)
        slopes[k - 1] = (np.outer(g, h[k - 1]) + strength * 2 * W, g + strength * 2 * b)
        g = W.T @ g
    return slopes


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 5, 4, 3), (3, 3, 3, 3, 3)])
def test_perceptron(sizes: tuple[int, ...], backend: str) -> None:
    """The loop over layers of any sizes, with a regulariser, against the lecture's backward loop."""
    shapes = [(sizes[k], sizes[k - 1]) for k in range(1, len(sizes))]
    theta = [(RNG.normal(size=(m, n)), RNG.normal(size=m)) for m, n in shapes]
    x, y = RNG.normal(size=sizes[0]), RNG.normal(size=sizes[-1])
    slope = grad(perceptron, backend=backend)(theta, x, y, 0.01)
    assert isinstance(slope, list)
    assert all(isinstance(pair, tuple) for pair in slope)
    assert_same(slope, textbook(theta, x, y, 0.01), rtol=1e-12)


def test_perceptron_reads_like_the_textbook() -> None:
    """The emitted adjoint walks the layers backwards, in a loop, and names things as the function does."""
    theta = [(RNG.normal(size=(4, 3)), RNG.normal(size=4)), (RNG.normal(size=(2, 4)), RNG.normal(size=2))]
    text = grad(perceptron, backend="numpy").source(theta, RNG.normal(size=3), RNG.normal(size=2), 0.01)
    assert "reversed(range(len(theta)))" in text
    assert "W.T @" in text
    assert "np.outer(" in text
    assert "dtheta" in text


# ---------------------------------------------------------------- the models and losses that they compare
def maxout(z, slope):
    return np.max(np.reshape(z, (-1, 2)), axis=1)


ACTIVATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": lambda z, slope: 1 / (1 + np.exp(-z)),
    "tanh": lambda z, slope: np.tanh(z),
    "relu": lambda z, slope: np.maximum(z, 0),
    "leaky relu": lambda z, slope: np.where(z > 0, z, 0.1 * z),
    "parametric relu": lambda z, slope: np.where(z > 0, z, slope * z),
    "maxout": maxout,
    "elu": lambda z, slope: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "softplus": lambda z, slope: np.log1p(np.exp(z)),
}

LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "squared": lambda s, t: 0.5 * np.sum((s - t) ** 2),
    "absolute": lambda s, t: np.sum(np.abs(s - t)),
    "hinge": lambda s, t: np.sum(np.maximum(0, 1 - s * t)),
    "binary cross entropy": lambda s, t: -np.mean(np.log(np.where(t > 0, sigmoid(s), 1 - sigmoid(s)))),
    "softmax cross entropy": lambda s, t: np.log(np.sum(np.exp(s))) - s[np.argmax(t)],
    "L1": lambda s, t: np.sum(np.abs(s)),
    "L2": lambda s, t: 0.5 * np.sum(s**2),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name: str, backend: str) -> None:
    """Each activation, also by its learned slope."""
    activation = ACTIVATIONS[name]

    def f(z, slope):
        return np.sum(activation(z, slope) ** 3)

    args = (np.array([0.7, -1.3, 2.0, -0.2]), 0.25)
    assert_gradient(f, args, grad(f, argnums=(0, 1), backend=backend)(*args), (0, 1))


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str, backend: str) -> None:
    """Each loss and regulariser, by the scores."""
    args = (np.array([0.7, -1.3, 2.0, -0.2]), np.array([1.0, -1.0, 1.5, 1.0]))
    assert_gradient(LOSSES[name], args, grad(LOSSES[name], backend=backend)(*args))


# ---------------------------------------------------------------- the methods that they compare
def test_centred_differences_have_a_valley() -> None:
    """The error of centred differences against the step is V-shaped: truncation right, rounding left."""
    exact = float(grad(quiz, backend="numpy")(2.0, 3.0))
    errors = []
    for power in range(1, 13):
        eps = 10.0**-power
        errors.append(abs((quiz(2.0 + eps, 3.0) - quiz(2.0 - eps, 3.0)) / (2 * eps) - exact))
    best = errors.index(min(errors))
    assert 3 <= best <= 7
    assert errors[0] > 1e4 * errors[best]
    assert errors[-1] > 1e2 * errors[best]


def test_reverse_mode_gives_all_inputs(backend: str) -> None:
    """One sweep gives the derivatives of one output by all inputs: a row of the Jacobian."""

    def f(x):
        return np.array([x[0] * x[1], np.sin(x[1]), x[2] ** 2])

    x = np.array([0.5, 2.0, -1.0])
    value, pull = vjp(f, x, backend=backend)
    assert_same(value, f(x))
    jacobian = [[2.0, 0.5, 0.0], [0.0, math.cos(2.0), 0.0], [0.0, 0.0, -2.0]]
    for k in range(3):
        (row,) = pull(np.eye(3)[k])
        assert_same(row, np.array(jacobian[k]))


def test_gradient_descent_learns_a_circle(backend: str) -> None:
    """The feature map (x1**2, x2**2) makes a circle separable for logistic regression."""

    def f(w, X, t):
        z = X**2 @ w[:2] + w[2]
        return np.mean(np.log1p(np.exp(-t * z)))

    X = RNG.uniform(-2, 2, size=(200, 2))
    t = np.where(np.sum(X**2, axis=1) < 2.0, 1.0, -1.0)
    w = np.zeros(3)
    step = value_and_grad(f, backend=backend)
    for _ in range(400):
        _, dw = step(w, X, t)
        w = w - 0.5 * np.asarray(dw)
    assert np.mean(np.sign(X**2 @ w[:2] + w[2]) == t) > 0.95
