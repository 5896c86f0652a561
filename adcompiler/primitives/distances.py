"""Distances between the rows of matrices: scipy.spatial.distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, same, unknown
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.elementwise import floor_divided
from adcompiler.primitives.registry import Attrs, primitive
from adcompiler.primitives.structure import array

METRICS = ("euclidean", "sqeuclidean", "cityblock", "chebyshev")
DOUBLE = np.dtype(np.float64)


def _points(type: Type, attrs: Attrs) -> Array:
    """A matrix of real numbers, a row for each point."""
    points = array(type)
    if points.rank != 2:
        raise ValueError("the points are the rows of a 2-dimensional array")
    if points.dtype.kind not in "biuf" or points.dtype.itemsize > 8:
        raise TypeError(f"distances are supported between real numbers up to float64, not {points.dtype}")
    if attrs["metric"] not in METRICS:
        raise TypeError(
            f"distances are supported for the metrics {', '.join(METRICS)}, not {attrs['metric']!r}"
        )
    return points


def infer_cdist(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A row for each point of the first matrix, a column for each of the second."""
    a, b = (_points(t, attrs) for t in types)
    if same(a.shape[1], b.shape[1]) is False:
        raise ValueError("XA and XB must have the same number of columns (i.e. feature dimension.)")
    return Array(DOUBLE, (a.shape[0], b.shape[0]))


def pairs_of(n: Dim) -> Dim:
    """How many pairs there are."""
    return floor_divided(n * (n - 1), dim(2)) or unknown("pairs")


def infer_pdist(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A number for each pair of points."""
    return Array(DOUBLE, (pairs_of(_points(types[0], attrs).shape[0]),))


primitive(
    "cdist(XA, XB, /, metric='euclidean')", infer_cdist, "scipy.spatial.distance.cdist", numpy_only=True
)
primitive("pdist(X, /, metric='euclidean')", infer_pdist, "scipy.spatial.distance.pdist", numpy_only=True)
