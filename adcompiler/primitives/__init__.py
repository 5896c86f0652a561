"""The primitives: one table row each. What a primitive is called, how it is printed, which type it gives."""

from adcompiler.primitives import (
    creation,
    elementwise,
    fft,
    linalg,
    linear,
    rearrange,
    reductions,
    special,
    structure,
)

__all__ = [
    "creation",
    "elementwise",
    "fft",
    "linalg",
    "linear",
    "rearrange",
    "reductions",
    "special",
    "structure",
]
