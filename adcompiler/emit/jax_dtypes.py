"""Where jax.numpy would give another dtype than NumPy, and which operands to convert so that it does not.

NumPy widens int32 + float32 to float64, and sin of an int32 is a float64; jax.numpy gives float32 for both. A
Python scalar that XLA carries through a loop counts as an array there. All this with 64-bit types enabled.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcompiler.ir.types import Array, DType, Type, dummy
from adcompiler.primitives.registry import Primitive

_DEFAULTS: dict[str, DType] = {
    "b": np.dtype(np.bool_),
    "i": np.dtype(np.int64),
    "f": np.dtype(np.float64),
    "c": np.dtype(np.complex128),
}
_ORDER = "bifc"

# combine their operands as an elementwise function does, though they are none
_COMBINING = frozenset(
    [
        "dot",
        "matmul",
        "vdot",
        "inner",
        "outer",
        "einsum",
        "tensordot",
        "multi_dot",
        "kron",
        "cross",
        "convolve",
        "correlate",
        "concatenate",
        "stack",
        "hstack",
        "vstack",
        "column_stack",
        "dstack",
        "append",
        "block",
        "solve",
        "lstsq",
        "linspace",
        "interp",
        "polyval",
    ]
)
# operands that do not take part in the dtype of the result
_APART = {"ldexp": (1,), "where": (0,), "linspace": (2,), "polygamma": (0,)}
_INTEGER_TOTALS = frozenset(["sum", "prod", "cumsum", "cumprod", "trace", "total"])
# of a dtype that is not that of their operands: sizes, two real parts
_OTHERWISE = frozenset({"zeros", "ones", "empty", "eye", "identity", "complex"})
# jax.numpy gives 32-bit positions, and counts that are no integers
_POSITIONS = frozenset({"searchsorted", "digitize", "histogram_of"})
# JAX gives float64 for the angle of a float32
_ALWAYS_DOUBLE = frozenset({"angle", "owens_t"})
_PECULIAR = _POSITIONS | _ALWAYS_DOUBLE | {"total"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A number as XLA sees it; weak: as a Python scalar (None: that depends on what a loop started with)."""

    dtype: DType
    weak: bool | None


@dataclass(frozen=True, slots=True)
class Conversions:
    """The dtype that each operand, and the result, is to be converted to; None where it fits as it is."""

    operands: tuple[DType | None, ...]
    result: DType | None
    weak: bool | None


def kind(dtype: DType) -> str:
    """b, i, f or c; unsigned integers count as integers."""
    return "i" if dtype.kind == "u" else dtype.kind


def promoted(numbers: Sequence[Seen]) -> Seen | None:
    """What jax.numpy makes of several numbers before it combines them; None where that is not known."""
    settled = [n for n in numbers if n.weak is not None]
    if len(settled) == len(numbers):
        return _promoted(settled)
    unsettled = [n.dtype for n in numbers if n.weak is None]
    possible = {
        _promoted([*settled, *map(Seen, unsettled, weak)]).dtype
        for weak in itertools.product((True, False), repeat=len(unsettled))
    }
    return Seen(possible.pop(), None) if len(possible) == 1 else None


def _promoted(numbers: Sequence[Seen]) -> Seen:
    strong = [n.dtype for n in numbers if not n.weak]
    weak = max((_ORDER.index(kind(n.dtype)) for n in numbers if n.weak), default=-1)
    if not strong:
        return Seen(_DEFAULTS[_ORDER[weak]], True)
    dtype, is_weak = strong[0], False
    for other in strong[1:]:
        dtype, becomes_weak = _pair(dtype, other)
        is_weak = is_weak or becomes_weak
    if weak <= _ORDER.index(kind(dtype)):
        return Seen(dtype, is_weak)
    if _ORDER[weak] == "c" and dtype.kind == "f":
        return Seen(np.dtype(np.complex64 if dtype.itemsize <= 4 else np.complex128), False)
    return Seen(_DEFAULTS[_ORDER[weak]], True)


def _pair(a: DType, b: DType) -> tuple[DType, bool]:
    if a == b:
        return a, False
    if _ORDER.index(kind(a)) > _ORDER.index(kind(b)):
        a, b = b, a
    if kind(a) in "bi" and kind(b) in "fc":
        return b, False
    both = np.promote_types(a, b)
    # uint64 with a signed integer is a weak float
    return both, kind(a) == "i" and both.kind == "f"


def inexact(dtype: DType) -> DType:
    """The dtype in which jax.numpy computes sin, mean or a quotient."""
    if dtype.kind in "fc":
        return dtype
    return np.dtype(np.float64 if dtype.itemsize == 8 else np.float32)


def conversions(
    row: Primitive, types: Sequence[Type], seen: Sequence[Seen | None], result: Type
) -> Conversions:
    """What to convert so that the primitive gives the dtype that NumPy gives.

    `types` are the operands' types, `seen` what XLA sees of them (None: no number).
    """
    nothing: tuple[DType | None, ...] = (None,) * len(types)
    if not isinstance(result, Array):
        return Conversions(nothing, None, None)
    if row.name in _OTHERWISE:
        return Conversions(nothing, None, False)
    numbers = [s for s in seen if s is not None]
    if all(s.dtype == result.dtype for s in numbers) and row.name not in _PECULIAR:
        combines = row.elementwise or row.name in _COMBINING
        return Conversions(nothing, None, _weak(numbers, result.dtype) if combines else kept(numbers))
    if row.name in _ALWAYS_DOUBLE and result.dtype != np.dtype(np.float64):
        return Conversions(nothing, result.dtype, False)
    if row.elementwise or row.name in _COMBINING:
        return _combined(row, types, seen, result)
    if row.name in _POSITIONS:
        needed = result.dtype.kind == "i" and not result.weak
        return Conversions(nothing, result.dtype if needed else None, False)
    return _reduced(row, seen, result)


def _reduced(row: Primitive, seen: Sequence[Seen | None], result: Array) -> Conversions:
    nothing: tuple[DType | None, ...] = (None,) * len(seen)
    first = seen[0] if seen else None
    weak = kept([s for s in seen if s is not None])
    if first is None or result.dtype.kind == "b":
        return Conversions(nothing, None, weak)
    if row.name in ("total", "arange") and first.dtype.kind in "iu" and first.dtype.itemsize < 8:
        # jax.numpy widens the one, Python does not; NumPy widens the other
        return Conversions(nothing, result.dtype, False)
    if row.name == "arange" and first.dtype.kind in "iu" and result.dtype.kind == "f":
        return Conversions(nothing, None, False)  # it is told its dtype, and its ends have to stay Python's
    if first.dtype == result.dtype:
        return Conversions(nothing, None, weak)
    if first.dtype.kind == result.dtype.kind and result.dtype.kind in "fc":
        return Conversions((result.dtype, *nothing[1:]), None, False)
    exact = first.dtype.kind in "biu"
    averaged = row.name != "fsum" and inexact(first.dtype) == result.dtype
    if exact and result.dtype.kind in "fc" and not averaged:
        return Conversions((result.dtype, *nothing[1:]), None, False)
    if exact and result.dtype.kind in "iu" and row.name in _INTEGER_TOTALS:
        return Conversions((result.dtype, *nothing[1:]), None, False)
    return Conversions(nothing, None, weak)


def _combined(
    row: Primitive, types: Sequence[Type], seen: Sequence[Seen | None], result: Array
) -> Conversions:
    apart = _APART.get(row.name, ())
    places = [k for k, s in enumerate(seen) if s is not None and k not in apart]
    numbers = [s for k, s in enumerate(seen) if s is not None and k in places]
    if not numbers:
        return Conversions((None,) * len(types), None, None)
    wanted = _wanted(row, [types[k] for k in places], result)
    found = promoted(numbers)
    if found is not None and wanted is not None and result.dtype.kind in "fc" and kind(wanted) in "fc":
        found = Seen(inexact(found.dtype), found.weak)
    if wanted is None or (found is not None and found.dtype == wanted and not _only_floats(row, numbers)):
        return Conversions((None,) * len(types), None, _weak(numbers, result.dtype))
    converted = tuple(
        wanted if k in places and s is not None and _unfit(s, wanted, numbers) else None
        for k, s in enumerate(seen)
    )
    return Conversions(converted, None, None)


def _only_floats(row: Primitive, numbers: Sequence[Seen]) -> bool:
    """Whether an integer is given to a function of jax.scipy: some of these take floating-point numbers only."""
    return row.paths[0].startswith("scipy.") and any(n.dtype.kind in "biu" for n in numbers)


def _wanted(row: Primitive, types: Sequence[Type], result: Array) -> DType | None:
    """The dtype in which NumPy computes; None where that is the operand's, whatever the result."""
    arrays = [t for t in types if isinstance(t, Array) and t.dtype.kind in "biufc"]
    if result.dtype.kind in "fc":
        return None if result.dtype.kind == "f" and any(t.dtype.kind == "c" for t in arrays) else result.dtype
    if result.dtype.kind in "iu" and all(t.dtype.kind in "biu" for t in arrays):
        return result.dtype
    if len(arrays) < 2:
        return None
    return np.dtype(np.result_type(*(dummy(t) if t.weak else t.dtype for t in arrays)))


def _unfit(seen: Seen, wanted: DType, others: Sequence[Seen]) -> bool:
    if seen.dtype == wanted:
        return False
    literal = seen.weak is True and _ORDER.index(kind(seen.dtype)) <= _ORDER.index(kind(wanted))
    return not (literal and any(n.weak is not True for n in others))


def kept(numbers: Sequence[Seen]) -> bool | None:
    """Whether what is made of numbers without combining them is weak: jnp.full(n, 1.0) is, and many parts of it."""
    return False if all(n.weak is False for n in numbers) else None


def _weak(numbers: Sequence[Seen], dtype: DType) -> bool | None:
    if all(n.weak is True for n in numbers):
        return True
    return False if any(n.weak is False and n.dtype == dtype for n in numbers) else None
