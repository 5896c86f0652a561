"""Classes and their instances: which class a binding has, and making NumPy numbers, named tuples and dataclasses."""

from __future__ import annotations

import dataclasses

import numpy as np

from adcompiler.frontend.bindings import Binding, DictRef, ListRef, Record, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.static import on_static, static_call, static_key
from adcompiler.ir.core import Const, Value
from adcompiler.ir.types import Array, Generator


def is_instance(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """isinstance(x, types)."""
    value, kinds = arguments
    wanted = static_key(low, kinds)
    return static_call(low, issubclass, Static(type_of_binding(low, value)), Static(wanted))


def type_of_binding(low: Lowering, binding: Binding) -> type:
    """The Python type that a binding has in the running program."""
    match binding:
        case Static(value):
            return type(value)
        case Tup():
            return tuple
        case ListRef():
            return list
        case DictRef():
            return dict
        case Record(kind):
            return kind
        case Ref():
            return np.ndarray
        case Value(type=Array(weak=True, dtype=dtype)):
            return type(dtype.type(0).item())
        case Value(type=Array(dtype=dtype)):
            return dtype.type
        case Value(type=Generator(kind)):
            found: type = getattr(np.random, kind)
            return found
    return type(lambda: None)


def construct(low: Lowering, kind: type, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """An instance of a class: NumPy scalars, named tuples, dataclasses."""
    if issubclass(kind, np.generic):
        operand = low.operand(arguments[0]) if arguments else Const(0)
        return low.wrap(low.apply("astype", operand, dtype=np.dtype(kind)))
    if all(isinstance(a, Static) for a in (*arguments, *keywords.values())) and kind.__module__ in (
        "builtins",
        "numpy",
        "functools",
    ):
        return on_static(kind)(low, arguments, keywords)
    names: tuple[str, ...] = ()
    if not _generated(kind):
        low.stop(
            f"making a `{kind.__name__}` runs code that changes an object",
            "use tuples, dicts, named tuples or dataclasses, or make it outside",
        )
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        names = kind._fields
        defaults = getattr(kind, "_field_defaults", {})
    elif dataclasses.is_dataclass(kind) and "__post_init__" not in dir(kind):
        fields = [f for f in dataclasses.fields(kind) if f.init]
        names = tuple(f.name for f in fields)
        defaults = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
        for f in fields[len(arguments) :]:
            if f.default_factory is not dataclasses.MISSING and f.name not in keywords:
                low.stop(
                    f"`{kind.__name__}` fills its field {f.name!r} by a default factory",
                    f"give it a value: {f.name}=...",
                )
    else:
        low.stop(
            f"making a `{kind.__name__}` runs its __post_init__, which changes the object",
            "compute the fields first, in a function that makes a class without __post_init__",
        )
    given = dict(zip(names, arguments, strict=False))
    given.update(keywords)
    missing = [name for name in names if name not in given and name not in defaults]
    if missing or len(arguments) > len(names) or set(given) - set(names):
        low.stop(f"`{kind.__name__}` has the fields {', '.join(names)}", "give each of them once")
    return Record(kind, names, tuple(given[n] if n in given else Static(defaults[n]) for n in names))


def _generated(kind: type) -> bool:
    """Whether instances are made by code that Python wrote: of a named tuple or a dataclass."""
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        maker: object = kind.__new__
    else:
        maker = kind.__init__ if dataclasses.is_dataclass(kind) else None
    code = getattr(maker, "__code__", None)
    return code is not None and code.co_filename.startswith("<")


def replaced(low: Lowering, owner: Binding, changes: dict[str, Binding]) -> Binding:
    """dataclasses.replace(owner, **changes), and _replace of a named tuple."""
    if not isinstance(owner, Record) or "__post_init__" in dir(owner.type):
        low.stop(
            f"{describe(owner)} cannot be replaced in part",
            "use a named tuple, or a dataclass without __post_init__",
        )
    for name in changes:
        if name not in owner.names:
            low.stop_keyword(
                name, f"`{owner.type.__name__}` has the fields {', '.join(owner.names)}", "use one of them"
            )
    items = [changes.get(name, item) for name, item in zip(owner.names, owner.items, strict=True)]
    return Record(owner.type, owner.names, tuple(items))
