"""Subscripts: reading and writing parts of arrays and containers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from adcompiler.frontend import prelude, tables
from adcompiler.frontend.arrays import make_array
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    Items,
    ListRef,
    Method,
    Places,
    Range,
    Record,
    Ref,
    Static,
    Table,
    Tup,
)
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.index_tricks import is_trick, subscripted
from adcompiler.frontend.interrupts import APART, Restart, Tabled
from adcompiler.frontend.items import keep, placed, put_item
from adcompiler.frontend.list_slices import HINT, store_slice
from adcompiler.frontend.outside import lift
from adcompiler.frontend.parts import Subscript, part
from adcompiler.frontend.picked import as_binding, as_sequences, by_data, known_table, number_of
from adcompiler.frontend.places import Place
from adcompiler.frontend.rows import replaced
from adcompiler.frontend.special import special, special_method
from adcompiler.frontend.static import KEY, static_key
from adcompiler.frontend.structure import leaf_operand, leaves, same, skeleton
from adcompiler.frontend.unpacking import item_of, known_items
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.index import At, Index, NewAxis, Slice, axes_used
from adcompiler.ir.types import Array

_FEW = 128  # items of a container that are taken one by one at most, where it cannot be a sequence

# one entry of a subscript: an index, or the start, stop and step of a slice
Entry: TypeAlias = Binding | tuple[Binding, Binding, Binding]
# the new value of a part, from the old one and whether a list or a dict holds it
Update: TypeAlias = Callable[[Binding, bool], Binding]


def parse(low: Lowering, array: Binding, node: ast.expr) -> Subscript:
    """The subscript of an array."""
    entries: list[Entry] = []
    for element in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(element, ast.Slice):
            start, stop, step = (
                low.expression(e) if e else Static(None) for e in (element.lower, element.upper, element.step)
            )
            entries.append((start, stop, step))
        elif isinstance(element, ast.Starred):
            entries.extend(known_items(low, low.expression(element.value), "in a subscript"))
        else:
            entries.append(low.expression(element))
    return build(low, array, entries)


def build(low: Lowering, array: Binding, entries: Sequence[Entry]) -> Subscript:
    """A subscript from evaluated entries: bindings, or triples for slices."""
    flat: list[Entry] = []
    for entry in entries:
        flat.extend(entry.items if isinstance(entry, Tup) else [entry])
    operands: list[Operand] = []
    index: list[At | Slice | NewAxis | None] = []

    def position(binding: Binding, what: str) -> int | None:
        if isinstance(binding, Static) and binding.value is None:
            return None
        operand = low.operand(binding, what)
        type = operand.type
        if (
            not isinstance(type, Array)
            or type.dtype.kind not in "iub"
            or (type.dtype.kind == "b" and what != "an index")
        ):
            low.stop(
                f"{what} must be an integer, not {describe(binding)}",
                "use integers; round explicitly with int(...)",
            )
        if type.dtype.kind == "b" and type.rank == 0:
            low.stop(
                "a single boolean as an index adds an axis or empties the array", "use np.where, or an if"
            )
        operands.append(operand)
        return len(operands) - 1

    for entry in flat:
        match entry:
            case (start, stop, step):
                index.append(Slice(*(position(e, "the bound of a slice") for e in (start, stop, step))))
            case Static(value) if value is None:
                index.append(NewAxis())
            case Static(value) if value is ...:
                index.append(None)
            case Static(slice() as value):
                bounds = (value.start, value.stop, value.step)
                index.append(Slice(*(position(Static(b), "the bound of a slice") for b in bounds)))
            case ListRef() | Static(list() | range() | Range()):
                array_index = integer_array(low, entry)
                operands.append(array_index)
                index.append(At(len(operands) - 1))
            case _:
                found = position(entry, "an index")
                assert found is not None
                index.append(At(found))
    return Subscript(_expanded(low, array, index, operands), tuple(operands))


def integer_array(low: Lowering, binding: Binding) -> Operand:
    """A list of integers used as an index, as an array."""
    return low.operand(make_array(low, binding, None))


def _expanded(
    low: Lowering, array: Binding, index: list[At | Slice | NewAxis | None], operands: list[Operand]
) -> Index:
    type = low.operand(array).type
    assert isinstance(type, Array)
    used = sum(axes_used(e, [o.type for o in operands]) for e in index if e is not None)
    if index.count(None) > 1:
        low.stop("a subscript may hold only one `...`", "use one")
    if used > type.rank:
        message = f"{used} indices for an array with {type.rank} axes"
        error = TypeError(message) if type.weak and not type.rank else IndexError(message)
        low.fail(error, message, "use at most one index for each axis")
    result: list[At | Slice | NewAxis] = []
    for entry in index:
        result.extend([entry] if entry is not None else [Slice()] * (type.rank - used))
    while result and result[-1] == Slice() and index[-1] is None:
        result.pop()
    return tuple(result)


def load_subscript(low: Lowering, node: ast.Subscript) -> Binding:
    """owner[...]."""
    owner = low.present(low.expression(node.value))
    return read(low, owner, node.slice)


def read(low: Lowering, owner: Binding, node: ast.expr) -> Binding:
    """owner[node]."""
    if special_method(owner, "__getitem__") is not None:
        made = special(low, owner, "__getitem__", low.expression(node))
        assert made is not None
        return made
    match owner:
        case Ref() | Value():
            found = part(low, owner, parse(low, owner, node))
            if isinstance(found, Value) and any(
                isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(node)
            ):
                if isinstance(owner, Ref):
                    low.is_part(found, owner.cell)  # x[..., 0] is a view without axes
            return found
        case Method(array, "at"):
            return Static(Place(array, parse(low, array, node)))
        case Tup(items, path):
            return _item(low, owner, items, path, node)
        case Record(_, _, items):
            return _item(low, owner, items, "", node)
        case ListRef(cell):
            content = low.listed(cell)
            if isinstance(content, tuple):
                return _item(low, owner, content, cell.path, node)
            return _sequence_item(low, owner, content, node)
        case Table():
            return _of_table(low, owner, node)
        case DictRef(cell):
            held = low.store.mapping(cell)
            key = static_key(low, low.expression(node))
            if key not in held:
                message = f"the dict has no key {key!r}; it has {', '.join(map(repr, held))}"
                low.fail(KeyError(key), message, "use one of its keys")
            return held[key]
        case Static(value) if is_trick(value):
            return subscripted(low, value, node)
        case Static(value, origin):
            return _static_item(low, value, origin, node)
    low.stop(f"{describe(owner)} cannot be subscripted", "subscript arrays, lists, tuples and dicts")


def _static_item(low: Lowering, value: Any, origin: str, node: ast.expr) -> Binding:
    if isinstance(node, ast.Slice):
        bounds = [
            low.static_int(low.expression(e), "the bound") if e else None
            for e in (node.lower, node.upper, node.step)
        ]
        key: object = slice(*bounds)
    else:
        at = low.expression(node)
        if isinstance(at, Value) and (table := known_table(value)) is not None:
            low.captures.append(Capture(lambda: known_table(value), table, origin))
            return _chosen(low, Static(value, origin), tuple(map(as_binding, table)), "", at)
        key = static_key(low, at, "the index into a list" if isinstance(value, list) else KEY)
    try:
        found = value[key]
    except (KeyError, IndexError, TypeError) as problem:
        low.captures.append(Capture(lambda: _is_in(value, key), False, origin))
        message = f"{origin or type(value).__name__}[{key!r}]: {type(problem).__name__}: {problem}"
        low.fail(problem, message, "use what is there")
    text = origin if isinstance(key, slice) else f"{origin}[{key!r}]"
    return lift(low, found, text, lambda: value[key])


def _is_in(container: Any, key: Any) -> bool:
    """Whether container[key] is something."""
    try:
        container[key]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _item(low: Lowering, owner: Binding, items: tuple[Binding, ...], path: str, node: ast.expr) -> Binding:
    if isinstance(node, ast.Slice):
        bounds = [
            low.static_int(low.expression(e), "the bound of a slice") if e else None
            for e in (node.lower, node.upper, node.step)
        ]
        chosen = items[slice(*bounds)]
        if not isinstance(owner, ListRef):
            return Tup(chosen)
        cell = Cell()
        low.store.put(cell, chosen)
        return ListRef(cell)
    return _chosen(low, owner, items, path, low.expression(node))


def _chosen(low: Lowering, owner: Binding, items: tuple[Binding, ...], path: str, k: Binding) -> Binding:
    """items[k]."""
    if isinstance(owner, ListRef) and isinstance(k, Value) and by_data(low, k):
        _as_table(low, owner.cell)
    dynamic = (
        isinstance(k, Value)
        and isinstance(k.type, Array)
        and (k.type.size is None or k.type.size.hint is None)
    )
    if dynamic and path and is_sequence(low, items):
        raise Restart(path)
    if isinstance(k, Value) and by_data(low, k):
        chosen_late = number_of(low, items, k)
        if chosen_late is not None:
            return chosen_late
    number = low.static_int(
        k,
        f"the index into {describe(owner)} whose items differ"
        if path
        else f"the index into {describe(owner)}",
    )
    if not -len(items) <= number < len(items):
        message = f"index {number} is out of range for {len(items)} items"
        low.fail(IndexError(message), message, "use an index that exists")
    return items[number]


def _has_static(low: Lowering, binding: Binding) -> bool:
    """Whether a part of an item is known while compiling, such as a name or a flag: the code then depends on it."""
    match binding:
        case Tup(items=items) | Record(items=items):
            return any(_has_static(low, item) for item in items)
        case ListRef(cell) | DictRef(cell) | Instance(cell):
            content = low.store.held(cell)
            if not isinstance(content, (tuple, dict)):
                return True
            inner = content.values() if isinstance(content, dict) else content
            return any(_has_static(low, item) for item in inner)
    return isinstance(binding, Static)


def is_sequence(low: Lowering, items: tuple[Binding, ...]) -> bool:
    """Whether a container among the arguments is to be a sequence; short ones are not where that has been tried."""
    return not (APART in low.sequences and len(items) <= _FEW) and homogeneous(low, items)


def homogeneous(low: Lowering, items: tuple[Binding, ...]) -> bool:
    """Whether items have one structure, and their leaves one rank and dtype, so that a loop over them can stay one."""
    if not items or any(_has_static(low, item) for item in items):
        return False
    first = items[0]
    if any(skeleton(item, low.store) != skeleton(first, low.store) for item in items):
        return False
    rows = [
        [leaf_operand(leaf, low.store, low).type for leaf in leaves(low, item, low.store)] for item in items
    ]
    if not rows[0]:
        return False
    kinds = [tuple((t.dtype, t.rank, t.weak) if isinstance(t, Array) else None for t in row) for row in rows]
    return all(None not in kind and kind == kinds[0] for kind in kinds)


def _no_slice(low: Lowering, node: ast.expr) -> None:
    if isinstance(node, ast.Slice):
        low.stop("this write to a slice of a list is not supported", HINT)


def _as_table(low: Lowering, cell: Cell) -> None:
    """Lower again with the list of lists that this is, or is a row of, as an array."""
    if cell.site is not None and cell.site not in low.tables:
        raise Tabled(cell.site, None)


def _of_table(low: Lowering, owner: Table, node: ast.expr) -> Binding:
    if not isinstance(node, ast.Slice):
        return tables.item(low, owner, low.expression(node))
    bounds = [low.expression(e) if e else Static(None) for e in (node.lower, node.upper, node.step)]
    start, stop, step = (
        None if b == Static(None) else low.operand(b, "the bound of a slice") for b in bounds
    )
    chosen = tables.rows(low, owner, start, stop, step)
    return chosen if tables.rank(low, chosen) > 1 else low.call(Static(prelude.listed), [chosen])


def _sequence_item(low: Lowering, owner: Binding, content: Items, node: ast.expr) -> Binding:
    if isinstance(node, ast.Slice):
        bounds: list[Operand] = []
        numbers: list[int | None] = []
        for e in (node.lower, node.upper, node.step):
            numbers.append(len(bounds) if e else None)
            if e:
                bounds.append(low.operand(low.expression(e), "the bound of a slice"))
        index = (Slice(*numbers),)
        sliced = tuple(
            low.value("seq_slice", sequence, *bounds, index=index) for sequence in content.sequences
        )
        cell = Cell()
        low.store.put(cell, Items(sliced, content.item, content.store))
        return ListRef(cell)
    assert isinstance(owner, ListRef)
    k = low.operand(low.expression(node), "the index into a list")
    return item_of(low, content, k, owner.cell.site)


def store_subscript(
    low: Lowering,
    node: ast.Subscript,
    value: Binding | None,
    update: Update | None = None,
) -> None:
    """owner[...] = value, or owner[...] = update(owner[...], whether a container holds it)."""
    owner = low.present(low.expression(node.value))
    if special_method(owner, "__setitem__") is not None:
        at = low.expression(node.slice)
        if update is not None:
            held = special(low, owner, "__getitem__", at)
            value = update(Static(None) if held is None else held, True)
        assert value is not None
        special(low, owner, "__setitem__", at, value)
        return
    match owner:
        case Ref(cell):
            subscript = parse(low, owner, node.slice)
            if update is not None:
                value = update(part(low, owner, subscript), False)
            assert value is not None
            write_part(low, cell, subscript, value)
        case ListRef(cell) if isinstance(node.slice, ast.Slice) and value is not None:
            store_slice(low, cell, node.slice, value)
        case ListRef(cell):
            _store_item(low, cell, node.slice, value, update)
        case Table():
            _no_slice(low, node.slice)
            k = low.expression(node.slice)
            if update is not None:
                value = update(tables.item(low, owner, k), True)
            assert value is not None
            if tables.rank(low, owner) > 1 and not isinstance(value, Table):
                replaced(low, owner, k, value)
                return
            write_part(low, *tables.place(low, owner, k, value), value)
        case DictRef(cell):
            content = low.store.mapping(cell)
            key = static_key(low, low.expression(node.slice))
            if update is not None:
                value = update(content[key], True)
                content = low.store.mapping(cell)
            assert value is not None
            if content.get(key) is not value:
                low.own(cell)
                low.store.put(cell, {**content, key: value})
        case Tup() | Record() | Instance():
            low.stop(f"{describe(owner)} cannot be written to", "use a list or an array")
        case Value():
            message = f"{describe(owner)} cannot be written to"
            low.fail(TypeError(message), message, "write into arrays, lists and dicts")
        case Static(_, origin):
            low.stop(
                f"this writes into `{origin or ast.unparse(node.value)}`, which lives outside the function",
                "return the new value, or make a copy inside the function",
            )
        case _:
            low.stop(f"{describe(owner)} cannot be written to", "write into arrays, lists and dicts")


def write_part(low: Lowering, cell: Cell, subscript: Subscript, value: Binding) -> None:
    """Write into part of an array."""
    if isinstance(value, (ListRef, Tup)):
        value = make_array(low, value, None)
    operand = low.operand(value, "what is written")
    base = low.content(cell)
    new = low.value(
        "setitem", base, operand, *subscript.operands, index=subscript.index, hint=cell.name or base.name
    )
    low.write(cell, new)


def overwrite(low: Lowering, target: Binding, value: Binding) -> None:
    """target[...] = value, for all elements."""
    if not isinstance(target, Ref):
        low.stop(f"{describe(target)} cannot be written to", "write into arrays")
    write_part(low, target.cell, Subscript((Slice(),), ()), value)


def _store_item(
    low: Lowering,
    cell: Cell,
    node: ast.expr,
    value: Binding | None,
    update: Update | None,
) -> None:
    _no_slice(low, node)
    if cell.shared:
        _as_table(low, cell)
    low.own(cell)
    k = low.expression(node)
    held = low.store.listed(cell)
    if isinstance(held, Places) and value is not None:
        low.store.contents[cell] = placed(low, held, value, cell.name)
    content = low.listed(cell)
    if isinstance(content, tuple) and isinstance(k, Value) and by_data(low, k):
        low.store.contents[cell] = as_sequences(low, cell.name, content) or content
        content = low.listed(cell)
    if isinstance(content, tuple):
        items = list(content)
        number = low.static_int(k, "the index into a list")
        if not -len(items) <= number < len(items):
            low.stop(f"index {number} is out of range for {len(items)} items", "append instead")
        new = value
        if update is not None:
            new = update(items[number], True)
            now = low.store.listed(cell)
            if not isinstance(now, tuple) or len(now) != len(items):
                low.stop(
                    "the list changes its length while one of its items is computed", "compute the item first"
                )
            items = list(now)
        assert new is not None
        if not same(items[number], new):
            items[number] = new
            low.store.put(cell, tuple(items))
        return
    position = low.operand(k, "the index into a list")
    if update is not None:
        value = update(item_of(low, content, position), True)
        if low.store.listed(cell) is not content:
            low.stop("the list changes while one of its items is computed", "compute the item first")
    assert value is not None
    if skeleton(value, low.store) != skeleton(content.item, content.store):
        low.stop("an item of another structure is written into a list", "keep one structure for every item")
    new_sequences = []
    keep(low, value)
    for sequence, leaf in zip(content.sequences, leaves(low, value, low.store), strict=True):
        operand = leaf_operand(leaf, low.store, low)

        def put(value: Operand, sequence: Operand = sequence) -> Value:
            return low.value("seq_set", sequence, position, value, hint=cell.name)

        new_sequences.append(put_item(low, cell.name, sequence, operand, put, "written into"))
    low.store.put(cell, Items(tuple(new_sequences), content.item, content.store))
