"""Elements whose place stays fixed while a loop runs, carried as numbers under XLA.

    for j:                                        t = A[i, k]; s = dA[i, k]
        dA[k, j] -= dA[i, j] * A[i, k]     ->     for j:
        dA[i, k] -= dA[i, j] * A[k, j]                dA[k, j] -= dA[i, j] * t
                                                      s -= dA[i, j] * A[k, j]
                                                  dA[i, k] = s

Each trip then reads and writes the array at fewer places, and XLA need not copy it to keep an old version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.analysis.distinct import Distinct
from adcompiler.analysis.places import accesses, affine, subscript_of
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, Function, Op, Operand, Region, Value
from adcompiler.ir.dims import Dim
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply

Key: TypeAlias = "tuple[tuple[Value | None, int], ...]"


def elements_apart(function: Function) -> Function:
    """The function whose loops carry what they can as numbers."""
    return replace(function, body=_Elements(Distinct(function.body)).region(function.body))


@dataclass(frozen=True, slots=True)
class _Element:
    """All reads and writes of one element in a loop body, whose place the loop does not change."""

    ops: list[Apply]

    @property
    def written(self) -> bool:
        return any(op.primitive != "getitem" for op in self.ops)


class _Elements:
    def __init__(self, distinct: Distinct) -> None:
        self.distinct = distinct

    def region(self, region: Region) -> Region:
        """A region with its loops rewritten, those inside others first."""
        return replace(region, ops=tuple(new for op in region.ops for new in self.op(op)))

    def op(self, op: Op) -> list[Op]:
        """What stands for an op."""
        if isinstance(op, Apply | Call):
            return [op]
        changed = map_regions(op, self.region)
        if not isinstance(changed, For):
            return [changed]
        before: list[Op] = []
        after: list[Op] = []
        for slot in range(len(changed.inits)):
            if elements := self.fixed(changed, slot):
                more, changed, behind = _carried(changed, slot, elements, self.distinct.makers)
                before += more
                after = [*behind, *after]
        return [*before, changed, *after]

    def fixed(self, loop: For, slot: int) -> list[_Element]:
        """The elements of a carried array at fixed places that no other access of a trip may reach."""
        type = loop.inits[slot].type
        found = accesses(loop, slot, rows=True) or []
        if not isinstance(type, Array) or not all(_least(size) > 0 for size in type.shape):
            return []  # there may be no element to read before the loop
        if all(op.primitive == "getitem" for op in found) or not all(_fits(op, type) for op in found):
            return []
        inside = {*loop.body.params, *(result for op in loop.body.ops for result in op.results)}
        groups: dict[Key, list[Apply]] = {}
        for op in found:
            groups.setdefault(tuple(affine(i, self.distinct.makers) for i in subscript_of(op)), []).append(op)
        return [
            _Element(ops)
            for key, ops in groups.items()
            if not any(base in inside for base, _ in key)
            and all(
                self.distinct(subscript_of(ops[0]), subscript_of(other), ops[0], other)
                for other in found
                if other not in ops
            )
        ]


def _carried(
    loop: For, slot: int, elements: list[_Element], makers: Mapping[Value, Op]
) -> tuple[list[Op], For, list[Op]]:
    """The ops before the loop, the loop, and the ops after it that put written elements back."""
    builder = Builder(loop.location)
    init, param, result = loop.inits[slot], loop.body.params[1 + slot], loop.results[slot]
    element = {op: each for each in elements for op in each.ops}
    places = {id(each): _outside(builder, each.ops[0], makers) for each in elements}
    now: dict[int, Operand] = {}
    inits: list[Operand] = []
    params: list[Value] = []
    for each in elements:
        op = each.ops[0]
        start = apply(builder, "getitem", init, *places[id(each)], index=op.index)
        now[id(each)] = start
        if each.written:
            inits.append(start)
            params.append(Value(start.type))
            now[id(each)] = params[-1]
    before = list(builder.ops)
    values: dict[Value, Operand] = {}
    ops: list[Op] = []
    for inner in loop.body.ops:
        found = element.get(inner) if isinstance(inner, Apply) else None
        if found is None or not isinstance(inner, Apply):
            ops.append(inner)
            continue
        array, *given = inner.operands
        match inner.primitive:
            case "getitem":
                values[inner.result] = now[id(found)]
                continue
            case "setitem":
                now[id(found)] = given[0]
            case "add_at":
                adding = Builder(inner.location)
                match makers.get(given[0]) if isinstance(given[0], Value) else None:
                    case Apply(primitive="negative", operands=(less,)):
                        now[id(found)] = apply(adding, "subtract", now[id(found)], less)
                    case _:
                        now[id(found)] = apply(adding, "add", now[id(found)], given[0])
                ops += adding.ops
        values[inner.result] = array
    ends = [now[id(each)] for each in elements if each.written]
    values = {value: _resolved(value, values) for value in values}
    body = Region((*loop.body.params, *params), tuple(ops), (*loop.body.results, *ends))
    body = substitute(body, values)
    finals = [Value(p.type) for p in params]
    whole = replace(result) if params else result
    made = replace(
        loop, inits=(*loop.inits, *inits), body=body, results=_with(loop.results, slot, whole, finals)
    )
    builder = Builder(loop.location)
    back: Operand = whole
    if params and body.results[slot] is param:  # nothing else is written to it
        made, back = _without(made, slot), init
    written = [each for each in elements if each.written]
    for each, final in zip(written, finals, strict=True):
        back = apply(builder, "setitem", back, final, *places[id(each)], index=each.ops[0].index)
    after = list(builder.ops)
    if after:
        last = after[-1]
        assert isinstance(last, Apply)
        after[-1] = replace(last, results=(result,))
    return before, made, after


def _with(results: tuple[Value, ...], slot: int, whole: Value, more: list[Value]) -> tuple[Value, ...]:
    return (*results[:slot], whole, *results[slot + 1 :], *more)


def _without(loop: For, slot: int) -> For:
    """The loop that reads an array from outside that it has carried unchanged."""
    param, init = loop.body.params[1 + slot], loop.inits[slot]
    params = (*loop.body.params[: 1 + slot], *loop.body.params[2 + slot :])
    results = (*loop.body.results[:slot], *loop.body.results[slot + 1 :])
    return replace(
        loop,
        inits=(*loop.inits[:slot], *loop.inits[slot + 1 :]),
        body=substitute(Region(params, loop.body.ops, results), {param: init}),
        results=(*loop.results[:slot], *loop.results[slot + 1 :]),
    )


def _outside(builder: Builder, op: Apply, makers: Mapping[Value, Op]) -> tuple[Operand, ...]:
    """The operands of a subscript as they are before the loop."""
    found: list[Operand] = []
    for operand in subscript_of(op):
        base, offset = affine(operand, makers)
        if base is None or base is operand:
            found.append(operand)
        elif offset < 0:
            found.append(apply(builder, "subtract", base, Const(-offset)))
        else:
            found.append(apply(builder, "add", base, Const(offset)))
    return tuple(found)


def _least(size: Dim) -> int:
    """The least that a size can be; axes of arguments have two elements where they have not none or one."""
    known = all(c > 0 and all(".shape[" in atom.text for atom in atoms) for atoms, c in size.terms)
    return size.const + 2 * sum(c for _, c in size.terms) if known else 0


def _fits(op: Apply, type: Array) -> bool:
    """Whether a subscript is made of numbers, constants of which lie inside, and what is written has the dtype."""
    places = subscript_of(op)
    for place, size in zip(places, type.shape, strict=False):
        if not isinstance(place.type, Array) or place.type.rank or place.type.dtype.kind not in "iu":
            return False
        if isinstance(place, Const) and not 0 <= place.integer < _least(size):
            return False
    if op.primitive == "getitem":
        return True
    v = op.operands[1].type
    return isinstance(v, Array) and v.dtype == type.dtype and v.shape == type.shape[len(places) :]


def _resolved(operand: Operand, values: Mapping[Value, Operand]) -> Operand:
    while isinstance(operand, Value) and operand in values:
        operand = values[operand]
    return operand
