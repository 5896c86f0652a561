"""Attributes of arrays, containers, modules and objects."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from types import FunctionType, ModuleType

import numpy as np

from adcompiler.frontend import tables
from adcompiler.frontend.bindings import (
    Binding,
    Closure,
    DictRef,
    Instance,
    ListRef,
    Method,
    Record,
    Ref,
    Static,
    Super,
    Table,
    Tup,
)
from adcompiler.frontend.captures import Capture
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.mangling import written_name
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.mixtures import ask
from adcompiler.frontend.objects import read_attribute, read_super
from adcompiler.frontend.outside import lift, watch
from adcompiler.frontend.places import Place, updater
from adcompiler.frontend.primitive_calls import call_primitive
from adcompiler.frontend.python_types import builtins_type, class_of
from adcompiler.frontend.views import flat
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.types import Array, Generator

CONTAINER_METHODS = {
    ListRef: {"append", "extend", "pop", "copy", "index", "count", "insert", "reverse", "sort", "clear"},
    DictRef: {"items", "keys", "values", "get", "copy", "update", "setdefault", "pop", "clear"},
    Tup: {"index", "count"},
    Table: {"copy"},
}


_LAYOUT = "use shape, size, ndim, dtype, T, real or imag; how an array lies in memory is not known here"


_MISSING = object()
_CONTAINERS: dict[type, type] = {ListRef: list, Table: list, DictRef: dict, Tup: tuple}


def attribute(low: Lowering, owner: Binding, name: str) -> Binding:
    """owner.name."""
    match owner := low.present(owner):
        case Ref() | Value() | Record() | Instance() if name == "__class__":
            return class_of(low, owner)
        case Value(type=Generator()):
            return Method(owner, name)
        case Value(type=Array(weak=True, shape=(), dtype=dtype)) if low.handled and not hasattr(
            dtype.type(0).item(), name
        ):
            message = f"{describe(owner)} has no attribute {name!r}"
            low.fail(AttributeError(message), message, "use numbers and arrays of NumPy")
        case Ref() | Value():
            return array_attribute(low, owner, name)
        case Record():
            return _field(low, owner, name)
        case Instance():
            return read_attribute(low, owner, name)
        case Super():
            return read_super(low, owner, name)
        case Table() if name != "copy" and hasattr(list, name):
            low.stop(
                f"the method {name!r} of a list of lists that is written by two indices is not supported",
                tables.HINT,
            )
        case ListRef() | Table() | DictRef() | Tup():
            if name in CONTAINER_METHODS[type(owner)]:
                return Method(owner, name)
            if not hasattr(_CONTAINERS[type(owner)], name):
                message = f"{describe(owner)} has no attribute {name!r}"
                low.fail(AttributeError(message), message, "use what lists, tuples and dicts have")
            low.stop(
                f"the method {name!r} of {describe(owner)} is not supported",
                "use a plain loop or a comprehension",
            )
        case Static(Place() as place):
            return Static(updater(low, place, name))
        case Static(value, origin):
            return object_attribute(low, value, origin, name)
        case Closure() if name == "__name__":
            return Static(owner.named or written_name(owner.tree))
    low.stop(f"the attribute {name!r} of {describe(owner)} is not supported", "use names and containers")


def array_attribute(low: Lowering, owner: Binding, name: str) -> Binding:
    """An attribute of an array or number."""
    operand = low.operand(owner)
    type = operand.type
    assert isinstance(type, Array)
    match name:
        case "shape":
            return Tup(tuple(size_of(low, operand, axis) for axis in range(type.rank)))
        case "ndim":
            return Static(type.rank)
        case "size":
            return size_value(low, low.apply("count", operand))
        case "dtype":
            ask(low, operand)
            return Static(type.dtype)
        case "itemsize":
            ask(low, operand)
            return Static(type.dtype.itemsize)
        case "T" | "mT":
            return call_primitive(
                low, "numpy.transpose" if name == "T" else "numpy.matrix_transpose", [owner], {}
            )
        case "flat" if isinstance(owner, Ref):
            return flat(low, owner)
        case "at" if type.rank:
            return Method(owner, name)
        case "real" | "imag":
            if type.dtype.kind != "c" and name == "real":
                return owner
            return call_primitive(low, f"numpy.{name}", [owner], {})
    kind = np.ndarray if type.rank else builtins_type(type)
    what = describe(owner)
    if not hasattr(kind, name):
        message = f"{what} has no attribute {name!r}"
        low.fail(AttributeError(message), message, "use an attribute that exists, or a NumPy function")
    if not callable(getattr(kind, name)):
        low.stop(
            f"the attribute {name!r} of {what} is not supported",
            _LAYOUT if type.rank else "use the number itself",
        )
    return Method(owner, name)


def size_of(low: Lowering, operand: Operand, axis: int) -> Binding:
    """The size of one axis; a constant where every input has it."""
    return size_value(low, low.apply("size", operand, axis=axis))


def size_value(low: Lowering, operand: Operand) -> Binding:
    """A size as a binding."""
    assert isinstance(operand, Value) and isinstance(operand.type, Array)
    known = operand.type.size.known if operand.type.size is not None else None
    if known is not None:
        low.builder.ops.pop()
        return Static(known)
    return operand


def _field(low: Lowering, owner: Record, name: str) -> Binding:
    if name in owner.names:
        return owner.items[owner.names.index(name)]
    kind = owner.type
    found = inspect.getattr_static(kind, name, _MISSING)
    if isinstance(found, property) and found.fget is not None:
        watch(low, kind.__mro__, name, found)
        return call_function(low, found.fget, [owner], {})
    if found is _MISSING:
        low.stop(f"{kind.__name__} has no attribute {name!r}", f"it has {', '.join(owner.names)}")
    if hasattr(found, "__get__"):
        watch(low, kind.__mro__, name, found)
        return Method(owner, name)
    return lift(low, found, f"{kind.__name__}.{name}", lambda: getattr(kind, name))


def object_attribute(low: Lowering, value: object, origin: str, name: str) -> Binding:
    """An attribute of a Python object that is known while compiling."""
    children = low.argument_attributes.get(id(value))
    if children is not None and (name in children or name not in vars(value)):
        return _of_registered(low, value, origin, children, name)
    owner = origin or (repr(value) if isinstance(value, (str, int, float)) else describe(Static(value)))
    text = f"{owner}.{name}"
    try:
        found = getattr(value, name)
    except AttributeError as problem:
        like = difflib.get_close_matches(name, dir(value), 1)
        low.captures.append(Capture(lambda: hasattr(value, name), False, text))
        low.fail(
            problem,
            f"`{text}` does not exist: {problem}",
            f"did you mean `{origin}.{like[0]}`?" if like else "use an attribute that exists",
        )
    if isinstance(value, ModuleType):
        if name == "newaxis" and found is None:
            return Static(None)
        package = value.__name__.partition(".")[0]
        if package in ("numpy", "math", "jax", "scipy", "operator", "functools", "itertools") and not hasattr(
            found, "shape"
        ):
            return Static(found, text)
        return lift(low, found, text, lambda: getattr(value, name))
    if isinstance(value, (type, np.dtype, np.finfo, np.iinfo)):
        return Static(found, text)
    return lift(low, found, text, lambda: getattr(value, name))


def _of_registered(
    low: Lowering, value: object, origin: str, children: Mapping[str, Binding], name: str
) -> Binding:
    """An attribute of an argument of a registered class: a child, or what the class makes of its children."""
    if name in children:
        return children[name]
    found = inspect.getattr_static(type(value), name, None)
    if isinstance(found, property) and found.fget is not None:
        return call_function(low, found.fget, [Static(value, origin)], {})
    if isinstance(found, (FunctionType, classmethod, staticmethod)) or (
        found is not None and not hasattr(found, "__get__")
    ):
        return lift(low, getattr(value, name), f"{origin}.{name}", lambda: getattr(value, name))
    low.stop(
        f"what {type(value).__name__}.{name} gives may depend on what is differentiated",
        "use attributes, properties and methods",
    )


def rank_of(low: Lowering, binding: Binding) -> int:
    """The number of axes; 0 for numbers."""
    type = low.operand(binding).type
    return type.rank if isinstance(type, Array) and is_array(type) else 0
