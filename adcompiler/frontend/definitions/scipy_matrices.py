"""Functions of scipy.linalg that arrange numbers in a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np


def block_diag(*arrs: Any) -> Any:
    """Matrices along the diagonal of a larger one."""
    blocks = tuple([np.atleast_2d(a) for a in arrs])
    rows, columns = 0, 0
    for block in blocks:
        if block.ndim != 2:
            raise ValueError("stacks of matrices are not supported")
        rows, columns = rows + block.shape[0], columns + block.shape[1]
    whole = np.zeros((rows, columns), np.result_type(*[block.dtype for block in blocks]))
    row, column = 0, 0
    for block in blocks:
        whole[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return whole


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with equal numbers along its diagonals: its first column, and its first row."""
    column = np.asarray(c)
    row = np.conj(column) if r is None else np.asarray(r)
    if column.ndim != 1 or row.ndim != 1:
        raise ValueError("toeplitz takes vectors here")
    values = np.concatenate((column[::-1], row[1:]))
    return values[np.arange(len(column) - 1, -1, -1)[:, None] + np.arange(len(row))]


def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with equal numbers along its other diagonals: its first column, and its last row."""
    column = np.asarray(c)
    row = np.zeros_like(column) if r is None else np.asarray(r)
    if column.ndim != 1 or row.ndim != 1:
        raise ValueError("hankel takes vectors here")
    values = np.concatenate((column, row[1:]))
    return values[np.arange(len(column))[:, None] + np.arange(len(row))]


def circulant(c: Any) -> Any:
    """The matrix whose columns are the first one, turned on."""
    column = np.asarray(c)
    if column.ndim != 1:
        raise ValueError("circulant takes a vector here")
    places = np.arange(len(column))
    return column[(places[:, None] - places) % len(column)]
