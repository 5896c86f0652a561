"""x.at[place].set(v) and its kin, of JAX: the array with a part changed, which leaves the array itself as it is."""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.parts import Subscript, part
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.index import At
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

    def _part(self, low: Lowering) -> Operand:
        subscript = self.place.subscript
        read = part(low, self.place.array, subscript)
        return low.operand(read)

    def _changed(self, low: Lowering, value: Operand) -> Value:
        subscript = self.place.subscript
        base = low.operand(self.place.array)
        assert isinstance(base, Value)
        if self.name in _SIGNS:
            if sign := _SIGNS[self.name]:
                value = low.apply(sign, value)
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
            value = low.apply(row, self._part(low), value, path=f"numpy.{row}")
        return low.value("setitem", base, value, *subscript.operands, index=subscript.index, hint=base.name)


def _is_array(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and (operand.type.rank > 0 or operand.type.dtype.kind == "b")


def updater(low: Lowering, place: Place, name: str) -> Updater:
    """x.at[...].name."""
    if name not in ("set", "get", *_SIGNS, *_COMBINE):
        low.stop(
            f"x.at[...].{name} is not supported",
            "use x.at[...].set with what it computes, or add, subtract, multiply, divide, power, min, max",
        )
    return Updater(place, name)
