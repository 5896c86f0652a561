"""Which class of Python a binding has in the running program."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from adcompiler.frontend.bindings import Binding, DictRef, Instance, ListRef, Record, Ref, Static, Table, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.mixtures import ask
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array, Generator


def class_of(low: Lowering, binding: Binding) -> Static:
    """type(x), where data may decide it under a check."""
    if isinstance(binding, Value):
        ask(low, binding)
    return Static(type_of_binding(low, binding))


def builtins_type(type: Array) -> type[object]:
    """The class of a number of that type."""
    return type.dtype.type(0).item().__class__ if type.weak else type.dtype.type


def types_of(low: Lowering, binding: Binding) -> list[type]:
    """The Python types that a binding may have in the running program: a number may be an array without axes."""
    if not isinstance(binding, Value) or binding not in low.mutable_numbers:
        return [_type_of(low, binding)]
    surely = low.mutable_numbers[binding] is not None
    return [np.ndarray] if surely else [np.ndarray, _type_of(low, binding)]


def type_of_binding(low: Lowering, binding: Binding) -> type:
    """The Python type that a binding has in the running program."""
    found = types_of(low, binding)
    if len(found) > 1:
        stop_without_axes(low)
    return found[0]


def stop_without_axes(low: Lowering) -> NoReturn:
    low.stop(
        "whether this is a number or an array without axes is not known while compiling",
        "ask for np.ndim(x) == 0, or make it a number with float(x)",
    )


def _type_of(low: Lowering, binding: Binding) -> type:
    match binding:
        case Static(value):
            return type(value)
        case Tup():
            return tuple
        case ListRef() | Table():
            return list
        case DictRef():
            return dict
        case Record(kind) | Instance(kind=kind):
            found: type = getattr(kind, "stands_for", kind)
            return found
        case Ref():
            return np.ndarray
        case Value(type=Array() as kind_of):
            return builtins_type(kind_of)
        case Value(type=Generator(kind)):
            found = getattr(np.random, kind)
            return found
    return type(lambda: None)
