"""What one trip of a loop does in a row of an array, done in the row alone under XLA.

    t = dA[i, i]; dA[i, i] = 0                    row = dA[i]
    dA[i] += v                             ->     t = row[i]; row[i] = 0
    dA[i, i] += t                                 row += v; row[i] += t
                                                  dA[i] = row

XLA fuses what is done in a row into one pass over it. Several updates of the array, with what is read between them,
make it copy all of the array in each trip. A row is what a number of leading integers picks.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.analysis.distinct import Distinct
from adcompiler.analysis.places import Place, affine, subscript_of, users_in
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, For, Function, Op, Operand, Region, Structured, Value, While
from adcompiler.ir.dims import Dim
from adcompiler.ir.index import At, Index, NewAxis, Slice, is_basic, result_shape
from adcompiler.ir.rewrite import map_regions, substitute_all, substitute_op
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.build import apply

Users: TypeAlias = Mapping[Value, Sequence[Op | None]]

_ACCESS = frozenset({"getitem", "setitem", "add_at"})


def rows_at_once(function: Function) -> Function:
    """The function whose loops read and write a row as a whole, once a trip, where they go over it anyway."""
    return replace(function, body=_Rows(Distinct(function.body)).region(function.body, looped=False))


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """The accesses of one trip to one row, picked by the integers `place`."""

    place: tuple[Operand, ...]
    ops: list[Apply]

    @property
    def writes(self) -> list[Apply]:
        return [op for op in self.ops if op.primitive != "getitem"]


class _Rows:
    def __init__(self, distinct: Distinct) -> None:
        self.distinct = distinct

    def region(self, region: Region, looped: bool) -> Region:
        """A region with the bodies of its loops rewritten, those inside others first."""
        ops = tuple(op if isinstance(op, Apply | Call) else self.inside(op, looped) for op in region.ops)
        made = replace(region, ops=ops)
        return self.rewritten(made) if looped else made

    def inside(self, op: Structured, looped: bool) -> Op:
        """An op with its regions rewritten."""
        looped = looped or isinstance(op, For | While)
        return map_regions(op, lambda inner: self.region(inner, looped))

    def rewritten(self, region: Region) -> Region:
        """A loop's region, or one inside it, in which rows are read and written once."""
        users = users_in(region)
        seen: set[Operand] = set()
        for op in region.ops:
            if isinstance(op, Apply) and op.primitive in _ACCESS and op.operands[0] not in seen:
                chain = _chain(op.operands[0], users)
                seen.update(chain)
                if rows := self.rows(chain, users):
                    return self.rewritten(_in_rows(region, chain, rows, self.distinct.makers))
        return region

    def rows(self, chain: Sequence[Operand], users: Users) -> list[_Row]:
        """The rows of an array that are worth it; none if one that is reached may be another."""
        type = chain[0].type
        found = [op for version in chain for op in _accesses(version, users)]
        found = [op for op in found if op.primitive == "getitem" or op.result in chain]
        if not isinstance(type, Array) or not all(map(is_plain, found)):
            return []
        depth = min((leading(op.index) for op in found), default=0)
        rows: dict[tuple[Place, ...], _Row] = {}
        for op in found:
            place = _place(op)[:depth]
            if not 0 < depth < type.rank or not all(map(self.distinct.natural, place)):
                return []
            key = tuple(affine(i, self.distinct.makers) for i in place)
            rows.setdefault(key, _Row(place, [])).ops.append(op)
        if not all(self.apart(a.place, b.place) for a, b in itertools.combinations(rows.values(), 2)):
            return []
        return [row for row in rows.values() if _pays(row, depth)]

    def apart(self, a: tuple[Operand, ...], b: tuple[Operand, ...]) -> bool:
        """Whether two places surely differ."""
        return any(map(self.distinct.differ, a, b))


def _chain(first: Operand, users: Users) -> list[Operand]:
    """The versions of an array that follow each other; those between are used by reads and one write only."""
    chain = [first]
    while isinstance(last := chain[-1], Value):
        found = _accesses(last, users)
        writes = [op for op in found if op.primitive != "getitem"]
        if len(writes) != 1 or (len(chain) > 1 and len(found) < len(users[last])):
            break
        chain.append(writes[0].result)
    return chain


def _accesses(version: Operand, users: Users) -> list[Apply]:
    """The ops of the region itself that read or write elements of a version of an array."""
    return [
        op
        for op in (users.get(version, ()) if isinstance(version, Value) else ())
        if isinstance(op, Apply)
        and op.primitive in _ACCESS
        and op.operands[0] is version
        and version not in op.operands[1:]
    ]


def is_plain(op: Apply) -> bool:
    """Whether a subscript is made of integers and slices."""
    basic = is_basic(op.index, [operand.type for operand in subscript_of(op)])
    return basic and not any(isinstance(entry, NewAxis) for entry in op.index)


def leading(index: Index) -> int:
    """How many integers a subscript begins with."""
    return sum(1 for _ in itertools.takewhile(lambda entry: isinstance(entry, At), index))


def _place(op: Apply) -> tuple[Operand, ...]:
    """The integers that a subscript begins with."""
    given = subscript_of(op)
    return tuple(given[entry.operand] for entry in op.index[: leading(op.index)] if isinstance(entry, At))


def _pays(row: _Row, depth: int) -> bool:
    """Whether a row is gone over, and written to more than once, or as a whole after reads of its elements."""
    wide = [op for op in row.ops if goes_over(op, depth)]
    parts = any(len(op.index) > depth for op in row.ops)
    several = len(row.writes) > 1 or (parts and any(op in wide for op in row.writes))
    return bool(wide) and several


def goes_over(op: Apply, depth: int) -> bool:
    """Whether an access goes over its row, or all but the ends of it."""
    if any(isinstance(entry, At) for entry in op.index[depth:]):
        return False
    type = op.operands[0].type
    assert isinstance(type, Array)
    sizes = result_shape(type.shape, op.index, [operand.type for operand in subscript_of(op)])
    return all(map(_almost, sizes, type.shape[depth:]))


def _almost(part: Dim, size: Dim) -> bool:
    """Whether a part is as long as the axis, but for a number of elements that is fixed and not most of them."""
    less = (size - part).known
    return less is not None and (size.known is None or 2 * less <= size.known)


def _in_rows(
    region: Region, chain: Sequence[Operand], rows: Sequence[_Row], makers: Mapping[Value, Op]
) -> Region:
    """The region with rows read before their first access and written after their last write."""
    number = {version: k for k, version in enumerate(chain)}
    row_of = {op: row for row in rows for op in row.ops}
    parts: dict[_Row, list[tuple[int, Operand]]] = {}  # what a row holds from a version on
    values: dict[Value, Operand] = {}
    ops: list[Op] = []
    for op in region.ops:
        made = substitute_op(op, values)
        row = row_of.get(op) if isinstance(op, Apply) else None
        if row is None or not isinstance(op, Apply) or not isinstance(made, Apply):
            ops.append(made)
            continue
        builder = Builder(op.location)
        index: Index = tuple(At(k) for k in range(len(row.place)))
        version = number[op.operands[0]]
        if row not in parts:
            parts[row] = [(0, apply(builder, "getitem", made.operands[0], *row.place, index=index))]
        part = next(held for since, held in reversed(parts[row]) if since <= version)
        part = accessed(builder, made, part, len(row.place), makers)
        if op.primitive == "getitem":
            values[op.result] = part
        elif op is row.writes[-1]:
            apply(builder, "setitem", made.operands[0], part, *row.place, index=index)
            last = builder.ops[-1]
            assert isinstance(last, Apply)
            builder.ops[-1] = replace(last, results=op.results)
        else:
            values[op.result] = made.operands[0]
        if op.primitive != "getitem":
            parts[row].append((version + 1, part))
        ops += builder.ops
    return Region(region.params, tuple(ops), substitute_all(region.results, values))


def accessed(builder: Builder, op: Apply, part: Operand, depth: int, makers: Mapping[Value, Op]) -> Operand:
    """What an access reads of a row, or makes of it."""
    given = subscript_of(op)
    rest: list[Operand] = []

    def number(k: int) -> int:
        rest.append(given[k])
        return len(rest) - 1

    def bound(k: int | None) -> int | None:
        return None if k is None else number(k)

    index: list[At | Slice | NewAxis] = []
    for entry in op.index[depth:]:
        match entry:
            case At(k):
                index.append(At(number(k)))
            case Slice(start, stop, step):
                index.append(Slice(bound(start), bound(stop), bound(step)))
    if all(entry == Slice() for entry in index):
        index.clear()
    if op.primitive == "getitem":
        return apply(builder, "getitem", part, *rest, index=tuple(index)) if index else part
    v = op.operands[1]
    if index or not _fills(v.type, part.type):
        return apply(builder, op.primitive, part, v, *rest, index=tuple(index) or (Slice(),))
    if op.primitive == "setitem":
        return v
    match makers.get(v) if isinstance(v, Value) else None:
        case Apply(primitive="negative", operands=(less,)):
            return apply(builder, "subtract", part, less)
    return apply(builder, "add", part, v)


def _fills(v: Type, part: Type) -> bool:
    """Whether a value has the shape and the dtype of what it is written to, so that nothing is broadcast."""
    if (
        not isinstance(v, Array)
        or not isinstance(part, Array)
        or v.dtype != part.dtype
        or v.rank != part.rank
    ):
        return False
    return all(
        a == b or (a.hint == b.hint and a.hint not in (None, 1))
        for a, b in zip(v.shape, part.shape, strict=True)
    )
