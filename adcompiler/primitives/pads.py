"""np.pad: what is put around an array is constant, elements of it, or made of those at its edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcompiler.ir.types import Type
from adcompiler.primitives.rearrange import called, shaped
from adcompiler.primitives.registry import Attrs
from adcompiler.primitives.structure import array

# those whose elements are constants or elements of the array
_MIRRORED = ("edge", "reflect", "symmetric", "wrap")
# those that put one number of each line on either side of it; the last ones have to compare numbers
STATISTICS = ("mean", "maximum", "minimum", "median")
PAD_MODES = ("constant", *_MIRRORED, "linear_ramp", *STATISTICS)


def pad_widths(width: object, rank: int) -> tuple[tuple[int, int], ...]:
    """NumPy's short forms of a pad width as a pair for each axis."""
    return _natural(width, rank, "a pad width")


def stat_lengths(length: object, rank: int) -> tuple[tuple[int, int] | None, ...]:
    """How many elements from either end count, as a pair for each axis; None where all do."""
    if length is None:
        return (None,) * rank
    pairs = _natural(length, rank, "a stat_length")
    if any(0 in pair for pair in pairs):
        raise ValueError("stat_length of 0 yields no value for padding")
    return pairs


def end_values_of(values: object, rank: int) -> tuple[tuple[float, float], ...]:
    """What the ramps begin with, as a pair for each axis; 0 by default."""
    values = 0 if values is None else values
    return tuple((low, high) for low, high in np.broadcast_to(np.asarray(values), (rank, 2)).tolist())


def _natural(given: object, rank: int, what: str) -> tuple[tuple[int, int], ...]:
    pairs = np.broadcast_to(np.asarray(given), (rank, 2))
    if pairs.dtype.kind != "i" or (pairs < 0).any():
        raise ValueError(f"{what} is an integer that is not negative, known while compiling")
    return tuple((int(low), int(high)) for low, high in pairs)


def infer_pad(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Wider by what is put around it."""
    x, mode = array(types[0]), attrs["mode"]
    if mode not in PAD_MODES:
        raise TypeError(f"np.pad is supported with the modes {', '.join(PAD_MODES)}, not {mode!r}")
    if mode in STATISTICS[1:] and x.dtype.kind == "c":
        raise TypeError(f"np.pad(mode={mode!r}) of complex numbers: they have no order that means anything")
    stat_lengths(attrs["stat_length"], x.rank)
    widths = pad_widths(attrs["pad_width"], x.rank)
    for axis, (size, width) in enumerate(zip(x.shape, widths, strict=True)):
        if mode != "constant" and size.known == 0 and any(width):
            raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
    return shaped(x, [size + (low + high) for size, (low, high) in zip(x.shape, widths, strict=True)])


called(
    "pad(x, /, pad_width=None, mode='constant', *, constant_values=0, end_values=None, stat_length=None)",
    infer_pad,
    "pad(x, pad_width, mode=mode, constant_values=constant_values, end_values=end_values, stat_length=stat_length)",
)
