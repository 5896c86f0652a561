"""What is computed while compiling: calls of functions on things that are known, keys and other plain objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeGuard, TypeVar

import numpy as np

from adcompiler.frontend.bindings import Binding, DictRef, ListRef, Ref, Static, Tup
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.context import Handler, Lowering, describe
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array

Row = TypeVar("Row")
KEY = "a key of a dict or a set"


def all_static(bindings: Collection[Binding]) -> TypeGuard[Collection[Static]]:
    """Whether every binding is known while compiling."""
    return all(isinstance(binding, Static) for binding in bindings)


def named_static(bindings: Mapping[str, Binding]) -> TypeGuard[Mapping[str, Static]]:
    """Whether every binding that has a name is known while compiling."""
    return all(isinstance(binding, Static) for binding in bindings.values())


def row_of(table: Mapping[object, Row], function: object) -> Row | None:
    """The row of a function in a table of functions; what has no hash is in none."""
    try:
        return table.get(function)
    except TypeError:
        return None


# what makes text of numbers
SHOWING: tuple[Callable[..., object], ...] = (str, repr, bin, oct, hex, chr, ord, format)


def static_call(
    low: Lowering, function: Callable[..., object], /, *operands: Static, **named: Static
) -> Static | Tup:
    """A function of things known while compiling, called now."""
    for operand in (*operands, *named.values()):
        rely_on(low, operand)
    keywords = {name: operand.value for name, operand in named.items()}
    try:
        with np.errstate(all="ignore"):
            result = function(*(operand.value for operand in operands), **keywords)
    except Exception as problem:
        message = f"{type(problem).__name__}: {problem}"
        low.fail(problem, message, "this fails for these values in plain Python too")
    return Tup(tuple(Static(item) for item in result)) if type(result) is tuple else Static(result)


def rely_on(low: Lowering, binding: Binding) -> None:
    """Note that the code holds while a container from outside holds what it holds now."""
    match binding:
        case Static(list() | dict() | set() as value, origin):
            low.captures.append(Capture(lambda: _content(value), _content(value), origin))


def _content(container: list[Any] | dict[Any, Any] | set[Any]) -> list[Any]:
    return list(container.items() if isinstance(container, dict) else container)


def static_key(low: Lowering, binding: Binding, what: str = KEY) -> object:
    """A dict key, or something else that must be known while compiling."""
    match binding:
        case Static(value):
            return value
        case Tup(items):
            return tuple(static_key(low, item, what) for item in items)
        case Value(type=Array(size=size)) if size is not None:
            return low.static_int(binding, what)
        case ListRef() | DictRef() | Ref() if low.handled and what == KEY:
            low.fail(TypeError(f"{describe(binding)} has no hash"), f"{what} has no hash", "use a tuple")
    low.stop(
        f"{what} must be known while compiling, but this is {describe(binding)} that the program computes",
        "use a constant, a size, or an argument that is not differentiated",
    )


def static_object(low: Lowering, binding: Binding, what: str) -> object:
    """An object that must be known while compiling; lists of such objects are too."""
    match binding:
        case ListRef(cell) if isinstance(content := low.store.held(cell), tuple):
            return [static_object(low, item, what) for item in content]
    return static_key(low, binding, what)


def on_static(function: Callable[..., object], hint: str = "") -> Handler:
    """A function that is called while compiling, on static arguments."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        if function in SHOWING:
            arguments = [low.settled(a, "a number in a text") for a in arguments]
        if hint and any(isinstance(a, (Value, Ref, ListRef)) for a in arguments):
            name = getattr(function, "__name__", "this")
            low.stop(f"`{name}` is called on {describe(arguments[0])} that the program computes", hint)
        what = f"an argument of `{getattr(function, '__name__', 'this call')}`"
        for argument in (*arguments, *keywords.values()):
            rely_on(low, argument)
        given = [static_object(low, a, what) for a in arguments]
        named = {key: static_object(low, value, what) for key, value in keywords.items()}
        return static_call(low, lambda: function(*given, **named))

    return handler
