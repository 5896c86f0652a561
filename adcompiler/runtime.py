"""Functions that emitted code may call; their source text is pasted into the module that does.

They use NumPy only, bound to `np`, and no name of this package.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache

import numpy as np


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The sum of g over the axes along which broadcasting repeated an array of the given shape."""
    extra = np.ndim(g) - len(shape)
    axes = tuple(axis for axis in range(np.ndim(g)) if axis < extra or shape[axis - extra] == 1 != g.shape[axis])
    return np.sum(g, axis=axes).reshape(shape) if axes else g


HELPERS = {"unbroadcast": unbroadcast}


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
