"""Arguments as a call gives them: what JAX made, whole numbers, and memory that several of them share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcompiler import pytree


def is_traced(leaf: object) -> bool:
    """Whether JAX traces a leaf, which then has a shape and a dtype and no value."""
    jax = sys.modules.get("jax")
    return jax is not None and isinstance(leaf, jax.core.Tracer)


def is_integer(value: Any) -> bool:
    """Whether an argument is one whole number."""
    return isinstance(value, int) or (
        value.ndim == 0 and value.dtype.kind in "iub" if hasattr(value, "ndim") else False
    )


def as_numpy(value: Any) -> Any:
    """JAX arrays as NumPy arrays, at every depth; all else as it is."""
    if isinstance(value, (np.ndarray, float, int, str)) or value is None:
        return value
    leaves, tree = pytree.flatten(value)
    if not any(map(_is_jax, leaves)):
        return value
    return tree.unflatten([np.asarray(leaf) if _is_jax(leaf) else leaf for leaf in leaves])


def _is_jax(leaf: object) -> bool:
    """Whether a leaf is an array of JAX, or stands for one; its functions stay what they are."""
    made = type(leaf).__module__.partition(".")[0] in ("jax", "jaxlib")
    return hasattr(leaf, "__jax_array__") or (made and isinstance(getattr(leaf, "shape", None), tuple))


def share_memory(args: tuple[Any, ...], kwargs: dict[str, Any], outside: list[object]) -> bool:
    """Whether a write into one of the arguments may change another one, or an array from outside."""
    leaves, _ = pytree.flatten((args, kwargs))
    arrays = [leaf for leaf in leaves if isinstance(leaf, np.ndarray)]
    held = [c for value in (*args, *kwargs.values()) for c in _mutable(value)]
    if len({id(container) for container in held}) < len(held):
        return True
    for k, a in enumerate(arrays):
        others = [*arrays[k + 1 :], *(b for b in outside if isinstance(b, np.ndarray))]
        if any(np.may_share_memory(a, b) for b in others):
            return True
    return False


def _mutable(tree: object) -> Iterator[object]:
    """The lists and dicts in arguments."""
    node = pytree.node(tree)
    if node is None:
        return
    if isinstance(tree, (list, dict)) and tree:
        yield tree
    for child in node.children:
        yield from _mutable(child)
