"""A network in containers, with its adjoint by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Layer(NamedTuple):
    W: Any
    b: Any


def network(layers: list[Any], x: Any, y: Any) -> Any:
    h = x
    for W, b in layers:
        h = np.tanh(W @ h + b)
    return 0.5 * np.sum((h - y) ** 2)


def network_adjoint(layers: list[Any], x: Any, y: Any) -> list[Any]:
    hs = [x]
    for W, b in layers:
        hs.append(np.tanh(W @ hs[-1] + b))
    dlayers: list[Any] = [None] * len(layers)
    dh = hs[-1] - y
    for k in reversed(range(len(layers))):
        da = dh * (1 - hs[k + 1] ** 2)
        dlayers[k] = Layer(np.outer(da, hs[k]), da)
        dh = layers[k].W.T @ da
    return dlayers


def network_arguments(dtype: Any = np.float64) -> tuple[Any, ...]:
    random = np.random.default_rng(3)
    sizes = [3, 4, 2]
    layers = [
        Layer(random.standard_normal((m, n)).astype(dtype), random.standard_normal(m).astype(dtype))
        for n, m in zip(sizes, sizes[1:], strict=False)
    ]
    return layers, random.standard_normal(3).astype(dtype), random.standard_normal(2).astype(dtype)


def network_vjp(layers: Any, x: Any, y: Any) -> tuple[Any, Any]:
    def pullback(g: Any) -> tuple[Any, ...]:
        hs = [x]
        for W, b in layers:
            hs.append(np.tanh(W @ hs[-1] + b))
        dy = -g * (hs[-1] - y)
        dlayers: list[Any] = [None] * len(layers)
        dh = g * (hs[-1] - y)
        for k in reversed(range(len(layers))):
            da = dh * (1 - hs[k + 1] ** 2)
            dlayers[k] = Layer(np.outer(da, hs[k]), da)
            dh = layers[k].W.T @ da
        return dlayers, dh, dy

    return network(layers, x, y), pullback
