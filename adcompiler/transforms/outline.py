"""Loops over elements as functions of their own, which another compiler may take.

    for i in range(1, len(y)):           @kernel("y")
        y[i] = rate * y[i - 1]     ->    def loop_4(y, rate): ...

                                         y = loop_4(y, rate)

A loop brings along what it shares with others and what only it can hold: the tape that the adjoint sweep reads again
makes one function of both sweeps.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adcompiler.ir.core import (
    Apply,
    For,
    Function,
    If,
    Op,
    Operand,
    Param,
    Region,
    Value,
    While,
    free_values,
    walk,
)
from adcompiler.ir.rewrite import map_regions
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.registry import PRIMITIVES

# read inside as well, rather than given to the function: sizes and what is reckoned from them, what has no value yet
_AGAIN = frozenset({"shape", "size", "count", "undefined"})
_TOUCHING = frozenset({"getitem", "setitem", "add_at"})
_FREE = frozenset({"record", "recall", "tape", *_AGAIN})


def outline(function: Function, taken: Callable[[Apply], bool], reserved: Iterable[str]) -> Function:
    """The function with ops `native` for its loops over elements, as far as `taken` takes what they become.

    reserved: names that neither the functions nor their parameters may have.
    """
    outliner = _Outliner(taken, {function.name, *reserved}, frozenset(reserved))
    return replace(function, body=outliner.region(function.body))


@dataclass(slots=True)
class _Outliner:
    taken: Callable[[Apply], bool]
    names: set[str]
    reserved: frozenset[str]

    def region(self, region: Region) -> Region:
        """The region with ops `native`; what is not taken is looked into."""
        graph = _Graph.of(region)
        made: dict[Op, Apply] = {}  # for each op that is taken, what stands for all of its group
        for group in graph.groups([op for op in region.ops if _by_number(op)]):
            kernel = self._kernel(graph, group)
            if kernel is not None:
                made.update(dict.fromkeys(group, kernel))
        ops = [made.get(op) or self._inside(op) for op in region.ops]
        return replace(region, ops=_in_order(ops))

    def _inside(self, op: Op) -> Op:
        return map_regions(op, self.region) if isinstance(op, If | For | While) else op

    def _kernel(self, graph: _Graph, group: Sequence[Op]) -> Apply | None:
        """The op that stands for a group; None where it cannot be a function, or is not taken."""
        if any(_has_effect(op) for op in group):
            return None
        ops = (*graph.read_again(group), *group)
        given = list(free_values(Region((), ops, ())))
        results = [value for op in group for value in op.results if graph.leaves(value, group)]
        if not all(isinstance(value.type, Array) for value in (*given, *results)):
            return None
        names = self._parameters(given)
        shapes = [_like(value, given, names) for value in results]
        if not results or None in shapes:
            return None
        loop = next(op for op in group if _by_number(op))
        name = self._name(loop)
        output: object = 0 if len(results) == 1 else ("tuple", list(range(len(results))))
        body = Region(tuple(given), ops, tuple(results))
        function = Function(
            name, tuple(names), tuple(map(Param, names)), body, output, location=loop.location
        )
        attrs = (("function", function), ("like", tuple(shapes)))
        call = Apply("native", tuple(given), tuple(results), attrs, location=loop.location)
        if not self.taken(call):
            return None
        self.names.add(name)
        return call

    def _parameters(self, given: Iterable[Value]) -> list[str]:
        names: dict[str, None] = {}
        for value in given:
            hint = value.name if value.name.isidentifier() else "t"
            names[_free(hint, {*names, *self.reserved})] = None
        return list(names)

    def _name(self, loop: Op) -> str:
        location = loop.location
        return _free(f"loop_{location.line}{'_adjoint' * location.adjoint}", self.names)


def _free(hint: str, names: Iterable[str]) -> str:
    taken = set(names)
    number = 0
    name = hint
    while name in taken:
        number += 1
        name = f"{hint}_{number}"
    return name


@dataclass(slots=True)
class _Graph:
    """Who makes and who reads the values of one region."""

    ops: tuple[Op, ...]
    makers: Mapping[Value, Op]
    reads: Mapping[Op, tuple[Value, ...]]
    users: dict[Value, list[Op]] = field(default_factory=dict)
    kept: frozenset[Operand] = frozenset()

    @classmethod
    def of(cls, region: Region) -> _Graph:
        reads = {op: tuple(free_values(Region((), (op,), ()))) for op in region.ops}
        makers = {result: op for op in region.ops for result in op.results}
        graph = cls(region.ops, makers, reads, kept=frozenset(region.results))
        for op, values in reads.items():
            for value in values:
                graph.users.setdefault(value, []).append(op)
        return graph

    def groups(self, seeds: Sequence[Op]) -> list[list[Op]]:
        """Each seed with what cannot be parted from it; groups that meet are one."""
        found: list[set[Op]] = []
        for seed in seeds:
            group = self._closed({seed})
            while meeting := [other for other in found if other & group]:
                found = [other for other in found if other not in meeting]
                group = self._closed(group.union(*meeting))
            found.append(group)
        return [[op for op in self.ops if op in group] for group in found]

    def _closed(self, group: set[Op]) -> set[Op]:
        """With all that shares a tape or list with the group, and all between two of its ops."""
        while True:
            grown = group | self._sharing(group)
            grown |= self._reached(grown, self._before) & self._reached(grown, self._after)
            if grown == group:
                return group
            group = grown

    def _sharing(self, group: set[Op]) -> set[Op]:
        given = [value for op in group for value in self.reads[op]]
        made = [value for op in group for value in op.results]
        makers = {self.makers[v] for v in given if _is_held(v) and v in self.makers}
        users = {user for v in made if _is_held(v) for user in self.users.get(v, ())}
        return {op for op in makers if not _is_read_again(op)} | users

    def _before(self, op: Op) -> Iterable[Op]:
        return [self.makers[value] for value in self.reads[op] if value in self.makers]

    def _after(self, op: Op) -> Iterable[Op]:
        return [user for value in op.results for user in self.users.get(value, ())]

    def _reached(self, group: set[Op], step: Callable[[Op], Iterable[Op]]) -> set[Op]:
        found: set[Op] = set()
        pending = list(group)
        while pending:
            for op in step(pending.pop()):
                if op not in found:
                    found.add(op)
                    pending.append(op)
        return found

    def read_again(self, group: Sequence[Op]) -> tuple[Op, ...]:
        """Sizes that the group reads, and what has no value before it."""
        inside, pending = set(group), list(group)
        found: set[Op] = set()
        while pending:
            for op in self._before(pending.pop()):
                if op not in inside and op not in found and _is_read_again(op):
                    found.add(op)
                    pending.append(op)
        return tuple(op for op in self.ops if op in found)

    def leaves(self, value: Value, group: Sequence[Op]) -> bool:
        """Whether a value of the group is read outside of it."""
        return value in self.kept or any(user not in group for user in self.users.get(value, ()))


def _is_held(value: Value) -> bool:
    """Whether a value cannot be given to a function: a tape or a list."""
    return not isinstance(value.type, Array)


def _is_read_again(op: Op) -> bool:
    if not isinstance(op, Apply) or op.primitive in _AGAIN:
        return isinstance(op, Apply)
    return PRIMITIVES[op.primitive].elementwise and all(
        isinstance(v.type, Array) and v.type.dtype.kind == "i" and not v.type.rank
        for v in (*op.operands, *op.results)
    )


def _has_effect(op: Op) -> bool:
    inner = walk(Region((), (op,), ()))
    return any(isinstance(o, Apply) and PRIMITIVES[o.primitive].effect for o in inner)


def _by_number(op: Op) -> bool:
    """Whether an op is a loop that computes numbers and elements of arrays, more often than whole arrays."""
    if not isinstance(op, For | While):
        return False
    inside = [inner for region in op.regions for inner in walk(region) if isinstance(inner, Apply)]
    return sum(map(_makes_number, inside)) > sum(map(_works_on_arrays, inside))


def _makes_number(op: Apply) -> bool:
    """Whether an op gives a number of numbers, or reads or writes an element."""
    types = [value.type for value in (*op.operands, *op.results)]
    if op.primitive in _TOUCHING:
        types = [value.type for value in op.operands[1:]] + [op.result.type] * (op.primitive == "getitem")
    return bool(op.results) and _is_inexact(op.results[0].type) and not any(map(_is_array, types))


def _works_on_arrays(op: Apply) -> bool:
    """Whether an op computes with whole arrays, or makes one; views and what is written in place cost nothing."""
    operands = op.operands[1:] if op.primitive in _TOUCHING else op.operands
    made = op.results if op.primitive not in _TOUCHING else ()
    return op.primitive not in _FREE and any(_is_array(value.type) for value in (*operands, *made))


def _is_array(type: Type) -> bool:
    return isinstance(type, Array) and type.rank > 0


def _is_inexact(type: Type) -> bool:
    return isinstance(type, Array) and type.inexact


def _like(value: Value, given: Sequence[Value], names: Sequence[str]) -> str | None:
    """The parameter whose shape and dtype a result has, or the dtype of a number; None where neither is known."""
    assert isinstance(value.type, Array)
    if not value.type.rank:
        return value.type.dtype.name
    if not all(size.printable for size in value.type.shape):
        return None
    kind = value.type.dtype, value.type.shape
    for other, name in zip(given, names, strict=True):
        if isinstance(other.type, Array) and (other.type.dtype, other.type.shape) == kind:
            return name
    return None


def _in_order(ops: Sequence[Op]) -> tuple[Op, ...]:
    """The ops, each once and after what it reads, else as they stood; one that stood in several places at the last."""
    place = {op: k for k, op in enumerate(ops)}
    makers = {result: op for op in place for result in op.results}
    waiting: dict[Op, int] = {}
    users: dict[Op, list[Op]] = {op: [] for op in place}
    effect: Op | None = None
    for op in sorted(place, key=place.__getitem__):
        before = {
            makers[v] for v in free_values(Region((), (op,), ())) if v in makers and makers[v] is not op
        }
        if _has_effect(op):
            before |= {effect} if effect is not None else set()
            effect = op
        waiting[op] = len(before)
        for other in before:
            users[other].append(op)
    ready = [(place[op], op_id) for op_id, op in enumerate(place) if not waiting[op]]
    known = list(place)
    heapq.heapify(ready)
    order: list[Op] = []
    while ready:
        op = known[heapq.heappop(ready)[1]]
        order.append(op)
        for user in users[op]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, (place[user], known.index(user)))
    assert len(order) == len(place)
    return tuple(order)
