"""Classes and their instances: which class a binding has, and making NumPy numbers, named tuples and dataclasses."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from adcompiler.frontend import objects
from adcompiler.frontend.bindings import Binding, Instance, Record, Static
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.mixtures import ask
from adcompiler.frontend.python_types import builtins_type, stop_without_axes, types_of
from adcompiler.frontend.static import on_static, static_call, static_key
from adcompiler.ir.core import Const, Value
from adcompiler.ir.types import Array


def is_instance(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """isinstance(x, types)."""
    value, kinds = arguments
    wanted = Static(static_key(low, kinds))
    if isinstance(value, Value) and isinstance(type := value.type, Array):
        classes: Any = wanted.value
        ask(low, value, lambda dtype: issubclass(builtins_type(replace(type, dtype=dtype)), classes))
    found = [static_call(low, issubclass, Static(kind), wanted) for kind in types_of(low, value)]
    if any(one != found[0] for one in found):
        stop_without_axes(low)
    return found[0]


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
    if not _generated(kind):
        if objects.is_plain(kind):
            return objects.made(low, kind, arguments, keywords)
        low.stop(
            f"making a `{kind.__name__}` runs code that changes an object",
            "use tuples, dicts, named tuples or dataclasses, or make it outside",
        )
    if issubclass(kind, tuple):
        names: tuple[str, ...] = getattr(kind, "_fields", ())
        return Record(
            kind, names, _given(low, kind, names, arguments, keywords, getattr(kind, "_field_defaults", {}))
        )
    return _dataclass(low, kind, arguments, keywords)


def _given(
    low: Lowering,
    kind: type,
    names: tuple[str, ...],
    arguments: list[Binding],
    keywords: dict[str, Binding],
    defaults: Mapping[str, object],
) -> tuple[Binding, ...]:
    """A value for each field."""
    given = dict(zip(names, arguments, strict=False))
    given.update(keywords)
    missing = [name for name in names if name not in given and name not in defaults]
    if missing or len(arguments) > len(names) or set(given) - set(names):
        low.stop(f"`{kind.__name__}` has the fields {', '.join(names)}", "give each of them once")
    return tuple(given[name] if name in given else Static(defaults[name]) for name in names)


def _dataclass(
    low: Lowering, kind: type, arguments: list[Binding], keywords: dict[str, Binding]
) -> Record | Instance:
    """An instance of a dataclass, by the code that Python has written for it."""
    assert dataclasses.is_dataclass(kind)
    every = dataclasses.fields(kind)
    fields = [field for field in every if field.init]
    names = tuple(field.name for field in fields)
    if set(inspect.signature(kind).parameters) != set(names):
        low.stop(f"`{kind.__name__}` has parameters that are no fields", "leave out the InitVar")
    for field in fields[len(arguments) :]:
        if field.default_factory is not dataclasses.MISSING and field.name not in keywords:
            keywords = {**keywords, field.name: low.call(Static(field.default_factory, field.name), [])}
    defaults = {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}
    items = _given(low, kind, names, arguments, keywords, defaults)
    finished = getattr(kind, "__post_init__", None)
    if finished is None and kind not in low.mutable:
        return Record(kind, names, items)
    if not objects.is_plain(kind):
        low.stop(
            f"making a `{kind.__name__}` runs its __post_init__, which changes the object",
            "compute the fields first, in a function that makes a class without __post_init__",
        )
    content: dict[object, Binding] = dict(zip(names, items, strict=True))
    for field in every:
        if not field.init and field.default_factory is not dataclasses.MISSING:
            content[field.name] = low.call(Static(field.default_factory, field.name), [])
    instance = objects.new(low, kind, content)
    if finished is not None:
        call_function(low, finished, [instance], {})
    return instance


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
    if isinstance(owner, Instance) and dataclasses.is_dataclass(owner.kind):
        owner = as_record(low, owner)
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
    if owner.type in low.mutable:
        return objects.new(low, owner.type, dict(zip(owner.names, items, strict=True)))
    return Record(owner.type, owner.names, tuple(items))


def as_record(low: Lowering, owner: Instance) -> Record:
    """The fields of an object of a dataclass, as they are now."""
    assert dataclasses.is_dataclass(owner.kind)
    content = low.store.mapping(owner.cell)
    names = tuple(field.name for field in dataclasses.fields(owner.kind) if field.init)
    missing = [name for name in names if name not in content]
    if missing:
        low.stop(f"this `{owner.kind.__name__}` has no {missing[0]!r} here", "set it first")
    return Record(owner.kind, names, tuple(content[name] for name in names))
