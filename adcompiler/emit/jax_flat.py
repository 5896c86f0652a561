"""Tapes of tapes under XLA as one array, which the inner loops write themselves.

    for i: tape = zeros(m)                        for i:
           for j: tape[j] = v              ->         for j: tapes[i, j] = v
           tapes[i] = tape

Else each trip of the outer loop would copy a row into the outer tape, and out of it again in the adjoint sweep.
An op `record`, `recall` or `recorded` may have several slots for that: one for each leading axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from adcompiler.emit.jax_facts import Facts, of_shapes
from adcompiler.ir.core import Apply, For, Function, If, Op, Operand, Region, Value, While
from adcompiler.ir.rewrite import substitute_all, substituted
from adcompiler.ir.types import Seq

Places: TypeAlias = tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Flat:
    """A function whose tapes are flat.

    versions: for what loops carried of an inner tape, what they carry of the outer one instead.
    loops:    for each loop the one that it has become.
    """

    function: Function
    versions: Mapping[Value, Value]
    loops: Mapping[Op, Op]


@dataclass(frozen=True, slots=True)
class _Row:
    """An inner tape: made empty by one op, and recorded by one other in the same region."""

    made: Apply
    recorded: Apply
    before: tuple[Op, ...]  # what gives the slot of the outer tape, and has to stand before `made`


def flat(function: Function, stacked: frozenset[Value]) -> Flat:
    """The function with inner tapes as parts of outer ones, wherever that is possible; `stacked` are arrays."""
    if not any(isinstance(value.type, Seq) and isinstance(value.type.item, Seq) for value in stacked):
        return Flat(function, {}, {})
    facts = Facts(function)
    rows = _rows(function, facts, stacked)
    flattener = _Flattener(facts, rows)
    body = flattener.region(function.body, function.body.params) if rows else function.body
    return Flat(replace(function, body=body), flattener.versions, flattener.loops)


# -------------------------------------------------------------------------------------- which tapes are rows


def _rows(function: Function, facts: Facts, stacked: frozenset[Value]) -> dict[Value, _Row]:
    """The inner tapes that become rows, by the value that stands for their class."""
    root = facts.classes.root
    made: dict[Value, list[Apply]] = {}
    recorded: dict[Value, list[Apply]] = {}
    for op in facts.ops:
        if isinstance(op, Apply) and op.primitive == "tape":
            made.setdefault(root(op.result), []).append(op)
        if isinstance(op, Apply) and op.primitive == "record" and isinstance(op.operands[2].type, Seq):
            item = op.operands[2]
            assert isinstance(item, Value)
            recorded.setdefault(root(item), []).append(op)
    strange = _strange(function, facts)
    regions = dict(_regions(function.body))
    found: dict[Value, _Row] = {}
    for kind, makers in made.items():
        recorders = recorded.get(kind, [])
        if len(makers) != 1 or len(recorders) != 1 or kind in strange:
            continue
        (tape,), (record,) = makers, recorders
        outer = record.operands[0]
        assert isinstance(outer, Value)
        if tape.result not in stacked or outer not in stacked or of_shapes(tape.result.type):
            continue
        region = regions[tape]
        if regions[record] is not region or not _confined(facts, kind, tape):
            continue
        before = _moved(region, tape, record.operands[:2])
        if before is not None:
            found[kind] = _Row(tape, record, before)
    return found


def _strange(function: Function, facts: Facts) -> set[Value]:
    """The classes with a member that is read by anything but the recording and recalling of items."""
    found: set[Value] = set()

    def note(operands: Iterable[Operand]) -> None:
        found.update(
            facts.classes.root(v) for v in operands if isinstance(v, Value) and isinstance(v.type, Seq)
        )

    for op in facts.ops:
        match op:
            case (
                Apply(primitive="record" | "recall" | "recorded" | "tape" | "undefined")
                | If()
                | For()
                | While()
            ):
                pass
            case _:
                note((*op.operands, *op.results))
    note((*function.body.params, *function.body.results))
    return found


def _regions(region: Region) -> Iterator[tuple[Op, Region]]:
    """The region that each op stands in."""
    for op in region.ops:
        yield op, region
        for inner in () if isinstance(op, Apply) else op.regions:
            yield from _regions(inner)


def _confined(facts: Facts, kind: Value, tape: Apply) -> bool:
    """Whether branches and loops give out this tape only in the trip that makes it."""
    around = facts.inside[tape]
    return all(
        facts.inside[op][: len(around)] == around
        for op in facts.ops
        if not isinstance(op, Apply) or op.primitive == "undefined"
        if any(facts.same(result, kind) for result in op.results)
    )


def _moved(region: Region, tape: Apply, wanted: Places) -> tuple[Op, ...] | None:
    """The ops behind `tape` that have to stand before it, so that these values are there; None if they cannot."""
    place = region.ops.index(tape)
    made = {result: op for op in region.ops[place:] for result in op.results}
    found: dict[Op, None] = {}
    pending = [v for v in wanted if v in made]
    while pending:
        op = made[pending.pop()]
        if not isinstance(op, Apply) or op.primitive not in ("add", "subtract", "multiply", "floor_divide"):
            return None
        found[op] = None
        pending += [v for v in op.operands if v in made]
    return tuple(op for op in region.ops if op in found)


# ------------------------------------------------------------------------------------------------ rewriting


class _Flattener:
    def __init__(self, facts: Facts, rows: Mapping[Value, _Row]) -> None:
        self.facts = facts
        self.rows = rows
        self.makers = {row.made: row for row in rows.values()}
        self.recorders = {row.recorded for row in rows.values()}
        self.moved = {op for row in rows.values() for op in row.before}
        self.handles: dict[Value, tuple[Operand, Places]] = {}  # the outermost tape, and the slots of the row
        self.values: dict[Value, Operand] = {}
        self.versions: dict[Value, Value] = {}
        self.loops: dict[Op, Op] = {}

    def region(self, region: Region, params: tuple[Value, ...]) -> Region:
        """A region with rows written in place."""
        ops = [new for op in region.ops if op not in self.moved for new in self.op(op)]
        return Region(params, tuple(ops), tuple(self.given(v) for v in region.results))

    def given(self, operand: Operand) -> Operand:
        """What stands for an operand; for a row the outermost tape that it is part of."""
        if isinstance(operand, Value) and operand in self.handles:
            return self.handles[operand][0]
        return substituted(operand, self.values)

    def row_of(self, value: Operand) -> _Row | None:
        if not isinstance(value, Value) or not isinstance(value.type, Seq):
            return None
        return self.rows.get(self.facts.classes.root(value))

    def part(self, tape: Operand) -> tuple[Operand, Places]:
        """The outermost tape, and the slots that lead to this one."""
        if isinstance(tape, Value) and tape in self.handles:
            return self.handles[tape]
        return substituted(tape, self.values), ()

    def op(self, op: Op) -> Iterator[Op]:
        """What stands for an op."""
        match op:
            case Apply(primitive="tape") if op in self.makers:
                yield from self.started(self.makers[op], op.result)
            case Apply(primitive="undefined") if (row := self.row_of(op.result)) is not None:
                self.handles[op.result] = self.handles[row.made.result]
            case Apply(primitive="record", operands=(tape, _, item)) if op in self.recorders:
                assert isinstance(item, Value)
                whole, places = self.handles[item]
                if self.row_of(op.result) is not None:
                    self.handles[op.result] = whole, places[:-1]
                else:
                    self.values[op.result] = whole
            case Apply(primitive="record", operands=(tape, k, v)) if self.row_of(tape) is not None:
                whole, places = self.part(tape)
                slots = (*places, *substitute_all((k, v), self.values))
                new = self.version(op.result, whole, places)
                yield replace(op, operands=(whole, *slots), results=(new,))
            case Apply(primitive="recall", operands=(tape, k)) if self.row_of(op.result) is not None:
                whole, places = self.part(tape)
                self.handles[op.result] = whole, (*places, substituted(k, self.values))
            case Apply(primitive="recall", operands=(tape, k)) if self.row_of(tape) is not None:
                whole, places = self.part(tape)
                yield replace(op, operands=(whole, *places, substituted(k, self.values)))
            case Apply(primitive="recorded", operands=(x, tape, k)) if self.row_of(tape) is not None:
                whole, places = self.part(tape)
                yield replace(op, operands=(self.given(x), whole, *places, substituted(k, self.values)))
            case If():
                yield self.branch(op)
            case For() | While():
                yield self.loop(op)
            case _:
                yield replace(op, operands=tuple(self.given(v) for v in op.operands))

    def started(self, row: _Row, tape: Value) -> Iterator[Op]:
        """An empty row: the outer tape as it is, and the slot in which it will be recorded."""
        for op in row.before:
            assert isinstance(op, Apply)
            yield replace(op, operands=substitute_all(op.operands, self.values))
        outer, k = row.recorded.operands[:2]
        whole, places = self.part(outer)
        self.handles[tape] = whole, (*places, substituted(k, self.values))

    def version(self, value: Value, whole: Operand, places: Places) -> Value:
        """Another version of the outermost tape, in place of one of a row."""
        assert isinstance(whole, Value)
        new = Value(whole.type, whole.name)
        self.handles[value] = new, places
        self.versions[value] = new
        return new

    def branch(self, op: If) -> Op:
        condition = substituted(op.condition, self.values)
        then, orelse = (self.region(inner, ()) for inner in op.regions)
        results = self.carried(op.results, op.then.results)
        self.loops[op] = made = replace(op, condition=condition, then=then, orelse=orelse, results=results)
        return made

    def loop(self, op: For | While) -> Op:
        inits = tuple(self.given(v) for v in op.inits)
        if isinstance(op, For):
            params = (op.index, *self.carried(op.body.params[1:], op.inits))
            start, stop, step = substitute_all((op.start, op.stop, op.step), self.values)
            body = self.region(op.body, params)
            results = self.carried(op.results, op.inits)
            new: Op = replace(op, start=start, stop=stop, step=step, inits=inits, body=body, results=results)
        else:
            seen = self.carried(op.condition.params, op.inits)
            condition = self.region(op.condition, seen)
            params = self.carried(op.body.params, op.inits)
            body = self.region(op.body, params)
            results = self.carried(op.results, op.inits)
            new = replace(op, inits=inits, condition=condition, body=body, results=results)
        self.loops[op] = new
        return new

    def carried(self, values: tuple[Value, ...], like: tuple[Operand, ...]) -> tuple[Value, ...]:
        """What is carried in place of these values, each of which starts, or ends, as another."""
        return tuple(
            value if self.row_of(value) is None else self.version(value, *self.part(other))
            for value, other in zip(values, like, strict=True)
        )
