"""What a function reads from outside itself: globals, closures, attributes of objects.

Numbers and objects are fixed while compiling, and looked at again at each call; arrays become parameters.
"""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeGuard

import numpy as np

from adcompiler.frontend.bindings import Binding, Cell, Ref, Static, Tup
from adcompiler.frontend.captures import Capture, CapturedArray
from adcompiler.frontend.context import Lowering
from adcompiler.ir.core import Value
from adcompiler.ir.dims import Atom, Dim, dim, record
from adcompiler.ir.types import Array, DType, Generator, generator_of
from adcompiler.primitives.build import counted

# where Python and the packages that are installed keep their source
_FOREIGN = tuple(
    str(Path(sysconfig.get_paths()[name])) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")
) + (str(Path(__file__).parent) + os.sep,)


def is_foreign(file: str) -> bool:
    """Whether a file is a library's, so that errors in it are reported where the user calls it."""
    return file.startswith(_FOREIGN) or file.startswith("<frozen")


def lift(low: Lowering, value: object, origin: str, read: Callable[[], object]) -> Binding:
    """A Python object that the source reads from outside, as a binding; `read` gives it anew."""
    if is_outside_array(value):
        return _array(low, value, origin, read)
    generator = generator_of(value)
    if generator is not None:
        return _generator(low, value, generator, origin, read)
    if type(value) is tuple:
        low.captures.append(Capture(length(read), len(value), origin))
        return Tup(tuple(lift(low, item, f"{origin}[{k}]", at(read, k)) for k, item in enumerate(value)))
    low.captures.append(Capture(read, value, origin))
    return Static(value, origin)


def watch(low: Lowering, kinds: tuple[type, ...], name: str, found: object) -> None:
    """Have the compiled code hold while the first of some classes that has the name holds this method under it."""
    read = lambda: next((vars(kind)[name] for kind in kinds if name in vars(kind)), None)
    low.captures.append(Capture(read, found, f"{kinds[0].__name__}.{name}"))


def at(read: Callable[[], Any], key: object) -> Callable[[], object]:
    """What reads one item of a container that `read` gives."""
    return lambda: read()[key]


def length(read: Callable[[], Any]) -> Callable[[], int]:
    """What reads the length of a container that `read` gives."""
    return lambda: len(read())


class OutsideArray(Protocol):
    """An array of numbers, of NumPy or of JAX."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes."""

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""


def is_outside_array(value: object) -> TypeGuard[OutsideArray]:
    """Whether an object is an array of numbers with axes (NumPy's or JAX's)."""
    if (
        isinstance(value, type)
        or not isinstance(dtype := getattr(value, "dtype", None), np.dtype)
        or not hasattr(value, "__array__")
        or not getattr(value, "shape", ())
    ):
        return False
    return dtype.kind in "biufc"


def array_type(value: OutsideArray, text: str, fixed: bool = False) -> Array:
    """The type of an array that can be read as `text`: its sizes are atoms, those of size 0 or 1 are constants.

    `fixed`: all are, and the compiled code holds for these alone.
    """
    dims: list[Dim] = []
    for k, n in enumerate(map(int, value.shape)):
        size = f"{text}.shape[{k}]"
        if fixed and n > 1:
            record(size, n)
        dims.append(dim(n) if fixed or n <= 1 else dim(Atom(size, n, many=True)))
    return Array(np.dtype(value.dtype), tuple(dims))


def _array(low: Lowering, value: OutsideArray, origin: str, read: Callable[[], object]) -> Binding:
    argument = low.argument_arrays.get(id(value))
    if isinstance(argument, Ref):
        low.captures.append(Capture(read, None, origin, argument.cell.path))
        return argument
    low.captures.append(Capture(lambda: _kind(read()), _kind(value), origin))
    known = low.arrays.get(id(value))
    if known is not None:
        _still_one(low, read, known, origin)
    else:
        name = _name(low, origin)
        known = CapturedArray(
            name,
            read,
            Value(counted(array_type(value, name)), name),
            Cell(name, shared="is outside the function"),
        )
        low.arrays[id(value)] = known
    assert known.cell is not None
    low.store.contents.setdefault(known.cell, known.value)
    return Ref(known.cell)


def _generator(
    low: Lowering, value: object, type: Generator, origin: str, read: Callable[[], object]
) -> Binding:
    low.captures.append(Capture(lambda: read().__class__, value.__class__, origin))
    known = low.arrays.get(id(value))
    if known is not None:
        _still_one(low, read, known, origin)
    else:
        name = _name(low, origin)
        known = low.arrays[id(value)] = CapturedArray(name, read, Value(type, name))
    return known.value


def _kind(value: Any) -> object:
    """What about an array from outside decides which code runs."""
    return (type(value), np.dtype(value.dtype), tuple(min(int(n), 2) for n in value.shape))


def _still_one(low: Lowering, read: Callable[[], object], known: CapturedArray, origin: str) -> None:
    """Two names from outside are one thing: the code holds while they are."""
    low.captures.append(Capture(lambda: read() is known.read(), True, f"{origin} is {known.name}"))


def _name(low: Lowering, origin: str) -> str:
    """The name of the parameter that stands for what is read from outside."""
    return low.new_name("".join(c if c.isalnum() else "_" for c in origin).strip("_") or "array")
