"""Of which dtypes a number may be when the NumPy code runs, where paths of several dtypes meet."""

from __future__ import annotations

import itertools
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
    """The dtypes that an operand may have after these ops, which were lowered with `precise`."""
    found: dict[Value, Kinds] = {}
    _run(ops, found)
    return _of(operand, found)


def _of(operand: Operand, found: dict[Value, Kinds]) -> Kinds:
    if isinstance(operand, Value) and operand in found:
        return found[operand]
    return _declared(operand.type)


def _declared(type: Type) -> Kinds:
    return frozenset({type.dtype}) if isinstance(type, Array) else frozenset()


def _run(ops: tuple[Op, ...], found: dict[Value, Kinds]) -> None:
    for op in ops:
        match op:
            case Apply(results=results):
                found.update({value: _given(op, value, found) for value in results})
            case Call(results=results):
                found.update({value: _perhaps(value.type) for value in results})
            case If(then=then, orelse=orelse):
                _run(then.ops, found)
                _run(orelse.ops, found)
                for value, one, other in zip(op.results, then.results, orelse.results, strict=True):
                    found[value] = _of(one, found) | _of(other, found)
            case For() | While():
                _loop(op, found)


def _loop(op: For | While, found: dict[Value, Kinds]) -> None:
    """What is carried may have the dtype of the start, or of the end of any trip."""
    params = op.body.params[1:] if isinstance(op, For) else op.body.params
    start = {param: _of(init, found) for param, init in zip(params, op.inits, strict=True)}
    before: dict[Value, Kinds] = {}
    while start != before:
        before = dict(start)
        found.update(start)
        _run(op.body.ops, found)
        for param, end in zip(params, op.body.results, strict=True):
            start[param] |= _of(end, found)
    for value, param, end in zip(op.results, params, op.body.results, strict=True):
        found[value] = _of(end, found) if isinstance(op, For) and _runs(op) else start[param]


def _runs(op: For) -> bool:
    """Whether there surely is a trip, decided by the sizes seen (and guarded)."""
    match op:
        case For(Const() as start, Const() as stop, Const() as step):
            return len(range(start.integer, stop.integer, step.integer)) > 0
        case For(Const(value=0), Value(type=Array(size=size)), Const(value=1)) if size is not None:
            return (size.printable or size.known is not None) and at_least(size, 1)
    return False


def _given(op: Apply, value: Value, found: dict[Value, Kinds]) -> Kinds:
    """The dtypes of the result of an op, for every dtype that its operands may have."""
    operands = [_of(operand, found) for operand in op.operands]
    if op.primitive == "joined" or op.path in _ONE_OF:
        return frozenset().union(*operands)
    types = [operand.type for operand in op.operands]
    if any(isinstance(type, Seq) for type in types):
        return _perhaps(value.type)
    if [_declared(type) for type in types] == operands:
        return _declared(value.type)
    results: set[DType] = set()
    for dtypes in itertools.product(*(kinds or (None,) for kinds in operands)):
        given = [
            replace(type, dtype=dtype) if isinstance(type, Array) and dtype is not None else type
            for type, dtype in zip(types, dtypes, strict=True)
        ]
        made = PRIMITIVES[op.primitive].infer(given, dict(op.attrs), op.path)
        results |= _declared(made[op.results.index(value)] if isinstance(made, tuple) else made)
    return frozenset(results)


def _perhaps(type: Type) -> Kinds:
    return _EITHER if _declared(type) == {FLOAT.dtype} else _declared(type)
