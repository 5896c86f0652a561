"""The edges of histograms, their density, and counts in cells. Histograms are lowered to these; NumPy has none of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def even_edges(a: Any, count: Any, limits: Any) -> Any:
    """The edges of bins of one width, from the smallest number to the largest one or between limits."""
    if limits is not None:
        first, last = limits
    elif a.size == 0:
        first, last = 0, 1
    else:
        first, last = np.min(a), np.max(a)
    dtype = np.result_type(first, last, a)
    if first == last:
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, count + 1, dtype=float if np.issubdtype(dtype, np.integer) else dtype)


def density(counts: Any, edges: Any) -> Any:
    """What is in each bin by its width and by the sum of all."""
    return counts / np.array(np.diff(edges), float) / np.sum(counts)


def columns(items: Any) -> Any:
    """Vectors as those of one array, in the dtype that they have in common."""
    arrays = tuple([np.asarray(item) for item in items])
    kind = np.result_type(*arrays)
    return tuple([a if a.dtype == kind else a.astype(kind) for a in arrays])


def column(sample: Any, k: Any) -> Any:
    """The numbers along one direction."""
    return sample[:, k]


def even_edges_along(a: Any, count: Any, limits: Any) -> Any:
    """As even_edges, for one of several directions: the dtype is that of the limits alone."""
    if limits is not None:
        first, last = limits
        if first > last:
            raise ValueError("max must be larger than min in range parameter.")
    elif a.size == 0:
        first, last = 0, 1
    else:
        first, last = np.min(a), np.max(a)
    if first == last:
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, count + 1)


def in_cells(vectors: Any, edges: Any, weights: Any, density: Any) -> Any:
    """How much lies in each cell between edges along several directions."""
    place: Any = 0
    for x, ends in zip(vectors, edges, strict=True):
        number = np.searchsorted(ends, x, side="right")
        # what lies on the last edge is in the last cell; in front and behind is one more for what is outside
        place = place * (len(ends) + 1) + np.where(x == ends[-1], number - 1, number)
    sizes = tuple([len(ends) + 1 for ends in edges])
    total = np.zeros(math.prod(sizes))
    np.add.at(total, place, 1.0 if weights is None else np.asarray(weights, float))
    counts = np.reshape(total, sizes)[(slice(1, -1),) * len(sizes)]
    if density:
        whole = np.sum(counts)
        rank = len(sizes)
        for k in tuple(range(rank)):
            counts = counts / np.reshape(np.diff(edges[k]), (1,) * k + (-1,) + (1,) * (rank - k - 1))
        counts = counts / whole
    return counts
