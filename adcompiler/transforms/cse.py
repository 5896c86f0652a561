"""Common subexpressions of the adjoint sweep.

    a = sin(x) * 2; da = g * sin(x)        becomes        t = sin(x); a = t * 2; da = g * t

The primal sweep keeps every op that the user wrote; ops of the adjoint are replaced by equal ones before them. Only
values that are not views of memory are shared, so that no array must be kept longer in place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Operand, Region, Value, While
from adcompiler.ir.rewrite import substitute_all, substituted
from adcompiler.ir.types import Array, Shape
from adcompiler.primitives.registry import PRIMITIVES

Key: TypeAlias = tuple[object, ...]
MAKES_MEMORY = {"zeros_of", "full_of", "seq_zeros", "seq_blank", "seq_make", "tape", "copy"} | {
    "array",
    "undefined",
    "setitem",
    "add_at",
}


def cse(region: Region) -> Region:
    """The region with every pure op of the adjoint sweep computed once where that is possible."""
    return _region(region, {}, {})


def _region(region: Region, seen: dict[Key, tuple[Value, ...]], values: dict[Value, Operand]) -> Region:
    ops: list[Op] = []
    seen = dict(seen)
    for op in region.ops:
        match op:
            case Apply():
                op = replace(op, operands=substitute_all(op.operands, values))
                key = _key(op)
                if key is not None and op.location.adjoint and key in seen:
                    values.update(zip(op.results, seen[key], strict=True))
                    continue
                if key is not None:
                    seen.setdefault(key, op.results)
                ops.append(op)
            case Call():
                ops.append(replace(op, operands=substitute_all(op.operands, values)))
            case If():
                ops.append(
                    replace(
                        op,
                        condition=substituted(op.condition, values),
                        then=_region(op.then, seen, values),
                        orelse=_region(op.orelse, seen, values),
                    )
                )
            case For():
                start, stop, step = substitute_all((op.start, op.stop, op.step), values)
                inits = substitute_all(op.inits, values)
                ops.append(
                    replace(
                        op,
                        start=start,
                        stop=stop,
                        step=step,
                        inits=inits,
                        body=_region(op.body, seen, values),
                    )
                )
            case While():
                inits = substitute_all(op.inits, values)
                test = _region(op.condition, seen, values)
                ops.append(replace(op, inits=inits, condition=test, body=_region(op.body, seen, values)))
    return Region(region.params, tuple(ops), substitute_all(region.results, values))


def _key(op: Apply) -> Key | None:
    row = PRIMITIVES[op.primitive]
    if row.effect or op.primitive in MAKES_MEMORY:
        return None
    types = [result.type for result in op.results]
    if not all(isinstance(t, Shape) or (isinstance(t, Array) and not (t.rank and row.view)) for t in types):
        return None
    operands = tuple(
        (o.value, str(o.value), o.value.__class__) if isinstance(o, Const) else id(o) for o in op.operands
    )
    try:
        key = (op.primitive, operands, op.attrs)
        hash(key)
    except TypeError:
        return None
    return key
