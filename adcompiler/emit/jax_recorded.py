"""Arrays that are written to after they were recorded, bound to their record for XLA.

    tape[k] = c                     tape[k] = c
    for i: c[i] = ...        ->     c = recorded(c, tape, k)
                                    for i: c[i] = ...

The record reads the array, and nothing else makes what follows wait for it, so that XLA's CPU compiler copies the array
before it is written to. One element that is read back from the tape makes it wait.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.emit.jax_facts import Facts
from adcompiler.emit.jax_fusion import in_place
from adcompiler.ir.core import Apply, Call, For, Function, Op, Operand, Region, Value, While, walk
from adcompiler.ir.rewrite import map_regions, substitute_all, substitute_op
from adcompiler.ir.types import Array


def bound_to_records(function: Function) -> Function:
    """The function with such arrays bound, if XLA is to write where arrays lie."""
    if not any(map(_recorded, walk(function.body))) or not in_place(Facts(function)):
        return function
    return replace(function, body=_bound(function.body))


def _recorded(op: Op) -> Value | None:
    """The array that an op records."""
    match op:
        case Apply(primitive="record", operands=(_, _, Value(type=Array(rank=rank)) as item)) if rank:
            return item
    return None


def _bound(region: Region) -> Region:
    ops: list[Op] = []
    values: dict[Value, Operand] = {}
    for place, found in enumerate(region.ops):
        op = substitute_op(found, values)
        ops.append(op if isinstance(op, Apply | Call) else map_regions(op, _bound))
        array = _recorded(found)
        if array is not None and _is_written(array, region, place + 1):
            _, k, item = op.operands
            again = replace(array)
            ops.append(Apply("recorded", (item, *op.results, k), (again,), location=op.location))
            values[array] = again
    return Region(region.params, tuple(ops), substitute_all(region.results, values))


def _is_written(item: Operand, region: Region, place: int) -> bool:
    """Whether an array is written to from a place in a region on, or a loop may do so."""
    for op in region.ops[place:]:
        match op:
            case Apply(primitive="setitem" | "add_at", operands=(array, *_)) if array is item:
                return True
            case For(inits=inits) | While(inits=inits) if item in inits:
                return True
    return False
