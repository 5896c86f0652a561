"""Functions of numpy.linalg that are made of others."""

from __future__ import annotations

from typing import Any

import numpy as np


def cond(x: Any, p: Any = None) -> Any:
    """np.linalg.cond."""
    if p is None or p == 2:
        s = np.linalg.svdvals(x)
        return s[..., 0] / s[..., -1]
    if p == -2:
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0]
    matrix = np.asarray(x)
    if matrix.dtype in (np.float32, np.complex64):
        # the inverse is computed, and kept, in double precision
        inverse = np.linalg.inv(matrix.astype(np.float64 if matrix.dtype == np.float32 else np.complex128))
        found = np.linalg.norm(matrix, p, axis=(-2, -1)) * np.linalg.norm(inverse, p, axis=(-2, -1))
        return found.astype(np.float32)
    return np.linalg.norm(matrix, p, axis=(-2, -1)) * np.linalg.norm(np.linalg.inv(matrix), p, axis=(-2, -1))


def matrix_norm(x: Any, /, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    """np.linalg.matrix_norm."""
    return np.linalg.norm(x, ord, axis=(-2, -1), keepdims=keepdims)


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    """np.linalg.vector_norm."""
    if axis is None:
        norm = np.linalg.norm(np.ravel(x), ord, axis=0)
        return np.reshape(norm, (1,) * np.ndim(x)) if keepdims else norm
    if isinstance(axis, tuple):
        axes = tuple([k % np.ndim(x) for k in axis])
        rest = tuple([k for k in range(np.ndim(x)) if k not in axes])
        count = 1
        for k in axes:
            count = count * x.shape[k]
        joined = np.reshape(np.transpose(x, (*axes, *rest)), (count, *[x.shape[k] for k in rest]))
        norm = np.linalg.norm(joined, ord, axis=0)
        kept = tuple([1 if k in axes else x.shape[k] for k in range(np.ndim(x))])
        return np.reshape(norm, kept) if keepdims else norm
    return np.linalg.norm(x, ord, axis=axis, keepdims=keepdims)


def tensorinv(a: Any, ind: Any = 2) -> Any:
    """np.linalg.tensorinv."""
    rows = 1
    for size in a.shape[ind:]:
        rows = rows * size
    return np.reshape(np.linalg.inv(np.reshape(a, (rows, -1))), (*a.shape[ind:], *a.shape[:ind]))


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """np.linalg.tensorsolve."""
    if axes is not None:
        a = np.moveaxis(a, axes, tuple(range(np.ndim(a) - len(axes), np.ndim(a))))
    columns = 1
    for size in a.shape[np.ndim(b) :]:
        columns = columns * size
    x = np.linalg.solve(np.reshape(a, (-1, columns)), np.ravel(b))
    return np.reshape(x, a.shape[np.ndim(b) :])


def trace(x: Any, /, *, offset: Any = 0, dtype: Any = None) -> Any:
    """np.linalg.trace."""
    if dtype is None:
        return np.trace(x, offset=offset, axis1=-2, axis2=-1)
    return np.trace(x, offset=offset, axis1=-2, axis2=-1, dtype=dtype)


def diagonal(x: Any, /, *, offset: Any = 0) -> Any:
    """np.linalg.diagonal."""
    return np.diagonal(x, offset=offset, axis1=-2, axis2=-1)


def cross(x1: Any, x2: Any, /, *, axis: Any = -1) -> Any:
    """np.linalg.cross."""
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors")
    return np.cross(x1, x2, axis=axis)
