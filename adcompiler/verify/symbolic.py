"""Running an ordinary Python function on SymPy symbols, to get its closed form.

The function is rebuilt around the same byte code: in its globals, closure and builtins the modules numpy,
math, jax.numpy and scipy.special, and functions that come from them, are replaced by counterparts on
Expressions, and so in every function that it calls. What has no closed form raises NotClosedForm with the
reason.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import sys
from collections.abc import Callable
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from adcompiler.pytree import leaves_with_paths, node, tree_map
from adcompiler.verify.expression import (
    STRUCTURAL,
    Expression,
    NotClosedForm,
    combined,
    elementwise,
    largest,
    smallest,
)

LIBRARIES = frozenset({"math", "numpy", "jax", "scipy"})


class World:
    """One rebuilding of functions: each function, module and globals dict has one counterpart."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[object, object]] = {}  # the original is kept, so that its id stays taken
        self._globals: dict[int, tuple[object, dict[str, object]]] = {}
        self._builtins = {**vars(builtins), **self._shimmed_builtins()}

    def run(self, f: object, args: tuple[object, ...]) -> object:
        """The result of `f(*args)`, where args may hold Expressions; NotClosedForm whatever goes wrong."""
        symbolic = self.counterpart(f)
        if not callable(symbolic):
            raise NotClosedForm(f"a {type(f).__name__} cannot be called")
        try:
            return symbolic(*args)
        except NotClosedForm:
            raise
        except Exception as error:  # the function was not made for symbols, and may fail on them in any way
            raise NotClosedForm(f"it cannot be run on symbols ({type(error).__name__}: {error})") from error

    def counterpart(self, value: object) -> Any:
        """The value itself, or what stands for it among Expressions."""
        if id(value) in self._made:
            return self._made[id(value)][1]
        match value:
            case ModuleType():
                return self._remember(value, _Module(value, self))
            case FunctionType() if _root(value) not in LIBRARIES:
                return value if _root(value) in sys.stdlib_module_names else self._rebuilt(value)
            case MethodType():
                return MethodType(self.counterpart(value.__func__), value.__self__)
            case functools.partial():
                keywords = {name: self.counterpart(item) for name, item in value.keywords.items()}
                args = [self.counterpart(item) for item in value.args]
                return functools.partial(self.counterpart(value.func), *args, **keywords)
            case tuple() | list() | dict() if node(value) is not None:
                changed = any(self.counterpart(leaf) is not leaf for _, leaf in leaves_with_paths(value))
                return tree_map(self.counterpart, value) if changed else value
        if callable(value) and _root(value) in LIBRARIES:
            return self._remember(value, _library_counterpart(value))
        method = inspect.getattr_static(type(value), "__call__", None)
        if (
            isinstance(method, FunctionType)
            and not isinstance(value, type)
            and _root(method) not in LIBRARIES
        ):
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

    def _shimmed_builtins(self) -> dict[str, object]:
        def imported(name: str, *rest: Any) -> Any:
            return self.counterpart(importlib.__import__(name, *rest))

        return {
            "__import__": imported,
            "float": _Float,
            "int": _Int,
            "max": functools.partial(_extremum, largest, max),
            "min": functools.partial(_extremum, smallest, min),
            "print": lambda *_, **__: None,  # what the primal prints is no part of the proof
        }


class _Module:
    """A module whose functions are counterparts."""

    def __init__(self, module: ModuleType, world: World) -> None:
        self._module = module
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return self._world.counterpart(getattr(self._module, name))


class _Conversion(type):
    """The type of stand-ins for float, int and np.float64: Expressions are floats, and may become int."""

    original: type

    def __call__(cls, value: Any = 0, *rest: Any) -> Any:
        if not isinstance(value, Expression):
            return cls.original(value, *rest)
        if cls.original is not int:
            return value
        return int(value) if value.expr.is_number else combined(elementwise()["trunc"], value)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.original) or (cls.original is not int and isinstance(value, Expression))


class _Float(metaclass=_Conversion):
    original = float


class _Int(metaclass=_Conversion):
    original = int


def _extremum(
    operation: Callable[..., Any], original: Callable[..., object], *values: Any, **keywords: object
) -> object:
    items = values if len(values) > 1 else tuple(values[0])
    if keywords or not any(isinstance(item, Expression) for item in items):
        return original(*values, **keywords)
    return combined(operation, *items)


def _library_counterpart(value: Any) -> Any:
    """What stands for a function or type of a library among Expressions."""
    name = getattr(value, "__name__", "")
    if isinstance(value, type):
        converts = issubclass(value, np.floating) or name in ("float16", "float32", "float64")
        return _Conversion(name, (), {"original": value}) if converts else value
    in_lax = ".lax" in str(getattr(value, "__module__", ""))  # other functions by the names of NumPy's
    arithmetic = None if in_lax else elementwise().get(name)
    structural = None if in_lax else STRUCTURAL.get(name)

    @functools.wraps(value, assigned=("__name__", "__doc__"), updated=())
    def counterpart(*args: Any, **keywords: Any) -> object:
        symbolic = any(isinstance(leaf, Expression) for _, leaf in leaves_with_paths((args, keywords)))
        if arithmetic is not None and (symbolic or all(isinstance(arg, int | float) for arg in args)):
            if keywords.keys() - {"dtype"}:
                raise NotClosedForm(f"it calls {name} with {', '.join(keywords)}")
            return combined(arithmetic, *args)
        if not symbolic:
            return value(*map(_original, args), **{key: _original(item) for key, item in keywords.items()})
        if structural is None:
            raise NotClosedForm(f"it calls {getattr(value, '__module__', '')}.{name}")
        return structural(*args, **keywords)

    return counterpart


def _original(value: object) -> object:
    return value.original if isinstance(value, _Conversion) else value


def _root(value: object) -> str:
    """The top-level package that a function comes from."""
    return (
        "numpy" if isinstance(value, np.ufunc) else str(getattr(value, "__module__", None)).partition(".")[0]
    )


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
