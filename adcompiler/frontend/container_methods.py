"""Methods of lists, tuples and dicts."""

from __future__ import annotations

from typing import Literal

from adcompiler.frontend import prelude, tables
from adcompiler.frontend.arity import Takes
from adcompiler.frontend.bindings import Binding, Cell, DictRef, Items, Lazy, ListRef, Static, Table, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.items import keep, owned, put_item
from adcompiler.frontend.iteration import iterated
from adcompiler.frontend.static import all_static, static_call, static_key
from adcompiler.frontend.structure import leaf_operand, leaves, skeleton
from adcompiler.frontend.unpacking import dict_items, item_of, known_items
from adcompiler.frontend.yielding import collected, is_yielded
from adcompiler.ir.core import Const, Operand, Value

METHODS_TAKE = {
    "append": Takes(1, 1),
    "extend": Takes(1, 1),
    "pop": Takes(0, 2),
    "insert": Takes(2, 2),
    "reverse": Takes(0, 0),
    "copy": Takes(0, 0),
    "clear": Takes(0, 0),
    "index": Takes(1, 3),
    "count": Takes(1, 1),
    "keys": Takes(0, 0),
    "values": Takes(0, 0),
    "items": Takes(0, 0),
    "get": Takes(1, 2),
    "update": Takes(0, 1, None),
    "setdefault": Takes(1, 2),
}


def container_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """A method of a list, tuple or dict."""
    METHODS_TAKE[name].check(low, name, arguments, keywords)
    match owner, name:
        case ListRef(cell), "clear":
            owned(low, cell)
            low.store.put(cell, ())
            return Static(None)
        case ListRef(cell), "append":
            _append(low, cell, arguments[0])
            return Static(None)
        case ListRef(), "extend" if isinstance(more := arguments[0], ListRef) and low.store.items(more.cell):
            return low.call(Static(prelude.extended), [owner, more])
        case ListRef(), "extend" if is_yielded(arguments[0]):
            return container_method(low, owner, name, [collected(low, arguments[0])], {})
        case ListRef(cell), "extend":
            for item in iterated(low, arguments[0]):
                _append(low, cell, item)
            return Static(None)
        case ListRef(cell), "pop":
            return _pop(low, cell, arguments)
        case ListRef(cell), "reverse" if low.store.items(cell) is not None:
            owned(low, cell)
            _replace(low, cell, low.call(Static(prelude.turned), [owner]))
            return Static(None)
        case ListRef(cell), "insert" if low.store.items(cell) is not None and arguments[0] == Static(0):
            owned(low, cell)
            _replace(low, cell, low.call(Static(prelude.joined), [low.new_list(arguments[1:]), owner]))
            return Static(None)
        case ListRef(cell), "insert" | "reverse":
            owned(low, cell)
            items = known_items(low, owner, f"for {name}")
            if name == "insert":
                items.insert(low.static_int(arguments[0], "the position"), arguments[1])
            low.store.put(cell, tuple(items if name == "insert" else reversed(items)))
            return Static(None)
        case (ListRef() | Table() | DictRef(), "copy"):
            return copied(low, owner)
        case (ListRef() | Tup(), "index" | "count"):
            items = known_items(low, owner, f"for {name}")
            if all_static(items):
                values = [item.value for item in items]
                given = [static_key(low, a, f"an argument of {name}") for a in arguments]
                return static_call(low, lambda: getattr(values, name)(*given))
        case DictRef(cell), _:
            return _dict_method(low, cell, name, arguments, keywords)
    low.stop(f"the method {name!r} of {describe(owner)} is not supported here", "use a loop instead")


def _replace(low: Lowering, cell: Cell, by: Binding) -> None:
    """Let a list hold what a new one holds."""
    assert isinstance(by, ListRef)
    low.store.put(cell, low.store.held(by.cell))


def _append(low: Lowering, cell: Cell, item: Binding) -> None:
    owned(low, cell)
    content = low.listed(cell)
    if isinstance(content, tuple):
        low.store.put(cell, (*content, item))
        return
    if skeleton(item, low.store) != skeleton(content.item, content.store):
        low.stop(
            f"{describe(item)} is appended to the list {cell.name!r}, whose items are {describe(content.item)}",
            "keep one structure for every item",
        )
    sequences: list[Operand] = []
    keep(low, item)
    for sequence, leaf in zip(content.sequences, leaves(low, item, low.store), strict=True):
        value = leaf_operand(leaf, low.store, low)

        def put(value: Operand, sequence: Operand = sequence) -> Value:
            return low.value("seq_append", sequence, value, hint=cell.name)

        sequences.append(put_item(low, cell.name, sequence, value, put, "appended to"))
    low.store.put(cell, Items(tuple(sequences), content.item, content.store))


def _pop(low: Lowering, cell: Cell, arguments: list[Binding]) -> Binding:
    owned(low, cell)
    content = low.listed(cell)
    if isinstance(content, Items):
        if arguments and arguments[0] == Static(0):
            item = item_of(low, content, Const(0))
            _replace(low, cell, low.call(Static(prelude.rest), [ListRef(cell)]))
            return item
        if arguments and arguments[0] != Static(-1):
            item = item_of(low, content, low.operand(arguments[0], "the position"))
            _replace(low, cell, low.call(Static(prelude.without), [ListRef(cell), arguments[0]]))
            return item
        item = item_of(low, content, Const(-1))
        dropped = tuple(low.value("seq_drop", sequence, hint=cell.name) for sequence in content.sequences)
        low.store.put(cell, Items(dropped, content.item, content.store))
        return item
    items = list(content)
    position = low.static_int(arguments[0], "the position") if arguments else -1
    if not -len(items) <= position < len(items):
        low.stop(f"pop({position}) from a list of {len(items)} items", "test its length first")
    popped = items.pop(position)
    low.store.put(cell, tuple(items))
    return popped


class Entries(Lazy):
    """The keys, values or items of a dict, as they are when they are read."""

    __slots__ = ("cell", "kind", "over")
    once = False

    def __init__(self, cell: Cell, kind: Literal["keys", "values", "items"]) -> None:
        self.cell = cell
        self.kind = kind
        self.over = (DictRef(cell),)

    def items(self, low: Lowering) -> list[Binding]:
        """Those there are now."""
        content = low.store.mapping(self.cell)
        match self.kind:
            case "keys":
                return [Static(key) for key in content]
            case "values":
                return list(content.values())
            case "items":
                return [Tup((Static(key), value)) for key, value in content.items()]


def _dict_method(
    low: Lowering, cell: Cell, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    content = low.store.mapping(cell)
    match name:
        case "keys" | "values" | "items":
            return Static(Entries(cell, name))
        case "get":
            fallback = arguments[1] if len(arguments) > 1 else Static(None)
            return content.get(static_key(low, arguments[0]), fallback)
        case "update":
            owned(low, cell)
            changed = {**content, **(dict_items(low, arguments[0]) if arguments else {})}
            changed.update(keywords)
            low.store.put(cell, changed)
            return Static(None)
        case "clear":
            owned(low, cell)
            low.store.put(cell, {})
            return Static(None)
        case "setdefault" | "pop":
            key = static_key(low, arguments[0])
            default = arguments[1] if len(arguments) > 1 else Static(None) if name == "setdefault" else None
            value: Binding | None = content.get(key, default)
            if value is None:
                low.stop(
                    f"the dict has no key {key!r}; it has {', '.join(map(repr, content))}",
                    "use one of its keys",
                )
            owned(low, cell)
            rest = {k: v for k, v in content.items() if k != key}
            low.store.put(cell, rest if name == "pop" else {**content, key: value})
            return value
    low.stop(f"the method {name!r} of a dict is not supported", "use a plain loop or subscripts")


def copied(low: Lowering, owner: ListRef | Table | DictRef) -> Binding:
    """A fresh container with the same items."""
    match owner:
        case ListRef(cell):
            return low.new_list(low.store.listed(cell))
        case Table() if tables.rank(low, owner) > 1:
            low.held_rows |= low.roots(owner.array.cell)
            return owner  # the same rows: a table has its own for good
        case Table():
            return low.call(Static(prelude.listed), [owner])
        case DictRef(cell):
            return low.new_dict(dict(low.store.mapping(cell)))
