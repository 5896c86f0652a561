"""What other packages wrap around functions and loops without changing what these compute."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence

from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.ir.core import Apply, Op, Region, Value, walk


def wrapped(function: object) -> Callable[..., object] | None:
    """The function that stands behind a compiler's one, of jax.jit or numba.njit; range for numba.prange."""
    package, kind = _package(type(function)), type(function).__name__
    inner: Callable[..., object] | None = None
    if package == "jaxlib" and kind == "PjitFunction" and callable(function):
        inner = inspect.unwrap(function)
    elif package == "numba":
        inner = getattr(function, "py_func", None)
    elif isinstance(function, type) and _package(function) == "numba" and function.__name__ == "prange":
        inner = range
    return None if inner is function else inner


def cached(function: object) -> Callable[..., object] | None:
    """The function whose results functools.lru_cache keeps."""
    if isinstance(function, functools._lru_cache_wrapper):
        return function.__wrapped__
    return None


def watched(low: Lowering, function: object, arguments: list[Binding]) -> Binding | None:
    """What a progress bar of tqdm goes over; the bar itself is left out."""
    kind = function if isinstance(function, type) else None
    name = getattr(function, "__name__", "")
    if _package(kind or function) != "tqdm" or not arguments:
        return None
    if name == "trange":
        return low.call(Static(range, "range"), arguments)
    return arguments[0] if kind is not None and name.startswith("tqdm") else None


def may_be_kept(low: Lowering, result: Binding, ops: Sequence[Op]) -> bool:
    """Whether it makes no difference that a call is made again: it acts on nothing, and gives numbers and arrays.

    Writes to these arrays are refused from here on.
    """
    within = walk(Region((), tuple(ops), ()))
    if any(isinstance(op, Apply) and op.primitive in ("draw", "print") for op in within):
        return False
    items = result.items if isinstance(result, Tup) else (result,)
    for item in items:
        if isinstance(item, Ref):
            for root in low.roots(item.cell):
                root.shared = "functools.lru_cache keeps for other calls"
    return all(isinstance(item, (Value, Static, Ref)) for item in items)


def _package(thing: object) -> str:
    return str(getattr(thing, "__module__", None) or "").partition(".")[0]
