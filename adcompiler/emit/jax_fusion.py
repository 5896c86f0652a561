"""Whether XLA's CPU compiler should fuse what the loops of a program compute.

A fusion reads an array again wherever its element is needed, and what is written to the array in between makes XLA
copy it in each trip. Without fusions, loops over elements stay in place, and whole arrays take longer.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcompiler.analysis.ranges import Ranges, naturals
from adcompiler.emit.jax_facts import INDEXED, Facts
from adcompiler.ir.core import Apply, Const, For, If, Op, Operand, Value, While
from adcompiler.ir.index import At
from adcompiler.ir.types import Array
from adcompiler.primitives.registry import PRIMITIVES

# these give a version of their first operand, or what has no elements yet
_IN_PLACE = frozenset({"setitem", "add_at", "copy", "record", "tape", "undefined"})


def by_element(facts: Facts) -> bool:
    """Whether XLA should not fuse: loops write elements, and those inside all others compute numbers only.

    Where a loop around them works on whole arrays, elements have to be in sight too: what data compute for a subscript
    makes the body of a loop so long that XLA, when it does not fuse, runs it op by op.
    """
    looped = [op for op in facts.ops if isinstance(op, Apply) and _around(facts, op)]
    outer = {loop for op in facts.ops if isinstance(op, For | While) for loop in _around(facts, op)}
    innermost = [op for op in looped if _around(facts, op)[-1] not in outer]
    if not any(op.primitive in _IN_PLACE for op in innermost) or not _numbers(innermost):
        return False
    return _numbers(looped) or (_in_sight(facts, innermost) and not _branched(facts))


def _around(facts: Facts, op: Op) -> list[For | While]:
    """The loops around an op that are loops for XLA."""
    return [loop for loop in facts.loops_around(op) if loop not in facts.unrolled]


def _numbers(ops: Sequence[Apply]) -> bool:
    """Whether ops make numbers, tapes and versions of arrays."""
    return all(
        op.primitive in _IN_PLACE or not isinstance(result.type, Array) or not result.type.rank
        for op in ops
        for result in op.results
    )


def _branched(facts: Facts) -> bool:
    """Whether a branch in a loop gives an array, which XLA copies in any case."""
    branches = [op for op in facts.ops if isinstance(op, If) and _around(facts, op)]
    return any(isinstance(r.type, Array) and r.type.rank > 0 for op in branches for r in op.results)


def _in_sight(facts: Facts, ops: Sequence[Apply]) -> bool:
    """Whether all subscripts are integers that are sure not to be negative, or near the indices of loops."""
    body = facts.function.body
    natural = naturals(body, Ranges(body))

    def near(operand: Operand) -> bool:
        if not isinstance(operand, Value):
            return True
        if operand in natural or operand in facts.index_of:
            return True
        match facts.defs.get(operand):
            case Apply(primitive="add" | "subtract", operands=(base, Const(value=int()))):
                return near(base)
            case If(then=then, orelse=orelse, results=results):
                place = results.index(operand)
                return near(then.results[place]) and near(orelse.results[place])
        return False

    return all(
        all(isinstance(entry, At) for entry in op.index)
        and all(map(near, op.operands[len(PRIMITIVES[op.primitive].operands) :]))
        for op in ops
        if op.primitive in INDEXED
    )
