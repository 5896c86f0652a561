"""Functions that give the elements of arrays another shape, and that join arrays: lists and shapes as operands."""

from __future__ import annotations

from adcompiler.frontend.arrays import is_nested
from adcompiler.frontend.bindings import Binding, Items, ListRef, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, Statics
from adcompiler.frontend.operands import Given, array_operand, in_c_order, sizes_of, static_value
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.views import apply_row
from adcompiler.ir.types import Array


def ravel(low: Lowering, path: str, given: Given) -> Binding:
    """np.ravel."""
    if given["order"] == Static("F"):
        return ravel(low, path, {"a": turned(low, given["a"]), "order": Static("C")})
    in_c_order(low, given["order"], "ravel")
    return apply_row(low, "ravel", path, given["a"], [array_operand(low, given["a"], path)], {})


def reshape(low: Lowering, path: str, given: Given) -> Binding:
    """np.reshape."""
    if given["order"] == Static("F"):
        sizes = Tup(tuple(reversed(_sizes(low, given["shape"]))))
        return turned(low, _to_sizes(low, path, turned(low, given["a"]), sizes))
    in_c_order(low, given["order"], "reshape")
    return _to_sizes(low, path, given["a"], given["shape"])


def turned(low: Lowering, source: Binding) -> Binding:
    """x.T, whose elements in C's order are those of x in Fortran's."""
    operand = array_operand(low, source, "numpy.transpose")
    return apply_row(low, "transpose", "numpy.transpose", source, [operand], {})


def _sizes(low: Lowering, shape: Binding) -> list[Binding]:
    match shape:
        case Tup() | ListRef() | Static(tuple() | list()):
            return known_items(low, shape, "as a shape")
    return [shape]


def broadcast_to(low: Lowering, path: str, given: Given) -> Binding:
    """np.broadcast_to."""
    return _to_sizes(low, path, given["array"], given["shape"])


def tile(low: Lowering, path: str, given: Given) -> Binding:
    """np.tile."""
    return _to_sizes(low, path, given["A"], given["reps"])


def _to_sizes(low: Lowering, path: str, source: Binding, sizes: Binding) -> Binding:
    operands = [array_operand(low, source, path), *sizes_of(low, sizes)]
    return apply_row(low, path.rpartition(".")[2], path, source, operands, {})


def joined(low: Lowering, path: str, given: Given) -> Binding:
    """np.concatenate and its kin, of a list of arrays."""
    name = path.rpartition(".")[2]
    source = given["tup"] if "tup" in given else given["arrays"]
    if isinstance(source, ListRef) and (items := low.store.items(source.cell)):
        return _stacked(low, name, items, low.static_int(given["axis"], "the axis") if "axis" in given else 0)
    if isinstance(source, Ref):
        source = Tup(tuple(known_items(low, source, f"for np.{name}")))
    operands = [array_operand(low, item, path) for item in known_items(low, source, f"for np.{name}")]
    fixed: Statics = {"axis": static_value(low, given["axis"], "axis")} if "axis" in given else {}
    return low.wrap(low.apply(name, *operands, path=path, **fixed))


def repeat(low: Lowering, path: str, given: Given) -> Binding:
    """np.repeat; of a list of repeats that is known while compiling, the length is too."""
    times = given["repeats"]
    fixed: Statics = {"axis": static_value(low, given["axis"], "axis")}
    x = array_operand(low, given["a"], path)
    if is_nested(times):
        numbers = tuple(low.static_int(item, "a repeat") for item in known_items(low, times, "as repeats"))
        return low.wrap(low.apply("repeat_each", x, repeats=numbers, **fixed))
    return low.wrap(low.apply("repeat", x, array_operand(low, times, path), path=path, **fixed))


def _stacked(low: Lowering, name: str, items: Items, axis: int) -> Binding:
    """The same of a list whose length depends on the program: only its items can become rows."""
    if len(items.sequences) != 1 or name not in ("stack", "vstack") or axis != 0:
        low.stop(
            f"np.{name} of a list whose length depends on the program is not supported",
            "use np.stack or np.array",
        )
    stacked = low.value("seq_stack", items.sequences[0])
    assert isinstance(stacked.type, Array)
    if name == "vstack" and stacked.type.rank != 2:
        low.stop(
            "np.vstack of a list of matrices whose length depends on the program is not supported",
            "write the rows into an array in a loop",
        )
    return low.wrap(stacked)
