"""Integers that are computed from sizes by way of floats, such as `int((k - 1) / 2)`: what they are for the sizes seen.

A size is a polynomial of sizes (`ir/dims.py`), which this is not; where a number has to be known while compiling, the
whole computation is written down as a guard, in the functions that the program calls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

import numpy as np

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import record
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import find

Seen = tuple[str, object]  # Python text over the parameters, and what it gives for those seen

_SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
}
_MODULES = {"numpy": "np.", "math": "math.", "builtins": ""}


def computed(builder: Builder, value: Value, parameters: Collection[str]) -> int | None:
    """What an integer is, if sizes alone decide that, which a guard then says; `parameters` are names of values."""
    with np.errstate(all="ignore"):
        seen = _seen(builder, value, parameters)
    if seen is None or not isinstance(seen[1], int | np.integer):
        return None
    record(ast.unparse(ast.parse(seen[0], mode="eval")), int(seen[1]))
    return int(seen[1])


def _seen(builder: Builder, operand: Operand, parameters: Collection[str]) -> Seen | None:
    if isinstance(operand, Const):
        return (repr(operand.value), operand.value) if type(operand.value) in (int, float) else None
    size = operand.type.size if isinstance(operand.type, Array) else None
    if size is not None and size.printable and size.hint is not None:
        return f"({size})", size.hint
    op = builder.maker(operand)
    called = _called(op) if isinstance(op, Apply) else None
    if op is None or called is None:
        return None
    template, function = called
    if template.partition("(")[0].partition(".")[0] in parameters:
        return None
    given = [_seen(builder, one, parameters) for one in op.operands]
    known = [one for one in given if one is not None]
    if len(known) < len(given):
        return None
    try:
        return template.format(*(text for text, _ in known)), function(*(number for _, number in known))
    except (ArithmeticError, TypeError, ValueError):
        return None


def _called(op: Apply) -> tuple[str, Callable[..., object]] | None:
    """The function of numbers that an op calls, and how that is written."""
    types = [one.type for one in (*op.operands, *op.results)]
    if not all(isinstance(type, Array) and not type.rank and type.dtype.kind in "if" for type in types):
        return None
    if op.primitive == "python" or (op.primitive == "astype" and op.attr("dtype") == np.int64):
        made = op.result.type
        assert isinstance(made, Array)
        return ("int({})", int) if made.dtype.kind == "i" else ("float({})", float)
    module, _, name = op.path.rpartition(".")
    function = find(op.path)
    if function is None or any(value not in (None, False) for _, value in op.attrs):
        return None
    if module == "operator" and name in _SIGNS:
        return f"({{}} {_SIGNS[name]} {{}})", function
    if module == "operator" and name == "neg":
        return "(-{})", function
    if module not in _MODULES:
        return None
    return f"{_MODULES[module]}{name}({', '.join('{}' for _ in op.operands)})", function
