"""What the adjoint of a statement adds to one part of an array, it adds once.

    t = du[1:-1]; du[1:-1] = 0                    t = du[1:-1]
    t1 = t * k                                    t1 = t * k
    du[:-2] += t1                       ->        du[1:-1] += -2 * t1
    du[1:-1] += -2 * t1                           du[:-2] += t1
    du[2:] += t1                                  du[2:] += t1
    du[1:-1] += t

Sums may be taken in any order, so the terms of one part are brought together, also where something is added to the
whole array between them; a part that is set to zero first is set to their sum, and keeps what it has where that is
among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import TypeAlias, TypeGuard

from adcompiler.analysis.places import same_part, subscript_of, users_in
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, Op, Operand, Region, Value
from adcompiler.ir.index import is_basic
from adcompiler.ir.rewrite import map_regions, substitute, substituted
from adcompiler.primitives.build import apply


def adds(region: Region) -> Region:
    """The region with one addition to each part of an array in the adjoint of a statement."""
    ops = tuple(op if isinstance(op, Apply | Call) else map_regions(op, adds) for op in region.ops)
    return _merged(replace(region, ops=ops))


Part: TypeAlias = list[Apply]  # the writes to one part of an array, in order, or one to all of it
_TO_ALL = ("add", "subtract")


def _merged(region: Region) -> Region:
    users = users_in(region)
    makers = {result: op for op in region.ops for result in op.results}
    instead: dict[Op, list[Op]] = {}
    values: dict[Value, Operand] = {}
    for op in region.ops:
        if op in instead or not _begins(op):
            continue
        chain = _chain(op, users)
        parts = _parts(chain)
        if len(parts) < len(chain):
            builder = Builder(chain[-1].location)
            array = chain[0].operands[0]
            written = _write(builder, array, parts, makers)
            # the array may itself be what another chain wrote
            values[chain[-1].result] = substituted(written, values)
            instead.update((member, []) for member in chain)
            instead[chain[-1]] = builder.ops
    ops = tuple(new for op in region.ops for new in instead.get(op, [op]))
    return substitute(replace(region, ops=ops), values)


def _begins(op: Op) -> TypeGuard[Apply]:
    """Whether an op of the adjoint adds to a part of an array, or stores zero there."""
    match op:
        case Apply(primitive="add_at"):
            return op.location.adjoint
        case Apply(primitive="setitem", operands=(_, Const(value=0 | 0.0), *_)):
            return op.location.adjoint and is_basic(op.index, [o.type for o in subscript_of(op)])
    return False


def _chain(first: Apply, users: Mapping[Value, Sequence[Op | None]]) -> list[Apply]:
    """The writes of one statement's adjoint from the first one on that nothing stands between."""
    chain = [first]
    while True:
        match users.get(chain[-1].result, ()):
            case [Apply() as following] if _follows(chain[-1], following):
                chain.append(following)
            case _:
                return chain


def _follows(before: Apply, op: Apply) -> bool:
    """Whether an op of the same statement adds to what was written before, to a part of it or to all."""
    same = before.location.line, before.location.file, before.location.caller
    here = op.location.line, op.location.file, op.location.caller
    adds = op.primitive == "add_at" or (op.primitive in _TO_ALL and op.result.type == before.result.type)
    return adds and op.operands[0] is before.result and before.result not in op.operands[1:] and same == here


def _parts(chain: Sequence[Apply]) -> list[Part]:
    found: list[Part] = []
    for op in chain:
        part = next((part for part in found if _one_part(part[0], op)), None)
        if part is None:
            found.append([op])
        else:
            part.append(op)
    return found


def _one_part(a: Apply, b: Apply) -> bool:
    return a.primitive not in _TO_ALL and b.primitive not in _TO_ALL and same_part(a, b)


def _write(builder: Builder, array: Operand, parts: Sequence[Part], makers: Mapping[Value, Op]) -> Operand:
    """The array with each part written once; a store comes first, as it did before."""
    base = array
    for part in parts:
        if part[0].primitive in _TO_ALL:
            written = replace(part[0].result)
            builder.ops.append(replace(part[0], operands=(array, *part[0].operands[1:]), results=(written,)))
            array = written
            continue
        stored = [op for op in part if op.primitive == "setitem"]
        terms = [op.operands[1] for op in part if op.primitive == "add_at"]
        if stored and (kept := next((t for t in terms if _was_there(t, part[0], base, makers)), None)):
            terms.remove(kept)
            stored = []
        if not stored and not terms:
            continue
        value = reduce(partial(apply, builder, "add"), terms) if terms else part[0].operands[1]
        array = apply(
            builder,
            "setitem" if stored else "add_at",
            array,
            value,
            *subscript_of(part[0]),
            hint=part[0].result.name,
            index=part[0].index,
        )
    return array


def _was_there(term: Operand, write: Apply, array: Operand, makers: Mapping[Value, Op]) -> bool:
    """Whether a term is what was read from the part that a write goes to."""
    made = makers.get(term) if isinstance(term, Value) else None
    return (
        isinstance(made, Apply)
        and made.primitive == "getitem"
        and made.operands[0] is array
        and same_part(made, write)
    )
