"""Which values are read after a point of a function.

    a = f(x)          # x, b live after
    if c:
        b1 = g(a)     # nothing of the other arm lives here
    else:
        b2 = b
    r = ...

A point is a region and the number of an op in it. A value from outside a loop that is read anywhere in the
loop lives throughout the loop. Reading the sizes of an array is told apart from reading its elements: a write
in place leaves the sizes as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adcompiler.ir.core import Apply, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.index import Index
from adcompiler.ir.types import Array, Seq, Type
from adcompiler.primitives.registry import PRIMITIVES

SIZES = ("shape", "size", "count")
LIKE = ("zeros_like", "ones_like", "empty_like")


def reads(op: Op) -> tuple[Operand, ...]:
    """The operands whose value NumPy code for the op needs; tapes are lists that grow by themselves."""
    match op:
        case Apply(primitive="tape" | "record") if op.attr("places"):
            return op.operands
        case Apply(primitive="tape" | "undefined"):
            return ()
        case Apply(primitive="record", operands=(tape, _, value)):
            return tape, value
    return op.operands


ARRAY_WRITES = ("setitem", "add_at")
LIST_WRITES = ("seq_append", "seq_drop", "seq_set", "seq_add", "record")


def is_memory(type: Type) -> bool:
    """Whether values of a type can be changed in NumPy code: numbers cannot, a sequence is a list."""
    return isinstance(type, Seq) or (isinstance(type, Array) and type.rank > 0)


def is_write(op: Op) -> bool:
    """Whether NumPy changes memory for the op."""
    match op:
        case Apply(primitive=name):
            return name in LIST_WRITES or (name in ARRAY_WRITES and is_memory(op.result.type))
    return False


def same_operands(a: Sequence[Operand], b: Sequence[Operand]) -> bool:
    """Whether two lists of operands are the same values or equal constants."""
    return len(a) == len(b) and all(
        one is other
        or (
            isinstance(one, Const)
            and isinstance(other, Const)
            and type(one.value) is type(other.value)
            and one.value == other.value
        )
        for one, other in zip(a, b, strict=True)
    )


def index_of(op: Apply) -> Index:
    """How a read or write of a part picks its elements."""
    index = op.attr("index")
    assert isinstance(index, tuple)
    return index


def sizes_only(op: Op) -> bool:
    """Whether the op looks at the shape of its operand, not at the elements."""
    return isinstance(op, Apply) and op.primitive in (*SIZES, *LIKE)


def has_effect(op: Op) -> bool:
    """Whether the op does something besides giving values: it, or an op inside it, prints or raises."""
    match op:
        case Apply(primitive=name):
            return PRIMITIVES[name].effect
        case If() | For() | While():
            return any(has_effect(inner) for region in op.regions for inner in region.ops)
    return False


def dead_ops(function: Function) -> set[Op]:
    """Ops without effect whose results nobody needs, loops and their carried values left alone."""
    counts: dict[Value, int] = {}
    maker: dict[Value, Op] = {}

    def count(operands: tuple[Operand, ...], step: int) -> list[Value]:
        values = [operand for operand in operands if isinstance(operand, Value)]
        for value in values:
            counts[value] = counts.get(value, 0) + step
        return values

    for region in [
        function.body,
        *(r for op in walk(function.body) if not isinstance(op, Apply) for r in op.regions),
    ]:
        count(region.results, 1)
    for op in walk(function.body):
        count(reads(op), 1)
        maker.update(dict.fromkeys(op.results, op))
    dead: set[Op] = set()
    pending = [op for op in walk(function.body) if isinstance(op, Apply)]
    while pending:
        op = pending.pop()
        if op in dead or has_effect(op) or any(counts.get(result) for result in op.results):
            continue
        dead.add(op)
        for value in count(reads(op), -1):
            made = maker.get(value)
            if isinstance(made, Apply):
                pending.append(made)
    return dead


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a region stands: the region around it, the number of the op that owns it there, and that op."""

    region: Region
    index: int
    owner: If | For | While


class Liveness:
    """Where values are made and read.

    `inline` maps a value that is printed inside the expressions of its users to the op that makes it: its
    operands are read where those users stand. `dead` ops are not there at all.
    """

    def __init__(
        self, body: Region, inline: Mapping[Value, Op] | None = None, dead: set[Op] | None = None
    ) -> None:
        self.inline = inline or {}
        self.dead = dead or set()
        self.inside: dict[Region, Inside] = {}
        self.home: dict[Value, Region] = {}
        self.place: dict[Op, tuple[Region, int]] = {}
        self._read: dict[Value, dict[Region, int]] = {}
        self._sized: dict[Value, dict[Region, int]] = {}
        self._clock = 0
        self._finish: dict[Op | Region, int] = {}
        self._scan(body)

    # ---------------------------------------------------------------- questions
    def after(self, value: Value, region: Region, index: int) -> bool:
        """Whether the elements of the value are read after an op, or in another trip of a loop around it."""
        return self._after(self._read, value, region, index)

    def sized_after(self, value: Value, region: Region, index: int) -> bool:
        """Whether its sizes are read after an op."""
        return self._after(self._sized, value, region, index)

    def in_loop(self, value: Value, loop: For | While) -> bool:
        """Whether a value from outside a loop is read in the loop or after it."""
        region, index = self.place[loop]
        return any(r in self._read.get(value, ()) for r in loop.regions) or self.after(value, region, index)

    def sized_in_loop(self, value: Value, loop: For | While) -> bool:
        """Whether its sizes are."""
        region, index = self.place[loop]
        return any(r in self._sized.get(value, ()) for r in loop.regions) or self.sized_after(
            value, region, index
        )

    def finished(self, value: Value, op: Op) -> bool:
        """Whether nothing that is printed from an op on reads the value."""
        return all(
            self._finish[region.ops[last] if last < len(region.ops) else region] < self._finish[op]
            for table in (self._read, self._sized)
            for region, last in table.get(value, {}).items()  # of a while loop there are two
        )

    def leaves(self, operand: Operand) -> Iterator[tuple[Value, bool]]:
        """The values that printing an operand reads, each with whether only its sizes are."""
        if not isinstance(operand, Value):
            return
        op = self.inline.get(operand)
        if op is None:
            yield operand, False
            return
        yield from self.leaves_of(op)

    def leaves_of(self, op: Op) -> Iterator[tuple[Value, bool]]:
        """The values that printing an op reads; its arms count if they are part of the expression."""
        only = sizes_only(op)
        for operand in reads(op):
            for value, sized in self.leaves(operand):
                yield value, sized or (only and operand is value)
        if isinstance(op, If) and op.results and op.results[0] in self.inline:
            for arm in op.regions:
                for operand in arm.results:
                    yield from self.leaves(operand)

    # ---------------------------------------------------------------- building
    def _scan(self, region: Region) -> None:
        self.home.update(dict.fromkeys(region.params, region))
        for index, op in enumerate(region.ops):
            self.home.update(dict.fromkeys(op.results, region))
            self.place[op] = (region, index)
            if not isinstance(op, Apply):
                for inner in op.regions:
                    assert isinstance(op, If | For | While)
                    self.inside[inner] = Inside(region, index, op)
                    self._scan(inner)
            self._clock += 1
            self._finish[op] = self._clock
            if op not in self.dead and not (op.results and op.results[0] in self.inline):
                for value, sized in self.leaves_of(op):
                    self._note(value, sized, region, index)
        self._clock += 1
        self._finish[region] = self._clock
        for operand in region.results:
            for value, sized in self.leaves(operand):
                self._note(value, sized, region, len(region.ops))
        owner = self.inside.get(region)
        if owner is not None and isinstance(owner.owner, While) and region is owner.owner.condition:
            # what is carried is still needed after the condition has been computed
            for value in region.params:
                self._note(value, False, region, len(region.ops))

    def _note(self, value: Value, sized: bool, region: Region, index: int) -> None:
        table = (self._sized if sized else self._read).setdefault(value, {})
        home = self.home[value]
        here = region
        while True:
            table[here] = max(table.get(here, -1), index)
            if here is home:
                return
            above = self.inside[here]
            here, index = above.region, above.index

    def _after(
        self, tables: dict[Value, dict[Region, int]], value: Value, region: Region, index: int
    ) -> bool:
        table = tables.get(value)
        if table is None:
            return False
        home = self.home[value]
        while True:
            if table.get(region, -1) > index:
                return True
            above = self.inside.get(region)
            if region is home or above is None:
                return False
            if not isinstance(above.owner, If) and any(
                r in table and r is not home for r in above.owner.regions
            ):
                return True
            region, index = above.region, above.index
