"""x.at[place].set(v) and its kin, of JAX: the array with a part changed, which leaves the array itself as it is.

What goes to a place that there is not is dropped, as JAX has it, and has no derivative.
"""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.parts import Subscript, part, spread
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import Dim
from adcompiler.ir.index import At, at_least, axes_used, result_shape, surely_natural
from adcompiler.ir.types import Array

# what is done with the part and the value
_COMBINE = {
    "multiply": "multiply",
    "mul": "multiply",
    "divide": "divide",
    "power": "power",
    "min": "minimum",
    "max": "maximum",
}
_SIGNS = {"add": "", "subtract": "negative"}


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """x.at[...]: an array and a subscript of it."""

    array: Binding
    subscript: Subscript


@dataclass(frozen=True, slots=True, eq=False)
class Updater:
    """x.at[...].name, not yet called."""

    place: Place
    name: str

    def inline_call(self, low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        """Lower the call."""
        for keyword in keywords:
            low.stop_keyword(
                keyword,
                f"the keyword {keyword!r} of x.at[...].{self.name} is not supported",
                "leave it out, and use places that exist, each once",
            )
        wanted = 0 if self.name == "get" else 1
        if len(arguments) != wanted:
            low.stop(
                f"x.at[...].{self.name} takes {wanted} values, but {len(arguments)} are given",
                "give it the new value",
            )
        if self.name == "get":
            return low.wrap(self._part(low))
        return low.wrap(self._changed(low, low.operand(as_array(low, arguments[0]), "the new value")))

    def _part(self, low: Lowering, subscript: Subscript | None = None) -> Operand:
        return low.operand(part(low, self.place.array, subscript or self.place.subscript))

    def _changed(self, low: Lowering, value: Operand) -> Value:
        base = low.operand(self.place.array)
        assert isinstance(base, Value)
        inside, subscript = _there(low, base, self.place.subscript)
        if self.name in _SIGNS:
            if sign := _SIGNS[self.name]:
                value = low.apply(sign, value)
            if inside is not None:
                value = low.apply("where", inside, _of_dtype(low, value, base), Const(0))
            value = spread(low, base, subscript, value)
            return low.value(
                "add_at", base, value, *subscript.operands, index=subscript.index, hint=base.name
            )
        if self.name in _COMBINE:
            if any(isinstance(e, At) and _is_array(subscript.operands[e.operand]) for e in subscript.index):
                low.stop(
                    f"x.at[...].{self.name} at places that an array names, where one may be named twice",
                    "use slices and integers, or x.at[...].add",
                )
            row = _COMBINE[self.name]
            value = low.apply(row, self._part(low, subscript), value, path=f"numpy.{row}")
        if inside is not None:
            alone = not any(_is_array(operand) for operand in subscript.operands)
            kept = self._part(low, subscript) if alone else Const(0)
            value = low.apply("where", inside, _of_dtype(low, value, base), kept)
        return low.value("setitem", base, value, *subscript.operands, index=subscript.index, hint=base.name)


def _is_array(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and (operand.type.rank > 0 or operand.type.dtype.kind == "b")


def _there(low: Lowering, base: Value, subscript: Subscript) -> tuple[Operand | None, Subscript]:
    """Where the integers of a subscript name places that there are, or None if all surely do; and the subscript.

    Integers that each stand alone are put on an end where they are outside. Places that arrays name are left alone,
    since XLA drops them itself, and any other place might be named too.
    """
    type = base.type
    assert isinstance(type, Array)
    types = [operand.type for operand in subscript.operands]
    operands = list(subscript.operands)
    alone = not any(map(_is_array, operands))
    found: list[Operand] = []
    axis = 0
    for entry in subscript.index:
        if isinstance(entry, At) and not _is_mask(operands[entry.operand]):
            place = operands[entry.operand]
            if not _surely_there(place, type.shape[axis]):
                known = type.shape[axis].known
                size = Const(known) if known is not None else low.apply("size", base, axis=axis)
                least = low.apply("negative", size)
                low_enough = low.apply("less", place, size)
                found.append(low.apply("logical_and", low.apply("greater_equal", place, least), low_enough))
                if alone:
                    last = low.apply("subtract", size, Const(1))
                    operands[entry.operand] = low.apply("clip", place, least, last)
        axis += axes_used(entry, types)
    if not found:
        return None, subscript
    inside = found[0]
    for other in found[1:]:
        inside = low.apply("logical_and", inside, other)
    if not alone:
        inside = _in_front(low, inside, len(result_shape(type.shape, subscript.index, types)), subscript)
    return inside, Subscript(subscript.index, tuple(operands))


def _in_front(low: Lowering, inside: Operand, rank: int, subscript: Subscript) -> Operand:
    """A condition for the axes that index arrays make, with an axis for each that follows them in the result."""
    at = [k for k, entry in enumerate(subscript.index) if isinstance(entry, At)]
    together = at[-1] - at[0] == len(at) - 1
    assert isinstance(inside.type, Array)
    behind = rank - inside.type.rank - (at[0] if together else 0)
    for _ in range(behind):
        inside = low.apply("expand_dims", inside, axis=-1)
    return inside


def _surely_there(place: Operand, size: Dim) -> bool:
    """Whether an integer, which may count from the end, surely names a place of an axis."""
    if isinstance(place, Const):
        wanted = place.integer + 1 if place.natural else -place.integer
        return size.hint is not None and at_least(size, wanted)
    number = place.type.size if isinstance(place.type, Array) and not place.type.rank else None
    if number is None or not surely_natural(size - number - 1):
        return False
    return surely_natural(number) or surely_natural(number + size)


def _of_dtype(low: Lowering, value: Operand, base: Value) -> Operand:
    """A value in the dtype of the array that it goes into."""
    assert isinstance(base.type, Array) and isinstance(value.type, Array)
    dtype = base.type.dtype
    return value if value.type.dtype == dtype else low.apply("astype", value, dtype=dtype)


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b"


def updater(low: Lowering, place: Place, name: str) -> Updater:
    """x.at[...].name."""
    if name not in ("set", "get", *_SIGNS, *_COMBINE):
        low.stop(
            f"x.at[...].{name} is not supported",
            "use x.at[...].set with what it computes, or add, subtract, multiply, divide, power, min, max",
        )
    return Updater(place, name)
