"""Running an ordinary Python function on SymPy symbols, to get its closed form.

The function is rebuilt (`mirror`) with counterparts on Expressions for the functions of numpy, math,
jax.numpy and scipy.special. What has no closed form raises NotClosedForm with the reason.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from adcompiler.pytree import leaves_with_paths
from adcompiler.verify.expression import (
    STRUCTURAL,
    Expression,
    NotClosedForm,
    combined,
    elementwise,
    largest,
    smallest,
)
from adcompiler.verify.mirror import Mirror


class World(Mirror):
    """Functions rebuilt for Expressions."""

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

    def of_library(self, value: Any) -> Any:
        """The function or type of the same name on Expressions."""
        return _library_counterpart(value)

    def builtins(self) -> Mapping[str, object]:
        """Conversions and extrema of Expressions."""
        return {
            "float": _Float,
            "int": _Int,
            "max": functools.partial(_extremum, largest, max),
            "min": functools.partial(_extremum, smallest, min),
            "print": lambda *_, **__: None,  # what the primal prints is no part of the proof
        }


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
