"""Ordinary Python functions rebuilt so that they call other functions in the place of a library's.

A function is rebuilt around the same byte code: in its globals, closure and builtins the modules of the
libraries, and functions that come from them, are replaced by counterparts, and so in every function that it
calls. What the counterparts are is said by a subclass: SymPy's (`symbolic`) or JAX's (`under_jax`).
"""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from adcompiler.pytree import leaves_with_paths, node, tree_map

LIBRARIES = frozenset({"math", "numpy", "jax", "scipy"})
# what math calls otherwise than numpy
OF_MATH = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh",
    "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "fabs": "abs",
}  # fmt: skip


class Mirror(ABC):
    """One rebuilding of functions: each function, module and globals dict has one counterpart."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[object, object]] = {}  # the original is kept, so that its id stays taken
        self._globals: dict[int, tuple[object, dict[str, object]]] = {}
        self._builtins = {**vars(builtins), "__import__": self._imported, **self.builtins()}

    @abstractmethod
    def of_library(self, value: Any) -> Any:
        """What stands for a function or type of a library."""

    def builtins(self) -> Mapping[str, object]:
        """What stands for functions of Python's own, by name."""
        return {}

    def counterpart(self, value: object) -> Any:
        """The value itself, or what stands for it."""
        if id(value) in self._made:
            return self._made[id(value)][1]
        match value:
            case ModuleType():
                return self._remember(value, _Module(value, self))
            case FunctionType() if root(value) not in LIBRARIES:
                return value if root(value) in sys.stdlib_module_names else self._rebuilt(value)
            case MethodType():
                return MethodType(self.counterpart(value.__func__), value.__self__)
            case functools.partial():
                keywords = {name: self.counterpart(item) for name, item in value.keywords.items()}
                args = [self.counterpart(item) for item in value.args]
                return functools.partial(self.counterpart(value.func), *args, **keywords)
            case tuple() | list() | dict() if node(value) is not None:
                changed = any(self.counterpart(leaf) is not leaf for _, leaf in leaves_with_paths(value))
                return tree_map(self.counterpart, value) if changed else value
        if callable(value) and root(value) in LIBRARIES:
            return self._remember(value, self.of_library(value))
        method = inspect.getattr_static(type(value), "__call__", None)
        if isinstance(method, FunctionType) and not isinstance(value, type) and root(method) not in LIBRARIES:
            return MethodType(self.counterpart(method), value)
        return value

    def _remember(self, value: object, made: Any) -> Any:
        self._made[id(value)] = (value, made)
        return made

    def _rebuilt(self, f: FunctionType) -> FunctionType:
        namespace = self._namespace(f.__globals__)
        cells = tuple(CellType() for _ in f.__closure__ or ())
        new = FunctionType(f.__code__, namespace, f.__name__, None, cells or None)
        self._remember(f, new)  # before its globals are followed: functions may be recursive
        for cell, old in zip(cells, f.__closure__ or (), strict=True):
            if (content := _content(old)) is not old:
                cell.cell_contents = self.counterpart(content)
        new.__defaults__ = None if f.__defaults__ is None else tuple(map(self.counterpart, f.__defaults__))
        new.__kwdefaults__ = {name: self.counterpart(v) for name, v in (f.__kwdefaults__ or {}).items()}
        for name in _names(f.__code__):
            if name in f.__globals__:
                namespace[name] = self.counterpart(f.__globals__[name])
        return new

    def _namespace(self, original: dict[str, object]) -> dict[str, object]:
        if id(original) not in self._globals:
            self._globals[id(original)] = (original, {**original, "__builtins__": self._builtins})
        return self._globals[id(original)][1]

    def _imported(self, name: str, *rest: Any) -> Any:
        return self.counterpart(importlib.__import__(name, *rest))


class _Module:
    """A module whose functions are counterparts."""

    def __init__(self, module: ModuleType, mirror: Mirror) -> None:
        self._module = module
        self._mirror = mirror

    def __getattr__(self, name: str) -> Any:
        return self._mirror.counterpart(getattr(self._module, name))


def root(value: object) -> str:
    """The top-level package that a function comes from."""
    if isinstance(value, np.ufunc):
        return "numpy"
    return str(getattr(value, "__module__", None)).partition(".")[0]


def _content(cell: CellType) -> object:
    """What a cell holds, or the cell itself while it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return cell


def _names(code: CodeType) -> set[str]:
    """The names that a function may look up in its globals, in the functions inside it as well."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inner))
