"""What XLA has no function for, as the expression that has its value.

    y = stats.expon.pdf(x)                        y = where(x >= 0, exp(-x), 0)

The expression is that of the primitive's rule: `composed`, or `same`, of which its derivative is made as well.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Function, Op, Operand, Region, Value, walk
from adcompiler.ir.rewrite import map_regions, substitute, substituted
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.primitives.structure import array
from adcompiler.rules.language import Sym
from adcompiler.rules.registry import RULES
from adcompiler.transforms.cse import cse
from adcompiler.transforms.dce import dce


def compose(function: Function) -> Function:
    """The function without primitives that NumPy code alone can call, where an expression has their value."""
    callees = tuple(map(compose, function.callees))
    if any(map(_is_composite, walk(function.body))):
        function = replace(function, body=cse(dce(_composed(function.body))))
    return replace(function, callees=callees) if callees else function


def _is_composite(op: Op) -> bool:
    if not isinstance(op, Apply) or not PRIMITIVES[op.primitive].numpy_only:
        return False
    rule = RULES.get(op.primitive)
    return rule is not None and (rule.composed or rule.same) is not None


def _composed(region: Region) -> Region:
    values: dict[Value, Operand] = {}
    ops: list[Op] = []
    for op in region.ops:
        made = _expression(op, values) if isinstance(op, Apply) and _is_composite(op) else None
        if made is not None:
            ops += made
        else:
            ops.append(op if isinstance(op, (Apply, Call)) else map_regions(op, _composed))
    return substitute(replace(region, ops=tuple(ops)), values)


def _expression(op: Apply, values: dict[Value, Operand]) -> list[Op] | None:
    """The ops of the expression, whose value stands for the result; None where there is none for these operands."""
    row, rule = PRIMITIVES[op.primitive], RULES[op.primitive]
    expression = rule.composed or rule.same
    assert expression is not None
    builder = Builder(op.location)
    syms = [Sym(builder, substituted(operand, values)) for operand in op.operands]
    names: dict[str, object] = {**dict(op.attrs), **dict(zip(row.operands, syms, strict=False))}
    found = expression(**names)
    if found is None:
        return None
    result, dtype = found.operand, array(op.result.type).dtype
    if array(result.type).dtype != dtype:
        result = apply(builder, "astype", result, dtype=dtype)
    inner = _composed(Region((), tuple(builder.ops), (result,)))
    values[op.result] = inner.results[0]
    return list(inner.ops)
