"""The oracle of the tests: five-point differences along random directions, over containers of parameters.

Shares no code with the compiler, on purpose.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def leaves(tree: Any) -> list[Any]:
    """The arrays and scalars of a container, dicts in the order of their keys; None has none."""
    match tree:
        case None:
            return []
        case dict():
            return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
        case list() | tuple():
            return [leaf for item in tree for leaf in leaves(item)]
        case _ if hasattr(tree, "tree_flatten"):
            return leaves(list(tree.tree_flatten()[0]))
        case _ if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
            return [leaf for field in dataclasses.fields(tree) for leaf in leaves(getattr(tree, field.name))]
    return [tree]


def rebuild(tree: Any, values: Iterator[Any]) -> Any:
    """A container like `tree` that holds the next of `values`."""
    match tree:
        case None:
            return None
        case dict():
            new = {key: rebuild(tree[key], values) for key in sorted(tree)}
            return {key: new[key] for key in tree}
        case tuple() if hasattr(tree, "_fields"):
            return type(tree)(*[rebuild(item, values) for item in tree])
        case list() | tuple():
            return type(tree)([rebuild(item, values) for item in tree])
        case _ if hasattr(tree, "tree_flatten"):
            children, aux = tree.tree_flatten()
            return type(tree).tree_unflatten(aux, [rebuild(item, values) for item in children])
        case _ if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
            names = [field.name for field in dataclasses.fields(tree)]
            return dataclasses.replace(tree, **{name: rebuild(getattr(tree, name), values) for name in names})
    return next(values)


def fresh(tree: Any) -> Any:
    """The same container with arrays of its own, for functions that write into their arguments."""
    copies = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves(tree)]
    return rebuild(tree, iter(copies))


def snapshot(tree: Any) -> list[object]:
    """What a container holds, byte by byte."""
    return [
        (leaf.dtype, leaf.shape, leaf.tobytes()) if isinstance(leaf, np.ndarray | np.generic) else leaf
        for leaf in leaves(tree)
    ]


def _moved(leaf: Any, change: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return leaf + change
    return type(leaf)(leaf + change)


def directional(
    f: Callable[..., Any], args: tuple[Any, ...], chosen: list[int], direction: list[Any], step: float
) -> float:
    """The derivative of f at args along `direction`, an entry for each chosen leaf."""
    parts = [args[k] for k in chosen]
    points = leaves(parts)

    def at(t: float) -> float:
        values = [_moved(leaf, t * d) for leaf, d in zip(points, direction, strict=True)]
        new = list(fresh(args))
        for k, part in zip(chosen, rebuild(parts, iter(values)), strict=True):
            new[k] = part
        return float(np.asarray(f(*new)))

    return (at(-2 * step) - 8 * at(-step) + 8 * at(step) - at(2 * step)) / (12 * step)


def assert_gradient(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    gradient: Any,
    argnums: int | tuple[int, ...] = 0,
    rtol: float = 1e-7,
    step: float = 1e-3,
) -> None:
    """Fail unless `gradient` has the right shapes and agrees with differences of f at args."""
    chosen = [argnums] if isinstance(argnums, int) else list(argnums)
    parts = [gradient] if isinstance(argnums, int) else list(gradient)
    points = leaves([args[k] for k in chosen])
    slopes = [np.asarray(leaf) for leaf in leaves(parts)]
    assert [s.shape for s in slopes] == [np.shape(p) for p in points], "the gradient has other shapes"
    rng = np.random.default_rng(0)
    for _ in range(3 if points else 0):
        direction = [rng.normal(size=np.shape(p)) for p in points]
        norm = np.sqrt(sum(np.sum(d**2) for d in direction)) or 1.0
        direction = [d / norm for d in direction]
        expected = directional(f, args, chosen, direction, step)
        terms = [np.sum(s * d) for s, d in zip(slopes, direction, strict=True)]
        scale = max(1.0, float(sum(np.sum(np.abs(s * d)) for s, d in zip(slopes, direction, strict=True))))
        assert abs(float(sum(terms)) - expected) <= rtol * scale, (
            f"along a random direction the gradient says {float(sum(terms))!r}, differences say {expected!r}"
        )


def assert_same(left: Any, right: Any, rtol: float = 1e-10) -> None:
    """Fail unless two containers hold the same numbers, up to rounding."""
    a, b = leaves(left), leaves(right)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=rtol, atol=rtol)
