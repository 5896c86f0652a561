"""Functions that NumPy answers with a view of their argument: a write to the result is one to the argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from adcompiler.frontend.bindings import Binding, Cell, Record, Ref, Tup
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES, Primitive, find

# (lowering, the array viewed, the new content of the view, static arguments) -> the new content of the array viewed
Back: TypeAlias = Callable[[Lowering, Value, Value, Statics], Value]


def apply_row(
    low: Lowering, name: str, path: str, first: Binding, operands: list[Operand], fixed: Statics
) -> Binding:
    """Apply a primitive; where NumPy gives a view of the first operand, which `first` stands for, so does this."""
    row = PRIMITIVES[name]
    if row.view and isinstance(first, Value) and first in low.mutable_numbers:
        return _of_number(low, first, low.wrap(low.apply(name, *operands, path=path, **fixed)))
    if not row.view or not isinstance(first, Ref) or not _may_share(low, row, first.cell, fixed):
        return together(low, row, low.results(name, *operands, path=path, **fixed))
    back = VIEWS.get(name)
    if back is not None and _surely_shares(low, row, path, first.cell):
        return _view(low, row, path, first, operands[1:], fixed, back)
    made = low.wrap(low.apply(name, *operands, path=path, **fixed))
    if not isinstance(made, Ref):
        return made
    base = f"`{first.cell.name}`" if first.cell.name else "another array"
    cell = Cell(shared=f"may be a view of {base} (np.{name})", path=first.cell.path)
    low.store.contents[cell] = low.store.contents.pop(made.cell)
    # a write to the array that it may be a view of cannot be followed either
    for root in low.roots(first.cell):
        low.watch(cell, root)
    return Ref(cell)


def _of_number(low: Lowering, first: Value, made: Binding) -> Binding:
    """What may be a view of an array without axes: neither may be written any more."""
    low.kept_numbers.add(low.mutable_numbers[first])
    if isinstance(made, Ref):
        made.cell.shared = "may be a view of an array without axes"
    elif isinstance(made, Value) and made is not first:
        low.mutable_numbers[made] = None
    return made


def together(low: Lowering, row: Primitive, results: Sequence[Operand]) -> Binding:
    """The result of a primitive, or its several results in the tuple that the function gives."""
    items = tuple(low.wrap(result) for result in results)
    if len(items) == 1:
        return items[0]
    kind = find(row.record) if row.record else None
    return Record(kind, getattr(kind, "_fields", ()), items) if isinstance(kind, type) else Tup(items)


def _view(
    low: Lowering, row: Primitive, path: str, first: Ref, rest: list[Operand], fixed: Statics, back: Back
) -> Binding:
    if row.name == "asarray":
        return first
    view = low.view(
        first.cell,
        lambda base: low.value(row.name, base, *rest, path=path, **fixed),
        lambda base, new: back(low, base, new, fixed),
    )
    if isinstance(view, Ref) and back is _back_shape:
        view.cell.ordered = first.cell.ordered
    return view


def _may_share(low: Lowering, row: Primitive, cell: Cell, fixed: Statics) -> bool:
    """Whether the result of a row that may be a view of its operand can be one of this operand."""
    type = low.content(cell).type
    assert isinstance(type, Array)
    if row.name == "asarray":
        dtype = fixed.get("dtype")
        return dtype is None or dtype == type.dtype  # not `in`: float64 == None in NumPy
    return row.name != "diag" or type.rank > 1


def flat(low: Lowering, owner: Ref) -> Binding:
    """x.flat: the elements of any array in C's order, to be read and written where they are."""
    view = low.view(
        owner.cell,
        lambda base: low.value("ravel", base),
        lambda base, new: _back_shape(low, base, new, {}),
    )
    assert isinstance(view, Ref)
    view.cell.flat = True
    return view


def _surely_shares(low: Lowering, row: Primitive, path: str, cell: Cell) -> bool:
    """Whether it is one for every order in which the elements may lie."""
    type = low.content(cell).type
    assert isinstance(type, Array)
    if cell.flat:
        return False
    if row.name == "ravel" or path == "numpy.ascontiguousarray":
        return cell.ordered
    return row.name != "reshape" or type.rank == 1 or cell.ordered


def _back_transpose(low: Lowering, base: Value, new: Value, fixed: Statics) -> Value:
    axes = fixed.get("axes")
    if axes is None:
        return low.value("transpose", new)
    assert isinstance(axes, tuple) and isinstance(new.type, Array)
    normal = [a % new.type.rank for a in axes]
    return low.value("transpose", new, axes=tuple(normal.index(k) for k in range(len(normal))))


def _back_shape(low: Lowering, base: Value, new: Value, fixed: Statics) -> Value:
    return low.value("reshape_to", new, low.apply("shape", base))


def _back_by(name: str) -> Back:
    """A view that the same function with the same static arguments takes back."""
    return lambda low, base, new, fixed: low.value(name, new, **fixed)


VIEWS: dict[str, Back] = {
    "transpose": _back_transpose,
    "matrix_transpose": _back_by("matrix_transpose"),
    "swapaxes": _back_by("swapaxes"),
    "flip": _back_by("flip"),
    "reshape": _back_shape,
    "ravel": _back_shape,
    "squeeze": _back_shape,
    "expand_dims": _back_shape,
    "atleast_1d": _back_shape,
    "atleast_2d": _back_shape,
    "asarray": _back_shape,
}
