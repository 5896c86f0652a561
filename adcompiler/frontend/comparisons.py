"""Comparisons and truth: decided while compiling where sizes and static things allow it, else by the program."""

from __future__ import annotations

import ast
import dataclasses
import operator
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from adcompiler.frontend import tables
from adcompiler.frontend.bindings import (
    Binding,
    Closure,
    DictRef,
    Instance,
    Items,
    Lazy,
    ListRef,
    Maybe,
    Method,
    Places,
    Record,
    Ref,
    Static,
    Table,
    Tup,
)
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.operators import COMPARE, arithmetic
from adcompiler.frontend.special import by_class, special
from adcompiler.frontend.static import all_static, rely_on, static_call
from adcompiler.frontend.structure import same
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Const, Value
from adcompiler.ir.dims import dim, record
from adcompiler.ir.index import At
from adcompiler.ir.types import Array


def compare(low: Lowering, op: ast.cmpop, left: Binding, right: Binding) -> Binding:
    """One comparison."""
    if isinstance(left, Maybe) and right == Static(None) and not isinstance(op, (ast.In, ast.NotIn)):
        return _absent(low, left) if isinstance(op, (ast.Is, ast.Eq)) else low.wrap(left.present)
    left, right = low.present(left), low.present(right)
    if isinstance(op, (ast.Is, ast.IsNot)):
        return Static(identical(low, left, right) is isinstance(op, ast.Is))
    if isinstance(op, (ast.In, ast.NotIn)):
        found = contains(low, left, right)
        return found if isinstance(op, ast.In) else negation(low, found)
    name, path, function = COMPARE[type(op)]
    made = _by_class(low, op, path.rpartition(".")[2], left, right)
    if made is not None:
        return made
    if isinstance(left, Static) and isinstance(right, Static):
        return static_call(low, function, left, right)
    if isinstance(op, (ast.Eq, ast.NotEq)):
        ours, theirs = _parts(low, left), _parts(low, right)
        if ours is not None and theirs is not None:
            equal = _all_equal(low, ours[1], theirs[1]) if ours[0] is theirs[0] else Static(False)
            return equal if isinstance(op, ast.Eq) else negation(low, equal)
        if isinstance(left, DictRef) and isinstance(right, DictRef):
            low.stop("dicts cannot be compared here", "compare their items one by one")
        if isinstance(left, Instance) and isinstance(right, Instance):
            return Static(identical(low, left, right) is isinstance(op, ast.Eq))
        if not _numeric(left, right):
            return Static(same(left, right) is isinstance(op, ast.Eq))
    known = by_size(low, left, right, function)
    if known is not None:
        return Static(known)
    return arithmetic(low, name, path, left, right)


def _absent(low: Lowering, binding: Maybe) -> Binding:
    """binding is None."""
    absent = low.apply("logical_not", binding.present, path="operator.not_")
    for holds in (True, False):
        low.facts.implies(absent, holds, (binding.present, not holds))
    return low.wrap(absent)


_FEW = 64  # tuples that another one is compared with, at most, for `in`
_REFLECTED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def _by_class(low: Lowering, op: ast.cmpop, name: str, left: Binding, right: Binding) -> Binding | None:
    """What classes written in Python make of a comparison; != is the opposite of == where they do not say."""
    made = by_class(low, f"__{name}__", f"__{_REFLECTED[name]}__", left, right)
    if made is None and isinstance(op, ast.NotEq):
        equal = by_class(low, "__eq__", "__eq__", left, right)
        return None if equal is None else negation(low, equal)
    return made


def _parts(low: Lowering, binding: Binding) -> tuple[type, Sequence[Binding]] | None:
    """The items of a container of known length as `==` compares them, and what it is equal to at all."""
    match binding:
        case Tup(items=items):
            return tuple, items
        case Record(kind, _, items) if issubclass(kind, tuple):
            return tuple, items
        case Record(kind, names, items) if _compares_fields(kind):
            return kind, _compared(kind, dict(zip(names, items, strict=True)))
        case Instance(cell, kind) if _compares_fields(kind):
            return kind, _compared(kind, low.store.mapping(cell))
        case Record(kind):
            low.stop(f"{describe(binding)} is equal to itself alone", "compare its fields")
        case ListRef(cell) if isinstance(content := low.store.held(cell), tuple):
            return list, content
    return None


def _compares_fields(kind: type) -> bool:
    """Whether instances of a class are equal where their fields are: it has the __eq__ that dataclasses generate."""
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.eq)


def _compared(kind: type, content: Mapping[object, Binding]) -> list[Binding]:
    fields = dataclasses.fields(kind)
    return [content[field.name] for field in fields if field.compare and field.name in content]


def _all_equal(low: Lowering, left: Sequence[Binding], right: Sequence[Binding]) -> Binding:
    """Whether all items are equal; what data decides is decided when the program runs."""
    if len(left) != len(right):
        return Static(False)
    result: Binding = Static(True)
    for a, b in zip(left, right, strict=True):
        equal = truth_of(low, compare(low, ast.Eq(), a, b))
        if isinstance(equal, Static):
            if not equal.value:
                return equal
            continue
        result = (
            equal
            if isinstance(result, Static)
            else arithmetic(low, "bitwise_and", "operator.and_", result, equal)
        )
    return result


def _numeric(*bindings: Binding) -> bool:
    return all(
        isinstance(b, (Value, Ref, Tup, ListRef, Table))
        or (isinstance(b, Static) and isinstance(b.value, (*NUMBERS, list, tuple)))
        for b in bindings
    )


def by_size(
    low: Lowering, left: Binding, right: Binding, function: Callable[[object, object], object]
) -> bool | None:
    """A comparison of sizes, decided by the values seen; the decision is recorded as a guard."""
    sizes = []
    for binding in (left, right):
        match binding:
            case Static(value) if type(value) is int:
                sizes.append(dim(value))
            case Value(type=Array(size=size)) if size is not None:
                sizes.append(size)
            case _:
                return None
    a, b = sizes
    if (a - b).known is not None:
        return bool(function((a - b).known, 0))
    if a.hint is None or b.hint is None or not (a.printable and b.printable):
        return None
    symbol = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}[function.__name__]
    outcome = bool(function(a.hint, b.hint))
    record(f"{a} {symbol} {b}", outcome)
    return outcome


def identical(low: Lowering, left: Binding, right: Binding) -> bool:
    """left is right, which must be known while compiling."""
    if isinstance(left, Static) and isinstance(right, Static):
        return left.value is right.value
    if Static(None) in (left, right) or isinstance(left, Static) or isinstance(right, Static):
        return False
    if isinstance(left, Ref | Instance) and isinstance(right, Ref | Instance):
        for one in (left.cell, right.cell):
            if left.cell is not right.cell and (one.shared or one in low.store.watch.bases):
                low.stop(
                    f"`{one.name or 'this'}` stands for one of several, and which one depends on data",
                    "keep a number that says which it is",
                )
        return left.cell is right.cell
    low.stop("`is` between numbers or arrays asks where they lie in memory", "use ==")


def contains(low: Lowering, left: Binding, right: Binding) -> Binding:
    """left in right: known while compiling, or a comparison of a number with each item."""
    held = special(low, right, "__contains__", left)
    if held is not None:
        condition = truth_of(low, held)
        if isinstance(condition, Static):
            return condition
        known = low.settled(left, "what may be `in` it")
        if known is not left:
            return contains(low, known, right)
        if isinstance(left, Tup):
            return condition
        low.stop("whether this is `in` it depends on data", "call a method that returns the condition")
    match right:
        case Static(Lazy()):
            return contains(low, left, Tup(tuple(known_items(low, right, "to look for an item"))))
        case Static() if isinstance(left, Static):
            found = static_call(low, operator.contains, right, left)
            assert isinstance(found, Static)
            return found
        case DictRef(cell) if isinstance(left, Static):
            return Static(left.value in low.store.mapping(cell))
        case Tup(items) if isinstance(left, Static) and all_static(items):
            return Static(left.value in [item.value for item in items])
    if isinstance(right, Ref):
        low.stop("whether a value is `in` an array depends on data", "write np.any(x == value)")
    candidates = _candidates(low, right)
    if candidates is not None and isinstance(left, Tup):
        candidates = [_spelled(item) for item in candidates] if len(candidates) <= _FEW else None
    if candidates is None or not all(_comparable(left, item) for item in candidates):
        low.stop(
            f"whether {describe(left)} is `in` {describe(right)} is not known while compiling",
            "write x == a or x == b",
        )
    result: Binding = Static(False)
    for item in candidates:
        equal = truth_of(low, compare(low, ast.Eq(), left, item))
        if isinstance(equal, Static):
            if equal.value:
                return equal
            continue
        several = not isinstance(result, Static)
        result = arithmetic(low, "bitwise_or", "operator.or_", result, equal) if several else equal
    return result


def _candidates(low: Lowering, container: Binding) -> Sequence[Binding] | None:
    """What `in` compares with, where a container has a known number of items."""
    match container:
        case Tup(items):
            return items
        case ListRef(cell) if isinstance(content := low.store.held(cell), tuple):
            return content
        case DictRef(cell):
            return [Static(key) for key in low.store.mapping(cell)]
        case Static(dict() | list() | set() | frozenset() | range() as values):
            rely_on(low, container)
            return [Static(value) for value in values]
    return None


def _spelled(item: Binding) -> Binding:
    """A tuple that is known while compiling as one of items."""
    match item:
        case Static(tuple() as values) if type(values) is tuple:
            return Tup(tuple(_spelled(Static(value)) for value in values))
    return item


def _comparable(left: Binding, item: Binding) -> bool:
    """Whether `==` of two things tells what `in` does, which finds an object in its own company, nan too."""
    if isinstance(left, Tup) and isinstance(item, Tup):
        return len(left.items) != len(item.items) or all(map(_comparable, left.items, item.items))
    if isinstance(left, Static) and isinstance(item, Static):
        return True
    known, other = (left, item) if isinstance(left, Static) else (item, left)
    return isinstance(known, Static) and known.value == known.value and isinstance(other, Value)


# ---------------------------------------------------------------------------------------------------- truth


def truth_of(low: Lowering, binding: Binding) -> Binding:
    """bool(binding)."""
    match low.bound(binding):
        case Maybe():
            low.stop("this may be None, or a number that is true or false", "write x is not None")
        case Static(value) if isinstance(value, np.ndarray) and value.size > 1:
            low.stop(
                "an array of several elements is neither true nor false", "use np.any(...) or np.all(...)"
            )
        case Static(value) as known:
            rely_on(low, known)
            return Static(bool(value))
        case Tup(items):
            return Static(bool(items))
        case (Record() | Instance()) as owner:
            made = special(low, owner, "__bool__")
            made = special(low, owner, "__len__") if made is None else made
            if made is not None:
                return truth_of(low, made)
            return Static(
                bool(owner.items) if isinstance(owner, Record) and issubclass(owner.type, tuple) else True
            )
        case ListRef(cell):
            match low.store.listed(cell):
                case Items(sequences):
                    return truth_of(low, low.wrap(low.apply("seq_length", sequences[0])))
                case Places(count):
                    return compare(low, ast.Gt(), low.wrap(count), Static(0))
                case items:
                    return Static(bool(items))
        case Table() as table:
            return compare(low, ast.Gt(), low.wrap(tables.count(low, table)), Static(0))
        case DictRef(cell):
            return Static(bool(low.store.mapping(cell)))
        case Closure() | Method():
            return Static(True)
        case Value(type=Array(dtype=dtype, size=size)) as value:
            if dtype.kind == "b":
                return value
            if size is not None:
                return compare(low, ast.NotEq(), value, Static(0))
            return low.wrap(low.apply("not_equal", value, Const(0), path="operator.ne"))
        case Ref(cell):
            array = low.content(cell)
            shape = array.type.shape if isinstance(array.type, Array) else ()
            if all(size.known == 1 for size in shape):  # an array of one element is what that is
                index = tuple(At(axis) for axis in range(len(shape)))
                return truth_of(
                    low, low.wrap(low.apply("getitem", array, *map(Const, [0] * len(shape)), index=index))
                )
            low.stop("an array is neither true nor false", "use np.any(...) or np.all(...)")
    low.stop(f"{describe(binding)} is neither true nor false", "compare it with something")


def negation(low: Lowering, binding: Binding) -> Binding:
    """not binding."""
    if isinstance(binding, Ref):
        low.stop("`not` asks whether an array is true", "write ~x, or np.logical_not(x)")
    condition = truth_of(low, binding)
    if isinstance(condition, Static):
        return Static(not condition.value)
    value = low.operand(condition)
    negated = low.apply("logical_not", value, path="operator.not_")
    for holds in (True, False):
        low.facts.implies(negated, holds, (value, not holds))
    return low.wrap(negated)
