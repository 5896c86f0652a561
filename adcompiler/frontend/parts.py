"""Parts of arrays: a subscript as operands, and the view or copy that it gives."""

from __future__ import annotations

from dataclasses import dataclass

from adcompiler.frontend.bindings import Binding, Ref
from adcompiler.frontend.context import Lowering
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.index import At, Index
from adcompiler.ir.types import Array


@dataclass(frozen=True, slots=True)
class Subscript:
    """A parsed subscript of an array: its shape, and its integers and arrays as operands."""

    index: Index
    operands: tuple[Operand, ...]


def row(low: Lowering, array: Binding, k: Operand) -> Binding:
    """array[k]."""
    return part(low, array, Subscript((At(0),), (k,)))


def part(low: Lowering, array: Binding, subscript: Subscript) -> Binding:
    """array[subscript]: a view of it where NumPy gives one."""
    index, operands = subscript.index, subscript.operands
    if isinstance(array, Value):
        return low.wrap(low.apply("getitem", array, *operands, index=index))
    assert isinstance(array, Ref)
    if array.cell.flat or any(isinstance(e, At) and _is_array(operands[e.operand]) for e in index):
        return low.wrap(low.apply("getitem", low.content(array.cell), *operands, index=index))
    view = low.view(
        array.cell,
        lambda base: low.value("getitem", base, *operands, index=index),
        lambda base, new: low.value("setitem", base, new, *operands, index=index, hint=base.name),
    )
    if isinstance(view, Ref) and all(isinstance(e, At) for e in index):
        view.cell.ordered = array.cell.ordered
    return view


def spread(low: Lowering, base: Value, subscript: Subscript, value: Operand) -> Operand:
    """A value that is added to base[subscript], with the axes of the array that names the places.

    np.add.at of a vector, at places in an array of several axes, reads past the end of values that have fewer axes
    (NumPy 2.4 and 2.5: b = np.zeros(4); np.add.at(b, np.array([[0, 1], [2, 3]]), np.ones(2))).
    """
    if _rank(base) != 1 or len(subscript.index) != 1 or not isinstance(subscript.index[0], At):
        return value
    (places,) = subscript.operands
    if not 0 < _rank(value) < _rank(places):
        return value
    return low.apply(
        "broadcast_to", value, *(low.apply("size", places, axis=k) for k in range(_rank(places)))
    )


def _is_array(operand: Operand) -> bool:
    type = operand.type
    return isinstance(type, Array) and (type.rank > 0 or type.dtype.kind == "b")


def _rank(operand: Operand) -> int:
    return operand.type.rank if isinstance(operand.type, Array) else 0
