"""Functions of scipy.linalg that arrange numbers in a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompiler.frontend.definitions.imported import linalg


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


def companion(a: Any) -> Any:
    """The matrix whose characteristic polynomial has these coefficients."""
    p = np.atleast_1d(a)
    if p.ndim != 1 or len(p) < 2:
        raise ValueError("companion takes a vector of two or more here")
    if p[0] == 0:
        raise ValueError("The first coefficient(s) of `a` (i.e. elements of `a[..., 0]`) must not be zero.")
    first = -p[1:] / (1.0 * p[:1])
    matrix = np.zeros((len(p) - 1, len(p) - 1), first.dtype)
    matrix[0] = first
    matrix[np.arange(1, len(p) - 1), np.arange(len(p) - 2)] = 1
    return matrix


def convolution_matrix(a: Any, n: Any, mode: Any = "full") -> Any:
    """The matrix whose product with a vector of n numbers is their convolution."""
    kernel = np.asarray(a)
    if kernel.ndim != 1:
        raise ValueError("convolution_matrix takes a vector here")
    less = min(n, len(kernel)) - 1
    first = 0 if mode == "full" else less // 2 if mode == "same" else less
    last = 0 if mode == "full" else less - first if mode == "same" else less
    whole = toeplitz(np.pad(kernel, (0, n - 1)), np.pad(kernel[:1], (0, n - 1)))
    return whole[first : len(kernel) + n - 1 - last]


def fiedler(a: Any) -> Any:
    """The distances between numbers."""
    x = np.asarray(a)
    if x.ndim != 1 or len(x) < 2:
        raise ValueError("fiedler takes a vector of two or more here")
    return np.abs(x[:, None] - x)


def leslie(f: Any, s: Any) -> Any:
    """The matrix of a population: births in the first row, survivors below the diagonal."""
    births, survivors = np.atleast_1d(f), np.atleast_1d(s)
    if births.ndim != 1 or len(births) != len(survivors) + 1 or len(survivors) == 0:
        raise ValueError("The length of s must be one less than the length of f, and 1 or more.")
    matrix = np.zeros((len(births), len(births)), np.result_type(births.dtype, survivors.dtype))
    matrix[0] = births
    matrix[np.arange(1, len(births)), np.arange(len(births) - 1)] = survivors
    return matrix


def hilbert(n: Any) -> Any:
    """1 / (i + j + 1)."""
    values = 1.0 / (1.0 + np.arange(2 * n - 1))
    return hankel(values[:n], values[n - 1 :])


def dft(n: Any, scale: Any = None) -> Any:
    """The matrix of the discrete Fourier transform."""
    matrix = np.exp(-2j * np.pi * np.arange(n) / n).reshape(-1, 1) ** np.arange(n)
    if scale is None:
        return matrix
    return matrix / (np.sqrt(n) if scale == "sqrtn" else n)


def lu(
    a: Any,
    permute_l: Any = False,
    overwrite_a: Any = False,
    check_finite: Any = True,
    p_indices: Any = False,
) -> Any:
    """A square matrix as a permutation, a lower and an upper triangular matrix."""
    if overwrite_a:
        raise ValueError("overwrite_a=True leaves anything in an argument; leave it out")
    factors, exchanged = linalg.lu_factor(a, check_finite=check_finite)
    n = len(exchanged)
    lower, upper = np.tril(factors, -1) + np.eye(n, dtype=factors.dtype), np.triu(factors)
    order = np.arange(n, dtype=np.int32)
    for k in range(n):
        other = exchanged[k]
        first, second = order[k], order[other]
        order[k] = second
        order[other] = first
    places = np.argsort(order).astype(np.int32)
    if permute_l:
        return lower[places], upper
    if p_indices:
        return places, lower, upper
    single = factors.dtype in (np.float32, np.complex64)
    return np.eye(n, dtype=np.float32 if single else np.float64)[places], lower, upper


def polar(a: Any, side: Any = "right") -> Any:
    """A matrix as the product of one with orthogonal columns or rows and a symmetric one."""
    u, s, vh = linalg.svd(a, full_matrices=False)
    if side == "left":
        return u.dot(vh), (u * s).dot(np.conj(u.T))
    return u.dot(vh), (np.conj(vh.T) * s).dot(vh)
