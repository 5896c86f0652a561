"""Objects that the program makes of classes written in Python: their attributes and methods.

An object is a cell with a binding for each attribute, as a dict is one with a binding for each key; that two names
may stand for one object, and that branches and loops change it, is followed in the same way.
"""

from __future__ import annotations

import inspect
from abc import ABCMeta
from types import FunctionType, MemberDescriptorType

from adcompiler.frontend import prelude
from adcompiler.frontend.bindings import Binding, Cell, Instance, Method, Static, Super
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.outside import lift, watch
from adcompiler.marks import Checkpointed

# what may run at every access; a class that has its own cannot be followed
_HOOKS = ("__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__del__")
_MISSING = object()


def is_plain(kind: type) -> bool:
    """Whether instances of a class are made by its __init__ alone, and their attributes are what was stored."""
    return (
        type(kind) in (type, ABCMeta)
        and _found(kind, "__new__") is _found(object, "__new__")
        and all(_found(kind, hook) is _found(object, hook) for hook in _HOOKS)
        and (_found(kind, "__init__") is _found(object, "__init__") or _init(kind) is not None)
    )


def _found(kind: type, name: str) -> object:
    return inspect.getattr_static(kind, name, None)


def _init(kind: type) -> FunctionType | None:
    init = _found(kind, "__init__")
    return init if isinstance(init, FunctionType) else None


def new(low: Lowering, kind: type, content: dict[object, Binding]) -> Instance:
    """An object with these attributes."""
    cell = Cell()
    low.store.put(cell, content)
    return Instance(cell, kind)


def made(low: Lowering, kind: type, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """kind(...), by its __init__."""
    if getattr(kind, "__abstractmethods__", None):
        low.stop(f"`{kind.__name__}` is abstract", "make an object of a class that defines all methods")
    instance = new(low, kind, {})
    init = _init(kind)
    if init is not None:
        watch(low, kind.__mro__, "__init__", init)
        call_function(low, init, [instance, *arguments], keywords)
    elif arguments or keywords:
        low.stop(f"`{kind.__name__}` takes no arguments", "leave them out")
    return instance


def becomes_mutable(low: Lowering, kind: type) -> bool:
    """Whether objects of a dataclass, so far its fields alone, can be followed as ones that change."""
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and not parameters.frozen and kind not in low.mutable and is_plain(kind)


def read_attribute(low: Lowering, owner: Instance, name: str) -> Binding:
    """owner.name."""
    content = low.store.mapping(owner.cell)
    found = inspect.getattr_static(owner.kind, name, _MISSING)
    if isinstance(found, property) and found.fget is not None:
        watch(low, owner.kind.__mro__, name, found)
        return call_function(low, found.fget, [owner], {})
    if name in content:
        return content[name]
    if found is _MISSING or isinstance(found, MemberDescriptorType):
        known = ", ".join(map(str, content)) or "nothing yet"
        low.stop(
            f"this `{owner.kind.__name__}` has no attribute {name!r} here; it has {known}", "set it first"
        )
    return _of_class(low, owner, owner.kind.__mro__, name, found)


def _of_class(low: Lowering, owner: Instance, kinds: tuple[type, ...], name: str, found: object) -> Binding:
    """What the first of `kinds` that has the name holds under it."""
    text = f"{owner.kind.__name__}.{name}"
    if isinstance(found, (FunctionType, Checkpointed, staticmethod, classmethod)):
        watch(low, kinds, name, found)
    if isinstance(found, (FunctionType, Checkpointed)):
        return Method(owner, name, found)
    if isinstance(found, staticmethod):
        return Static(found.__func__, text)
    if isinstance(found, classmethod):
        return Method(Static(owner.kind, owner.kind.__name__), name, found.__func__)
    if hasattr(found, "__get__"):
        low.stop(f"`{text}` runs code of its own when it is read", "make it a method or a property")
    kind = owner.kind
    return lift(low, found, text, lambda: getattr(kind, name))


def write_attribute(low: Lowering, owner: Instance, name: str, value: Binding) -> None:
    """owner.name = value."""
    found = inspect.getattr_static(owner.kind, name, None)
    if isinstance(found, property) and found.fset is not None:
        watch(low, owner.kind.__mro__, name, found)
        call_function(low, found.fset, [owner, value], {})
        return
    if hasattr(type(found), "__set__") and not isinstance(found, MemberDescriptorType):
        low.stop(
            f"`{owner.kind.__name__}.{name}` runs code of its own when it is written",
            "make it a plain attribute",
        )
    content = low.store.mapping(owner.cell)
    if content.get(name) is not value:
        low.own(owner.cell)
        low.store.put(owner.cell, {**content, name: value})


def read_super(low: Lowering, owner: Super, name: str) -> Binding:
    """super().name."""
    every = owner.instance.kind.__mro__
    kinds = every[every.index(owner.kind) + 1 :]
    for kind in kinds:
        if name in vars(kind) and kind is not object:
            found = vars(kind)[name]
            if isinstance(found, property) and found.fget is not None:
                watch(low, kinds, name, found)
                return call_function(low, found.fget, [owner.instance], {})
            return _of_class(low, owner.instance, kinds, name, found)
    if name == "__init__":
        return Static(prelude.nothing)  # that of object
    return Method(owner.instance, name, getattr(object, name, None))


def super_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """super()."""
    frame = low.frame
    around = frame.cells.get("__class__")
    if arguments or around is None or frame.tree is None or not frame.tree.args.args:
        low.stop("`super` is only supported without arguments, in a method", "call the method by its class")
    instance = low.frame.names.get(frame.tree.args.args[0].arg)
    kind = around.value() if callable(around.value) else around.value
    if not isinstance(instance, Instance) or not isinstance(kind, type) or kind not in instance.kind.__mro__:
        low.stop(
            "`super` is only supported for objects that this function makes", "call the method by its class"
        )
    return Super(instance, kind)
