"""The structure of bindings: their leaves in order, the same structure with other leaves, whether two are one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import BuiltinMethodType, MethodType
from typing import Any

import numpy as np

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Instance,
    Items,
    ListRef,
    Maybe,
    Method,
    Places,
    Poison,
    Record,
    Ref,
    Static,
    Store,
    Table,
    Tup,
    Unbound,
)
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Array, Type, join


def same_static(a: Any, b: Any) -> bool:
    """Whether two objects known while compiling are interchangeable."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, (str, bytes, np.dtype, *NUMBERS)):
        return bool(a == b) or (a != a and b != b)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same_static, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_static(a[k], b[k]) for k in a)
    return isinstance(a, (slice, range, type(...), MethodType, BuiltinMethodType)) and a == b


def same(a: Binding, b: Binding) -> bool:
    """Whether two bindings are one thing."""
    match a, b:
        case Static(x), Static(y):
            return same_static(x, y)
        case (
            (Ref(x), Ref(y))
            | (ListRef(x), ListRef(y))
            | (DictRef(x), DictRef(y))
            | (Instance(x), Instance(y))
        ):
            return x is y
        case Table(x, j, s), Table(y, k, t):
            return s == t and same(x, y) and len(j) == len(k) and all(map(same, j, k))
        case Tup(xs), Tup(ys):
            return len(xs) == len(ys) and all(map(same, xs, ys))
        case Record(p, _, xs), Record(q, _, ys):
            return p is q and all(map(same, xs, ys))
        case Method(o, n, f), Method(p, m, g):
            return n == m and f is g and same(o, p)
        case Closure(), Closure():
            return (
                a.tree is b.tree
                and a.frame is b.frame
                and a.named == b.named
                and all(map(same, a.defaults, b.defaults))
                and all(map(same, a.keyword_defaults.values(), b.keyword_defaults.values()))
            )
        case Poison(), Poison():
            return True
        case (Unbound(x, d), Unbound(y, e)) | (Maybe(x, d), Maybe(y, e)):
            return d is e and same(x, y)
    return a is b


# ---------------------------------------------------------------------------------------------------- structure and leaves


def is_leaf(binding: Binding) -> bool:
    """Whether a binding is one number or array."""
    return isinstance(binding, (Value, Ref)) or (
        isinstance(binding, Static) and isinstance(binding.value, NUMBERS)
    )


def computed(binding: Binding) -> bool:
    """Whether a binding is a number, an array, or a container."""
    return is_leaf(binding) or isinstance(binding, (Tup, Record, ListRef, Table, DictRef, Instance))


def leaves(low: Lowering, binding: Binding, store: Store, around: tuple[Cell, ...] = ()) -> list[Binding]:
    """The numbers, arrays and IR sequences in a binding, in order; `around` are the containers that it stands in."""
    match binding:
        case Tup(items=items) | Record(items=items):
            return [leaf for item in items for leaf in leaves(low, item, store, around)]
        case ListRef(cell) | DictRef(cell) | Instance(cell):
            if cell in around:
                low.stop(
                    f"{describe(binding)} holds itself, which branches, loops and copies cannot follow",
                    "keep the objects in a list, and hold their places in it instead",
                )
            inside = (*around, cell)
            match store.held(cell):
                case Items(sequences):
                    return [s for s in sequences if isinstance(s, Value)]
                case tuple(children):
                    return [leaf for item in children for leaf in leaves(low, item, store, inside)]
                case dict(content):
                    return [leaf for item in content.values() for leaf in leaves(low, item, store, inside)]
            return []
        case Table(array, at):
            return [array, *at]
        case Unbound(inner, Value() | Const() as flag) | Maybe(inner, flag):
            return [*leaves(low, inner, store, around), _flag(flag)]
    return [binding] if is_leaf(binding) else []


def _flag(defined: Operand) -> Binding:
    return Static(defined.value) if isinstance(defined, Const) else defined


def rebuild(
    low: Lowering, binding: Binding, new: Iterable[Binding], store: Store, make_cell: Callable[[Cell], Cell]
) -> Binding:
    """The same structure with other leaves; lists and dicts get the cells that `make_cell` gives."""
    rest = iter(new)

    def build(old: Binding) -> Binding:
        match old:
            case Tup(items, _):
                return Tup(tuple(build(item) for item in items))
            case Record(kind, names, items):
                return Record(kind, names, tuple(build(item) for item in items))
            case Table(array, at, site):
                whole = build(array)
                assert isinstance(whole, Ref)
                return Table(whole, tuple(build(k) for k in at), site)
            case ListRef(cell):
                held = store.listed(cell)
                fresh = make_cell(cell)
                if isinstance(held, Items):
                    held = replace(held, sequences=tuple(_sequence(next(rest)) for _ in held.sequences))
                elif isinstance(held, tuple):
                    held = tuple(build(item) for item in held)
                low.store.put(fresh, held)
                return ListRef(fresh)
            case DictRef(cell):
                content = store.mapping(cell)
                fresh = make_cell(cell)
                low.store.put(fresh, {key: build(item) for key, item in content.items()})
                return DictRef(fresh)
            case Instance(cell, kind):
                attributes = store.mapping(cell)
                fresh = make_cell(cell)
                low.store.put(fresh, {key: build(item) for key, item in attributes.items()})
                return Instance(fresh, kind)
            case Unbound(inner, defined, why) if defined is not None:
                made = build(inner)
                return Unbound(made, _flag_operand(next(rest)), why, old.sure)
            case Maybe(inner):
                made = build(inner)
                return Maybe(made, _flag_operand(next(rest)))
        return next(rest) if is_leaf(old) else old

    return build(binding)


def containers(binding: Binding, store: Store) -> list[Cell]:
    """The cells of the lists, dicts and objects in a binding, in the order in which `rebuild` asks for new ones."""
    match binding:
        case Tup(items=items) | Record(items=items):
            inner: Iterable[Binding] = items
        case ListRef(cell) | DictRef(cell) | Instance(cell):
            content = store.contents[cell]
            inner = (
                content.values()
                if isinstance(content, dict)
                else content
                if isinstance(content, tuple)
                else ()
            )
            return [cell, *(found for item in inner for found in containers(item, store))]
        case Unbound(one, defined) if defined is not None:
            inner = (one,)
        case Maybe(one):
            inner = (one,)
        case _:
            inner = ()
    return [cell for item in inner for cell in containers(item, store)]


def _sequence(leaf: Binding) -> Value:
    assert isinstance(leaf, Value)
    return leaf


def _flag_operand(leaf: Binding) -> Operand:
    if isinstance(leaf, Value):
        return leaf
    assert isinstance(leaf, Static) and isinstance(leaf.value, (bool, np.bool_))
    return Const(leaf.value)


def skeleton(binding: Binding, store: Store, around: tuple[Cell, ...] = ()) -> object:
    """What must agree for two bindings to be joined leaf by leaf; `around` are the containers that it stands in."""
    match binding:
        case ListRef(cell) | DictRef(cell) | Instance(cell) if cell in around:
            return ("itself", around.index(cell))
        case Tup(items=items):
            return ("tuple", *(skeleton(item, store, around) for item in items))
        case Record(kind, names, items):
            return (kind, names, *(skeleton(item, store, around) for item in items))
        case ListRef(cell):
            match store.listed(cell):
                case Places():
                    return ("places",)
                case Items(_, item, inside):
                    return ("sequence", skeleton(item, inside))
                case children:
                    return ("list", *(skeleton(item, store, (*around, cell)) for item in children))
        case Table(_, at, site):
            return ("table", len(at), site)
        case DictRef(cell):
            content = store.mapping(cell)
            return ("dict", *((key, skeleton(item, store, (*around, cell))) for key, item in content.items()))
        case Instance(cell, kind):
            attributes = store.mapping(cell)
            return (
                kind,
                *((key, skeleton(item, store, (*around, cell))) for key, item in attributes.items()),
            )
        case Static(value):
            return "leaf" if isinstance(value, NUMBERS) else _Same(binding)
        case Value() | Ref():
            return "leaf"
        case Unbound(inner, defined) if defined is not None:
            return ("unbound", skeleton(inner, store, around))
        case Maybe(inner):
            return ("maybe", skeleton(inner, store, around))
    return _Same(binding)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Compares static things by what they are."""

    binding: Binding

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and same(self.binding, other.binding)

    def __hash__(self) -> int:
        return 0


def leaf_operand(leaf: Binding, store: Store, low: Lowering) -> Operand:
    """The operand of a leaf, as the given store has it."""
    match leaf:
        case Ref(cell):
            current, low.store = low.store, store
            try:
                return low.content(cell)
            finally:
                low.store = current
        case Static(value):
            assert isinstance(value, NUMBERS)
            return Const(value)
    assert isinstance(leaf, Value)
    return leaf


def joined(a: Operand, b: Operand, label: str) -> Type:
    """The type of what is `a` on one path and `b` on another; raises ValueError where numbers of it are no stand-ins."""
    type = join(a.type, b.type, label)
    if not (_stands_for(a, type) and _stands_for(b, type)):
        raise ValueError(f"{a.type} on one path and {b.type} on another")
    return type


def _stands_for(operand: Operand, type: Type) -> bool:
    """Whether what follows gives the same with the operand as a number of the type, and with the operand itself."""
    have = operand.type
    if not isinstance(have, Array) or not isinstance(type, Array) or have.dtype == type.dtype:
        return True
    if isinstance(operand, Const):
        same_number: bool = type.dtype.type(operand.value) == operand.value
        return same_number or operand.value != operand.value
    if have.dtype.kind == "b":
        return have.weak  # those of NumPy have an arithmetic of their own
    return type.dtype.kind != "c"  # complex numbers have other square roots


def mixed(type: Type, *operands: Operand) -> str:
    """Why an array of a joined type must not be written: what is stored is rounded as its own dtype says."""
    kinds = [operand.type for operand in operands]
    if (
        isinstance(type, Array)
        and type.rank
        and any(k.dtype != type.dtype for k in kinds if isinstance(k, Array))
    ):
        return f"is of type {kinds[0]} on one path and {kinds[1]} on another"
    return ""


def as_joined(low: Lowering, operand: Operand, type: Type) -> Operand:
    """The value of one path as one of a joined type."""
    have = operand.type
    if not isinstance(have, Array) or not isinstance(type, Array) or have.dtype == type.dtype:
        return operand
    return low.apply("joined", operand, kind=type)


def convert(low: Lowering, operand: Operand, type: Type) -> Operand:
    """The operand with another dtype."""
    have = operand.type
    if not isinstance(have, Array) or not isinstance(type, Array) or have.dtype == type.dtype:
        return operand
    if isinstance(operand, Const):
        scalar = type.dtype.type(operand.value)
        return Const(scalar.item() if type.weak or type.dtype.char in "?ldD" else scalar)
    if have.weak:
        kind = Array(type.dtype, (), True)
        return low.apply("python", operand, kind=kind)
    return low.apply("astype", operand, dtype=type.dtype)
