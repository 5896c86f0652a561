"""Numbers that are of one dtype on one path and of another on the next, once a function is lowered.

    c = 1 if x > 0 else x; t = np.full(3, c); t[0] = 0.5       # an array of ints, or of floats

What is computed with such a number is the same for both, but an array made of it rounds what is stored there as its own
dtype says: so it must not be written.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.errors import CompileError
from adcompiler.frontend.kinds import declared, dtypes_in
from adcompiler.ir.core import Apply, Call, Const, Operand, Region, Value, walk
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.ir.types import Array

_NATIVE = "?ldD"  # the dtypes of Python's numbers


def settled(region: Region) -> Region:
    """The region with its constants in the dtypes that their names have; refuses writes that depend on the path."""
    joins = [op for op in walk(region) if isinstance(op, Apply) and op.primitive == "joined"]
    if not joins:
        return region
    _refuse_writes(region)
    values: dict[Value, Operand] = {}
    for op in joins:
        constant = _converted(op)
        if constant is not None:
            values[op.result] = constant
    return substitute(_without(region, values), values)


def _refuse_writes(region: Region) -> None:
    writes = [op for op in walk(region) if isinstance(op, Apply) and op.primitive in ("setitem", "add_at")]
    found = dtypes_in(region.ops) if writes else {}
    for op in writes:
        array = op.operands[0]
        kinds = found.get(array, frozenset()) if isinstance(array, Value) else frozenset()
        if kinds and kinds != declared(array.type):
            raise CompileError.at(
                op.location,
                f"this writes into an array of {' or '.join(sorted(map(str, kinds)))}, as the path decides: a number that "
                "it is made of has one dtype on one path and another on the other, and what is stored is rounded as "
                "that dtype says",
                "give the number one dtype on every path (`1.0` instead of `1`), or the array its own",
            )


def _converted(op: Apply) -> Const | None:
    """A constant in the dtype of the name that it is given to, where that changes nothing."""
    (operand,), type = op.operands, op.result.type
    if not isinstance(operand, Const) or not isinstance(type, Array) or type.dtype.char not in _NATIVE:
        return None
    scalar = type.dtype.type(operand.value)
    return Const(scalar.item()) if scalar == operand.value else None


def _without(region: Region, values: dict[Value, Operand]) -> Region:
    """The region without the ops that make values for which others stand."""
    ops = [
        op if isinstance(op, Apply | Call) else map_regions(op, lambda inner: _without(inner, values))
        for op in region.ops
        if not any(result in values for result in op.results)
    ]
    return replace(region, ops=tuple(ops))
