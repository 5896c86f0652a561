"""Builtins of numbers: conversions, abs, min, max, round, pow, divmod."""

from __future__ import annotations

import numpy as np

from adcompiler.frontend.bindings import Binding, Static, Tup
from adcompiler.frontend.comparisons import truth_of
from adcompiler.frontend.context import PYTHON_KINDS, Handler, Lowering, describe
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.operators import arithmetic
from adcompiler.frontend.special import special
from adcompiler.frontend.static import all_static, on_static, static_call
from adcompiler.ir.dims import is_one
from adcompiler.ir.types import Array

_ZERO = Static(0.0)
# before 2.4, NumPy makes a number of every array with one element
_OF_EVERY_RANK = np.lib.NumpyVersion(np.__version__) < "2.4.0"
_CONVERTIBLE = "of one element" if _OF_EVERY_RANK else "without axes"


def number(kind: type) -> Handler:
    """float(x), int(x), bool(x), complex(x)."""

    def convert_to(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        if not arguments and not keywords:
            return Static(kind())
        if all(isinstance(a, Static) for a in (*arguments, *keywords.values())):
            return on_static(kind)(low, arguments, keywords)
        if kind is complex and (len(arguments) > 1 or keywords):
            return _of_parts(low, **dict(zip(("real", "imag"), arguments, strict=False)), **keywords)
        if len(arguments) > 1:
            low.stop("`int` of a text in a base", "make the number outside")
        (first,) = arguments
        operand = low.operand(truth_of(low, first) if kind is bool else first)
        if (
            isinstance(operand.type, Array)
            and operand.type.weak
            and operand.type.dtype == PYTHON_KINDS[kind].dtype
        ):
            return low.wrap(operand)
        if is_array(operand.type) and not _has_one_element(operand.type):
            message = f"only arrays {_CONVERTIBLE} can be converted to a Python number"
            low.fail(TypeError(message), message, "pick an element: x[0]")
        return low.wrap(low.apply("python", operand, kind=PYTHON_KINDS[kind]))

    return convert_to


def _has_one_element(type: Array) -> bool:
    """Whether NumPy makes a number of an array with axes, as far as is known while compiling."""
    return _OF_EVERY_RANK and all(is_one(size) is not False for size in type.shape)


def _of_parts(low: Lowering, real: Binding = _ZERO, imag: Binding = _ZERO) -> Binding:
    """complex(a, b) of real numbers, which Python takes as floats."""
    parts = []
    for part in (real, imag):
        operand = low.operand(part)
        if not isinstance(operand.type, Array) or operand.type.rank or operand.type.dtype.kind == "c":
            low.stop(f"`complex` with {describe(part)} as a part", "write a + 1j * b")
        exact = operand.type.dtype == PYTHON_KINDS[float].dtype
        parts.append(operand if exact else low.apply("python", operand, kind=PYTHON_KINDS[float]))
    return low.wrap(low.apply("complex", *parts, path="builtins.complex"))


def absolute(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """abs(x)."""
    (x,) = arguments
    made = special(low, x, "__abs__")
    if made is not None:
        return made
    return (
        static_call(low, abs, x) if isinstance(x, Static) else arithmetic(low, "absolute", "builtins.abs", x)
    )


def rounded(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """round(x, digits)."""
    if all_static(arguments):
        return static_call(low, round, *arguments)
    digits = keywords.get("ndigits") or (arguments[1] if len(arguments) > 1 else None)
    operand = low.operand(arguments[0])
    if digits is None and isinstance(operand.type, Array) and operand.type.weak:
        return low.wrap(low.apply("nearest", operand))
    number = low.static_int(digits, "the number of digits") if digits else 0
    return low.wrap(low.apply("round_digits", operand, ndigits=number))


def power(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """pow(a, b)."""
    arguments = [*arguments, *(keywords[name] for name in ("base", "exp", "mod") if name in keywords)]
    if len(arguments) != 2:
        low.stop("pow with a modulus is not supported", "use pow(a, b) % m")
    if all_static(arguments):
        return static_call(low, pow, *arguments)
    return arithmetic(low, "power", "operator.pow", *arguments)


def divided(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """divmod(a, b)."""
    quotient = arithmetic(low, "floor_divide", "operator.floordiv", *arguments)
    return Tup((quotient, arithmetic(low, "remainder", "operator.mod", *arguments)))
