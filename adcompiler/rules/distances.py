"""Derivatives of distances: those of sums over the differences of all pairs of rows.

Between two rows that are equal the derivative of a distance is 0, as that of a norm.
"""

from __future__ import annotations

import numpy as np

from adcompiler.ir.index import At
from adcompiler.rules.language import Sym, call
from adcompiler.rules.rearrange import extent, numbered
from adcompiler.rules.registry import same
from adcompiler.rules.structure import array_type


def double(x: Sym) -> Sym:
    """A matrix in double precision, in which SciPy computes."""
    return x if array_type(x).dtype == np.float64 else call("astype", x, dtype=np.dtype(np.float64))


def size_of(difference: Sym, metric: str) -> Sym:
    """The distance that a difference along the last axis is."""
    match metric:
        case "sqeuclidean":
            return call("sum", difference**2, axis=-1)
        case "cityblock":
            return call("sum", call("absolute", difference), axis=-1)
        case "chebyshev":
            return call("max", call("absolute", difference), axis=-1)
    squares = call("sum", difference**2, axis=-1)
    none = squares.equal(0)
    return call("where", none, 0, call("sqrt", call("where", none, 1, squares)))


def between(XA: Sym, XB: Sym, metric: str) -> Sym:  # noqa: N803
    """From all rows to all rows."""
    apart = call("expand_dims", double(XA), axis=1) - call("expand_dims", double(XB), axis=0)
    return size_of(apart, metric)


def among(X: Sym, metric: str) -> Sym:  # noqa: N803
    """From each row to those behind it."""
    n = extent(X, 0)
    left = n - 1 - numbered(X, n)
    ends = call("cumsum", left)
    pairs = numbered(X, n * (n - 1) // 2)
    first = call("searchsorted", ends, pairs, side="right")
    second = n - call("getitem", ends, first, index=(At(0),)) + pairs
    x = double(X)
    apart = call("getitem", x, first, index=(At(0),)) - call("getitem", x, second, index=(At(0),))
    return size_of(apart, metric)


same("cdist", between)
same("pdist", among)
