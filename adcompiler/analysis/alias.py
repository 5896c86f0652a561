"""Which writes may happen in place, in NumPy code, and what has to be copied so that no number changes.

In the IR a write is a value: `x1 = setitem(x0, i, v)`, and x0 is as it was. NumPy prints `x[i] = v` where
nobody can tell the difference: no value that was made before the write, and that may share memory with x0, is
read after it; and the memory is the program's own, neither the caller's nor a read-only view. Where that
fails, x0 is copied first, as far out as is right: before the loop that carries it, or where a list took hold
of it, or else at the write.

    for i in range(n):                  A = A.copy()
        A1 = setitem(A, i, v)    ->     for i in range(n):
                                            A[i] = v

The method is that of One-Shot Bufferize in MLIR: read-after-write conflicts over sets of values that may
share memory. Memory is known by the place that makes it. What a loop makes and carries on is told apart, as
"old", from what the same place makes in the current trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from adcompiler.analysis.apart import Apart, Near, Root, Token
from adcompiler.analysis.carried import Loop, accumulations, changed, is_in_place
from adcompiler.analysis.liveness import (
    ARRAY_WRITES,
    Liveness,
    dead_ops,
    index_of,
    is_memory,
    is_write,
)
from adcompiler.analysis.parts import PLAIN_VIEWS, Part, Parts, is_view
from adcompiler.ir.core import Apply, Call, For, Function, If, Op, Operand, Region, Value, While
from adcompiler.ir.index import is_basic
from adcompiler.ir.types import Array, Seq

STORES = {"seq_append": 1, "seq_set": 2, "record": 2}
ITEMS = ("seq_get", "recall")
CopyKind: TypeAlias = Literal["array", "list", "items"]


Roots: TypeAlias = "frozenset[Root]"
NOTHING: Roots = frozenset()


@dataclass(slots=True)
class Buffers:
    """What the NumPy printer has to know about memory.

    in_place: writes that go to the memory of their first operand (the others copy it first). items_in_place:
    those `seq_add` whose item itself may be added to. copied_inits: (loop, number of the carried value) to be
    copied before the loop, with what is in the way of not doing so. copied_items: values that lists take in that must be copied for that.
    copied_results: results of the function to be copied, by number: an array, a list, or a list with its
    items. unbound: values that some path does not make. kept_from: for writes of the primal sweep, what is in the way of writing in place. What is in the way
    is one value, if it is known: an argument, or an array that is read afterwards.
    """

    in_place: set[Op] = field(default_factory=set)
    items_in_place: set[Op] = field(default_factory=set)
    copied_inits: dict[tuple[Op, int], Value | None] = field(default_factory=dict)
    copied_items: set[tuple[Op, int]] = field(default_factory=set)
    copied_views: set[Op] = field(default_factory=set)
    written_back: set[Op] = field(default_factory=set)
    copied_results: dict[int, CopyKind] = field(default_factory=dict)
    memory: dict[Value, Roots] = field(default_factory=dict)
    items: dict[Value, Roots] = field(default_factory=dict)
    accumulations: dict[Op, int] = field(default_factory=dict)
    kept_from: dict[Op, Value] = field(default_factory=dict)
    unbound: set[Value] = field(default_factory=set)

    def reach(self, value: Operand) -> Roots:
        """All memory that reading the value may touch."""
        if not isinstance(value, Value):
            return NOTHING
        return self.memory.get(value, NOTHING) | self.items.get(value, NOTHING)

    def written(self, op: Op) -> Roots:
        """The memory that an op writes to, ops inside it apart."""
        if op not in self.in_place or not isinstance(op, Apply):
            return NOTHING
        target = op.operands[self.accumulations.get(op, 0)]
        assert isinstance(target, Value)
        roots = self.memory.get(target, NOTHING)
        return roots | self.items.get(target, NOTHING) if op in self.items_in_place else roots

    def copies(self, op: Op) -> bool:
        """Whether an op changes a copy of its first operand, which stays as it was.

        `A = A * B` may do for `A *= B`, unless A and B may lie in memory in different orders: the new array
        would then lie there like neither, and sums over it would be rounded in another way.
        """
        if op in self.in_place or not isinstance(op, Apply):
            return False
        ranks = [operand.type.rank for operand in op.operands if isinstance(operand.type, Array)]
        mixed = is_in_place(op) and not op.location.adjoint and min(ranks) > 1
        return is_write(op) or mixed


def buffers(function: Function) -> Buffers:
    """Decide for every write whether it may happen in place, and what is copied where it may not."""
    live = Liveness(function.body, dead=dead_ops(function))
    shared = _Analysis(function, live)
    while not shared.settled():
        pass
    shared.results()
    return shared.found


class _Analysis:
    def __init__(self, function: Function, live: Liveness) -> None:
        self.function = function
        self.live = live
        self.found = Buffers(accumulations=accumulations(function.body))
        self.carried: dict[tuple[Loop, int], tuple[Roots, Roots]] = {}
        self.changed: dict[Loop, set[int]] = changed(function.body)
        self.stores: dict[object, dict[tuple[Op, int], None]] = {}
        self.unwritable: set[object] = set()
        self.apart = Apart()
        # lists that may hold one array twice: adding to one item of them would change the other
        self.doubled: set[Value] = set()
        self.members: dict[Root, list[Value]] = {}
        self.loops: tuple[Loop, ...] = ()
        self.taken: set[Value] = set()
        self.views: dict[Value, Apply] = {}
        self.parts = Parts(function.body, live)
        self.grown = False
        self.restart = False

    def settled(self) -> bool:
        """One pass over the function; whether it learnt nothing new."""
        found = self.found
        found.in_place.clear()
        found.items_in_place.clear()
        found.written_back.clear()
        found.memory.clear()
        found.items.clear()
        found.kept_from.clear()
        self.apart.begin()
        self.members.clear()
        self.taken.clear()
        self.views.clear()
        self.parts.known.clear()
        self.grown = self.restart = False
        for value in self.function.body.params:
            if is_memory(value.type):
                self.unwritable.add(value)
                self._hold(value, frozenset({Root(value)}), frozenset({Root(value)}))
        self._region(self.function.body)
        if self.restart:
            self.carried.clear()
            self.apart.reset()
        return not (self.grown or self.restart)

    # ---------------------------------------------------------------- memory
    def _hold(self, value: Value, memory: Roots, items: Roots = NOTHING, near: Near | None = None) -> None:
        if not is_memory(value.type):
            return
        self.apart.near[value] = memory if near is None else near
        if not isinstance(value.type, Seq) or not is_memory(value.type.item):
            items = NOTHING
        self.found.memory[value], self.found.items[value] = memory, items
        for root in memory | items:
            self.members.setdefault(root, []).append(value)

    def _of(self, operand: Operand) -> tuple[Roots, Roots]:
        if not isinstance(operand, Value):
            return NOTHING, NOTHING
        return self.found.memory.get(operand, NOTHING), self.found.items.get(operand, NOTHING)

    def _make(self, site: object, unwritable: bool = False) -> Roots:
        self.apart.loops_of[site] = self.loops
        if unwritable:
            self.unwritable.add(site)
        return frozenset({Root(site)})

    def _older(self, roots: Roots, loop: Loop) -> Roots:
        return frozenset(self.apart.older(root, loop) for root in roots)

    def _near(self, operand: Operand) -> Near:
        return self.apart.near.get(operand, NOTHING) if isinstance(operand, Value) else NOTHING

    # ---------------------------------------------------------------- ops
    def _region(self, region: Region) -> None:
        for index, op in enumerate(region.ops):
            if op in self.live.dead:
                continue
            match op:
                case Apply():
                    self._apply(op, region, index)
                case If():
                    self._region(op.then)
                    self._region(op.orelse)
                    for result, *arms in zip(op.results, op.then.results, op.orelse.results, strict=True):
                        self._join(result, arms)
                case For() | While():
                    self._loop(op)
                case Call():
                    foreign = self._make(op, unwritable=True)
                    for result in op.results:
                        self._hold(result, foreign, foreign)

    def _join(self, result: Value, sources: Sequence[Operand]) -> None:
        pairs = [self._of(source) for source in sources]
        near = frozenset[Root | Token]().union(*(self._near(source) for source in sources))
        memory, items = (NOTHING.union(*roots) for roots in zip(*pairs, strict=True))
        self._hold(result, memory, items, near)
        self._inherit(result, sources)

    def _inherit(self, result: Value, sources: Sequence[Operand]) -> None:
        """What holds for a value if it holds for one of those that it may be."""
        for known in (self.found.unbound, self.doubled):
            if any(isinstance(source, Value) and source in known for source in sources):
                self._learn(known, result)

    def _learn(self, known: set[Value], value: Value) -> None:
        if value not in known:
            known.add(value)
            self.grown = True

    def _apply(self, op: Apply, region: Region, index: int) -> None:
        if len(op.results) > 1:
            for result in op.results:
                self._hold(result, self._make(result))
            return
        name, result = op.primitive, op.result
        if isinstance(result.type, Seq) and any(
            v in self.doubled for v in op.operands if isinstance(v, Value)
        ):
            self._learn(self.doubled, result)
        if is_write(op) or op in self.found.accumulations:
            self._write(op, region, index)
        elif name == "undefined":
            self._learn(self.found.unbound, result)
        elif name == "seq_make":
            stored: Roots = NOTHING
            for number in range(len(op.operands)):
                stored |= self._store(op, number, stored)
            self._hold(result, self._make(result), stored)
        elif name == "seq_slice":
            self._hold(result, self._make(result), self._of(op.operands[0])[1])
        elif name in ITEMS:
            items = self._of(op.operands[0])[1]
            self.taken.add(result)
            self._hold(result, items, items)
        elif name == "seq_scatter":
            zeros = self._make((result, "items"))
            self._hold(result, self._make(result), zeros | self._of(op.operands[0])[1])
        elif name == "copy" and isinstance(result.type, Seq):
            self._hold(result, self._make(result), self._of(op.operands[0])[1])
        elif name in ("seq_unstack", "seq_split"):
            # parts of an array
            self._hold(result, self._make(result), self._of(op.operands[0])[0])
        elif isinstance(result.type, Seq):
            self._hold(result, self._make(result), self._make((result, "items")))
        elif is_view(op):
            self._view(op)
        else:
            self._hold(result, self._make(result))

    def _view(self, op: Apply) -> None:
        source, result = op.operands[0], op.result
        if not isinstance(source, Value) or not is_memory(source.type):
            # np.full of a number is new memory; a reshaped array of rank 0 is not
            self._hold(result, self._make(result, unwritable=op.primitive != "expand"))
            return
        if op in self.found.copied_views:
            self._hold(result, self._make(result))
            return
        if source in self.taken:
            self.taken.add(result)
        own = NOTHING if op.primitive in PLAIN_VIEWS else self._make(result, unwritable=True)
        self._hold(result, self._of(source)[0] | own, NOTHING, self._near(source) | own)
        if not own:
            self.views[result] = op
        if op.primitive == "getitem":
            self.parts.known[result] = Part(source, index_of(op), op.operands[1:])

    def _store(self, op: Apply, number: int, held: Roots) -> Roots:
        """What a list that reaches `held` reaches by an operand too: its memory, or a copy of that."""
        stored = op.operands[number]
        memory, items = self._of(stored)
        if not memory or not isinstance(stored, Value):
            return NOTHING
        key = (op, number)
        if key in self.found.copied_items:
            return self._make(("copied", op, number)) | items
        for root in memory:
            if stored not in self.found.unbound:
                self.stores.setdefault(root.site, {})[key] = None
        if (memory | items) & held:
            self._learn(self.doubled, op.result)
        return memory | items

    # ---------------------------------------------------------------- writes
    def _write(self, op: Apply, region: Region, index: int) -> None:
        found = self.found
        target = op.operands[found.accumulations.get(op, 0)]
        assert isinstance(target, Value)
        memory, items = self._of(target)
        if self.parts.put_back(op):
            found.in_place.add(op)
            found.written_back.add(op)
            self.parts.go_on(target, op.result)
            self._hold(op.result, memory, NOTHING, self._near(target))
            return
        near = self._near(target)
        plain = op in found.accumulations and not is_in_place(op)
        if not self._conflict(target, memory, region, index, plain) and not self._overlaps(op, memory):
            found.in_place.add(op)
            self.parts.go_on(target, op.result)
        else:
            memory = near = self._make(op.result)
        if op.primitive == "seq_add":
            conflict = target in self.doubled or self._conflict(
                target, items, region, index, True, items=True
            )
            if conflict:
                items = items | self._make((op.result, "items"))
            else:
                found.items_in_place.add(op)
        if op.primitive in STORES:
            items = items | self._store(op, STORES[op.primitive], items)
        if target in self.taken:
            self.taken.add(op.result)
        self._hold(op.result, memory, items, near)

    def _conflict(
        self, target: Value, roots: Roots, region: Region, index: int, plain: bool, items: bool = False
    ) -> bool:
        """Whether writing to the memory may be seen by a value made before, and read after, the write.

        Where copies of what lists hold, or of parts of arrays, prevent that, they are made to be copies,
        unless the write is `plain` and need not be in place.
        """
        op = region.ops[index]
        kept: dict[tuple[Op, int], None] = {}
        views: dict[Op, None] = {}
        for root in roots:
            if root.site in self.unwritable:
                return self._kept_from(target, region, index, root.site)
            members = [m for m in self.members.get(root, ()) if self._lasts(m, op)]
            self.members[root] = members
            for member in members:
                if not self.live.after(member, region, index) or self.parts.only_put_back(target, member, op):
                    continue
                held = items or root in self.found.items[member]
                if not held and not self.apart.may_share(target, member):
                    continue
                new = [key for key in self.stores.get(root.site, ()) if key not in self.found.copied_items]
                only_held = isinstance(member.type, Seq) and root not in self.found.memory[member]
                if only_held and new and not plain and target not in self.taken:
                    kept.update(dict.fromkeys(new))
                elif member in self.views and member is not target and not plain:
                    views[self.views[member]] = None
                else:
                    return plain or self._kept_from(target, region, index, member)
        if kept or views:
            self.found.copied_items.update(kept)
            self.found.copied_views.update(views)
            self.restart = True
        return False

    def _lasts(self, member: Value, op: Op) -> bool:
        """Whether a value is still read from an op on, as the memory that it shares: not if it is to be copied."""
        return not self.live.finished(member, op) and self.views.get(member) not in self.found.copied_views

    def _kept_from(self, target: Value, region: Region, index: int, by: object) -> bool:
        """Note what keeps a write from happening in place.

        In the adjoint sweep a part that is only read until it is written to is copied where it is taken out.
        """
        op = region.ops[index]
        if not op.location.adjoint:
            if isinstance(by, Value):
                self.found.kept_from[op] = by
            return True
        if target not in self.views or self.live.after(target, region, index):
            return True
        self.found.copied_views.add(self.views[target])
        self.restart = True
        return False

    def _overlaps(self, op: Apply, memory: Roots) -> bool:
        """Whether an index array, or what is written through one, may be the array written to."""
        if op.primitive not in ARRAY_WRITES:
            return False
        index = index_of(op)
        indices = op.operands[2:]
        if is_basic(index, [operand.type for operand in indices]):
            return False
        return any(self._of(operand)[0] & memory for operand in op.operands[1:])

    # ---------------------------------------------------------------- loops
    def _loop(self, loop: Loop) -> None:
        inits = [self._of(init) for init in loop.inits]
        near = [self._near(init) for init in loop.inits]
        for number in sorted(self.changed.get(loop, ())):
            if (loop, number) not in self.found.copied_inits:
                shared, by = self._shared_init(loop, number, inits)
                if shared:
                    self.found.copied_inits[loop, number] = by
                    self.restart = True
        for number in range(len(inits)):
            if (loop, number) in self.found.copied_inits:
                copied = self._make(("init", loop, number))
                inits[number], near[number] = (copied, inits[number][1]), copied
            self.apart.inits[loop, number] = near[number]
        self.apart.around[loop] = self.loops
        outer, self.loops = self.loops, (*self.loops, loop)
        for region in loop.regions:
            params = region.params[1:] if isinstance(loop, For) else region.params
            for number, (param, (memory, items)) in enumerate(zip(params, inits, strict=True)):
                before = self.carried.get((loop, number), (NOTHING, NOTHING))
                token: Near = frozenset({Token(loop, number)})
                self._hold(param, memory | before[0], items | before[1], token)
                self._inherit(param, (loop.inits[number], loop.body.results[number]))
            self._region(region)
        self.loops = outer
        self.grown |= self.apart.close(loop, [self._near(last) for last in loop.body.results])
        for number, (result, last) in enumerate(zip(loop.results, loop.body.results, strict=True)):
            memory, items = self._of(last)
            before = self.carried.get((loop, number), (NOTHING, NOTHING))
            now = before[0] | self._older(memory, loop), before[1] | self._older(items, loop)
            if now != before:
                self.carried[loop, number] = now
                self.grown = True
            token = frozenset({Token(loop, number, result=True)})
            self._hold(result, inits[number][0] | memory, inits[number][1] | items, token)
            self._inherit(result, (loop.inits[number], last))

    def _shared_init(
        self, loop: Loop, number: int, inits: Sequence[tuple[Roots, Roots]]
    ) -> tuple[bool, Value | None]:
        """Whether writes to a carried value would be seen outside the loop, or by others in it; and by whom."""
        init = loop.inits[number]
        if not isinstance(init, Value) or init in self.found.unbound:
            return False, None
        memory = inits[number][0]
        for k, (other, (others, items)) in enumerate(zip(loop.inits, inits, strict=True)):
            if k == number or (loop, k) in self.found.copied_inits or not isinstance(other, Value):
                continue
            if memory & items or (memory & others and self.apart.may_share(init, other)):
                return True, None
        for root in memory:
            if root.site in self.unwritable:
                return True, root.site if isinstance(root.site, Value) else None
            for member in self.members.get(root, ()):
                held = root in self.found.items[member]
                if not self.live.in_loop(member, loop) or not (held or self.apart.may_share(init, member)):
                    continue
                if root in self.found.memory[member] or init in self.taken or not self._recorded(root):
                    return True, member
        return False, None

    def _recorded(self, root: Root) -> bool:
        """Whether tapes alone hold memory; from the next pass on they hold copies instead."""
        stores = self.stores.get(root.site, {})
        if not all(isinstance(op, Apply) and op.primitive == "record" for op, _ in stores):
            return False
        if not self.restart and stores.keys() <= self.found.copied_items:
            return False
        self.found.copied_items.update(stores)
        self.restart = True
        return True

    # ---------------------------------------------------------------- results
    def results(self) -> None:
        """Copies of what would give the caller its own arrays back, or one array twice."""
        given: list[Operand] = []
        for number, result in enumerate(self.function.body.results):
            memory, items = self._of(result)
            foreign = {root for root in memory | items if root.site in self.unwritable}
            if foreign & items or any(self._items_given_with(items, other) for other in given):
                self.found.copied_results[number] = "items"
            elif foreign or any(self._given_with(result, other) for other in given):
                self.found.copied_results[number] = "list" if isinstance(result.type, Seq) else "array"
            given.append(result)

    def _items_given_with(self, items: Roots, other: Operand) -> bool:
        memory, others = self._of(other)
        return bool(items & (memory | others))

    def _given_with(self, result: Operand, other: Operand) -> bool:
        memory, (others, items) = self._of(result)[0], self._of(other)
        return bool(memory & items) or bool(
            memory & others and self.apart.share(self._near(result), self._near(other))
        )
