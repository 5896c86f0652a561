"""copy.copy and copy.deepcopy.

A list, a dict or an object from outside the function can be read only; its copy is the function's own, and may change.
"""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

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
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.container_methods import copied
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.objects import is_plain
from adcompiler.frontend.outside import at, length, lift
from adcompiler.frontend.structure import leaves, rebuild
from adcompiler.ir.core import Value
from adcompiler.ir.types import Generator

_FIXED = (str, *NUMBERS, type(None), np.dtype, type, FunctionType, BuiltinFunctionType)
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
        case Static(value, origin) if _is_open(value):
            return _from_outside(low, value, origin, lambda item, text, read: lift(low, item, text, read), {})
    return _unchanged(low, owner)


def deep(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """copy.deepcopy(x): what is one thing in x is one thing in the copy."""
    (owner,) = arguments
    _check(low, owner)
    if isinstance(owner, Static) and _is_open(owner.value):
        return _all_from_outside(low, owner)
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


def _is_open(value: object) -> bool:
    """Whether an object from outside can be made anew of its items, which are all that it holds."""
    kind = type(value)
    return kind in (list, dict) or (
        is_plain(kind)
        and type(getattr(value, "__dict__", None)) is dict
        and not any(vars(one).get("__slots__") for one in kind.__mro__)
    )


def _all_from_outside(low: Lowering, owner: Static) -> Binding:
    """copy.deepcopy of what is read from outside."""
    known: dict[int, Binding] = {}

    def item(value: object, text: str, read: Callable[[], object]) -> Binding:
        if type(value) is tuple:
            low.captures.append(Capture(length(read), len(value), text))
            return Tup(tuple(item(part, f"{text}[{k}]", at(read, k)) for k, part in enumerate(value)))
        found = lift(low, value, text, read)
        if id(value) in known:
            return known[id(value)]
        if isinstance(found, Static) and _is_open(value):
            _check(low, found)
            return _from_outside(low, value, text, item, known)
        if not isinstance(found, Ref):
            return _unchanged(low, found)
        known[id(value)] = _array(low, found)
        return known[id(value)]

    return _from_outside(low, owner.value, owner.origin, item, known)


def _from_outside(
    low: Lowering,
    value: Any,
    origin: str,
    item: Callable[[object, str, Callable[[], object]], Binding],
    known: dict[int, Binding],
) -> Binding:
    """A list, a dict or an object of the function's own, of what `item` makes of the items."""
    text = origin or describe(Static(value))
    cell = Cell()
    if type(value) is list:
        itself = lambda: value
        low.captures.append(Capture(length(itself), len(value), text))
        known[id(value)] = ListRef(cell)
        low.store.put(cell, ())
        items = [item(one, f"{text}[{k}]", at(itself, k)) for k, one in enumerate(value)]
        low.store.put(cell, tuple(items))
        return known[id(value)]
    is_dict = type(value) is dict
    held: Callable[[], dict[Any, object]] = (lambda: value) if is_dict else (lambda: vars(value))
    low.captures.append(Capture(lambda: list(held()), list(held()), text))
    known[id(value)] = DictRef(cell) if is_dict else Instance(cell, type(value))
    low.store.put(cell, {})
    names = {key: f"{text}[{key!r}]" if is_dict else f"{text}.{key}" for key in held()}
    low.store.put(cell, {key: item(one, names[key], at(held, key)) for key, one in held().items()})
    return known[id(value)]


def _array(low: Lowering, owner: Ref) -> Binding:
    return low.wrap(low.apply("copy", low.content(owner.cell), path="numpy.copy"))


def _check(low: Lowering, owner: Binding) -> None:
    """A class may say itself how it is copied."""
    kind: type = object
    match owner:
        case Instance(kind=made) | Record(type=made):
            kind = made
        case Static(value) if _is_open(value) and type(value) not in (list, dict):
            kind = type(value)
    named = isinstance(owner, Record) and issubclass(owner.type, tuple)
    for name in _OWN:
        if not named and getattr(kind, name, None) is not getattr(object, name, None):
            low.stop(f"`{kind.__name__}.{name}` says how it is copied", "call a method that makes the copy")


def _unchanged(low: Lowering, owner: Binding) -> Binding:
    """What never changes is its own copy."""
    match owner:
        case Value(type=Generator()):
            low.stop(
                "a random generator cannot be copied here", "make one of each: np.random.default_rng(seed)"
            )
        case Value() | Tup() | Record():
            return owner
        case Static(value) if isinstance(value, _FIXED):
            return owner
    low.stop(
        f"{describe(owner)} cannot be copied here", "copy arrays, lists, dicts and objects of this function"
    )
