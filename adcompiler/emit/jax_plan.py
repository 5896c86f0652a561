"""What has to be known before a function is printed for XLA.

Which values are known while JAX traces, which parameters must be static for that, which loops tracing unrolls, which
sequences are arrays with a leading axis instead of lists, and which tapes get a bound instead of a size.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from adcompiler.emit.jax_ranges import Ranges
from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.ir.core import (
    Apply,
    Call,
    Const,
    For,
    Function,
    If,
    Op,
    Operand,
    Param,
    Region,
    Value,
    While,
    walk,
)
from adcompiler.ir.dims import Atom, Dim
from adcompiler.ir.index import At, Slice, axes_used
from adcompiler.ir.types import INT, Array, Seq, Shape, Type
from adcompiler.primitives.registry import PRIMITIVES

BOUND = "max_trips"
NUMPY_INSTEAD = 'backend="numpy"'

# sizes: known while tracing, whatever their operand is
_SIZES = frozenset({"shape", "size", "count", "seq_length"})
_ON_LISTS = frozenset({"seq_get", "seq_set", "seq_add"})
_RESIZE = frozenset({"seq_append", "seq_drop"})
# the result has the sequence of the first operand in another version
_VERSIONS = frozenset({"record", "seq_set", "seq_add", "seq_zeros", "seq_blank", "seq_append", "seq_drop", "seq_slice"})
# operands that are sizes, whatever the types say
_SIZE_NAMES = frozenset({"sizes", "counts", "bounds", "num", "n", "repeats"})
_INDEXED = frozenset({"getitem", "setitem", "add_at", "scatter"})
_NO_SIZE = frozenset({*_INDEXED, "tape", "record", "recall", "python", "undefined", "print", "check"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions for one function; `function` is it with the counting of trips made explicit.

    static:        values that are Python objects while JAX traces; static_params: the parameters this asks for.
    unrolled:      loops printed as Python loops.
    stacked:       sequences that are arrays with a leading axis.
    templates:     for an empty tape, a value of the shape of what is recorded on it.
    slots:         for an empty tape, the sizes of its leading axes; None: `bound`.
    most_trips:    for the first variable of a while loop, how often the loop can run.
    needy:         arguments that have to be JAX arrays even where the code runs outside jax.jit.
    bound:         the parameter `max_trips`, if there is one.
    """

    function: Function
    static: frozenset[Value]
    static_params: tuple[str, ...]
    unrolled: frozenset[For]
    stacked: frozenset[Value]
    templates: dict[Value, Value]
    slots: dict[Value, tuple[Dim | None, ...]]
    most_trips: dict[Value, Dim]
    needy: frozenset[Value]
    bound: Value | None


def make_plan(function: Function) -> Plan:
    """Decide all of this; CompileError, with all places at once, where XLA cannot run the program."""
    facts = _Facts(function)
    facts.refuse_calls()
    lists = facts.unroll()
    params = facts.static_params()
    static = facts.static_values(params)
    facts.refuse_unknown(static)
    if facts.problems:
        raise CompileError(*dict.fromkeys(facts.problems))
    bounded = facts.bounded(static, lists)
    slots = facts.slots(bounded, static)
    stacked = frozenset(v for v, root in facts.classes.members() if root not in lists and root in facts.taped)
    bound: Value | None = None
    if bounded:
        function, bound = _count_trips(function, facts, bounded)
        static = static | {bound}
    spoken = {tape for tape, sizes in slots.items() if len(sizes) == _depth(tape.type)}
    if spoken:
        function = replace(function, body=_without_slots(function.body, spoken, facts.unrolled))
    return Plan(
        function,
        static,
        tuple(p.text for p, v in zip(facts.function.params, facts.function.body.params, strict=True) if v in params),
        frozenset(facts.unrolled),
        stacked,
        facts.templates(),
        slots,
        facts.most_trips(),
        _needy(facts, static),
        bound,
    )


def pythonic(op: Apply) -> bool:
    """Whether the op is Python arithmetic on numbers, so that it gives a Python number for Python numbers."""
    row = PRIMITIVES[op.primitive]
    path = op.path or (row.paths[0] if row.paths else "")
    result = op.results[0].type
    if not isinstance(result, Array) or result.rank:
        return False
    if op.primitive in ("python", "round_digits"):
        return True
    return row.elementwise and path.startswith(("operator.", "builtins.", "math."))


class _Classes:
    """Sequences that are versions of one another, by union-find; the items of a class form a class."""

    def __init__(self) -> None:
        self.parent: dict[Value, Value] = {}
        self.items: dict[Value, Value] = {}

    def root(self, value: Value) -> Value:
        top = value
        while self.parent.get(top, top) is not top:
            top = self.parent[top]
        while self.parent.setdefault(value, top) is not top:
            self.parent[value], value = top, self.parent[value]
        return top

    def join(self, a: Operand, b: Operand) -> None:
        if not isinstance(a, Value) or not isinstance(b, Value):
            return
        if not isinstance(a.type, Seq) or not isinstance(b.type, Seq):
            return
        first, second = self.root(a), self.root(b)
        if first is second:
            return
        self.parent[second] = first
        item = self.items.pop(second, None)
        if item is not None:
            self.hold(first, item)

    def hold(self, sequence: Operand, item: Operand) -> None:
        """The item is one of the sequence's."""
        if not isinstance(sequence, Value) or not isinstance(item, Value) or not isinstance(item.type, Seq):
            return
        root = self.root(sequence)
        if root in self.items:
            self.join(self.items[root], item)
        self.items[root] = self.root(item)

    def members(self) -> Iterator[tuple[Value, Value]]:
        for value in list(self.parent):
            yield value, self.root(value)


@dataclass(slots=True)
class _Roots:
    """What a value would have to be known from: parameters, and loops that tracing unrolls."""

    params: dict[Value, None] = field(default_factory=dict)
    loops: dict[For, None] = field(default_factory=dict)


class _Facts:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.ops = list(walk(function.body))
        self.defs: dict[Value, Op] = {}
        self.carried: dict[Value, tuple[For | While, int]] = {}
        self.inside: dict[Op, tuple[Op, ...]] = {}
        self.owners: dict[Value, tuple[Op, ...]] = {}
        self.index_of: dict[Value, For] = {}
        self.recorded: dict[Value, Operand] = {}
        self.problems: list[Diagnostic] = []
        self.unrolled: dict[For, None] = {}
        self.classes = _Classes()
        self.ranges = Ranges(function)
        self._locate(function.body, ())
        self.taped: set[Value] = set()
        self._classify()

    # ------------------------------------------------------------------------------------------ the program's structure

    def _locate(self, region: Region, owners: tuple[Op, ...]) -> None:
        for op in region.ops:
            self.inside[op] = owners
            for result in op.results:
                self.defs[result] = op
                self.owners[result] = owners
            if not isinstance(op, Apply):
                self.owners.update({param: (*owners, op) for inner in op.regions for param in inner.params})
            match op:
                case For(body=body):
                    self.index_of[body.params[0]] = op
                    for place, param in enumerate(body.params[1:]):
                        self.carried[param] = (op, place)
                case While(condition=condition, body=body):
                    for inner in (condition, body):
                        for place, param in enumerate(inner.params):
                            self.carried[param] = (op, place)
            if not isinstance(op, Apply):
                for inner in op.regions:
                    self._locate(inner, (*owners, op))

    def _classify(self) -> None:
        join, hold = self.classes.join, self.classes.hold
        for op in self.ops:
            match op:
                case Apply(primitive="record", operands=(tape, _, item)):
                    join(op.result, tape)
                    hold(tape, item)
                case Apply(primitive="recall" | "seq_get", operands=(sequence, _)):
                    hold(sequence, op.result)
                case Apply(primitive=name) if name in _VERSIONS:
                    join(op.result, op.operands[0])
                    if name in ("seq_set", "seq_add"):
                        hold(op.operands[0], op.operands[2])
                    if name == "seq_append":
                        hold(op.operands[0], op.operands[1])
                case Apply(primitive="seq_scatter" | "seq_plus"):
                    join(op.result, op.operands[1])
                    join(op.result, op.operands[0])
                case Apply(primitive="seq_make"):
                    for item in op.operands:
                        hold(op.result, item)
                case If():
                    for result, a, b in zip(op.results, op.then.results, op.orelse.results, strict=True):
                        join(result, a)
                        join(result, b)
                case For(body=body):
                    for init, param, end, result in zip(
                        op.inits, body.params[1:], body.results, op.results, strict=True
                    ):
                        for other in (init, end, result):
                            join(param, other)
                case While(condition=condition, body=body):
                    for init, seen, param, end, result in zip(
                        op.inits, condition.params, body.params, body.results, op.results, strict=True
                    ):
                        for other in (init, seen, end, result):
                            join(param, other)
        roots = self.classes.root
        self.taped = {roots(op.result) for op in self.ops if isinstance(op, Apply) and op.primitive == "tape"}
        for op in self.ops:
            if isinstance(op, Apply) and op.primitive == "record":
                assert isinstance(op.operands[0], Value)
                self.recorded.setdefault(roots(op.operands[0]), op.operands[2])

    def templates(self) -> dict[Value, Value]:
        """For each empty tape a value of the shape of what is recorded on it, made before the loop that records.

        What a loop carries has the shape that it started with.
        """
        found: dict[Value, Value] = {}
        for op in self.ops:
            if not isinstance(op, Apply) or op.primitive != "tape":
                continue
            around = self.inside[op]
            value = self.recorded.get(self.classes.root(op.result))
            while isinstance(value, Value) and not self._visible(value, around):
                owner, place = self.carried.get(value, (None, 0))
                value = None if owner is None else owner.inits[place]
            if isinstance(value, Value) and isinstance(value.type, Array) and value.type.rank:
                found[op.result] = value
        return found

    def _visible(self, value: Value, around: tuple[Op, ...]) -> bool:
        """Whether a value is made outside all loops and branches but these."""
        owners = self.owners.get(value, ())
        return owners == around[: len(owners)]

    def is_tape(self, value: Operand) -> bool:
        """Whether a sequence is a tape, which may be an array."""
        return isinstance(value, Value) and self.classes.root(value) in self.taped

    def loops_around(self, op: Op, owner: Op | None = None) -> list[For | While]:
        """The loops around an op, outermost first."""
        return [o for o in self.inside[op] if isinstance(o, For | While)]

    # ------------------------------------------------------------------------------------------ what is known when

    def roots(self, operand: Operand) -> _Roots | None:
        """What must be static, and which loops unrolled, for the operand to be known while tracing; None: never."""
        found = _Roots()
        pending: list[Operand] = [operand]
        seen: set[Value] = set()
        while pending:
            value = pending.pop()
            if isinstance(value, Const) or value in seen:
                continue
            seen.add(value)
            if value in self.index_of:
                loop = self.index_of[value]
                found.loops[loop] = None
                pending += loop.start, loop.step
                continue
            if value in self.carried:
                owner, place = self.carried[value]
                if not isinstance(owner, For):
                    return None
                found.loops[owner] = None
                pending += owner.inits[place], owner.body.results[place]
                continue
            match self.defs.get(value):
                case None if _may_be_static(value.type):
                    found.params[value] = None
                case Apply(primitive=name) if name in _SIZES:
                    pass
                case Apply(operands=operands) as op if pythonic(op):
                    pending += operands
                case If(condition=condition, then=then, orelse=orelse, results=results):
                    place = results.index(value)
                    pending += condition, then.results[place], orelse.results[place]
                case For(results=results) as loop:
                    pending.append(loop.body.params[1 + results.index(value)])
                case _:
                    return None
        return found

    def problem(self, location: Location, message: str, hint: str = NUMPY_INSTEAD) -> None:
        """Note a refusal."""
        self.problems.append(Diagnostic(message, location, hint))

    def refuse_calls(self) -> None:
        """Recursion cannot be traced."""
        for op in self.ops:
            if isinstance(op, Call):
                self.problem(op.location, f"{op.callee} calls itself; XLA cannot run recursion, which needs the NumPy backend")
        if self.problems:
            raise CompileError(*dict.fromkeys(self.problems))

    # ------------------------------------------------------------------------------------------ unrolled loops

    def unroll(self) -> set[Value]:
        """Find the loops that tracing unrolls; gives the classes of tapes that are lists for it."""
        lists: set[Value] = set()
        while True:
            before = len(self.unrolled), len(lists)
            for op in self.ops:
                if isinstance(op, Apply):
                    self._unroll_for(op, lists)
            for loop in list(self.unrolled):
                self._need(loop.location, (loop.start, loop.stop, loop.step), "how often a loop over a list runs")
            lists |= {self.classes.root(self.classes.items[c]) for c in lists if c in self.classes.items}
            if before == (len(self.unrolled), len(lists)) or self.problems:
                return lists

    def _unroll_for(self, op: Apply, lists: set[Value]) -> None:
        if not op.operands or not isinstance(op.operands[0], Value) or not isinstance(op.operands[0].type, Seq):
            return
        sequence = op.operands[0]
        root = self.classes.root(sequence)
        stacked = root in self.taped and root not in lists
        if op.primitive == "record" and stacked:
            around = self._since(op, sequence)
            item = op.operands[2]
            in_list = False
            if isinstance(item, Value) and isinstance(item.type, Seq):
                in_list = not self.is_tape(item) or self.classes.root(item) in lists
            if around and (all(loop in self.unrolled for loop in around) or in_list):
                lists.add(root)
        if stacked:
            return
        if op.primitive in _ON_LISTS or op.primitive in ("record", "recall"):
            self._need(op.location, (op.operands[1],), "which item of a list is meant")
        if op.primitive == "seq_slice":
            self._need(op.location, op.operands[1:], "which items of a list are meant")
        if op.primitive in _RESIZE:
            for owner in self.inside[op]:
                match owner:
                    case For(body=body) if any(self._same(p, root) for p in body.params[1:]):
                        self.unrolled[owner] = None
                    case While(inits=inits) if any(self._same(v, root) for v in inits):
                        self.problem(
                            op.location,
                            "a list that grows in a loop that runs until data says stop: "
                            "the shape of the result is known only when the program runs, and XLA needs fixed shapes",
                        )
                    case If(results=results, condition=condition) if any(self._same(v, root) for v in results):
                        if self.roots(condition) is None:
                            self.problem(
                                op.location,
                                "the list has another length on another path: its length is known only when the "
                                "program runs, and XLA needs fixed shapes",
                            )

    def _same(self, value: Operand, root: Value) -> bool:
        return isinstance(value, Value) and isinstance(value.type, Seq) and self.classes.root(value) is root

    def _since(self, op: Op, sequence: Value) -> list[For | While]:
        """The loops around a record that carry its tape."""
        root = self.classes.root(sequence)
        return [
            loop
            for loop in self.loops_around(op)
            if any(self._same(result, root) for result in loop.results)
        ]

    def _need(self, location: Location, operands: Iterable[Operand], what: str) -> None:
        for operand in operands:
            found = self.roots(operand)
            if found is None:
                self.problem(location, f"{what} is known only when the program runs; XLA needs to know while it compiles")
                continue
            self.unrolled.update(found.loops)

    # ------------------------------------------------------------------------------------------ static parameters

    def static_params(self) -> set[Value]:
        """Integer parameters on which a shape, a bound of a slice or the length of an unrolled loop depends."""
        wanted: set[Value] = set()

        def want(operand: Operand, hard: bool = False) -> None:
            found = self.roots(operand)
            if found is not None and (hard or all(loop in self.unrolled for loop in found.loops)):
                wanted.update(found.params)

        for loop in self.unrolled:
            for operand in (loop.start, loop.stop, loop.step):
                want(operand, hard=True)
        for op in self.ops:
            match op:
                case Apply(primitive="tape"):
                    want(op.operands[0])
                    most = self._most(op, self.classes.root(op.result))
                    wanted.update(self._named([*_dims(op.result.type), *([most] if most is not None else [])]))
                case Apply(primitive="undefined"):
                    wanted.update(self._named(_dims(op.result.type)))
                case Apply(primitive=name) if name in _ON_LISTS or name in ("recall", "record"):
                    if not self.is_tape(op.operands[0]) or self.unrolled:
                        want(op.operands[1], hard=not self.is_tape(op.operands[0]))
                case Apply(primitive="seq_slice" | "seq_scatter"):
                    for operand in op.operands[1:]:
                        want(operand)
                case Apply(primitive=name) if name in _INDEXED:
                    for operand in slice_bounds(op):
                        want(operand)
                case Apply():
                    for operand in size_operands(op):
                        want(operand)
        return wanted

    def _named(self, dims: Iterable[Dim]) -> Iterator[Value]:
        names = {
            node.id
            for size in dims
            if size.printable
            for node in ast.walk(ast.parse(str(size), mode="eval"))
            if isinstance(node, ast.Name)
        }
        for param, value in zip(self.function.params, self.function.body.params, strict=True):
            if param.text in names and _may_be_static(value.type):
                yield value

    def static_values(self, params: set[Value]) -> frozenset[Value]:
        """All values that are known while tracing when these parameters are."""
        known = {v for v in (*self.defs, *self.carried) if isinstance(v.type, Array) and not v.type.rank}
        known.update(params)
        known.update(index for index, loop in self.index_of.items() if loop in self.unrolled)
        shapes = {v for v in self.defs if isinstance(v.type, Shape)}

        def holds(*operands: Operand) -> bool:
            return all(isinstance(operand, Const) or operand in known for operand in operands)

        def flows(op: Op, place: int) -> bool:
            match op:
                case Apply(primitive=name, operands=operands):
                    return name in _SIZES or (pythonic(op) and holds(*operands))
                case If(condition=condition, then=then, orelse=orelse):
                    return holds(condition, then.results[place], orelse.results[place])
                case For(body=body) if op in self.unrolled:
                    return holds(body.params[1 + place])
            return False

        while True:
            before = len(known)
            for value, (owner, place) in self.carried.items():
                if owner not in self.unrolled or not holds(owner.inits[place], owner.body.results[place]):
                    known.discard(value)
            for op in self.ops:
                for place, result in enumerate(op.results):
                    if result in known and not flows(op, place):
                        known.discard(result)
            if len(known) == before:
                return frozenset(known | shapes)

    def refuse_unknown(self, static: frozenset[Value]) -> None:
        """Shapes that depend on what is known only when the program runs."""
        for op in self.ops:
            if not isinstance(op, Apply) or op.primitive in _NO_SIZE:
                continue
            for operand in size_operands(op):
                if isinstance(operand, Value) and operand not in static:
                    self.problem(
                        op.location,
                        "the shape of this array is known only when the program runs; XLA needs fixed shapes",
                    )

    # ------------------------------------------------------------------------------------------ tapes with a bound

    def bounded(self, static: frozenset[Value], lists: set[Value]) -> frozenset[Value]:
        """The classes of stacked tapes whose number of slots is not known while tracing."""
        found: set[Value] = set()
        for op in self.ops:
            if not isinstance(op, Apply) or op.primitive not in ("tape", "record"):
                continue
            sequence = op.operands[0] if op.primitive == "record" else op.result
            assert isinstance(sequence, Value)
            root = self.classes.root(sequence)
            if root in lists:
                continue
            if op.primitive == "tape" and not self._countable(op, root, static):
                found.add(root)
        return frozenset(found)

    def _countable(self, op: Apply, root: Value, static: frozenset[Value]) -> bool:
        return self._exact(op, root, static) or self._most(op, root) is not None

    def _exact(self, op: Apply, root: Value, static: frozenset[Value]) -> bool:
        """Whether the op says how many slots the tape has."""
        (slots,) = op.operands
        if isinstance(slots, Const):
            return isinstance(slots.value, int) and slots.value > 0
        # a tape that is itself recorded on a tape is allocated there first
        recorded = any(self.classes.root(item) is root for item in self.classes.items.values())
        return slots in static and not recorded

    def _most(self, op: Apply, root: Value) -> Dim | None:
        """The most slots that a tape can need, as a size that can be printed."""
        assert isinstance(op.result.type, Seq)
        length = op.result.type.length
        if length is None or (length.known is not None and length.known <= 0):
            lengths = [self._most_trips(loop) for loop in self._recording(root)]
            length = lengths[0] if lengths and all(one == lengths[0] for one in lengths) else None
        return None if length is None else self.ranges.largest(length)

    def _recording(self, root: Value) -> Iterator[While | None]:
        """For each record on a tape the While loop around it, if that is the loop that carries the tape."""
        for op in self.ops:
            if isinstance(op, Apply) and op.primitive == "record" and self._same(op.operands[0], root):
                around = self.loops_around(op)
                carrying = [loop for loop in around if any(self._same(init, root) for init in loop.inits)]
                alone = len(carrying) == 1 and carrying[0] is around[-1]
                yield carrying[0] if alone and isinstance(carrying[0], While) else None

    def _most_trips(self, loop: While | None) -> Dim | None:
        """How often a loop that counts up to a bound, and may stop before, can run."""
        if loop is None:
            return None
        for count, bound in self._bounds(loop.condition.results[0]):
            owner, place = self.carried.get(count, (None, 0))
            if owner is not loop or not isinstance(bound.type, Array) or bound.type.size is None:
                continue
            start, end = loop.inits[place].type, loop.body.results[place]
            made = self.defs.get(end) if isinstance(end, Value) else None
            match made:
                case Apply(primitive="add", operands=(old, Const(value=1))) if old is loop.body.params[place]:
                    if isinstance(start, Array) and start.size is not None:
                        return bound.type.size - start.size
        return None

    def most_trips(self) -> dict[Value, Dim]:
        """How often while loops can run, where that can be printed; by the first value that they carry."""
        found: dict[Value, Dim] = {}
        for op in self.ops:
            trips = self._most_trips(op) if isinstance(op, While) else None
            most = None if trips is None else self.ranges.largest(trips)
            if most is not None:
                found[op.regions[1].params[0]] = most  # type: ignore[union-attr]
        return found

    def _bounds(self, condition: Operand) -> Iterator[tuple[Value, Operand]]:
        """The pairs k, n of all `k < n` without which the condition does not hold."""
        match self.defs.get(condition) if isinstance(condition, Value) else None:
            case Apply(primitive="less", operands=(Value() as count, bound)):
                yield count, bound
            case Apply(primitive="greater", operands=(bound, Value() as count)):
                yield count, bound
            case Apply(primitive="logical_and" | "bitwise_and", operands=operands):
                for operand in operands:
                    yield from self._bounds(operand)
            case If(condition=first, then=then, orelse=orelse, results=results):
                place = results.index(condition)
                match orelse.results[place]:
                    case Const(value=False):
                        yield from self._bounds(first)
                        yield from self._bounds(then.results[place])

    def slots(self, bounded: frozenset[Value], static: frozenset[Value]) -> dict[Value, tuple[Dim | None, ...]]:
        """For each tape the number of its slots, and of those of the tapes that it records; None: `max_trips`.

        The first is left out where the operand says it.
        """
        tapes = [op for op in self.ops if isinstance(op, Apply) and op.primitive == "tape"]
        sizes: dict[Value, Dim | None] = {}
        for op in tapes:
            root = self.classes.root(op.result)
            sizes[root] = None if root in bounded else self._most(op, root)
        found: dict[Value, tuple[Dim | None, ...]] = {}
        for op in tapes:
            root = self.classes.root(op.result)
            own = [] if root in bounded or self._exact(op, root, static) else [sizes[root]]
            inner: list[Dim | None] = []
            while root in self.classes.items:
                root = self.classes.root(self.classes.items[root])
                inner.append(sizes.get(root))
            found[op.result] = (*own, *inner)
        return found


_OPERATORS = frozenset({"getitem", "copy", "matmul", "reshape_to"})


def _needy(facts: _Facts, static: frozenset[Value]) -> frozenset[Value]:
    """Arguments, and items of lists among them, on which something is done that a NumPy array cannot do.

    It cannot be subscripted by what JAX traces, it has no `.at`, and a Python number has no `.astype`.
    """
    params = set(facts.function.body.params)
    lists = {facts.classes.root(v) for v in params if isinstance(v.type, Seq)}
    found: set[Value] = set()
    seen: set[Value] = set()
    pending: list[Operand] = []

    def traced(op: Op) -> bool:
        """Whether JAX traces the op, even where the program would not get there."""
        return any(
            isinstance(owner, While)
            or (isinstance(owner, For) and owner not in facts.unrolled)
            or (isinstance(owner, If) and isinstance(owner.condition, Value) and owner.condition not in static)
            for owner in facts.inside[op]
        )

    def differ(operand: Operand, type: Type) -> bool:
        return isinstance(operand.type, Array) and isinstance(type, Array) and operand.type.dtype != type.dtype

    for op in facts.ops:
        match op:
            case Apply(primitive="getitem", operands=(x, *indices)):
                if any(isinstance(index, Value) and index not in static for index in indices):
                    pending.append(x)
            case Apply(primitive="setitem" | "add_at" | "astype" | "python", operands=(x, *_)):
                pending.append(x)
            case Apply(operands=operands) if PRIMITIVES[op.primitive].elementwise:
                types = {o.type.dtype for o in operands if isinstance(o, Value) and isinstance(o.type, Array)}
                # on another path 1.0 / x may raise, and x ** 0.5 be complex, where x is a Python number
                pending += operands if len(types) > 1 or (pythonic(op) and traced(op)) else ()
            case If(then=then, orelse=orelse, results=results):
                for arm in (then, orelse):
                    pending += [v for v, r in zip(arm.results, results, strict=True) if differ(v, r.type)]
            case For() | While():
                inits = zip(op.inits, op.results, strict=True)
                pending += [v for v, r in inits if differ(v, r.type)]
    while pending:
        value = pending.pop()
        if isinstance(value, Const) or value in seen or value in static:
            continue
        seen.add(value)
        if value in facts.carried:
            owner, place = facts.carried[value]
            if owner in facts.unrolled:
                pending += owner.inits[place], owner.body.results[place]
            continue
        match facts.defs.get(value):
            case None if value in params and isinstance(value.type, Array):
                found.add(value)
            case Apply(primitive="seq_get", operands=(Value() as sequence, _)):
                if facts.classes.root(sequence) in lists:
                    found.add(value)
            case Apply(operands=operands) as made:
                row = PRIMITIVES[made.primitive]
                if made.primitive in _OPERATORS or (row.paths and row.paths[0].startswith("operator.")):
                    pending += operands
            case If(then=then, orelse=orelse, results=results) as made:
                place = results.index(value)
                pending += then.results[place], orelse.results[place]
            case For(results=results) as made if made in facts.unrolled:
                pending.append(made.body.params[1 + results.index(value)])
    return frozenset(found)


def requirements(function: Function) -> tuple[str, ...]:
    """Conditions over the parameters under which constant subscripts lie inside their arrays.

    NumPy raises IndexError where they do not, JAX takes the nearest element. CompileError where none can hold.
    """
    found: dict[str, None] = {}
    for op in function.body.ops:
        if not isinstance(op, Apply) or op.primitive not in _INDEXED:
            continue
        for size, k in _constant_subscripts(op):
            least = k + 1 if k >= 0 else -k
            if size.known is not None and size.known < least:
                raise CompileError.at(op.location, f"index {k} is out of bounds for an axis of size {size}")
            if size.known is None and size.printable:
                found[f"{size} >= {least}"] = None
    return tuple(found)


def _constant_subscripts(op: Apply) -> Iterator[tuple[Dim, int]]:
    """The constant integers in a subscript, each with the size of its axis."""
    fixed = len(PRIMITIVES[op.primitive].operands)
    indices = op.operands[fixed:]
    types = [operand.type for operand in indices]
    sizes = tuple(_dims(op.operands[1].type if op.primitive == "scatter" else op.operands[0].type))
    index = op.attr("index")
    assert isinstance(index, tuple)
    axis = 0
    for entry in index:
        match entry:
            case At(operand):
                match indices[operand]:
                    case Const(value=int(k)) if not isinstance(k, bool):
                        yield sizes[axis], k
        axis += axes_used(entry, types)


def picks(region: Region) -> bool:
    """Whether single elements are read or written in a region, which JAX refuses to trace where there are none."""
    for op in walk(region):
        match op:
            case Apply(primitive="record" | "recall"):
                return True
            case Apply(primitive=name) if name in _INDEXED:
                index = op.attr("index")
                assert isinstance(index, tuple)
                if any(isinstance(entry, At) for entry in index):
                    return True
    return False


def _may_be_static(type: Type) -> bool:
    return isinstance(type, Array) and not type.rank and type.dtype.kind in "biu"


def _dims(type: Type) -> Iterator[Dim]:
    match type:
        case Array(shape=shape) | Shape(dims=shape):
            yield from shape
        case Seq(item=item, length=length):
            yield from _dims(item)
            if length is not None:
                yield length


def slice_bounds(op: Apply) -> list[Operand]:
    """The operands that are bounds or steps of slices."""
    fixed = len(PRIMITIVES[op.primitive].operands)
    index = op.attr("index")
    assert isinstance(index, tuple)
    numbers = [n for e in index if isinstance(e, Slice) for n in (e.start, e.stop, e.step) if n is not None]
    return [op.operands[fixed + n] for n in numbers]


def size_operands(op: Apply) -> list[Operand]:
    """The operands on which the shape of the result depends."""
    row = PRIMITIVES[op.primitive]
    if row.elementwise or op.primitive in _NO_SIZE or op.primitive.startswith("seq_") or not op.results:
        return []
    names = [*row.operands, *[row.variadic] * (len(op.operands) - len(row.operands))]
    shape = {atom for size in _dims(op.results[0].type) for atoms, _ in size.terms for atom in atoms}
    return [
        operand
        for name, operand in zip(names, op.operands, strict=False)
        if isinstance(operand.type, Array) and (name in _SIZE_NAMES or _atoms(operand.type) & shape)
    ]


def _atoms(type: Array) -> set[Atom]:
    return {atom for atoms, _ in type.size.terms for atom in atoms} if type.size is not None else set()


def _depth(type: Type) -> int:
    return 1 + _depth(type.item) if isinstance(type, Seq) else 0


def _without_slots(region: Region, tapes: set[Value], unrolled: dict[For, None]) -> Region:
    """The region with tapes that do not read their number of slots, since the plan says it."""

    def new(op: Op) -> Op:
        match op:
            case Apply(primitive="tape", result=tape) if tape in tapes:
                return replace(op, operands=(Const(0),))
            case If():
                return replace(op, then=inner(op.then), orelse=inner(op.orelse))
            case For():
                changed = replace(op, body=inner(op.body))
                if op in unrolled:
                    unrolled[changed] = None
                return changed
            case While():
                return replace(op, condition=inner(op.condition), body=inner(op.body))
        return op

    def inner(region: Region) -> Region:
        return _without_slots(region, tapes, unrolled)

    return replace(region, ops=tuple(new(op) for op in region.ops))


# ---------------------------------------------------------------------------------------------- counting trips
def _count_trips(
    function: Function, facts: _Facts, bounded: frozenset[Value]
) -> tuple[Function, Value]:
    """Give bounded tapes `max_trips` slots, and as last result the number of slots that were needed."""
    bound = Value(INT, BOUND)
    counted = {op for op in facts.ops if isinstance(op, Apply) and _records(op, facts, bounded)}
    holders = {owner for op in counted for owner in facts.inside[op]}

    def thread(region: Region, needed: Operand) -> tuple[list[Op], Operand]:
        ops: list[Op] = []
        for op in region.ops:
            match op:
                case Apply(primitive="tape") if facts.classes.root(op.result) in bounded:
                    ops.append(replace(op, operands=(bound,)))
                case Apply() if op in counted:
                    ops.append(op)
                    after = _needed()
                    ops.append(Apply("needed", (needed, op.operands[1]), (after,), location=op.location))
                    needed = after
                case _ if op not in holders:
                    ops.append(op)
                case If():
                    arms = [threaded(inner, needed) for inner in (op.then, op.orelse)]
                    after = _needed()
                    ops.append(replace(op, then=arms[0], orelse=arms[1], results=(*op.results, after)))
                    needed = after
                case For():
                    after = _needed()
                    param = _needed()
                    body = threaded(op.body, param, (param,))
                    new = replace(op, inits=(*op.inits, needed), body=body, results=(*op.results, after))
                    if op in facts.unrolled:
                        facts.unrolled[new] = None
                    ops.append(new)
                    needed = after
                case While():
                    after, param, seen = _needed(), _needed(), _needed()
                    body = threaded(op.body, param, (param,))
                    condition = replace(op.condition, params=(*op.condition.params, seen))
                    ops.append(
                        replace(
                            op,
                            inits=(*op.inits, needed),
                            condition=condition,
                            body=body,
                            results=(*op.results, after),
                        )
                    )
                    needed = after
        return ops, needed

    def threaded(region: Region, needed: Operand, params: tuple[Value, ...] = ()) -> Region:
        ops, after = thread(region, needed)
        return Region((*region.params, *params), tuple(ops), (*region.results, after))

    body = threaded(function.body, Const(0), (bound,))
    params = (*function.params, Param(BOUND))
    return replace(function, body=body, params=params), bound


def _needed() -> Value:
    return Value(Array(np.dtype(np.int64)), "needed")


def _records(op: Apply, facts: _Facts, bounded: frozenset[Value]) -> bool:
    tape = op.operands[0] if op.operands else None
    return op.primitive == "record" and isinstance(tape, Value) and facts.classes.root(tape) in bounded
