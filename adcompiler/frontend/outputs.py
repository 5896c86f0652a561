"""`out=`: what a NumPy function writes into, as an assignment to all of its elements.

np.add(a, b, out=c)                c[:] = np.add(a, b)
np.log(x, out=y, where=m)          y[:] = np.where(m, np.log(np.where(m, x, 1)), y)
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from adcompiler.frontend.arrays import as_array
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.operands import Given
from adcompiler.frontend.subscripts import overwrite
from adcompiler.ir.core import Const
from adcompiler.ir.dims import is_one, same
from adcompiler.ir.types import Array

# where a ufunc has a slope, if not at 1
_HARMLESS = {"arcsin": 0.5, "arccos": 0.5, "arctanh": 0.5, "arccosh": 2}
# ufuncs whose slope is finite for all numbers
_SMOOTH = frozenset({"add", "subtract", "multiply", "maximum", "minimum"})
_HINT = "assign the result: y[:] = f(x)"


# the result of a call for its arguments
Compute: TypeAlias = Callable[[list[Binding]], Binding]


@dataclass(frozen=True, slots=True)
class Output:
    """The array that a call writes into, and where."""

    target: Ref
    mask: Binding | None


def output_of(
    low: Lowering, function: object, arguments: list[Binding], keywords: Given
) -> tuple[Output | None, list[Binding], Given]:
    """What a call of a NumPy function writes into, if anything, and its other arguments."""
    ufunc = function if isinstance(function, np.ufunc) else None
    plain = {name: value for name, value in keywords.items() if (name, value) != ("out", Static(None))}
    if ufunc is not None and len(arguments) == ufunc.nin + 1:
        arguments, last = arguments[: ufunc.nin], arguments[ufunc.nin]
        if last != Static(None):
            plain["out"] = last
    if ufunc is None and len(arguments) > (place := _place_of_out(function)):
        named = list(_parameters(function))[place : len(arguments)] or ["out"]
        plain.update(zip(named, arguments[place:], strict=False))
        arguments = arguments[:place]
        plain = {name: value for name, value in plain.items() if (name, value) != ("out", Static(None))}
    if "out" not in plain or not _takes_out(function):
        return None, arguments, plain
    target = plain.pop("out")
    if isinstance(target, Tup) and len(target.items) == 1 and ufunc is not None:
        (target,) = target.items
    if not isinstance(target, Ref):
        low.stop_keyword("out", f"`out` is {describe(target)}, which cannot be written to", _HINT)
    mask = None
    if _is_elementwise(function):
        mask = plain.pop("where", None)
        mask = None if mask == Static(True) else mask
    return Output(target, mask), arguments, plain


def _is_elementwise(function: object) -> bool:
    return isinstance(function, np.ufunc) and function.signature is None


def _takes_out(function: Any) -> bool:
    if isinstance(function, np.ufunc):
        return True
    if isinstance(getattr(function, "__self__", None), np.ufunc):
        return getattr(function, "__name__", "") in ("reduce", "accumulate", "outer")
    return "out" in _parameters(function)


def _place_of_out(function: Any) -> int:
    """How many arguments stand before `out`, where it may be given by its place."""
    parameters = _parameters(function)
    if "out" not in parameters or parameters["out"].kind is inspect.Parameter.KEYWORD_ONLY:
        return sys.maxsize
    return list(parameters).index("out")


def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a function of NumPy; none of all others."""
    if not (getattr(function, "__module__", None) or "").startswith("numpy"):
        return {}
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def call_into(
    low: Lowering,
    function: object,
    output: Output,
    arguments: list[Binding],
    compute: Compute,
) -> Binding:
    """The target, after what `compute` gives for the arguments was written into it."""
    target, mask = output.target, output.mask
    if mask is None:
        result = compute(arguments)
    else:
        assert isinstance(function, np.ufunc)
        mask = as_array(low, mask)
        kind = low.operand(mask, "`where`").type
        if not isinstance(kind, Array) or kind.dtype.kind != "b":
            low.stop_keyword("where", "`where` must hold truth values", "compare: where=mask != 0")
        guarded = [_guarded(low, function.__name__, mask, as_array(low, a)) for a in arguments]
        result = _where(low, mask, compute(guarded), target)
    _check(low, target, result, _is_elementwise(function))
    overwrite(low, target, result)
    return target


def _guarded(low: Lowering, name: str, mask: Binding, argument: Binding) -> Binding:
    """The argument, with a number in which the function has a slope where the mask leaves it out."""
    operand = low.operand(argument, "an argument")
    if isinstance(operand, Const) or not isinstance(operand.type, Array):
        return argument
    if operand.type.weak:
        if name not in _SMOOTH:
            low.stop_keyword(
                "where", f"the keyword 'where' of {name} is not supported for a number", "use np.where"
            )
        return argument
    harmless = _HARMLESS.get(name, 1) if operand.type.inexact else 1
    return _where(low, mask, argument, Static(harmless))


def _where(low: Lowering, mask: Binding, taken: Binding, other: Binding) -> Binding:
    operands = [low.operand(b, "an argument of where") for b in (mask, taken, other)]
    return low.wrap(low.apply("where", *operands, path="numpy.where"))


def _check(low: Lowering, target: Ref, result: Binding, ufunc: bool) -> None:
    """Refuse what NumPy refuses to write; a function that is no ufunc may compute in the dtype of `out`."""
    into, made = low.operand(target).type, low.operand(result, "the result").type
    assert isinstance(into, Array)
    if not isinstance(made, Array):
        low.stop_keyword("out", "what is written into `out` is no array", _HINT)
    if not np.can_cast(made.dtype, into.dtype, "same_kind"):
        low.stop_keyword(
            "out",
            f"Cannot cast output from {made.dtype} to {into.dtype} with casting rule 'same_kind'",
            "make an array of that dtype to write into, or convert first",
        )
    if ufunc:
        rows = zip(reversed(made.shape), reversed(into.shape), strict=False)
        if made.rank > into.rank or any(is_one(b) and is_one(a) is False for a, b in rows):
            low.stop_keyword("out", f"`out` is {into}, which is smaller than the result, {made}", _HINT)
        return
    if made.dtype != into.dtype:
        low.stop_keyword("out", f"`out` has dtype {into.dtype}, and the result {made.dtype}", _HINT)
    fits = made.rank == into.rank and all(
        is_one(a) == is_one(b) and same(a, b) is not False
        for a, b in zip(made.shape, into.shape, strict=True)
    )
    if not fits:
        low.stop_keyword("out", f"`out` is {into}, and the result {made}", _HINT)
