"""The primitives: one table row each. What a primitive is called, how it is printed, which type it gives."""

from adcompiler.primitives import (
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
    ties,
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
    "ties",
]
