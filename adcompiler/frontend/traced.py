"""Calls of functions that are not read, but traced by JAX: those that are said to be `opaque`, and JAX's own."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adcompiler.custom import opaque
from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.operands import array_operand
from adcompiler.ir.core import Operand, Value
from adcompiler.primitives.build import apply_all
from adcompiler.primitives.traced import Hole, Traced

# the modules of JAX whose functions are of arrays, and have no effect
MODULES = ("jax.numpy", "jax.numpy.linalg", "jax.numpy.fft", "jax.nn", "jax.lax", "jax.lax.linalg", "jax.image",
    "jax.ops", "jax.scipy.special", "jax.scipy.linalg", "jax.scipy.signal", "jax.scipy.ndimage",
    "jax.scipy.integrate", "jax.scipy.interpolate", "jax.scipy.fft", "jax.scipy.cluster.vq")  # fmt: skip
CONSTANTS = (bool, int, float, complex, str, np.dtype, np.generic, type(None))


def call_opaque(
    low: Lowering, function: opaque, arguments: Sequence[Binding], keywords: dict[str, Binding]
) -> Binding:
    """A call of what is said to be opaque."""
    module, name = function.fun.__module__, function.fun.__qualname__
    if getattr(sys.modules.get(module), name, None) not in (function, function.fun):
        low.stop(
            f"`{name}` is opaque, and emitted code cannot import it",
            "define it at the top level of a module, under its own name",
        )
    return _call(low, Traced(function.fun, module, name, (), ()), arguments, keywords)


def call_of_jax(
    low: Lowering, function: object, arguments: Sequence[Binding], keywords: dict[str, Binding]
) -> Binding | None:
    """A call of a function of JAX's own, on arrays and constants; None for all others."""
    if any(callable(a.value) for a in (*arguments, *keywords.values()) if isinstance(a, Static)):
        return None
    for module in MODULES:
        name = getattr(function, "__name__", "")
        found: Callable[..., Any] | None = getattr(sys.modules.get(module), name, None)
        if found is not None and (found is function or inspect.unwrap(found) is function):
            return _call(low, Traced(found, module, name, (), ()), arguments, keywords)
    return None


def _call(
    low: Lowering, function: Traced, arguments: Sequence[Binding], keywords: dict[str, Binding]
) -> Binding:
    operands: list[Operand] = []

    def held(binding: Binding) -> object:
        match binding:
            case Value() | Ref():
                operands.append(array_operand(low, binding, str(function)))
                return Hole(len(operands) - 1)
            case Static(value) if isinstance(value, CONSTANTS):
                return value
            case Static(tuple() as value):
                return tuple(held(Static(item)) for item in value)
            case Static(np.ndarray()):
                operands.append(array_operand(low, binding, str(function)))
                return Hole(len(operands) - 1)
            case Tup(items):
                return tuple(held(item) for item in items)
        low.stop(
            f"{describe(binding)} is given to `{function}`, which is not read here",
            "give it arrays, numbers, constants and tuples of these",
        )

    given = tuple(held(argument) for argument in arguments)
    named = tuple((name, held(value)) for name, value in keywords.items())
    whole = Traced(function.function, function.module, function.name, given, named)
    try:
        results = apply_all(low.builder, "traced", *operands, function=whole)
    except CompileError:
        raise
    except Exception as problem:
        low.stop(
            f"`{function}` cannot be traced by JAX: {type(problem).__name__}: {str(problem).splitlines()[0]}",
            "give it arguments that it takes",
        )
    wrapped = tuple(low.wrap(result) for result in results)
    return wrapped[0] if len(wrapped) == 1 else Tup(wrapped)
