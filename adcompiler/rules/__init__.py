"""Derivatives: one line a primitive, in the order of the tables of primitives."""

from adcompiler.rules import (
    creation,
    diagonals,
    elementwise,
    factors,
    fft,
    linalg,
    linear,
    rearrange,
    reductions,
    selection,
    series,
    special,
    spectral,
    statistics,
    structure,
    traced,
)

__all__ = [
    "creation",
    "diagonals",
    "elementwise",
    "factors",
    "fft",
    "linalg",
    "linear",
    "rearrange",
    "reductions",
    "selection",
    "series",
    "special",
    "spectral",
    "statistics",
    "structure",
    "traced",
]
