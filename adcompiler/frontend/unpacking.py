"""Taking containers and arrays apart: unpacking, star arguments, iteration with a known length."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from adcompiler.errors import Location
from adcompiler.frontend import tables
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    Items,
    Lazy,
    ListRef,
    Maybe,
    Record,
    Ref,
    Static,
    Table,
    Tup,
    Unbound,
)
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.checks import Raised, check
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.outside import at, length, lift
from adcompiler.frontend.parts import row
from adcompiler.frontend.special import iterator_of, special_method
from adcompiler.frontend.structure import rebuild
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import own_sizes, record
from adcompiler.ir.types import Array


def item_of(low: Lowering, items: Items, k: Operand, site: Location | None = None) -> Binding:
    """Item k of a list whose length depends on the program; `site` is where the list is made."""
    parts: list[Binding] = []
    for sequence in items.sequences:
        part = _with_own_sizes(low, low.value("seq_get", sequence, k))
        if is_array(part.type):
            cell = Cell(shared="is an item of a list")
            low.store.contents[cell] = part
            parts.append(Ref(cell))
        else:
            low.is_item(part)
            parts.append(part)
    return rebuild(
        low,
        items.item,
        parts,
        items.store,
        lambda cell: Cell(cell.name, shared="is an item of a list", site=site),
    )


def _with_own_sizes(low: Lowering, item: Value) -> Value:
    """An item that was just read: sizes that differ between items are not those of any other item."""
    if not isinstance(item.type, Array) or all(size.printable for size in item.type.shape):
        return item
    label = f"item{next(low.labels)}"
    fresh = replace(item, type=replace(item.type, shape=own_sizes(item.type.shape, label)))
    low.builder.ops[-1] = replace(low.builder.ops[-1], results=(fresh,))
    return fresh


def known_items(low: Lowering, binding: Binding, what: str) -> list[Binding]:
    """The items of something whose length is known while compiling."""
    match binding:
        case Unbound() | Maybe():
            return known_items(low, low.present(binding), what)
        case (Record() | Instance()) as owner if special_method(owner, "__iter__") is not None:
            return known_items(low, iterator_of(low, owner), what)
        case Tup(items=items) | Record(items=items):
            return list(items)
        case ListRef(cell):
            content = low.listed(cell)
            if isinstance(content, tuple):
                return list(content)
            number = low.value("seq_length", content.sequences[0])
            count = low.static_int(number, f"the number of items {what}")
            return [item_of(low, content, Const(k), cell.site) for k in range(count)]
        case Table():
            trips = low.static_int(low.wrap(tables.count(low, binding)), f"the number of items {what}")
            return [tables.item(low, binding, Static(k)) for k in range(trips)]
        case DictRef(cell):
            return [Static(key) for key in low.store.mapping(cell)]
        case Static(Lazy() as value):
            if value.once:
                low.spend(value)
            return value.items(low)
        case Ref(cell):
            type = low.content(cell).type
            assert isinstance(type, Array)
            rows = low.wrap(low.apply("size", low.content(cell), axis=0))
            count = low.static_int(rows, f"the number of items {what}")
            return [row(low, binding, Const(k)) for k in range(count)]
        case Static(value, origin) if isinstance(value, (tuple, list, str, range)):
            read = lambda: value
            low.captures.append(Capture(length(read), len(value), origin))
            return [lift(low, item, f"{origin}[{k}]", at(read, k)) for k, item in enumerate(value)]
        case Static(value, origin) if isinstance(value, dict):
            low.captures.append(Capture(lambda: list(value), list(value), origin))
            return [Static(key) for key in value]
    message, hint = f"{describe(binding)} cannot be taken apart {what}", "use a tuple, a list or an array"
    if isinstance(binding, Value) or (isinstance(binding, Static) and isinstance(binding.value, NUMBERS)):
        low.fail(TypeError(message), message, hint)
    low.stop(message, hint)


def unpack(low: Lowering, value: Binding, targets: Sequence[ast.expr]) -> list[Binding]:
    """The values of the targets of an unpacking, with at most one star."""
    starred = [k for k, target in enumerate(targets) if isinstance(target, ast.Starred)]
    match low.present(value):
        case Ref(cell) if not starred:
            return _unpack_array(low, value, len(targets))
        case ListRef(cell) if (content := low.store.items(cell)) and not starred:
            _check_count(low, low.value("seq_length", content.sequences[0]), len(targets))
            return [item_of(low, content, Const(k)) for k in range(len(targets))]
    items = known_items(low, value, "to unpack it")
    if not starred:
        if len(items) != len(targets):
            message = f"{len(items)} values are unpacked into {len(targets)} names"
            low.fail(ValueError(message), message, "use one name for each value")
        return items
    (star,) = starred
    after = len(targets) - star - 1
    if len(items) < len(targets) - 1:
        low.stop(
            f"{len(items)} values are unpacked into at least {len(targets) - 1} names", "use fewer names"
        )
    middle = tuple(items[star : len(items) - after])
    return [*items[:star], low.new_list(middle), *(items[len(items) - after :] if after else [])]


def _unpack_array(low: Lowering, value: Binding, count: int) -> list[Binding]:
    assert isinstance(value, Ref)
    type = low.content(value.cell).type
    assert isinstance(type, Array)
    size = type.shape[0]
    if size.known is None and size.hint is not None and size.printable:
        record(str(size), size.hint)
    if size.hint is not None and size.hint != count:
        low.stop(f"an array of {size.hint} rows is unpacked into {count} names", "use one name for each row")
    if size.hint is None:
        _check_count(low, low.apply("size", low.content(value.cell), axis=0), count)
    return [row(low, value, Const(k)) for k in range(count)]


def _check_count(low: Lowering, found: Operand, count: int) -> None:
    """ValueError when the program runs, as Python raises it, unless there are as many values as names."""
    holds = low.wrap(low.apply("equal", found, Const(count), path="operator.eq"))
    message = f"{count} {'value is' if count == 1 else 'values are'} expected to unpack"
    check(low, holds, Raised("ValueError", [ast.Constant(message)]))


def evaluated(low: Lowering, nodes: Sequence[ast.expr]) -> list[Binding]:
    """The values of several expressions, stars expanded."""
    values: list[Binding] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            with low.at(node):
                values.extend(known_items(low, low.expression(node.value), "behind a star"))
        else:
            values.append(low.expression(node))
    return values


def dict_items(low: Lowering, binding: Binding) -> dict[object, Binding]:
    """The content of a dict."""
    match binding:
        case DictRef(cell):
            return dict(low.store.mapping(cell))
        case Instance(cell, kind) if issubclass(getattr(kind, "stands_for", object), dict):
            return dict_items(low, low.store.mapping(cell)["held"])
        case Static(dict() as value, origin):
            low.captures.append(Capture(lambda: list(value), list(value), origin))
            return {
                key: lift(low, item, f"{origin}[{key!r}]", at(lambda: value, key))
                for key, item in value.items()
            }
    low.stop(f"{describe(binding)} is no dict", "use a dict with constant keys")
