"""Of which dtypes a number may be when the NumPy code runs, where paths of several dtypes meet."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Operand, Value, While
from adcompiler.ir.index import at_least
from adcompiler.ir.types import FLOAT, INT, Array, DType, Seq, Type
from adcompiler.primitives.registry import PRIMITIVES

Kinds = frozenset[DType]
# functions of Python that give one of their operands as it is
_ONE_OF = frozenset({"builtins.min", "builtins.max"})
# what a list, or a function that calls itself, may give where it is said to give a float
_EITHER = frozenset({FLOAT.dtype, INT.dtype})


def dtypes_of(operand: Operand, ops: tuple[Op, ...]) -> Kinds:
    """The dtypes that an operand may have after these ops; what lists hold may be ints."""
    return _of(operand, Dtypes(_EITHER).run(ops))


def dtypes_in(ops: tuple[Op, ...]) -> Mapping[Value, Kinds]:
    """The dtypes that the values of these ops may have; what lists hold has the dtype that it is said to have."""
    return Dtypes(frozenset({FLOAT.dtype})).run(ops)


def declared(type: Type) -> Kinds:
    """The dtype of a type."""
    return frozenset({type.dtype}) if isinstance(type, Array) else frozenset()


def _of(operand: Operand, found: Mapping[Value, Kinds]) -> Kinds:
    if isinstance(operand, Value) and operand in found:
        return found[operand]
    return declared(operand.type)


class Dtypes:
    """The dtypes that values may have, found op by op.

    floats: those of what lists hold, and of what a function that calls itself gives, where it is said to be a float.
    """

    def __init__(self, floats: Kinds) -> None:
        self.floats = floats
        self.found: dict[Value, Kinds] = {}

    def run(self, ops: tuple[Op, ...]) -> Mapping[Value, Kinds]:
        """Go over ops in order."""
        for op in ops:
            match op:
                case Apply(results=results):
                    self.found.update({value: self.given(op, value) for value in results})
                case Call(results=results):
                    self.found.update({value: self.perhaps(value.type) for value in results})
                case If(then=then, orelse=orelse):
                    self.run(then.ops)
                    self.run(orelse.ops)
                    for value, one, other in zip(op.results, then.results, orelse.results, strict=True):
                        self.found[value] = _of(one, self.found) | _of(other, self.found)
                case For() | While():
                    self.loop(op)
        return self.found

    def loop(self, op: For | While) -> None:
        """What is carried may have the dtype of the start, or of the end of any trip."""
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        start = {param: _of(init, self.found) for param, init in zip(params, op.inits, strict=True)}
        before: dict[Value, Kinds] = {}
        while start != before:
            before = dict(start)
            self.found.update(start)
            self.run(op.body.ops)
            for param, end in zip(params, op.body.results, strict=True):
                start[param] |= _of(end, self.found)
        for value, param, end in zip(op.results, params, op.body.results, strict=True):
            surely = isinstance(op, For) and _runs(op)
            self.found[value] = _of(end, self.found) if surely else start[param]

    def given(self, op: Apply, value: Value) -> Kinds:
        """The dtypes of the result of an op, for every dtype that its operands may have."""
        operands = [_of(operand, self.found) for operand in op.operands]
        if op.primitive == "joined" or op.path in _ONE_OF:
            return frozenset().union(*operands)
        types = [operand.type for operand in op.operands]
        if any(isinstance(type, Seq) for type in types):
            return self.perhaps(value.type)
        if [declared(type) for type in types] == operands:
            return declared(value.type)
        results: set[DType] = set()
        for dtypes in itertools.product(*(kinds or (None,) for kinds in operands)):
            given = [
                replace(type, dtype=dtype) if isinstance(type, Array) and dtype is not None else type
                for type, dtype in zip(types, dtypes, strict=True)
            ]
            try:
                made = PRIMITIVES[op.primitive].infer(given, dict(op.attrs), op.path)
            except (TypeError, ValueError):  # the program itself raises then
                continue
            results |= declared(made[op.results.index(value)] if isinstance(made, tuple) else made)
        return frozenset(results)

    def perhaps(self, type: Type) -> Kinds:
        """The dtypes of what a list holds."""
        return self.floats if declared(type) == {FLOAT.dtype} else declared(type)


def _runs(op: For) -> bool:
    """Whether there surely is a trip, decided by the sizes seen (and guarded)."""
    match op:
        case For(Const() as start, Const() as stop, Const() as step):
            return len(range(start.integer, stop.integer, step.integer)) > 0
        case For(Const(value=0), Value(type=Array(size=size)), Const(value=1)) if size is not None:
            return (size.printable or size.known is not None) and at_least(size, 1)
    return False
