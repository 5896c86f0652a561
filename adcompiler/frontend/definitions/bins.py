"""The edges of a histogram, and its density. These have no counterpart in NumPy; np.histogram is lowered to them."""

from __future__ import annotations

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
