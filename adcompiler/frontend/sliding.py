"""The windows of an array: a view that is read by integer indices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from adcompiler.frontend import prelude
from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.static import static_key
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array

READ_ONLY = "holds the windows of another array (np.lib.stride_tricks.sliding_window_view)"


def sliding_window_view(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """np.lib.stride_tricks.sliding_window_view(x, window_shape, axis=None): read again when x has been written."""
    given = dict(zip(("x", "window_shape", "axis"), arguments, strict=False)) | keywords
    for name, why in (("writeable", "windows that may be written"), ("subok", "windows of a subclass")):
        if given.pop(name, Static(False)) != Static(False):
            low.stop(f"sliding_window_view with {name}: {why} are not supported", "leave it out")
    if given.keys() - {"x", "window_shape", "axis"} or "window_shape" not in given:
        low.stop("sliding_window_view is only supported with x, window_shape and axis", "leave the rest out")
    array = as_array(low, given["x"])
    if not isinstance(array, Ref):
        low.stop(f"sliding_window_view of {describe(array)}", "give it an array")
    type = low.content(array.cell).type
    assert isinstance(type, Array)
    sizes, axes = _several(low, given["window_shape"]), _axes(low, given.get("axis", Static(None)), type.rank)
    if len(sizes) != len(axes) or len(set(axes)) != len(axes):
        low.stop("sliding_window_view needs one size of a window for each of its axes", "give axis=...")
    rank = type.rank

    def read(base: Value) -> Value:
        over = low.wrap(base)
        if rank == 1:
            made = low.call(Static(prelude.windows_of_vector), [over, sizes[0]])
        else:
            made = low.call(
                Static(prelude.windows), [over, Tup(tuple(sizes)), _tuple(axes), _tuple(range(rank))]
            )
        found = low.operand(made)
        assert isinstance(found, Value)
        return found

    def write(base: Value, new: Value) -> NoReturn:
        raise AssertionError("a read-only view is written")

    view = low.view(array.cell, read, write)
    assert isinstance(view, Ref)
    view.cell.shared = READ_ONLY
    return view


def _tuple(numbers: Iterable[int]) -> Tup:
    return Tup(tuple(map(Static, numbers)))


def _several(low: Lowering, binding: Binding) -> list[Binding]:
    if isinstance(binding, Value) or (isinstance(binding, Static) and isinstance(binding.value, int)):
        return [binding]
    return known_items(low, binding, "to read the sizes of windows")


def _axes(low: Lowering, axis: Binding, rank: int) -> tuple[int, ...]:
    if axis == Static(None):
        return tuple(range(rank))
    return tuple(int(str(static_key(low, one, "`axis`"))) % rank for one in _several(low, axis))
