"""Whole-array programs of statistics, learning, vision and physics."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from adcompiler.bench.kernel import Array, Integers, Kernel, Scalar, sizes


# ---------------------------------------------------------------- logistic regression
def logistic_regression(w: Array, b: float, X: Array, y: Array) -> Scalar:
    """Likelihood of logistic regression (Hastie, Tibshirani, Friedman, Statistical Learning, 4.4)."""
    z = X @ w + b
    return np.mean(np.logaddexp(0.0, z) - y * z) + 0.01 * np.sum(w**2)


def logistic_regression_jax(w: Any, b: Any, X: Any, y: Any) -> Any:
    """The same."""
    import jax
    import jax.numpy as jnp

    z = X @ w + b
    return jnp.mean(jax.nn.softplus(z) - y * z) + 0.01 * jnp.sum(w**2)


def labelled(rng: Generator, n: int, m: int) -> tuple[Any, ...]:
    """Weights, a shift, points and their labels."""
    X = rng.normal(size=(n, m))
    return rng.normal(size=m) / np.sqrt(m), 0.1, X, (X[:, 0] + rng.normal(size=n) > 0).astype(float)


# ---------------------------------------------------------------- perceptron
def mlp(layers: list[tuple[Array, Array]], X: Array, Y: Array) -> Scalar:
    """A multilayer perceptron with squared errors (Rumelhart, Hinton, Williams, Nature 323, 1986)."""
    H = X
    for W, b in layers:
        H = np.tanh(H @ W + b)
    return np.mean((H - Y) ** 2)


def mlp_jax(layers: Any, X: Any, Y: Any) -> Any:
    """The same."""
    import jax.numpy as jnp

    H = X
    for W, b in layers:
        H = jnp.tanh(H @ W + b)
    return jnp.mean((H - Y) ** 2)


def network(rng: Generator, batch: int, width: int, depth: int) -> tuple[Any, ...]:
    """Layers of one width, inputs and targets."""
    layers = [
        (rng.normal(size=(width, width)) / np.sqrt(width), 0.1 * rng.normal(size=width)) for _ in range(depth)
    ]
    return layers, rng.normal(size=(batch, width)), np.tanh(rng.normal(size=(batch, width)))


# ---------------------------------------------------------------- convolution
def convolution(x: Array, w: Array, y: Array) -> Scalar:
    """A layer of convolutions with rectifiers, summed over the offsets (LeCun et al., Proc. IEEE 86, 1998)."""
    rows, columns = y.shape[2], y.shape[3]
    out = np.zeros(y.shape)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            window = x[:, :, i : i + rows, j : j + columns]
            out += np.einsum("bchw,oc->bohw", window, w[:, :, i, j])
    return np.mean((np.maximum(out, 0.0) - y) ** 2)


def convolution_jax(x: Any, w: Any, y: Any) -> Any:
    """By XLA's convolution."""
    import jax.numpy as jnp
    from jax import lax

    out = lax.conv_general_dilated(x, w, (1, 1), "VALID")
    return jnp.mean((jnp.maximum(out, 0.0) - y) ** 2)


def images(rng: Generator, batch: int, channels: int, pixels: int) -> tuple[Any, ...]:
    """Images, filters of 3 times 3 pixels, and targets."""
    x = rng.normal(size=(batch, channels, pixels + 2, pixels + 2))
    w = rng.normal(size=(channels, channels, 3, 3)) / np.sqrt(9 * channels)
    return x, w, np.abs(rng.normal(size=(batch, channels, pixels, pixels)))


# ---------------------------------------------------------------- softmax cross entropy
def softmax_cross_entropy(W: Array, b: Array, X: Array, labels: Integers) -> Scalar:
    """Cross entropy of a linear classifier (Bishop, Pattern Recognition and Machine Learning, 4.3.4)."""
    z = X @ W + b
    z = z - np.max(z, axis=1, keepdims=True)
    total = np.log(np.sum(np.exp(z), axis=1))
    return np.mean(total - z[np.arange(len(labels)), labels])


def softmax_cross_entropy_jax(W: Any, b: Any, X: Any, labels: Any) -> Any:
    """By the functions of jax.nn."""
    import jax
    import jax.numpy as jnp

    z = jax.nn.log_softmax(X @ W + b)
    return -jnp.mean(jnp.take_along_axis(z, labels[:, None], axis=1))


def classes(rng: Generator, n: int, m: int, k: int) -> tuple[Any, ...]:
    """Weights and shifts of each class, points and their classes."""
    W = rng.normal(size=(m, k)) / np.sqrt(m)
    return W, 0.1 * rng.normal(size=k), rng.normal(size=(n, m)), rng.integers(0, k, size=n)


# ---------------------------------------------------------------- Gaussian mixture
def gaussian_mixture(weights: Array, means: Array, scales: Array, X: Array) -> Scalar:
    """Likelihood of a mixture of Gaussians with diagonal covariances (Bishop, 9.2)."""
    away = (X[:, None, :] - means[None, :, :]) * np.exp(-scales)[None, :, :]
    logs = weights - np.sum(scales, axis=1) - 0.5 * np.sum(away**2, axis=2)
    most = np.max(logs, axis=1, keepdims=True)
    inner = most[:, 0] + np.log(np.sum(np.exp(logs - most), axis=1))
    return -np.mean(inner) + np.log(np.sum(np.exp(weights)))


def gaussian_mixture_jax(weights: Any, means: Any, scales: Any, X: Any) -> Any:
    """By logsumexp."""
    import jax.numpy as jnp
    from jax.nn import logsumexp

    away = (X[:, None, :] - means) * jnp.exp(-scales)
    logs = weights - jnp.sum(scales, axis=1) - 0.5 * jnp.sum(away**2, axis=2)
    return -jnp.mean(logsumexp(logs, axis=1)) + logsumexp(weights)


def mixture(rng: Generator, n: int, m: int, k: int) -> tuple[Any, ...]:
    """Weights, means and scales of the components, and points."""
    return (
        0.1 * rng.normal(size=k),
        rng.normal(size=(k, m)),
        0.1 * rng.normal(size=(k, m)),
        rng.normal(size=(n, m)),
    )


# ---------------------------------------------------------------- bundle adjustment
def bundle_adjustment(cameras: Array, points: Array, seen: Array, which: Integers, what: Integers) -> Scalar:
    """Reprojection error of points seen by cameras (Triggs et al., Bundle Adjustment, 2000; Rodrigues's rotation)."""
    camera, point = cameras[which], points[what]
    turn = camera[:, 0:3]
    angle = np.sqrt(np.sum(turn**2, axis=1, keepdims=True))
    axis = turn / angle
    along = np.sum(axis * point, axis=1, keepdims=True)
    turned = (
        point * np.cos(angle) + np.cross(axis, point) * np.sin(angle) + axis * along * (1.0 - np.cos(angle))
    )
    seen_from = turned + camera[:, 3:6]
    flat = -seen_from[:, 0:2] / seen_from[:, 2:3]
    r2 = np.sum(flat**2, axis=1, keepdims=True)
    image = camera[:, 6:7] * (1.0 + camera[:, 7:8] * r2 + camera[:, 8:9] * r2**2) * flat
    return 0.5 * np.sum((image - seen) ** 2) / len(seen)


def bundle_adjustment_jax(cameras: Any, points: Any, seen: Any, which: Any, what: Any) -> Any:
    """One observation at a time, mapped over all."""
    import jax
    import jax.numpy as jnp

    def error(camera: Any, point: Any, measured: Any) -> Any:
        turn, shift = camera[:3], camera[3:6]
        angle = jnp.sqrt(turn @ turn)
        axis = turn / angle
        cos, sin = jnp.cos(angle), jnp.sin(angle)
        p = point * cos + jnp.cross(axis, point) * sin + axis * (axis @ point) * (1.0 - cos) + shift
        flat = -p[:2] / p[2]
        r2 = flat @ flat
        image = camera[6] * (1.0 + camera[7] * r2 + camera[8] * r2**2) * flat
        return jnp.sum((image - measured) ** 2)

    return 0.5 * jnp.mean(jax.vmap(error)(cameras[which], points[what], seen))


def photographs(rng: Generator, cameras: int, points: int, observations: int) -> tuple[Any, ...]:
    """Cameras (rotation, shift, focal length, distortion), points, and where each is seen."""
    camera = np.concatenate(
        [
            0.3 * rng.normal(size=(cameras, 3)),
            0.1 * rng.normal(size=(cameras, 2)),
            -5.0 + 0.1 * rng.normal(size=(cameras, 1)),
            1.0 + 0.1 * rng.random((cameras, 1)),
            0.01 * rng.normal(size=(cameras, 2)),
        ],
        axis=1,
    )
    which = rng.integers(0, cameras, size=observations)
    what = rng.integers(0, points, size=observations)
    return camera, rng.normal(size=(points, 3)), 0.1 * rng.normal(size=(observations, 2)), which, what


# ---------------------------------------------------------------- k-means
def kmeans(centres: Array, X: Array) -> Scalar:
    """Distances of points to the nearest centre, by one product (Lloyd, IEEE Trans. Information Theory 28, 1982)."""
    squares = np.sum(X**2, axis=1)[:, None] - 2.0 * X @ centres.T + np.sum(centres**2, axis=1)
    return np.mean(np.min(squares, axis=1))


def kmeans_jax(centres: Any, X: Any) -> Any:
    """The same."""
    import jax.numpy as jnp

    squares = jnp.sum(X**2, axis=1)[:, None] - 2.0 * X @ centres.T + jnp.sum(centres**2, axis=1)
    return jnp.mean(jnp.min(squares, axis=1))


def clusters(rng: Generator, n: int, m: int, k: int) -> tuple[Any, ...]:
    """Centres and points."""
    return rng.normal(size=(k, m)), rng.normal(size=(n, m))


# ---------------------------------------------------------------- n bodies
def n_body(x: Array, masses: Array) -> Scalar:
    """Potential energy of bodies with softened gravity (Aarseth, Gravitational N-Body Simulations, 2003)."""
    away = x[:, None, :] - x[None, :, :]
    distance = np.sqrt(np.sum(away**2, axis=2) + 0.01)
    return -0.5 * np.sum(masses[:, None] * masses[None, :] / distance)


def n_body_jax(x: Any, masses: Any) -> Any:
    """The same, by the reciprocal square root."""
    import jax.numpy as jnp
    from jax import lax

    away = x[:, None, :] - x[None, :, :]
    return -0.5 * masses @ lax.rsqrt(jnp.sum(away**2, axis=2) + 0.01) @ masses


def bodies(rng: Generator, n: int) -> tuple[Any, ...]:
    """Places and masses."""
    return rng.normal(size=(n, 3)), rng.random(n) / n


# ---------------------------------------------------------------- logsumexp
def log_sum_exp(x: Array, w: Array) -> Scalar:
    """A stable logarithm of sums of exponentials, row by row at once (Blanchard et al., IMA J. Num. An. 41, 2021)."""
    most = np.max(x, axis=1, keepdims=True)
    return np.sum(w * (most[:, 0] + np.log(np.sum(np.exp(x - most), axis=1))))


def log_sum_exp_jax(x: Any, w: Any) -> Any:
    """By logsumexp."""
    import jax.numpy as jnp
    from jax.nn import logsumexp

    return jnp.sum(w * logsumexp(x, axis=1))


def matrix_and_weights(rng: Generator, n: int, m: int) -> tuple[Any, ...]:
    """A matrix, and a weight for each row."""
    return 3.0 * rng.normal(size=(n, m)), rng.random(n)


# ---------------------------------------------------------------- attention
def attention(params: dict[str, Array], x: Array) -> Scalar:
    """Attention of several heads over a sequence (Vaswani et al., Attention Is All You Need, 2017)."""
    q = np.einsum("td,hdk->htk", x, params["query"])
    k = np.einsum("td,hdk->htk", x, params["key"])
    v = np.einsum("td,hdk->htk", x, params["value"])
    scores = np.einsum("htk,hsk->hts", q, k) / np.sqrt(q.shape[2])
    scores = np.exp(scores - np.max(scores, axis=2, keepdims=True))
    heads = np.einsum("hts,hsk->htk", scores / np.sum(scores, axis=2, keepdims=True), v)
    return np.mean((x + np.einsum("htk,hkd->td", heads, params["out"])) ** 2)


def attention_jax(params: Any, x: Any) -> Any:
    """By the functions of jax.nn."""
    import jax
    import jax.numpy as jnp

    q, k, v = (jnp.einsum("td,hdk->htk", x, params[name]) for name in ("query", "key", "value"))
    scores = jax.nn.softmax(jnp.einsum("htk,hsk->hts", q, k) / jnp.sqrt(q.shape[2]))
    heads = jnp.einsum("hts,hsk->htk", scores, v)
    return jnp.mean((x + jnp.einsum("htk,hkd->td", heads, params["out"])) ** 2)


def heads(rng: Generator, tokens: int, width: int, count: int) -> tuple[Any, ...]:
    """The projections of each head, and a sequence."""
    inner = max(width // count, 1)
    params = {
        name: rng.normal(size=(count, width, inner)) / np.sqrt(width) for name in ("query", "key", "value")
    }
    params["out"] = rng.normal(size=(count, inner, width)) / np.sqrt(width)
    return params, rng.normal(size=(tokens, width))


def _kernel(
    numpy: Any,
    jax: Any,
    arguments: Any,
    argnums: tuple[int, ...],
    small: tuple[int, ...],
    medium: tuple[int, ...],
    large: tuple[int, ...],
) -> Kernel:
    return Kernel(numpy, jax, "vectorised", "array", arguments, argnums, sizes(small, medium, large))


KERNELS = (
    _kernel(
        logistic_regression, logistic_regression_jax, labelled, (0, 1), (6, 3), (5000, 50), (50_000, 100)
    ),
    _kernel(mlp, mlp_jax, network, (0,), (3, 4, 2), (128, 128, 4), (512, 512, 6)),
    _kernel(convolution, convolution_jax, images, (0, 1), (2, 2, 4), (8, 8, 32), (16, 32, 64)),
    _kernel(
        softmax_cross_entropy,
        softmax_cross_entropy_jax,
        classes,
        (0, 1),
        (5, 3, 4),
        (2000, 100, 10),
        (20_000, 400, 50),
    ),
    _kernel(
        gaussian_mixture,
        gaussian_mixture_jax,
        mixture,
        (0, 1, 2),
        (6, 2, 3),
        (2000, 10, 10),
        (20_000, 20, 25),
    ),
    _kernel(
        bundle_adjustment,
        bundle_adjustment_jax,
        photographs,
        (0, 1),
        (2, 3, 5),
        (20, 500, 5000),
        (50, 5000, 50_000),
    ),
    _kernel(kmeans, kmeans_jax, clusters, (0,), (6, 2, 3), (2000, 10, 20), (20_000, 20, 50)),
    _kernel(n_body, n_body_jax, bodies, (0, 1), (5,), (300,), (1000,)),
    _kernel(log_sum_exp, log_sum_exp_jax, matrix_and_weights, (0, 1), (3, 4), (1000, 200), (5000, 1000)),
    _kernel(attention, attention_jax, heads, (0,), (4, 6, 2), (128, 64, 4), (512, 256, 8)),
)
