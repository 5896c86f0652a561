"""Builtins over sequences: lengths, ranges, loops over several, sums, containers made of items."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from adcompiler.frontend import prelude, streams, tables
from adcompiler.frontend.attributes import rank_of, size_of
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Items,
    Lazy,
    ListRef,
    Places,
    Range,
    Record,
    Ref,
    Static,
    Table,
    Tup,
)
from adcompiler.frontend.comparisons import by_size, truth_of
from adcompiler.frontend.container_methods import container_method, copied
from adcompiler.frontend.context import Handler, Lowering, describe
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.items import owned
from adcompiler.frontend.iteration import (
    backwards,
    enumerated,
    iterate,
    iterated,
    mapped,
    range_length,
    zipped,
)
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.operators import BINARY_NAMES, arithmetic
from adcompiler.frontend.special import by_class, special
from adcompiler.frontend.static import all_static, named_static, static_call, static_key
from adcompiler.frontend.streaming import beside, stream
from adcompiler.frontend.subscripts import homogeneous
from adcompiler.frontend.unpacking import dict_items, known_items
from adcompiler.frontend.yielding import collected, is_yielded, iterator
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.index import at_least
from adcompiler.ir.types import Array, Seq


def _plain(low: Lowering, keywords: dict[str, Binding], *allowed: str) -> None:
    for name in keywords:
        if name not in allowed:
            low.stop_keyword(
                name, f"the keyword {name!r} is not supported here", "leave it out, or write a loop"
            )


def _inline(low: Lowering, function: Callable[..., object], *arguments: Binding) -> Binding:
    return call_function(low, function, list(arguments), {})


def length(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """len(x)."""
    (owner,) = arguments
    made = special(low, owner, "__len__")
    if made is not None:
        return made
    match owner:
        case Tup(items=items) | Record(items=items):
            return Static(len(items))
        case ListRef(cell):
            match low.store.listed(cell):
                case Items(sequences):
                    return low.wrap(low.apply("seq_length", sequences[0]))
                case Places(count):
                    return low.wrap(count)
                case items:
                    return Static(len(items))
        case Table():
            return low.wrap(tables.count(low, owner))
        case DictRef(cell):
            return Static(len(low.store.mapping(cell)))
        case Ref(cell):
            return size_of(low, low.content(cell), 0)
        case Static(Range() as counted):
            return low.wrap(_not_negative(low, range_length(low, counted)))
        case Static():
            return static_call(low, len, owner)
    message = f"{describe(owner)} has no len()"
    low.fail(TypeError(message), message, "take len of arrays and containers")


def _not_negative(low: Lowering, number: Operand) -> Operand:
    """max(number, 0), which a size that is none too small is already (by a guard)."""
    size = number.type.size if isinstance(number.type, Array) else None
    if size is not None and size.hint is not None and size.printable and at_least(size, 0):
        return number
    return low.apply("maximum", number, Const(0), path="builtins.max")


def range_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """range(...): Python's own of numbers that are known."""
    operands = [low.operand(a, "a bound of range") for a in arguments]
    for operand in operands:
        if not isinstance(operand.type, Array) or operand.type.dtype.kind not in "iu" or operand.type.rank:
            low.stop("range needs integers", "convert with int(...)")
    if all(isinstance(operand, Const) for operand in operands):
        return static_call(
            low, range, *(Static(operand.integer) for operand in operands if isinstance(operand, Const))
        )
    if len(operands) == 1:
        return Static(Range(Const(0), operands[0], Const(1)))
    return Static(Range(operands[0], operands[1], operands[2] if len(operands) > 2 else Const(1)))


def enumerate_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """enumerate(x, start)."""
    start = keywords.get("start") or (arguments[1] if len(arguments) > 1 else Static(0))
    over = iterator(low, arguments[0])
    if is_yielded(over):
        return stream(low, streams.counted, over, start)
    return Static(enumerated(iterate(low, over), low.operand(start)))


def zip_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """zip(...)."""
    _plain(low, keywords, "strict")
    strict = static_key(low, keywords.get("strict", Static(False)), "`strict`")
    parts = [iterator(low, argument) for argument in arguments]
    if any(map(is_yielded, parts)) and not strict:
        return beside(low, parts)
    over = zipped(low, [iterate(low, part) for part in parts], bool(strict))
    if strict:
        over.length(low)  # refused here, not where the loop stands
    return Static(over)


def reversed_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """reversed(x)."""
    (owner,) = arguments
    return Static(backwards(low, iterate(low, owner)))


def _is_items(low: Lowering, owner: Binding) -> bool:
    return isinstance(owner, Table) or (
        isinstance(owner, ListRef) and low.store.items(owner.cell) is not None
    )


def _has_arrays(low: Lowering, owner: Binding) -> bool:
    """Whether this is a list, of a length that the program decides, of arrays that are no numbers."""
    items = low.store.items(owner.cell) if isinstance(owner, ListRef) else None
    kind = items.sequences[0].type if items is not None else None
    return isinstance(kind, Seq) and is_array(kind.item)


def sum_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """sum(x, start)."""
    start = keywords.get("start") or (arguments[1] if len(arguments) > 1 else Static(0))
    owner = iterator(low, arguments[0])
    if isinstance(owner, Ref) and start == Static(0):
        return low.wrap(low.apply("total", low.operand(owner)))
    if start == Static(0) and _has_arrays(low, owner):
        return _inline(low, prelude.sum_of_arrays, owner)
    if isinstance(owner, Ref) or _is_items(low, owner) or is_yielded(owner):
        return _inline(low, prelude.sum_of, owner, start)
    items = known_items(low, owner, "to add its items")
    add = BINARY_NAMES["add"]

    def plus(a: Binding, b: Binding) -> Binding:
        made = by_class(low, "__add__", "__radd__", a, b)
        if made is not None:
            return made
        if isinstance(a, Static) and isinstance(b, Static):
            return static_call(low, add[2], a, b)
        if isinstance(a, ListRef) and isinstance(b, ListRef):
            both = copied(low, a)
            container_method(low, both, "extend", [b], {})
            return both
        if a == Static(0):
            return b if isinstance(b, Value) else arithmetic(low, add[0], add[1], a, b)
        return arithmetic(low, add[0], add[1], a, b)

    return reduce(plus, items, start)


def product(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """math.prod(x)."""

    def times(a: Binding, b: Binding) -> Binding:
        if isinstance(a, Static) and isinstance(b, Static):
            return static_call(low, operator.mul, a, b)
        return arithmetic(low, "multiply", "operator.mul", a, b)

    if isinstance(arguments[0], Ref) or _is_items(low, arguments[0]):
        return _inline(low, prelude.product_of, arguments[0])
    one: Binding = Static(1)
    return reduce(times, known_items(low, arguments[0], "to multiply its items"), one)


def some(name: str, over: Callable[..., object]) -> Handler:
    """any and all."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        (owner,) = arguments
        if isinstance(owner, Ref) or _is_items(low, owner):
            return _inline(low, over, owner)
        result: Binding = Static(name == "all")
        for item in known_items(low, owner, f"for {name}"):
            condition = truth_of(low, item)
            if isinstance(condition, Static):
                if bool(condition.value) is (name == "any"):
                    return Static(name == "any")
                continue
            path = "operator.and_" if name == "all" else "operator.or_"
            if isinstance(result, Static):
                result = condition
            else:
                result = arithmetic(
                    low, "bitwise_and" if name == "all" else "bitwise_or", path, result, condition
                )
        return result

    return handler


def tuple_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """tuple(x)."""
    return Tup(tuple(iterated(low, arguments[0])) if arguments else ())


def list_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """list(x)."""
    if not arguments:
        return low.new_list(())
    owner = iterator(low, arguments[0])
    if isinstance(owner, ListRef) and _is_items(low, owner):
        return copied(low, owner)
    if isinstance(owner, Table):
        return copied(low, owner)
    if is_yielded(owner):
        return collected(low, owner)
    if isinstance(owner, Ref):
        array = low.content(owner.cell)
        rows = low.value("seq_unstack", array)
        assert isinstance(rows.type, Seq) and isinstance(rows.type.item, Array)
        return low.new_list(Items((rows,), Value(rows.type.item), low.store.copy()))
    return low.new_list(iterated(low, owner))


def dict_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """dict(x, key=value)."""
    content: dict[object, Binding] = {}
    if arguments and isinstance(arguments[0], (DictRef, Static)) and not isinstance(arguments[0], Tup):
        if not (isinstance(arguments[0], Static) and isinstance(arguments[0].value, Lazy)):
            content.update(dict_items(low, arguments[0]))
            arguments = []
    for pair in iterated(low, arguments[0]) if arguments else []:
        key, value = known_items(low, pair, "as a dict item")
        content[static_key(low, key)] = value
    content.update(keywords)
    cell = Cell()
    low.store.put(cell, content)
    return DictRef(cell)


def transposed(low: Lowering, owner: Binding) -> Binding | None:
    """zip(*owner), of a list of unknown length whose items are tuples: a list for each place in these."""
    content = low.store.items(owner.cell) if isinstance(owner, ListRef) else None
    if content is None or not isinstance(content.item, Tup):
        return None
    places = range(len(content.item.items))
    return Tup(tuple(_inline(low, prelude.column, owner, Static(place)) for place in places))


def map_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """map(f, ...)."""
    function, *others = arguments
    parts = [iterator(low, other) for other in others]
    if len(parts) == 1 and is_yielded(parts[0]):
        return stream(low, streams.called, function, parts[0])
    return Static(mapped(low, function, zipped(low, [iterate(low, part) for part in parts])))


def folded(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """functools.reduce(f, items, start)."""
    items = [*arguments[2:], *iterated(low, arguments[1])]
    return reduce(lambda a, b: low.call(arguments[0], [a, b]), items)


def sorted_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """sorted(x, key=..., reverse=...)."""
    (owner,) = arguments
    if not (isinstance(owner, Ref) or _is_items(low, owner)):
        items = iterated(low, owner)
        if all_static(items) and named_static(keywords):
            made = static_call(low, lambda *all, **named: tuple(sorted(all, **named)), *items, **keywords)
            return low.new_list(made.items if isinstance(made, Tup) else [])
        owner = low.new_list(items)
    key, turned = keywords.get("key", Static(None)), keywords.get("reverse", Static(False))
    content = low.store.held(owner.cell) if isinstance(owner, ListRef) else None
    if isinstance(content, tuple) and isinstance(turned, Static) and not homogeneous(low, content):
        items = list(content)
        by = items if key == Static(None) else [low.call(key, [item]) for item in items]
        order = _order(low, by, turned)
        if order is not None:
            return low.new_list(tuple(items[k] for k in order))
        keys: Binding = low.new_list(tuple(by))
    else:
        keys = owner if key == Static(None) else _inline(low, prelude.each, owner, key)
    if not isinstance(keys, Ref):
        keys = low.call(Static(np.array, "np.array"), [keys])
    type = low.operand(keys).type
    if not isinstance(type, Array) or type.rank != 1 or type.dtype.kind not in "biuf":
        low.stop(
            f"`sorted` of {describe(owner)} by keys that are no numbers", "give it a key that is a number"
        )
    given = keys if key == Static(None) and _has_alike_numbers(low, owner) else owner
    return _inline(low, prelude.ordered, given, keys, turned)


def _order(low: Lowering, keys: Sequence[Binding], turned: Static) -> list[int] | None:
    """The order of keys that are known while compiling, or are tuples of which the first items tell them apart."""
    known: list[Any] = []
    for key in keys:
        match key:
            case Static(value):
                known.append(value)
            case Tup(items) if all_static(items):
                known.append(tuple(item.value for item in items))
            case _:
                break
    if len(known) < len(keys):
        first = [key.items[0] for key in keys if isinstance(key, Tup) and key.items]
        known = [(item.value,) for item in first if isinstance(item, Static)]
        if len({*known}) < len(keys):
            return None
    backwards = bool(turned.value)
    made = static_call(low, lambda: sorted(range(len(known)), key=known.__getitem__, reverse=backwards))
    assert isinstance(made, Static) and isinstance(made.value, list)
    return made.value


def sort(low: Lowering, owner: ListRef, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """items.sort(key=..., reverse=...)."""
    _plain(low, keywords, "key", "reverse")
    made = sorted_(low, [owner, *arguments], keywords)
    assert isinstance(made, ListRef)
    owned(low, owner.cell)
    low.store.put(owner.cell, low.store.held(made.cell))
    return Static(None)


def _has_alike_numbers(low: Lowering, owner: Binding) -> bool:
    """Whether a list holds what an array of its items gives back: numbers of NumPy of one dtype, no arrays."""
    content = low.store.held(owner.cell) if isinstance(owner, ListRef) else ()
    items = content if isinstance(content, tuple) else (content.item,) if isinstance(content, Items) else ()
    types = {
        item.type if isinstance(item, Value) and item not in low.mutable_numbers else None for item in items
    }
    return len(types) == 1 and all(isinstance(t, Array) and not t.rank and not t.weak for t in types)


def extreme(name: str, path: str, function: Callable[..., object], over: Callable[..., object]) -> Handler:
    """min and max, of several numbers or of one sequence."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        _plain(low, keywords, "key", "default")
        if "default" in keywords:
            default = keywords.pop("default")
            empty = truth_of(low, length(low, arguments, {}))
            if not isinstance(empty, Static):
                with_default = prelude.largest_or if function is max else prelude.smallest_or
                return _inline(low, with_default, arguments[0], default)
            if not empty.value:
                return default
        if "key" in keywords and keywords["key"] != Static(None):
            owner = arguments[0] if len(arguments) == 1 else Tup(tuple(arguments))
            by = prelude.largest_by if function is max else prelude.smallest_by
            return low.present(_inline(low, by, owner, keywords["key"]))
        if len(arguments) > 1:
            if all_static(arguments):
                return static_call(low, function, *arguments)
            return reduce(lambda a, b: _choose(low, name, path, function, a, b), arguments)
        (owner,) = arguments
        if isinstance(owner, Static) and not hasattr(owner.value, "item"):
            return static_call(low, function, owner)
        if isinstance(owner, Ref) and rank_of(low, owner) == 1:
            return low.wrap(low.apply(path.removeprefix("builtins."), low.operand(owner), path=path))
        if isinstance(owner, Ref) or _is_items(low, owner):
            return _inline(low, over, owner)
        items = known_items(low, owner, "to compare its items")
        if not items:
            return static_call(low, function, Static(()))
        return items[0] if len(items) == 1 else handler(low, items, {})

    return handler


def _choose(
    low: Lowering, name: str, path: str, function: Callable[..., object], a: Binding, b: Binding
) -> Binding:
    larger = by_size(low, b, a, BINARY_NAMES["greater" if function is max else "less"][2])
    if larger is not None:
        return b if larger else a
    chosen = arithmetic(low, name, path, a, b)
    if isinstance(chosen, Value):
        low.number_from(chosen, low.operand(a), low.operand(b))
    return chosen
