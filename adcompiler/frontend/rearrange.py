"""Functions that give the elements of arrays another shape, and that join arrays: lists and shapes as operands."""

from __future__ import annotations

from adcompiler.frontend import prelude
from adcompiler.frontend.arrays import is_nested
from adcompiler.frontend.bindings import Binding, Items, ListRef, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, Statics, describe
from adcompiler.frontend.items import item_types
from adcompiler.frontend.operands import Given, array_operand, in_c_order, sizes_of, static_value
from adcompiler.frontend.unpacking import known_items
from adcompiler.frontend.views import apply_row
from adcompiler.ir.dims import Dim
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
        if isinstance(items.item, (ListRef, Tup)):
            return joined(low, path, {**given, "tup": low.call(Static(prelude.arrays), [source])})
        return _joined_items(low, name, items, given.get("axis"))
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


# the axes that items get first, by their rank; those of higher rank stay as they are
_ADDED: dict[str, tuple[tuple[int, ...], ...]] = {
    "hstack": ((0,),),
    "vstack": ((0, 1), (0,)),
    "column_stack": ((0, 1), (1,)),
    "dstack": ((0, 1, 2), (0, 2), (2,)),
}
# the axis along which they are put then
_ALONG = {"hstack": 1, "vstack": 0, "column_stack": 1, "dstack": 2}


def _joined_items(low: Lowering, name: str, items: Items, given: Binding | None) -> Binding:
    """The same of a list whose length depends on the program: its items are stacked, or have one shape."""
    item = item_types(items)[0] if len(items.sequences) == 1 else None
    if not isinstance(item, Array):
        low.stop(f"np.{name} of a list of {describe(items.item)}", "use a list of numbers or arrays")
    sequence = items.sequences[0]
    if name == "concatenate" and given == Static(None):
        _of_one_shape(low, name, item.shape)
        return low.wrap(low.apply("ravel", low.apply("seq_layers", sequence)))
    if given is None:
        axis = 0 if name == "hstack" and item.rank < 2 else _ALONG[name]
    else:
        axis = low.static_int(given, "the axis")
    if name == "stack":
        return low.wrap(low.apply("seq_layers", sequence, axis=axis))
    added = _ADDED[name][item.rank] if item.rank < len(_ADDED.get(name, ())) else ()
    if not added:
        joined = low.apply("seq_concatenate", sequence, axis=axis)
        _of_one_shape(low, name, (item.shape[axis],))
        return low.wrap(joined)
    others = [one for one in added if one != axis]
    joined = low.apply("seq_layers", sequence, axis=axis - sum(one < axis for one in others))
    for one in others:
        joined = low.apply("expand_dims", joined, axis=one)
    return low.wrap(joined)


def _of_one_shape(low: Lowering, name: str, sizes: tuple[Dim, ...]) -> None:
    """Refuse items that may have other sizes in other trips: where one ends would depend on data."""
    if not all(size.printable for size in sizes):
        low.stop(
            f"np.{name} of a list whose items may differ in length, as far as the compiler can tell",
            "write them into an array in a loop; where all have one shape, use np.stack and np.reshape",
        )
