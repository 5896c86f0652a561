"""Makes available to the adjoint sweep the values of the primal sweep that it reads inside loops and branches.

    for i: s = s * x[i]                  tape = []; for i: tape.append(s); s = s * x[i]
    for i backwards: dx[i] += ds * s     for i backwards: s = tape[i]; dx[i] += ds * s

Each such value is, in this order of preference: the index itself; computed again where that is cheap and all that it
needs is at hand; re-read from an array whose element is not overwritten any more; else recorded, one slot a trip. A
carried value that is needed before and after a trip is recorded once, with one slot more. Values of a branch become
results of the If. (Griewank and Walther, Evaluating Derivatives, 2nd ed., chapter 12; Hascoet et al., The "to be
recorded" analysis, 2005.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adcompiler.analysis.overwrites import surviving_read
from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    If,
    Op,
    Operand,
    Region,
    Value,
    While,
    free_values,
    walk,
)
from adcompiler.ir.rewrite import substitute_op, substituted
from adcompiler.ir.types import Array, Seq, Shape
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES

LONGEST_CHAIN = 12


@dataclass(slots=True)
class _Tape:
    """One recorded value of a loop: where its tape starts, is carried and ends."""

    value: Value
    item: Value
    param: Value
    result: Value
    after: Value | None = None  # the value after the trip, when both are needed


@dataclass(slots=True)
class _Site:
    """Where a value of the primal sweep is defined: in which arm or body of which op."""

    tag: int
    arm: int


@dataclass(slots=True)
class _Export:
    """What a structured op of the primal sweep must give out in addition."""

    tapes: list[_Tape] = field(default_factory=list)
    values: list[tuple[Value, Value]] = field(default_factory=list)
    shapes: dict[Value, Apply] = field(
        default_factory=dict
    )  # shapes to be taken of values where these are made


def record(region: Region) -> Region:
    """The region with every foreign read of its adjoint sweep made available."""
    return _Recorder(region).run()


class _Recorder:
    def __init__(self, region: Region) -> None:
        self.region = region
        self.ops: dict[int, If | For | While] = {}
        self.sites: dict[Value, _Site] = {}
        self.parents: dict[int, int] = {}
        self.makers: dict[Value, Op] = {}
        self.exports: dict[int, _Export] = {}
        self.visible: dict[
            tuple[object, ...], Value
        ] = {}  # an array of each shape that the whole region sees
        made = (result for op in region.ops if not op.location.adjoint for result in op.results)
        for value in (*region.params, *made):
            if isinstance(value.type, Array) and value.type.rank:
                self.visible.setdefault(value.type.shape, value)
        self._index(region.ops, None)

    def _index(self, ops: tuple[Op, ...], site: _Site | None) -> None:
        for op in ops:
            for value in op.results:
                self.makers[value] = op
                if site is not None:
                    self.sites[value] = site
            if isinstance(op, (Apply, Call)) or op.reverses is not None:
                continue
            self.ops[op.tag] = op
            if site is not None:
                self.parents[op.tag] = site.tag
            arms = op.regions if isinstance(op, If) else (op.body,)
            for arm, inner in enumerate(arms):
                here = _Site(op.tag, arm)
                for param in inner.params:
                    self.sites[param] = here
                self._index(inner.ops, here)

    def run(self) -> Region:
        """Resolve the adjoint ops, then give out of the primal ops what that took."""
        adjoint = [self._resolve(op) if not isinstance(op, Apply) else op for op in self.region.ops]
        ops: list[Op] = []
        for op in adjoint:
            ops.extend(
                self._exported(op) if not isinstance(op, (Apply, Call)) and op.reverses is None else [op]
            )
        return replace(self.region, ops=tuple(ops))

    # -------------------------------------------------------------------------------------------- adjoint side

    def _resolve(self, op: Op) -> Op:
        if isinstance(op, (Apply, Call)) or op.reverses is None:
            return op
        primal = self.ops.get(op.reverses)
        if primal is None:
            return op  # nothing inside the primal op is read, so it is gone
        if isinstance(op, If):
            return replace(
                op, then=self._arm(op.then, primal, 0, op), orelse=self._arm(op.orelse, primal, 1, op)
            )
        assert isinstance(op, For)
        return replace(op, body=self._arm(op.body, primal, 0, op))

    def _arm(self, region: Region, primal: If | For | While, arm: int, op: If | For) -> Region:
        """Resolve what a region of the adjoint reads from the region of the primal that it reverses."""
        region = replace(region, ops=tuple(self._resolve(inner) for inner in region.ops))
        builder = Builder(op.location.reversed())
        index = op.index if isinstance(op, For) else None
        known: dict[Value, Operand] = {}
        if isinstance(primal, For) and index is not None:
            known[primal.index] = index
        if isinstance(primal, While) and index is not None:
            known[primal.body.params[-1]] = index
        lookup = _Lookup(self, primal, arm, builder, known, index)
        lookup.shapes_from(region)
        foreign = [v for v in free_values(region) if self.at(v, primal.tag, arm)]
        order = {value: k for k, value in enumerate(self.sites)}
        foreign.sort(key=lambda v: order[v])
        wanted = {value: _shape_only(region, value) for value in foreign}
        for value in lookup.roots([v for v, shape_only in wanted.items() if not shape_only]):
            lookup.need(value, False)
        for value, shape_only in wanted.items():
            lookup.need(value, shape_only)
        values = {**lookup.known, **lookup.measured(region)}
        ops = [*builder.ops, *(substitute_op(inner, values) for inner in region.ops)]
        return Region(
            region.params, tuple(_shapes(ops, lookup)), tuple(substituted(r, values) for r in region.results)
        )

    def at(self, value: Value, tag: int, arm: int) -> bool:
        """Whether a value belongs to this region of the primal."""
        site = self.sites.get(value)
        return site is not None and site.tag == tag and site.arm == arm

    def export(self, tag: int) -> _Export:
        """What the op with this tag gives out in addition."""
        return self.exports.setdefault(tag, _Export())

    def define(self, value: Value, tag: int) -> None:
        """Note that a new value is defined beside the op with this tag."""
        parent = self.parents.get(tag)
        if parent is None:
            return
        owner = self.ops[parent]
        arms = owner.regions if isinstance(owner, If) else (owner.body,)
        for arm, inner in enumerate(arms):
            if any(not isinstance(o, (Apply, Call)) and o.tag == tag for o in inner.ops):
                self.sites[value] = _Site(parent, arm)

    # -------------------------------------------------------------------------------------------- primal side

    def _exported(self, op: If | For | While) -> Iterator[Op]:
        """The op of the primal sweep with what it must give out in addition, inner ones first."""
        inner: dict[str, Region] = {}
        for name in ("then", "orelse") if isinstance(op, If) else ("body",):
            region: Region = getattr(op, name)
            ops: list[Op] = []
            for o in region.ops:
                ops.extend([o] if isinstance(o, (Apply, Call)) else self._exported(o))
            inner[name] = replace(region, ops=tuple(ops))
        op = replace(op, **inner)  # type: ignore[arg-type]
        wanted = self.exports.get(op.tag)
        if wanted is None:
            yield op
        elif isinstance(op, If):
            arms = {name: _measuring(getattr(op, name), wanted.shapes) for name in ("then", "orelse")}
            yield _giving(replace(op, **arms), wanted.values)  # type: ignore[arg-type]
        else:
            yield from self._recording(replace(op, body=_measuring(op.body, wanted.shapes)), wanted.tapes)

    def _recording(self, op: For | While, tapes: list[_Tape]) -> Iterator[Op]:
        before = Builder(op.location)
        slots = _trips(before, op)
        body = Builder(op.location)
        start = Builder(op.location)
        index = op.body.params[0] if isinstance(op, For) else op.body.params[-1]
        slot = _slot(start, op, index)
        inits: list[Operand] = []
        ends: list[Operand] = []
        early: list[Op] = []
        late: dict[Value, list[Op]] = {}
        for tape in tapes:
            count = slots
            if tape.after is not None:
                count = (
                    apply(before, "add", slots, Const(1), path="operator.add")
                    if not _unknown(slots)
                    else slots
                )
            made = apply(before, "tape", count, item=tape.value.type, hint=tape.result.name)
            if tape.after is not None:
                position = next(k for k, p in enumerate(_params(op)) if p is tape.value)
                made = apply(before, "record", made, Const(0), op.inits[position], hint=tape.result.name)
            inits.append(made)
            body.ops = []
            if tape.after is not None:
                following = apply(body, "add", slot, Const(1), path="operator.add")
                end = apply(body, "record", tape.param, following, tape.after, hint=tape.result.name)
                late.setdefault(tape.after, []).extend(body.ops)
            else:
                end = apply(body, "record", tape.param, slot, tape.value, hint=tape.result.name)
                if tape.value in op.body.params:
                    early.extend(body.ops)
                else:
                    late.setdefault(tape.value, []).extend(body.ops)
            ends.append(end)
        ops: list[Op] = [*start.ops, *early]
        for o in op.body.ops:
            ops.append(o)
            for result in o.results:
                ops.extend(late.pop(result, []))
        for rest in late.values():
            ops.extend(rest)
        params = tuple(tape.param for tape in tapes)
        region = Region((*op.body.params, *params), tuple(ops), (*op.body.results, *ends))
        changed: dict[str, object] = {
            "inits": (*op.inits, *inits),
            "body": region,
            "results": (*op.results, *(tape.result for tape in tapes)),
        }
        if isinstance(op, While):
            test = op.condition
            changed["condition"] = Region((*test.params, *params), test.ops, test.results)
        yield from before.ops
        yield replace(op, **changed)  # type: ignore[arg-type]


class _Lookup:
    """Finds, for one region of the adjoint, the values of the primal region that it reverses."""

    def __init__(
        self,
        recorder: _Recorder,
        primal: If | For | While,
        arm: int,
        builder: Builder,
        known: dict[Value, Operand],
        index: Value | None,
    ) -> None:
        self.recorder = recorder
        self.primal = primal
        self.arm = arm
        self.builder = builder
        self.known = known
        self.index = index
        self.shapes: dict[tuple[object, ...], Value] = {}
        self.taken: dict[Value, Operand] = {}  # the recorded shapes of values

    def shapes_from(self, region: Region) -> None:
        """Shapes can be taken from the cotangents that the region gets, and from what all regions see."""
        self.shapes.update(self.recorder.visible)
        for param in region.params:
            if isinstance(param.type, Array) and param.type.rank:
                self.shapes[param.type.shape] = param

    def roots(self, wanted: list[Value]) -> list[Value]:
        """What to record instead of the wanted values themselves, where computing these from it costs no more memory."""
        if isinstance(self.primal, If):
            return []
        missing: dict[Value, None] = {}
        direct: dict[Value, None] = {}
        params, results = _params(self.primal), self.primal.body.results
        ends = dict(zip(results[len(results) - len(params) :], params, strict=True))
        for value in wanted:
            if ends.get(value) in wanted:
                continue  # one tape serves a carried value before and after the trip
            found: dict[Value, None] = {}
            if not self._leaves(value, found, 0):
                found = {value: None}
            missing.update(found)
            if found:
                direct[value] = None
        more, less = sum(map(_weight, direct)), sum(map(_weight, missing))
        numbers = all(_weight(value) == 1 for value in missing)
        return list(missing) if less < more or (less == more and numbers) else []

    def _leaves(self, value: Value, found: dict[Value, None], depth: int) -> bool:
        """Collect what a value is cheaply computed from and is not at hand; False where the chain is too long."""
        if value in self.known or not self.recorder.at(value, self.primal.tag, self.arm):
            return True
        op = self.recorder.makers.get(value)
        chain: dict[Value, Apply] = {}
        if self._chain(value, chain) and len(chain) <= LONGEST_CHAIN:
            return True
        row = PRIMITIVES[op.primitive] if isinstance(op, Apply) else None
        if (
            row is None
            or not isinstance(op, Apply)
            or row.effect
            or not row.cheap
            or op.primitive in ("getitem", "recall", "seq_get")
        ):
            found[value] = None
            return True
        if depth > 4:
            return False
        return all(self._leaves(o, found, depth + 1) for o in op.operands if isinstance(o, Value))

    def need(self, value: Value, shape_only: bool) -> None:
        """Make a value available."""
        if value in self.known:
            return
        if shape_only and isinstance(value.type, Array):
            if value.type.shape not in self.shapes and not self.again(value):
                self.shape_out(value)
            return
        if not self.again(value):
            self.out(value)

    def shape_out(self, value: Value) -> None:
        """Give only the shape of a value out of the primal region."""
        assert isinstance(value.type, Array)
        shape = Value(Shape(value.type.shape), f"{value.name}_shape" if value.name else "")
        site = self.recorder.sites[value]
        self.recorder.sites[shape] = site
        export = self.recorder.export(self.primal.tag)
        location = self.builder.location
        export.shapes[value] = Apply(
            "shape", (value,), (shape,), (), "numpy.shape", replace(location, adjoint=False)
        )
        self.recorder.makers[shape] = export.shapes[value]
        self.out(shape)
        self.taken[value] = self.known[shape]

    def measured(self, region: Region) -> dict[Value, Operand]:
        """The results of the shape ops that the recorded shapes stand for."""
        return {
            op.result: self.taken[op.operands[0]]
            for op in walk(region)
            if isinstance(op, Apply) and op.primitive == "shape" and op.operands[0] in self.taken
        }

    def again(self, value: Value) -> bool:
        """Compute a value again, if that is cheap and all that it needs is at hand."""
        chain: dict[Value, Apply] = {}
        if not self._chain(value, chain) or len(chain) > LONGEST_CHAIN:
            return False
        for old, op in chain.items():
            operands = tuple(self.known.get(o, o) if isinstance(o, Value) else o for o in op.operands)
            new = replace(old)
            self.builder.ops.append(
                replace(op, operands=operands, results=(new,), location=op.location.reversed())
            )
            self.known[old] = new
        return True

    def _chain(self, value: Value, chain: dict[Value, Apply]) -> bool:
        """Collect the ops that compute a value from what is at hand, in order."""
        if value in self.known or value in chain or not self.recorder.at(value, self.primal.tag, self.arm):
            return True
        op = self.recorder.makers.get(value)
        if not isinstance(op, Apply) or PRIMITIVES[op.primitive].effect or not PRIMITIVES[op.primitive].cheap:
            return False
        if op.primitive == "getitem" and self._reread(value, op, chain):
            return True
        if len(chain) > LONGEST_CHAIN or self._reads_overwritten(op):
            return False
        for operand in op.operands:
            if isinstance(operand, Value) and not self._chain(operand, chain):
                return False
        chain[value] = op
        return True

    def _reads_overwritten(self, op: Apply) -> bool:
        """Whether an element is read from an array that a loop further out overwrites: recording it costs less."""
        source = op.operands[0] if op.operands else None
        if op.primitive != "getitem" or not isinstance(source, Value) or source not in self.recorder.sites:
            return False
        made = self.recorder.makers.get(source)
        written = not isinstance(made, Apply) or made.primitive in ("setitem", "add_at")
        return (
            written
            and not self.recorder.at(source, self.primal.tag, self.arm)
            and isinstance(source.type, Array)
        )

    def _reread(self, value: Value, op: Apply, chain: dict[Value, Apply]) -> bool:
        """Read an element from the array as the loop leaves it, where no later trip overwrites it."""
        if not isinstance(self.primal, For):
            return False
        final = surviving_read(op, self.primal)
        if final is None:
            return False
        for operand in op.operands[1:]:
            if isinstance(operand, Value) and not self._chain(operand, chain):
                return False
        chain[value] = replace(op, operands=(final, *op.operands[1:]))
        return True

    def out(self, value: Value) -> None:
        """Give a value out of the primal region: as a result of the If, or on a tape of the loop."""
        export = self.recorder.export(self.primal.tag)
        if isinstance(self.primal, If):
            for inner, outer in export.values:
                if inner is value:
                    self.known[value] = outer
                    return
            outer = replace(value)
            export.values.append((value, outer))
            self.recorder.define(outer, self.primal.tag)
            self.known[value] = outer
            return
        assert self.index is not None
        if isinstance(value.type, Seq) and not _tapeable(value.type):
            raise CompileError.at(
                self.builder.location,
                "a list of lists would have to be recorded in this loop",
                "use an array",
            )
        position = _slot(self.builder, self.primal, self.index)
        tape, offset = self._tape(export, value)
        if offset:
            position = apply(self.builder, "add", position, Const(1), path="operator.add")
        self.known[value] = apply(self.builder, "recall", tape.result, position, hint=value.name)

    def _tape_name(self, value: Value) -> str:
        """The name of a tape: after the value, or the array that it is an element of; a tape of tapes is plural."""
        made = self.recorder.makers.get(value)
        name = value.name
        if (
            not name
            and isinstance(made, Apply)
            and made.primitive == "getitem"
            and isinstance(made.operands[0], Value)
        ):
            name = made.operands[0].name
        if name.endswith("_tape"):
            return f"{name}s"
        return name if name.endswith("_tapes") else f"{name}_tape" if name else "tape"

    def _tape(self, export: _Export, value: Value) -> tuple[_Tape, int]:
        """The tape of a value, and whether the slot after the trip's own is meant."""
        assert isinstance(self.primal, (For, While))
        for tape in export.tapes:
            if tape.value is value:
                return tape, 0
        params, results = _params(self.primal), self.primal.body.results
        results = results[len(results) - len(params) :]
        for param, result in zip(params, results, strict=True):
            for tape in export.tapes:
                if result is value and tape.value is param and tape.after in (None, value):
                    tape.after = value
                    return tape, 1
        name = self._tape_name(value)
        kind = Seq(value.type, None)
        tape = _Tape(value, value, Value(kind, name), Value(kind, name))
        export.tapes.append(tape)
        self.recorder.define(tape.result, self.primal.tag)
        return tape, 0


def _weight(value: Value) -> int:
    """The memory of a value, roughly: a number, or many."""
    return 1 if isinstance(value.type, Array) and not value.type.rank else 100


def _tapeable(type: Seq) -> bool:
    return isinstance(type.item, (Array, Seq, Shape))


def _params(op: For | While) -> tuple[Value, ...]:
    return op.body.params[1:] if isinstance(op, For) else op.body.params


def _unknown(slots: Operand) -> bool:
    return isinstance(slots, Const) and slots.value == -1


def _trips(builder: Builder, op: For | While) -> Operand:
    """The number of slots of a tape; -1 where only the run can tell."""
    if isinstance(op, While):
        return Const(-1)
    match op.start, op.step:
        case Const(value=0), Const(value=1):
            return op.stop
        case _, Const(value=1):
            return apply(builder, "subtract", op.stop, op.start, path="operator.sub")
        case _, Const(value=-1):
            return apply(builder, "subtract", op.start, op.stop, path="operator.sub")
    # ceil((stop - start) / step)
    span = apply(builder, "subtract", op.start, op.stop, path="operator.sub")
    whole = apply(builder, "floor_divide", span, op.step, path="operator.floordiv")
    return apply(builder, "negative", whole, path="operator.neg")


def _slot(builder: Builder, op: For | While, index: Value) -> Operand:
    """The number of the trip, counted from 0 in the primal's order."""
    if isinstance(op, While):
        return index
    if op.backwards:
        last = apply(builder, "subtract", _trips(builder, op), Const(1), path="operator.sub")
        forwards = _forwards(builder, op, index)
        return apply(builder, "subtract", last, forwards, path="operator.sub")
    return _forwards(builder, op, index)


def _forwards(builder: Builder, op: For, index: Value) -> Operand:
    match op.start, op.step:
        case Const(value=0), Const(value=1):
            return index
        case _, Const(value=1):
            return apply(builder, "subtract", index, op.start, path="operator.sub")
        case _, Const(value=-1):
            return apply(builder, "subtract", op.start, index, path="operator.sub")
    offset = apply(builder, "subtract", index, op.start, path="operator.sub")
    return apply(builder, "floor_divide", offset, op.step, path="operator.floordiv")


def _giving(op: If, values: list[tuple[Value, Value]]) -> If:
    """The If with more results; the other arm has no value for them."""
    arms = []
    for arm in (op.then, op.orelse):
        inside = {result for o in arm.ops for result in o.results}
        builder = Builder(op.location)
        ends: list[Operand] = []
        for value, _ in values:
            ends.append(value if value in inside else apply(builder, "undefined", type=value.type))
        arms.append(replace(arm, ops=(*arm.ops, *builder.ops), results=(*arm.results, *ends)))
    return replace(op, then=arms[0], orelse=arms[1], results=(*op.results, *(outer for _, outer in values)))


def _shape_only(region: Region, value: Value) -> bool:
    """Whether a region reads only the shape of a value."""
    for op in walk(region):
        if value in op.operands and not (isinstance(op, Apply) and op.primitive == "shape"):
            return False
        if not isinstance(op, Apply) and any(value in inner.results for inner in op.regions):
            return False
    return value not in region.results


def _measuring(region: Region, shapes: dict[Value, Apply]) -> Region:
    """The region with the shapes of some of its values taken where these are made."""
    ops: list[Op] = [shapes[param] for param in region.params if param in shapes]
    for op in region.ops:
        ops.append(op)
        ops.extend(shapes[result] for result in op.results if result in shapes)
    return replace(region, ops=tuple(ops))


def _shapes(ops: list[Op], lookup: _Lookup) -> Iterator[Op]:
    """Take the shape of a value that is not at hand from a cotangent of the same shape."""
    for op in ops:
        if isinstance(op, Apply) and op.primitive == "shape" and op.operands[0] in lookup.taken:
            continue
        yield _shape(op, lookup)


def _shape(op: Op, lookup: _Lookup) -> Op:
    if isinstance(op, Apply):
        if op.primitive != "shape":
            return op
        (source,) = op.operands
        if (
            isinstance(source, Value)
            and source not in lookup.taken
            and lookup.recorder.at(source, lookup.primal.tag, lookup.arm)
        ):
            assert isinstance(source.type, Array)
            return replace(op, operands=(lookup.shapes[source.type.shape],))
        return op
    match op:
        case If():
            return replace(op, then=_inside(op.then, lookup), orelse=_inside(op.orelse, lookup))
        case For() | While():
            return replace(op, body=_inside(op.body, lookup))
    return op


def _inside(region: Region, lookup: _Lookup) -> Region:
    return replace(region, ops=tuple(_shapes(list(region.ops), lookup)))
