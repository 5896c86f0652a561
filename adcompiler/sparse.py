"""Jacobians of which it is known where they can have elements: several columns by one product each.

Columns without a common row get one colour and one product with the sum of their unit vectors (Curtis, Powell and Reid, On
the estimation of sparse Jacobian matrices, IMA J. Appl. Math. 13, 1974). NetworkX finds the colours, greedily, columns
with the most neighbours first.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Vector: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Integers: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]
SEED = 0
ROUNDING = 2 / 3  # of the digits must agree, of the sum of a product's terms


@dataclass(frozen=True)
class Pattern:
    """Where a matrix can have elements, row by row, and the colour of each column."""

    shape: tuple[int, int]
    rows: Integers
    columns: Integers
    colours: Integers

    @property
    def products(self) -> int:
        """How many products give all elements."""
        return int(self.colours.max(initial=-1)) + 1


def pattern_of(sparsity: Any) -> Pattern:
    """The pattern of the stored elements of a sparse matrix, whatever they are, or of the nonzero ones of an array."""
    if importlib.util.find_spec("networkx") is None:
        raise ImportError("sparsity needs NetworkX, for its colourings: pip install 'adcompiler[sparse]'")
    import networkx
    import scipy.sparse

    given = scipy.sparse.csr_array(sparsity)
    if given.ndim != 2:
        raise ValueError(f"a pattern has rows and columns; this one has the shape {given.shape}")
    given = scipy.sparse.csr_array((np.ones(given.nnz), given.indices, given.indptr), shape=given.shape)
    given.sum_duplicates()
    neighbours = networkx.from_scipy_sparse_array(given.T @ given)
    found = networkx.greedy_color(neighbours, strategy="largest_first")
    colours = np.array([found[column] for column in range(given.shape[1])], np.intp)
    rows, columns = given.nonzero()
    return Pattern(given.shape, rows, columns, colours)


def filled(pattern: Pattern, product: Callable[[Vector], Vector], dtype: np.dtype[Any]) -> Any:
    """The matrix, a scipy.sparse.csr_array, from its products with vectors of a dtype.

    One product more, with a random vector, is compared with that of the matrix: ValueError, with the row, where an element
    outside of the pattern is not zero.
    """
    import scipy.sparse

    found = [product((pattern.colours == colour).astype(dtype)) for colour in range(pattern.products)]
    random = np.random.default_rng(SEED).normal(size=pattern.shape[1]).astype(dtype)
    expected = product(random)
    if expected.shape != pattern.shape[:1]:
        raise ValueError(f"the pattern has the shape {pattern.shape}, for a result of size {expected.size}")
    stacked = np.stack(found) if found else np.zeros((1, expected.size), expected.dtype)
    elements = stacked[pattern.colours[pattern.columns], pattern.rows]
    matrix = scipy.sparse.csr_array((elements, (pattern.rows, pattern.columns)), shape=pattern.shape)
    with np.errstate(invalid="ignore"):
        again = matrix @ random
        terms = abs(matrix) @ abs(random) + abs(expected)
        off = abs(again - expected) > np.finfo(expected.dtype).eps ** ROUNDING * terms
    wrong = np.flatnonzero(off | (np.isfinite(again) & ~np.isfinite(expected)))
    if wrong.size:
        raise ValueError(
            f"the pattern is too small: row {wrong[0]} has an element elsewhere that is not zero"
        )
    return matrix
