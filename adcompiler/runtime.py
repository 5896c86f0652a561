"""Functions that emitted code may call; their source text is pasted into the module that does.

They use NumPy only, bound to `np`, and no name of this package.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

import numpy as np


def unbroadcast(g: np.ndarray[Any, Any], shape: tuple[int, ...]) -> Any:
    """The sum of g over the axes along which broadcasting repeated an array of the given shape."""
    extra = np.ndim(g) - len(shape)
    axes = tuple(
        axis for axis in range(np.ndim(g)) if axis < extra or shape[axis - extra] == 1 != g.shape[axis]
    )
    total = np.sum(g, axis=axes) if axes else g
    return np.reshape(total, shape) if shape else total


def added(a: Any, b: Any) -> Any:
    """a + b, item by item for lists."""
    return [added(x, y) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else a + b


def shuffled(source: Any, x: np.ndarray[Any, Any], **options: Any) -> Any:
    """A copy of x, shuffled by a random generator."""
    copy = x.copy()
    source.shuffle(copy, **options)
    return copy


def lu_order(rows: Any) -> Any:
    """The rows of a matrix in the order in which those of its LU factors stand for them."""
    order = np.arange(len(rows), dtype=rows.dtype)
    for k, row in enumerate(rows):
        order[[k, row]] = order[[row, k]]
    return order


HELPERS: dict[str, Any] = {
    "unbroadcast": unbroadcast,
    "added": added,
    "shuffled": shuffled,
    "lu_order": lu_order,
}


@cache
def helper_source(name: str) -> str:
    """The source text of a helper, without annotations."""
    tree = ast.parse(inspect.getsource(HELPERS[name]))
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef():
                node.returns = None
            case ast.arg():
                node.annotation = None
    return ast.unparse(tree)
