"""What the compiled code relies on that was read from outside the function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adcompiler.frontend.bindings import Cell
from adcompiler.ir.core import Value


@dataclass(frozen=True, slots=True)
class Capture:
    """A thing read from outside the function: the compiled code holds while `read()` still gives `expected`.

    argument: where it is not empty, the text of the argument that the thing is, which `expected` then is not.
    """

    read: Callable[[], object]
    expected: object
    text: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class CapturedArray:
    """An array or a random generator read from outside the function: an extra parameter, read anew at every call.

    A generator has no cell.
    """

    name: str
    read: Callable[[], object]
    value: Value
    cell: Cell | None = None
