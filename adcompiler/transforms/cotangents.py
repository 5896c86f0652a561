"""What the reverse pass says of cotangents: their types, and whose cotangents a region changes."""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.core import Region, Value, free_values
from adcompiler.ir.dims import is_one, opaque
from adcompiler.ir.types import Array, Seq, Type


def captured_by(*regions: Region) -> dict[Value, None]:
    """The values that regions read from outside."""
    found: dict[Value, None] = {}
    for region in regions:
        found.update(free_values(region))
    return found


def cotangent_type(type: Type) -> Type:
    """The type of the cotangent of a value: no size where the value is one, a NumPy number where it is Python's."""
    match type:
        case Array():
            return replace(type, size=None, weak=False)
        case Seq(item, length):
            return Seq(cotangent_type(item), length)
    return type


def after_trip(type: Type) -> Type:
    """The type of a carried value after a trip: sizes that are named for one trip are others after it."""
    match type:
        case Array(shape=shape):
            dims = tuple(
                size if size.printable else opaque(f"{size}'", None, many=is_one(size) is False)
                for size in shape
            )
            return replace(type, shape=dims)
    return type
