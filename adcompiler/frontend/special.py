"""What classes written in Python make of operators, by their methods with special names."""

from __future__ import annotations

import inspect
from types import FunctionType

import numpy as np

from adcompiler.frontend.bindings import Binding, Instance, Record, Ref, Static
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.outside import watch
from adcompiler.ir.core import Value
from adcompiler.ir.types import Array


def special(low: Lowering, owner: Binding, name: str, *arguments: Binding) -> Binding | None:
    """The result of a method such as __add__ or __len__; None where the class of `owner` has none of its own."""
    function = special_method(owner, name)
    if function is None:
        return None
    assert isinstance(owner, Instance | Record)
    watch(low, _class_of(owner).__mro__, name, function)
    return low.call(Static(function, name), [owner, *arguments])


def iterator_of(low: Lowering, owner: Binding) -> Binding:
    """What the __iter__ of a class gives: not an object that is asked for each item, by __next__."""
    made = special(low, owner, "__iter__")
    assert made is not None
    if isinstance(made, Instance | Record) and special_method(made, "__next__") is not None:
        low.stop(
            f"the items that `{_class_of(made).__name__}.__next__` gives one by one are not supported in a loop",
            "let __iter__ yield them, and return where __next__ raises StopIteration",
        )
    return made


def special_method(owner: Binding, name: str) -> FunctionType | None:
    """The method that Python would call, if it is written in Python; not what dataclasses generate."""
    match owner:
        case Instance(kind=kind) | Record(type=kind):
            found = inspect.getattr_static(kind, name, None)
            if isinstance(found, FunctionType) and not found.__code__.co_filename.startswith("<"):
                return found
    return None


def by_class(low: Lowering, name: str, reflected: str, left: Binding, right: Binding) -> Binding | None:
    """What the classes of two operands make of an operator, as Python asks them: the left one first."""
    if special_method(left, name) is None and special_method(right, reflected) is None:
        return None
    if _of_numpy(left, right):
        low.stop(
            f"NumPy may take {describe(right)} apart before its class is asked",
            "write the object on the left, or call its method",
        )
    if isinstance(left, Instance | Record) and isinstance(right, Instance | Record):
        ours, theirs = _class_of(left), _class_of(right)
        if ours is not theirs and issubclass(theirs, ours):
            low.stop(
                f"{describe(right)} is asked before {describe(left)} here", "call the method by its name"
            )
    for owner, method, other in ((left, name, right), (right, reflected, left)):
        found = special(low, owner, method, other)
        if found is not None and found != Static(NotImplemented):
            return found
    return None


def _is_array_like(binding: Binding) -> bool:
    """Whether NumPy would make an array of an object, or ask it for another way."""
    names = ("__len__", "__array__", "__array_ufunc__", "__array_priority__", "__array_interface__")
    return isinstance(binding, Instance | Record) and any(hasattr(_class_of(binding), name) for name in names)


def _of_numpy(left: Binding, right: Binding) -> bool:
    """Whether NumPy runs first, and may do other than ask the class of `right`: it does that for a float64 alone."""
    match left:
        case Ref():
            return True
        case Static(np.ndarray() | np.generic() as value):
            return not isinstance(value, float) or _is_array_like(right)
        case Value(type=Array(weak=False, dtype=dtype)):
            return dtype != np.float64 or _is_array_like(right)
    return False


def _class_of(binding: Instance | Record) -> type:
    return binding.kind if isinstance(binding, Instance) else binding.type
