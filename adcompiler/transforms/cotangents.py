"""What the reverse pass says of cotangents: their types, and whose cotangents a region changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Op, Operand, Region, Scalar, Value, free_values, walk
from adcompiler.ir.dims import is_one, opaque
from adcompiler.ir.types import Array, Type, broadcast_axes
from adcompiler.primitives.build import apply


def captured_by(*regions: Region) -> dict[Value, None]:
    """The values that regions read from outside."""
    found: dict[Value, None] = {}
    for region in regions:
        found.update(free_values(region))
    return found


def filled(builder: Builder, cotangent: Operand, value: Value) -> Operand:
    """The cotangent of an array given by a number is that number at every element."""
    have, want = cotangent.type, value.type
    if isinstance(have, Array) and isinstance(want, Array) and have.rank < want.rank:
        return apply(builder, "expand", cotangent, apply(builder, "shape", value))
    return cotangent


def mixes_precisions(region: Region) -> bool:
    """Whether numbers of several floating dtypes meet, so that it matters whether a constant is Python's or NumPy's."""
    found: set[np.dtype[Any]] = set()
    values = [*region.params, *(value for op in walk(region) for value in op.results)]
    for value in values:
        if isinstance(value.type, Array) and value.type.inexact:
            found.add(value.type.dtype)
    return len({np.finfo(dtype).dtype for dtype in found}) > 1


def constant(value: Scalar | None, dtype: np.dtype[Any], strong: bool) -> Const:
    """A constant cotangent; `strong`: a number of NumPy also where a Python float would do."""
    assert value is not None
    return Const(dtype.type(value)) if strong else Const.of(value, dtype)


def after_trip(type: Type, *ends: Type) -> Type:
    """The type of a carried value after a trip: sizes that are named for one trip are others after it.

    A size that the value has at both `ends`, before the loop and at the end of a trip, is one for all trips.
    """
    if not isinstance(type, Array):
        return type
    stays = [
        all(isinstance(end, Array) and end.shape[axis : axis + 1] == (size,) for end in ends)
        for axis, size in enumerate(type.shape)
    ]
    dims = tuple(
        size if size.printable or same else opaque(f"{size}'", None, many=is_one(size) is False)
        for size, same in zip(type.shape, stays, strict=True)
    )
    return replace(type, shape=dims)


def reached(ops: Sequence[Op], sources: set[Value]) -> set[Value]:
    """The values that depend on some values, other than by their sizes."""
    found = set(sources)
    for op in ops:
        if isinstance(op, Apply) and op.primitive in ("shape", "size", "count"):
            continue
        if not found.isdisjoint(free_values(Region((), (op,), ()))):
            found.update(op.results)
    return found


def is_item(last: Apply, builder: Builder) -> bool:
    """Whether an op adds one item to a sequence of zeros that was made for it."""
    if last.primitive != "seq_add":
        return False
    made: Callable[[Op], bool] = lambda op: isinstance(op, Apply) and op.primitive == "seq_zeros"  # noqa: E731
    return any(last.operands[0] in op.results and made(op) for op in builder.ops[-4:])


def unbroadcast(builder: Builder, contribution: Operand, operand: Value) -> Operand:
    """The sum over the axes along which an operand was repeated."""
    have, want = contribution.type, operand.type
    assert isinstance(have, Array) and isinstance(want, Array)
    if have.rank < want.rank:
        return apply(builder, "expand", contribution, apply(builder, "shape", operand))
    axes = broadcast_axes(have.shape, want.shape)
    if axes is None:
        return apply(builder, "unbroadcast", contribution, apply(builder, "shape", operand))
    extra = have.rank - want.rank
    if not want.rank:
        return apply(builder, "sum", contribution) if have.rank else contribution
    front, kept = axes[:extra], tuple(axis - extra for axis in axes[extra:])
    if front:
        contribution = apply(builder, "sum", contribution, axis=front[0] if len(front) == 1 else front)
    if kept:
        contribution = apply(
            builder, "sum", contribution, axis=kept[0] if len(kept) == 1 else kept, keepdims=True
        )
    return contribution
