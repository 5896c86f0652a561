"""Slices of a vector that are added to one after another, in one sum for XLA.

    du[1:-1] += -2 * t; du[:-2] += t; du[2:] += t
    ->
    du + pad(-2 * t, (1, 1)) + pad(t, (0, 2)) + pad(t, (2, 0))

XLA's CPU compiler goes over the vector once for the sum, and for each slice otherwise, with a copy of the vector in a
loop: half the time for a stencil of three points on 1,000 numbers, the same on 100,000. Two slices gain nothing, nor
do arrays of two axes, whose padding it does not vectorise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adcompiler.analysis.places import subscript_of, users_in
from adcompiler.emit.jax_facts import Facts
from adcompiler.emit.jax_fusion import in_place
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, Function, Op, Operand, Region, Value, walk
from adcompiler.ir.index import Slice
from adcompiler.ir.rewrite import map_regions, substitute, substituted
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply

FEWEST = 3


def sums_of_pads(function: Function) -> Function:
    """The function with such sums, unless XLA is not to fuse it."""
    if not any(isinstance(op, Apply) and _widths(op) for op in walk(function.body)) or in_place(
        Facts(function)
    ):
        return function
    return replace(function, body=_padded(function.body))


def _padded(region: Region) -> Region:
    users = users_in(region)
    instead: dict[Op, list[Op]] = {}
    values: dict[Value, Operand] = {}
    for op in region.ops:
        if op not in instead and len(chain := _chain(op, users)) >= FEWEST:
            builder = Builder(chain[-1].location)
            values[chain[-1].result] = substituted(_sum(builder, chain), values)
            instead.update((write, []) for write in chain)
            instead[chain[-1]] = builder.ops
    ops = [new for op in region.ops for new in instead.get(op, [op])]
    inner = tuple(op if isinstance(op, Apply | Call) else map_regions(op, _padded) for op in ops)
    return substitute(replace(region, ops=inner), values)


def _chain(first: Op, users: Mapping[Value, Sequence[Op | None]]) -> list[Apply]:
    """The additions to slices of one vector from an op on that nobody reads between."""
    chain: list[Apply] = []
    following: Op | None = first
    while isinstance(following, Apply) and _widths(following) is not None:
        chain.append(following)
        readers = users.get(following.result, ())
        following = readers[0] if len(readers) == 1 else None
        if isinstance(following, Apply) and chain[-1].result in following.operands[1:]:
            break
    return chain


def _widths(op: Apply) -> tuple[int, int] | None:
    """How many elements lie before and behind the slice of a vector that an op adds to, if it does so."""
    if op.primitive != "add_at" or len(op.index) != 1 or not isinstance(op.index[0], Slice):
        return None
    vector, term = op.operands[0].type, op.operands[1].type
    assert isinstance(vector, Array)
    if not isinstance(term, Array) or (vector.rank, term.rank, term.dtype) != (1, 1, vector.dtype):
        return None
    given = subscript_of(op)
    entry = op.index[0]
    ends = [None if place is None else given[place] for place in (entry.start, entry.stop, entry.step)]
    match ends:
        case [None | Const(value=int()) as start, None | Const(value=int()) as stop, None]:
            before, behind = start.integer if start else 0, -stop.integer if stop else 0
            # an index from the other end, or a slice that is shorter than that in a vector too short
            fits = before >= 0 and behind >= 0 and term.shape[0] + (before + behind) == vector.shape[0]
            return (before, behind) if fits else None
    return None


def _sum(builder: Builder, chain: Sequence[Apply]) -> Operand:
    total = chain[0].operands[0]
    for op in chain:
        padded = apply(builder, "pad", op.operands[1], pad_width=_widths(op))
        name = op.result.name if op is chain[-1] else ""
        total = apply(builder, "add", total, padded, path="operator.add", hint=name)
    return total
