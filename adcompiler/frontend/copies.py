"""copy.copy and copy.deepcopy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    ListRef,
    Record,
    Ref,
    Static,
    Table,
    Tup,
)
from adcompiler.frontend.container_methods import copied
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.structure import leaves, rebuild
from adcompiler.ir.core import Value

_OWN = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__")


def shallow(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """copy.copy(x)."""
    (owner,) = arguments
    _check(low, owner)
    match owner:
        case Ref():
            return _array(low, owner)
        case ListRef() | Table() | DictRef():
            return copied(low, owner)
        case Instance(cell, kind):
            fresh = Cell()
            low.store.put(fresh, dict(low.store.mapping(cell)))
            return Instance(fresh, kind)
    return _unchanged(low, owner)


def deep(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """copy.deepcopy(x): what is one thing in x is one thing in the copy."""
    (owner,) = arguments
    _check(low, owner)
    if not isinstance(owner, Tup | Record | ListRef | Table | DictRef | Instance):
        return shallow(low, arguments, keywords)
    known: dict[Cell, Any] = {}

    def once(cell: Cell, make: Callable[[], Any]) -> Any:
        if cell not in known:
            known[cell] = make()
        return known[cell]

    def leaf(one: Binding) -> Binding:
        made: Binding = once(one.cell, lambda: _array(low, one)) if isinstance(one, Ref) else one
        return made

    new = [leaf(one) for one in leaves(low, owner, low.store)]
    return rebuild(low, owner, new, low.store, lambda cell: once(cell, lambda: Cell(cell.name)))


def _array(low: Lowering, owner: Ref) -> Binding:
    return low.wrap(low.apply("copy", low.content(owner.cell), path="numpy.copy"))


def _check(low: Lowering, owner: Binding) -> None:
    """A class may say itself how it is copied."""
    kind = owner.kind if isinstance(owner, Instance) else owner.type if isinstance(owner, Record) else object
    named = isinstance(owner, Record) and issubclass(owner.type, tuple)
    for name in _OWN:
        if not named and getattr(kind, name, None) is not getattr(object, name, None):
            low.stop(f"`{kind.__name__}.{name}` says how it is copied", "call a method that makes the copy")


def _unchanged(low: Lowering, owner: Binding) -> Binding:
    """What never changes is its own copy."""
    match owner:
        case Value() | Tup() | Record():
            return owner
        case Static(value) if isinstance(value, (str, *NUMBERS, type(None))):
            return owner
    low.stop(
        f"{describe(owner)} cannot be copied here", "copy arrays, lists, dicts and objects of this function"
    )
