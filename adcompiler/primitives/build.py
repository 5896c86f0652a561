"""Applying a primitive: its type is inferred, constants are folded, the op is appended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import unknown
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.registry import PRIMITIVES, find

PYTHON_SCALARS = (bool, int, float, complex)


def apply(
    builder: Builder, name: str, *operands: Operand, path: str = "", hint: str = "", **attrs: object
) -> Operand:
    """Append a primitive and give its result; refuses, at the builder's location, what NumPy would refuse."""
    (result,) = apply_all(builder, name, *operands, path=path, hint=hint, **attrs)
    return result


def apply_all(
    builder: Builder, name: str, *operands: Operand, path: str = "", hint: str = "", **attrs: object
) -> tuple[Operand, ...]:
    """As apply, for a primitive that may have several results."""
    row = PRIMITIVES[name]
    path = path or (row.paths[0] if row.paths else "")
    if row.elementwise and path.startswith(("operator.", "math.")):
        folded = _fold(path, operands)
        if folded is not None:
            return (folded,)
    settings = {**row.defaults, **attrs}
    missing = row.operands[len(operands) :]
    operands = (*operands, *(Const(row.optional[operand]) for operand in missing))
    try:
        types = row.infer([operand.type for operand in operands], settings, path)
    except (TypeError, ValueError, IndexError) as problem:
        instead = getattr(problem, "__notes__", ["check the shapes and dtypes of the operands"])
        raise CompileError.at(builder.location, str(problem), "; ".join(instead)) from problem
    given = types if isinstance(types, tuple) else (types,)
    values = tuple(Value(counted(type), hint) for type in given)
    builder.ops.append(Apply(name, operands, values, tuple(settings.items()), path, builder.location))
    return values


def counted(type: Type) -> Type:
    """The type of a new value: that of a mask has a number of its own, of the elements that are true."""
    match type:
        case Array(dtype=dtype) if type.rank and dtype.kind == "b":
            return replace(type, size=unknown("count"))
    return type


def _fold(path: str, operands: tuple[Operand, ...]) -> Const | None:
    values = [operand.value for operand in operands if isinstance(operand, Const)]
    if len(values) != len(operands) or not all(type(value) in PYTHON_SCALARS for value in values):
        return None
    function = find(path)
    assert function is not None
    with np.errstate(all="ignore"):
        try:
            result = function(*values)
        except (ArithmeticError, ValueError, TypeError):
            return None
    # no subclass: NumPy's numbers are not folded
    if type(result) not in PYTHON_SCALARS or not isinstance(result, PYTHON_SCALARS):
        return None
    return Const(result)
