"""Lists whose length depends on the program: an IR sequence for each leaf of an item, and what type the items have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Instance,
    Items,
    Places,
    Store,
    cells_in,
    numbers_in,
    reached,
)
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Unroll
from adcompiler.frontend.structure import as_joined, leaf_operand, leaves, skeleton
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.dims import Dim, is_one, opaque, own_sizes
from adcompiler.ir.types import Array, Seq, Type, join


def make_items(
    low: Lowering,
    name: str,
    content: tuple[Binding, ...],
    prototype: Binding,
    types: list[Type],
    store: Store,
    label: str,
) -> Items:
    """A list of bindings of one structure as IR sequences, one for each leaf of an item."""
    columns: list[list[Operand]] = [[] for _ in types]
    for item in content:
        keep(low, item)
        found = leaves(low, item, store)
        if len(found) != len(types):
            low.stop(
                f"the items of the list {name!r} have different structures",
                "use one structure for every item",
            )
        for column, leaf in zip(columns, found, strict=True):
            column.append(leaf_operand(leaf, store, low))
    sequences: list[Operand] = []
    for number, (column, type) in enumerate(zip(columns, types, strict=True)):
        type = item_type(type, f"{label}.{name}.{number}")
        try:
            for operand in column:
                first, type = type, common_item(type, operand.type, f"{label}.{name}.{number}")
                have = operand.type
                if (
                    isinstance(first, Array)
                    and isinstance(have, Array)
                    and first.rank
                    and first.dtype != have.dtype
                ):
                    raise ValueError(f"{first} and {have}")
        except ValueError as problem:
            raise CompileError.at(
                low.builder.location,
                f"the items of the list {name!r} have different types: {problem}",
                "use items of one rank and dtype",
            ) from problem
        sequences.append(low.apply("seq_make", *column, item=type, hint=name))
    return Items(tuple(sequences), prototype, store)


def common_types(low: Lowering, items: tuple[Binding, ...], store: Store, label: str) -> list[Type]:
    """The types that the leaves of the items have in common, up to the first item of another kind."""
    types: list[Type] = []
    for item in items:
        found = [leaf_operand(leaf, store, low).type for leaf in leaves(low, item, store)]
        if not types:
            types = found
        if skeleton(item, store) != skeleton(items[0], store) or not all(map(_alike, types, found)):
            break
        types = [common_item(a, b, f"{label}.{k}") for k, (a, b) in enumerate(zip(types, found, strict=True))]
    return types


def _alike(a: Type, b: Type) -> bool:
    return not (isinstance(a, Array) and isinstance(b, Array)) or a.rank == b.rank


def item_types(items: Items) -> list[Type]:
    """The types of the leaves of an item."""
    types = [sequence.type for sequence in items.sequences]
    return [type.item for type in types if isinstance(type, Seq)]


def item_type(type: Type, label: str) -> Type:
    """The type of the items of a list, without what is known of one item alone."""
    if not isinstance(type, Array):
        return type
    return replace(type, shape=own_sizes(type.shape, label), size=None)


def common_item(kind: Type, have: Type, label: str) -> Type:
    """The type of the items of a list of `kind` that gets one of type `have`; raises ValueError where there is none."""
    joined = join(kind, have, label)
    if not (isinstance(kind, Array) and isinstance(have, Array) and isinstance(joined, Array)):
        return joined
    sizes: list[Dim] = []
    for axis, (ours, theirs) in enumerate(zip(kind.shape, have.shape, strict=True)):
        many = is_one(ours) is False and is_one(theirs) is False
        fits = ours == theirs if ours.printable else many or is_one(ours) is not False
        sizes.append(ours if fits else opaque(f"?{label}.{axis}{'!' if many else ''}", None, many=many))
    return replace(joined, shape=tuple(sizes), size=None)


def put_item(
    low: Lowering, name: str, sequence: Operand, item: Operand, put: Callable[[Operand], Value], what: str
) -> Value:
    """A sequence with an item put in by `put`; its items get the type that they then have in common."""
    assert isinstance(sequence.type, Seq)
    kind, have = sequence.type.item, item.type
    clash = f"{have} is {what} the list {name!r} of {kind}"
    try:
        common = common_item(kind, have, f"items{next(low.labels)}")
    except ValueError:
        low.stop(clash, "keep one rank and dtype for every item")
    if isinstance(common, Array) and isinstance(kind, Array) and common.dtype != kind.dtype and kind.rank:
        low.stop(clash, "keep one dtype for every item, such as that of x.astype(float)")
    made = put(as_joined(low, item, common))
    if common == kind:
        return made
    fresh = replace(made, type=replace(sequence.type, item=common, length=None))
    low.builder.ops[-1] = replace(low.builder.ops[-1], results=(fresh,))
    return fresh


def keep(low: Lowering, binding: Binding) -> None:
    """Note that a list of unknown length now holds the arrays of a binding, and what these are, or may be, parts of."""
    low.kept_numbers |= {
        low.mutable_numbers[value] for value in numbers_in(binding, low.store) if value in low.mutable_numbers
    }
    if any(isinstance(one, Instance) for one in reached(binding, low.store)):
        reason = CompileError.at(
            low.builder.location,
            "an object in a list whose length the program decides cannot be followed",
            "use tuples or arrays, or a loop with a fixed number of trips",
        )
        raise Unroll(low.loops[-1], reason) if low.loops else reason
    for cell in cells_in(binding, low.store):
        for one in low.reaches(cell):
            one.kept = True


def placed(low: Lowering, places: Places, value: Binding, name: str) -> Items:
    """The sequences for the items of [None] * n, once it is known what the items are."""
    store = low.store.copy()
    types = [leaf_operand(leaf, store, low).type for leaf in leaves(low, value, store)]
    sequences = tuple(low.value("seq_places", places.count, item=_unsized(t), hint=name) for t in types)
    return Items(sequences, value, store)


def _unsized(type: Type) -> Type:
    return replace(type, size=None) if isinstance(type, Array) else type


def owned(low: Lowering, cell: Cell) -> None:
    """Refuse to change the length or the order of a list that a loop goes over, or one that others may see."""
    if any(cell in lists for lists in low.iterated):
        low.stop(
            f"this changes the length of the list {cell.name!r} while a loop goes over it",
            "go over a copy, `for v in list(xs)`, or collect in another list",
        )
    low.own(cell)
