"""What the JAX printer asks of a function: where values come from, which sequences are versions of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from adcompiler.analysis.ranges import Ranges
from adcompiler.errors import Diagnostic, Location
from adcompiler.ir.core import Apply, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import Array, Seq, Shape, Type
from adcompiler.primitives.registry import PRIMITIVES

NUMPY_INSTEAD = 'backend="numpy"'

# sizes: known while tracing, whatever their operand is
SIZES = frozenset({"shape", "size", "count", "seq_length"})
INDEXED = frozenset({"getitem", "setitem", "add_at", "scatter"})
# the result has the sequence of the first operand in another version
_VERSIONS = frozenset(
    {"record", "seq_set", "seq_add", "seq_zeros", "seq_blank", "seq_append", "seq_drop", "seq_slice"}
)

# dtypes of Python's numbers
DEFAULT = (np.dtype(np.bool_), np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.complex128))


def pythonic(op: Apply) -> bool:
    """Whether the op is Python arithmetic on numbers, so that it gives a Python number for Python numbers."""
    row = PRIMITIVES[op.primitive]
    path = op.path or (row.paths[0] if row.paths else "")
    result = op.results[0].type
    if not isinstance(result, Array) or result.rank:
        return False
    if op.primitive in ("python", "round_digits", "square_root_slots"):
        return True
    return row.elementwise and path.startswith(("operator.", "builtins.", "math."))


def may_be_static(type: Type) -> bool:
    return isinstance(type, Array) and not type.rank and type.dtype.kind in "biu"


def dims(type: Type) -> Iterator[Dim]:
    match type:
        case Array(shape=shape) | Shape(dims=shape):
            yield from shape
        case Seq(item=item, length=length):
            yield from dims(item)
            if length is not None:
                yield length


def of_shapes(type: Type) -> bool:
    """Whether a value is a shape, or a tape of nothing but shapes: these are sizes, which are known while tracing."""
    while isinstance(type, Seq):
        type = type.item
    return isinstance(type, Shape)


class Classes:
    """Sequences that are versions of one another, by union-find; the items of a class form a class."""

    def __init__(self) -> None:
        self.parent: dict[Value, Value] = {}
        self.items: dict[Value, Value] = {}

    def root(self, value: Value) -> Value:
        """The value that stands for the class."""
        top = value
        while self.parent.get(top, top) is not top:
            top = self.parent[top]
        while self.parent.setdefault(value, top) is not top:
            self.parent[value], value = top, self.parent[value]
        return top

    def join(self, a: Operand, b: Operand) -> None:
        """Both are versions of one sequence, if they are sequences."""
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
        """All sequences, each with the one that stands for its class."""
        for value in list(self.parent):
            yield value, self.root(value)


@dataclass(slots=True)
class Roots:
    """What a value would have to be known from: parameters, and loops that tracing unrolls."""

    params: dict[Value, None] = field(default_factory=dict)
    loops: dict[For, None] = field(default_factory=dict)


class Facts:
    """What is known of a function.

    defs, owners: the op that makes a value, and the ops around that. inside: the ops around an op.
    carried:      for what a loop body is given, the loop and the place. index_of: the loop of an index.
    taped:        the classes of tapes. recorded: for such a class a value that is recorded.
    unrolled:     the loops that tracing unrolls, as far as they have been found.
    """

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
        self.classes = Classes()
        self.ranges = Ranges(function.body)
        self._locate(function.body, ())
        self.taped: set[Value] = set()
        self._classify()

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

    def is_tape(self, value: Operand) -> bool:
        """Whether a sequence is a tape, which may be an array."""
        return isinstance(value, Value) and self.classes.root(value) in self.taped

    def loops_around(self, op: Op) -> list[For | While]:
        """The loops around an op, outermost first."""
        return [o for o in self.inside[op] if isinstance(o, For | While)]

    def roots(self, operand: Operand) -> Roots | None:
        """What must be static, and which loops unrolled, for the operand to be known while tracing.

        None where it never is.
        """
        found = Roots()
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
                case None if may_be_static(value.type):
                    found.params[value] = None
                case Apply(primitive=name) if name in SIZES:
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

    def same(self, value: Operand, root: Value) -> bool:
        """Whether the operand is a sequence of the class."""
        return isinstance(value, Value) and isinstance(value.type, Seq) and self.classes.root(value) is root
