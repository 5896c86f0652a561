"""In NumPy's code a name that has no value on some path cannot be measured there: it gets one without items.

    if c: tape = [...]                  if c: tape = [...]
    dtape = [0.0] * len(tape)     ->    else: tape = []
                                        dtape = [0.0] * len(tape)

The second derivative makes a zero cotangent for what the first one left undefined, which is as long as nothing.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.ir.types import Array, Seq
from adcompiler.primitives.build import apply

MEASURES = frozenset({"seq_zeros", "shape", "count", "size", "seq_length"})


def blank(function: Function) -> Function:
    """The function with blank values for what is undefined, and measured."""
    undefined = {
        op.result: op for op in walk(function.body) if isinstance(op, Apply) and op.primitive == "undefined"
    }
    wanted = undefined.keys() & _measured(function.body) if undefined else set()
    if not wanted:
        return function
    values: dict[Value, Operand] = {}
    return replace(function, body=substitute(_blanked(function.body, wanted, values), values))


def _measured(region: Region) -> set[Operand]:
    """What is measured, and what that may have been on each of the paths to it."""
    found: set[Operand] = set()
    sources: dict[Value, list[Operand]] = {}
    for op in walk(region):
        match op:
            case Apply():
                if op.primitive in MEASURES:
                    found.add(op.operands[0])
            case If():
                for k, result in enumerate(op.results):
                    sources[result] = [arm.results[k] for arm in op.regions]
            case For() | While():
                params = op.body.params[1:] if isinstance(op, For) else op.body.params
                for k, result in enumerate(op.results):
                    sources[result] = sources[params[k]] = [op.inits[k], op.body.results[k]]
    left = [value for value in found if value in sources]
    while left:
        value = left.pop()
        assert isinstance(value, Value)
        for source in sources[value]:
            if source not in found:
                found.add(source)
                left += [source] if source in sources else []
    return found


def _blanked(region: Region, wanted: set[Value], values: dict[Value, Operand]) -> Region:
    ops: list[Op] = []
    for op in region.ops:
        if isinstance(op, Apply) and not wanted.isdisjoint(op.results):
            builder = Builder(op.location)
            values[op.result] = _nothing(op.result, builder)
            ops += builder.ops or [op]
        elif isinstance(op, (Apply, Call)):
            ops.append(op)
        else:
            ops.append(map_regions(op, lambda inner: _blanked(inner, wanted, values)))
    return replace(region, ops=tuple(ops))


def _nothing(value: Value, builder: Builder) -> Operand:
    match value.type:
        case Seq(item=item):
            return apply(builder, "seq_make", item=item, hint=value.name)
        case Array(dtype=dtype, rank=rank) if rank:
            return apply(builder, "zeros", *[Const(0)] * rank, dtype=dtype, hint=value.name)
    return value
