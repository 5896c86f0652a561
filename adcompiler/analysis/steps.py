"""Integers that every trip of a loop changes by the same number.

i = 1
while c: i += 2         i is 1 + 2 * k in the trip of number k
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from adcompiler.analysis.versions import carried
from adcompiler.ir.core import Apply, Const, For, Op, Operand, Value, While
from adcompiler.ir.types import Array


def steps(loop: For | While, makers: Mapping[Value, Op]) -> Iterator[tuple[int, int]]:
    """The carried integers to which each trip adds a constant, and that constant."""
    for slot, (param, end) in enumerate(zip(carried(loop), loop.body.results, strict=True)):
        if not is_integer(param) or not isinstance(end, Value):
            continue
        match makers.get(end):
            case Apply(primitive="add", operands=(a, Const(value=int() as step))) if a is param:
                yield slot, int(step)
            case Apply(primitive="add", operands=(Const(value=int() as step), a)) if a is param:
                yield slot, int(step)
            case Apply(primitive="subtract", operands=(a, Const(value=int() as step))) if a is param:
                yield slot, -int(step)


def is_integer(operand: Operand) -> bool:
    """Whether an operand is a Python integer or of the type of NumPy's indices, which do not overflow here."""
    type = operand.type
    return isinstance(type, Array) and not type.rank and type.dtype == np.dtype(np.int64)
