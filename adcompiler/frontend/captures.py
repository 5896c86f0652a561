"""What the compiled code relies on that was read from outside the function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adcompiler.frontend.bindings import Cell
from adcompiler.ir.core import Value


@dataclass(frozen=True, slots=True)
class Capture:
    """A thing read from outside the function: the compiled code holds while `read()` still gives `expected`."""

    read: Callable[[], object]
    expected: object
    text: str


@dataclass(frozen=True, slots=True)
class CapturedArray:
    """An array read from outside the function: an extra parameter, read anew at every call."""

    name: str
    read: Callable[[], object]
    value: Value
    cell: Cell
