"""Common subexpressions of the adjoint sweep.

    a = sin(x) * 2; da = g * sin(x)        becomes        t = sin(x); a = t * 2; da = g * t

The primal sweep keeps every op that the user wrote; ops of the adjoint are replaced by equal ones before them, and what
the primal computes twice is one value to the adjoint, so that it is not recorded twice. Views of memory that the adjoint
takes are not shared, so that no array must be kept longer in place. A tangent may stand before the op that it belongs
to, and compute what that needs too: then the op is the one that goes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from adcompiler.ir.core import Apply, Call, Const, For, If, Op, Operand, Region, Value, While
from adcompiler.ir.rewrite import map_regions, substitute_all
from adcompiler.ir.types import Array, Shape
from adcompiler.primitives.registry import PRIMITIVES

Key: TypeAlias = tuple[object, ...]
COMMUTATIVE = {"add", "multiply"}
MAKES_MEMORY = {"zeros_of", "full_of", "seq_zeros", "seq_blank", "seq_make", "tape", "copy"} | {
    "array",
    "undefined",
    "setitem",
    "add_at",
}


def cse(region: Region) -> Region:
    """The region with every pure op of the adjoint sweep computed once where that is possible."""
    return _Cse().region(region, {}, False)


class _Cse:
    """`values`: what stands for a value; `twins`: what the adjoint reads for one of the primal sweep."""

    def __init__(self) -> None:
        self.values: dict[Value, Operand] = {}
        self.twins: dict[Value, Operand] = {}
        self.ours: set[Value] = set()  # what the adjoint makes
        self.depth = 0

    def region(self, region: Region, seen: dict[Key, tuple[Value, ...]], adjoint: bool) -> Region:
        """A region of one sweep or the other; `seen` are the ops before it."""
        seen = dict(seen)
        self.depth += 1
        ops = tuple(new for new in (self.op(op, seen) for op in region.ops) if new is not None)
        self.depth -= 1
        return Region(region.params, ops, self.read(region.results, adjoint))

    def read(self, operands: tuple[Operand, ...], adjoint: bool) -> tuple[Operand, ...]:
        """What a sweep reads for operands."""
        operands = substitute_all(operands, self.values)
        return substitute_all(operands, self.twins) if adjoint else operands

    def op(self, op: Op, seen: dict[Key, tuple[Value, ...]]) -> Op | None:
        """An op that reads what stands for its operands; None where an equal op stands for it."""
        adjoint = op.location.adjoint
        match op:
            case Apply():
                op = replace(op, operands=self.read(op.operands, adjoint))
                return op if self.first(op, seen) else None
            case Call():
                return replace(op, operands=self.read(op.operands, adjoint))
            case If():
                (condition,) = self.read((op.condition,), adjoint)
                op = replace(op, condition=condition)
            case For():
                start, stop, step, *inits = self.read(op.operands, adjoint)
                op = replace(op, start=start, stop=stop, step=step, inits=tuple(inits))
            case While():
                op = replace(op, inits=self.read(op.inits, adjoint))
        return map_regions(op, lambda inner: self.region(inner, seen, adjoint))

    def first(self, op: Apply, seen: dict[Key, tuple[Value, ...]]) -> bool:
        """Whether an op is to stay: in the adjoint sweep, if there is none before it that is equal."""
        adjoint = op.location.adjoint
        key = _key(op, self.read(op.operands, True), views=not adjoint)
        if key is None or seen.setdefault(key, op.results) is op.results:
            self.ours.update(op.results if adjoint else ())
            return True
        if self.ours.issuperset(seen[key]) and not any(result.name for result in op.results):
            self.values.update(zip(op.results, seen[key], strict=True))
            return False
        if adjoint or self.depth > 1:
            # outside loops and branches the value is at hand under the name that it has
            (self.values if adjoint else self.twins).update(zip(op.results, seen[key], strict=True))
        return not adjoint


def _key(op: Apply, operands: tuple[Operand, ...], views: bool) -> Key | None:
    row = PRIMITIVES[op.primitive]
    if row.effect or op.primitive in MAKES_MEMORY:
        return None
    kinds: list[object] = []
    for type in (result.type for result in op.results):
        if isinstance(type, Array) and (views or not (type.rank and row.view)):
            kinds.append((type.dtype, type.weak))
        elif not isinstance(type, Shape):
            return None
    read = tuple(
        (o.value, str(o.value), o.value.__class__) if isinstance(o, Const) else id(o) for o in operands
    )
    if op.primitive in COMMUTATIVE:
        read = tuple(sorted(read, key=repr))
    try:
        key = (op.primitive, read, op.attrs, *kinds)
        hash(key)
    except TypeError:
        return None
    return key
