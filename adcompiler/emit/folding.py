"""Which values NumPy code prints inside the expressions of their users, not as statements.

    t1 = sin(y[i - 1])                  y[i] = np.sin(y[i - 1]) * x[i]
    t2 = t1 * x[i]            ->
    y1 = setitem(y, t2, i)

A value moves to its user if it has no name in the source, if that user is its only one and stands in the same
region, and if nothing comes between that would change it: no write to memory that it reads, no effect, no new
version of a variable that it reads. Sizes and simple index arithmetic are printed wherever they are used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from adcompiler.analysis.alias import Buffers
from adcompiler.analysis.apart import Root
from adcompiler.analysis.liveness import SIZES, Liveness, dead_ops, has_effect, is_write, reads, sizes_only
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.types import Array

# operations in one expression of the adjoint sweep; the primal sweep keeps the lines of the source
ADJOINT_WEIGHT = 8
DEPTH = 30
CONDITIONAL_WEIGHT = 4
STATEMENTS = ("tape", "undefined", "scatter", "seq_scatter")


@dataclass(slots=True)
class Folding:
    """inline: values printed inside expressions, and their ops. conditional: branches as expressions."""

    inline: dict[Value, Op] = field(default_factory=dict)
    conditional: set[If] = field(default_factory=set)
    dead: set[Op] = field(default_factory=set)


@dataclass(slots=True)
class _Events:
    """What happened last, and where, in a region: writes, new versions of variables, effects."""

    writes: dict[Root, int] = field(default_factory=dict)
    versions: dict[object, int] = field(default_factory=dict)
    effect: int = -1


class Webs:
    """Values that would best share a variable: versions of an array, what a loop carries, one source name."""

    def __init__(self, body: Region) -> None:
        self._leader: dict[object, object] = {}
        self._names: dict[str, Value] = {}
        self._visit(body)

    def of(self, value: object) -> object:
        """A token that all values of a web have in common."""
        root = value
        while (above := self._leader.get(root, root)) is not root:
            root = above
        while value is not root:
            self._leader[value], value = root, self._leader.get(value, root)
        return root

    def _unite(self, *operands: Operand) -> None:
        values = [self.of(operand) for operand in operands if isinstance(operand, Value)]
        for value in values[1:]:
            self._leader[value] = values[0]

    def _name(self, *values: Value) -> None:
        for value in values:
            if value.name:
                self._unite(self._names.setdefault(value.name, value), value)

    def _visit(self, region: Region) -> None:
        self._name(*region.params)
        for op in region.ops:
            self._name(*op.results)
            match op:
                case Apply() if is_write(op):
                    self._unite(op.operands[0], op.result)
                case If():
                    for result, *arms in zip(op.results, op.then.results, op.orelse.results, strict=True):
                        self._unite(result, *(arm for arm in arms if _same_name(arm, result)))
                case For() | While():
                    for inner in op.regions:
                        carried = inner.params[1:] if isinstance(op, For) else inner.params
                        for param, init, result in zip(carried, op.inits, op.results, strict=True):
                            self._unite(param, result, *([init] if _same_name(init, param) else []))
                    carried = op.body.params[1:] if isinstance(op, For) else op.body.params
                    for param, last in zip(carried, op.body.results, strict=True):
                        self._unite(param, last)
            if not isinstance(op, Apply):
                for inner in op.regions:
                    self._visit(inner)


def _same_name(operand: Operand, value: Value) -> bool:
    return isinstance(operand, Value) and (not operand.name or not value.name or operand.name == value.name)


def fold(function: Function, buffers: Buffers) -> Folding:
    """Decide what is printed inside expressions."""
    folder = _Folder(function, buffers)
    folder.body(function.body, _Kind(results=True))
    return folder.found


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the results of a region are: expressions to fold into, or the next values of a loop."""

    results: bool = False
    carried: tuple[Value, ...] = ()


class _Folder:
    def __init__(self, function: Function, buffers: Buffers) -> None:
        self.buffers = buffers
        self.found = Folding(dead=dead_ops(function))
        self.live = Liveness(function.body, dead=self.found.dead)
        self.webs = Webs(function.body)
        self.loud = {
            callee.name for callee in function.callees if any(has_effect(op) for op in callee.body.ops)
        }
        self.uses: dict[Value, list[Op | Region]] = {}
        self.indices = {op.index for op in walk(function.body) if isinstance(op, For)} | set(
            function.body.params
        )
        self.weight: dict[Op, tuple[int, int]] = {}
        self.touched: dict[Value, frozenset[Root]] = {}
        self._count(function.body)
        self.carried: tuple[Region, tuple[Value, ...]] = (function.body, ())

    def _count(self, region: Region) -> None:
        for op in region.ops:
            if op in self.found.dead:
                continue
            for operand in reads(op):
                if isinstance(operand, Value):
                    self.uses.setdefault(operand, []).append(op)
            if not isinstance(op, Apply):
                for inner in op.regions:
                    self._count(inner)
        for operand in region.results:
            if isinstance(operand, Value):
                self.uses.setdefault(operand, []).append(region)

    # ---------------------------------------------------------------- regions
    def body(self, region: Region, kind: _Kind) -> _Events:
        """Fold inside a region; what happens in it."""
        events = _Events()
        places: dict[Value, tuple[Op, int]] = {}
        outer, self.carried = self.carried, (region, kind.carried)
        for index, op in enumerate(region.ops):
            if op in self.found.dead:
                continue
            if isinstance(op, Apply) and len(op.results) == 1 and self._everywhere(op):
                self.found.inline[op.result] = op
                self._weigh(op)
                continue
            inner = self._inside(op)
            for operand in self._takers(op):
                self._take(operand, places, events)
            self._happened(op, index, inner, events)
            self._weigh(op)
            if len(op.results) == 1:
                places[op.results[0]] = (op, index)
        if kind.results:
            taken = list(range(len(region.results)))
        else:
            taken = self._together(region, kind, places, events)
        group = {places[v][1] for k in taken if isinstance(v := region.results[k], Value) and v in places}
        for number in taken:
            self._take(
                region.results[number], places, events, bool(kind.carried), group if kind.carried else ()
            )
        self.carried = outer
        return events

    def _together(
        self, region: Region, kind: _Kind, places: Mapping[Value, tuple[Op, int]], events: _Events
    ) -> list[int]:
        """The next values that go to the end of a body; in `a, b = b, a + b` one takes the other along."""
        numbers = {
            places[v][1]: k for k, v in enumerate(region.results) if isinstance(v, Value) and v in places
        }
        taken = [k for k, param in enumerate(kind.carried) if self._blocked(region, k, param, places)]
        for number in taken:
            operand = region.results[number]
            assert isinstance(operand, Value)
            op, made = places[operand]
            for value, _ in self.live_leaves(op):
                other = numbers.get(events.versions.get(self.webs.of(value), -1))
                if other is not None and other not in taken and events.versions[self.webs.of(value)] > made:
                    taken.append(other)
        return taken

    def _inside(self, op: Op) -> list[_Events]:
        match op:
            case If():
                inner = [self.body(arm, _Kind(results=len(op.results) == 1)) for arm in op.regions]
                if self._is_conditional(op):
                    self.found.conditional.add(op)
                return inner
            case For():
                return [self.body(op.body, _Kind(carried=op.body.params[1:]))]
            case While():
                return [
                    self.body(op.condition, _Kind(results=True)),
                    self.body(op.body, _Kind(carried=op.body.params)),
                ]
        return []

    def _happened(self, op: Op, index: int, inner: list[_Events], events: _Events) -> None:
        for root in self.buffers.written(op):
            events.writes[root] = index
        for value in op.results:
            events.versions[self.webs.of(value)] = index
        for happened in inner:
            events.writes.update(dict.fromkeys(happened.writes, index))
            events.versions.update(dict.fromkeys(happened.versions, index))
            if happened.effect >= 0:
                events.effect = index
        if not isinstance(op, Apply):
            for region in op.regions:
                events.versions.update({self.webs.of(param): index for param in region.params})
        if has_effect(op) or (isinstance(op, Call) and (op.callee in self.loud)):
            events.effect = index

    # ---------------------------------------------------------------- values
    def _takers(self, op: Op) -> Iterator[Operand]:
        """The operands that an op may take into its expression."""
        match op:
            case If(condition=condition):
                yield condition
            case For():
                yield from (op.start, op.stop, op.step)
            case While():
                return
            case Apply() if op in self.buffers.in_place:
                target = self.buffers.accumulations.get(op, 0)
                yield from (operand for number, operand in enumerate(reads(op)) if number != target)
            case _:
                yield from reads(op)

    def _take(
        self,
        operand: Operand,
        places: Mapping[Value, tuple[Op, int]],
        events: _Events,
        always: bool = False,
        group: Collection[int] = (),
    ) -> None:
        """Print an operand inside its user, if it may; what stands at `group` moves there as well."""
        if not isinstance(operand, Value) or operand not in places or operand in self.found.inline:
            return
        op, made = places[operand]
        named = always or self._crowded(operand, made)
        if len(self.uses.get(operand, ())) != 1 or not self._may_move(op, named) or events.effect > made:
            return
        if any(events.writes.get(root, -1) > made for root in self._touches(op)):
            return
        for value, sized in self.live_leaves(op):
            version = events.versions.get(self.webs.of(value), -1)
            if not sized and version > made and version not in group:
                return
        self.found.inline[operand] = op

    def _crowded(self, value: Value, made: int) -> bool:
        """Whether the name of a value of the adjoint sweep is still taken by what a loop carries."""
        region, carried = self.carried
        return any(p.name == value.name and self.live.after(p, region, made) for p in carried)

    def live_leaves(self, op: Op) -> Iterator[tuple[Value, bool]]:
        """The values that printing the op would read now, each with whether only its sizes are."""
        for operand in self._inner(op):
            if isinstance(operand, Value) and operand in self.found.inline:
                yield from self.live_leaves(self.found.inline[operand])
            elif isinstance(operand, Value):
                yield operand, sizes_only(op)

    def _inner(self, op: Op) -> Iterator[Operand]:
        yield from reads(op)
        if isinstance(op, If):
            yield from (*op.then.results, *op.orelse.results)

    def _may_move(self, op: Op, always: bool) -> bool:
        match op:
            case Apply(primitive=name, results=(result,)):
                if name in STATEMENTS or is_write(op) or op in self.buffers.accumulations or has_effect(op):
                    return False
            case If(results=(result,)):
                if op not in self.found.conditional:
                    return False
            case Call(results=(result,)):
                pass
            case _:
                return False
        # what is read off a tape is named where that is shorter
        if result.name and not always and not (isinstance(op, Apply) and op.primitive == "recall"):
            return False
        weight, depth = self._weigh(op)
        return depth <= DEPTH and (weight < ADJOINT_WEIGHT or not op.location.adjoint)

    def _touches(self, op: Op) -> frozenset[Root]:
        """The memory that printing the op would read."""
        touched: frozenset[Root] = frozenset()
        for operand in self._inner(op):
            if not isinstance(operand, Value) or sizes_only(op):
                continue
            inner = self.found.inline.get(operand)
            if inner is not None:
                touched |= self.touched.setdefault(operand, self._touches(inner))
            touched |= self.buffers.reach(operand)
        return touched

    def _weigh(self, op: Op) -> tuple[int, int]:
        """The number of operations in the expression of an op, and how deep they are nested."""
        if op not in self.weight:
            inner = [
                self.found.inline[v]
                for v in self._inner(op)
                if isinstance(v, Value) and v in self.found.inline
            ]
            weights = [self.weight.get(made, (1, 1)) for made in inner]
            own = 0 if isinstance(op, Apply) and op.primitive in SIZES else 1
            self.weight[op] = own + sum(w for w, _ in weights), 1 + max((d for _, d in weights), default=0)
        return self.weight[op]

    def _everywhere(self, op: Apply) -> bool:
        """Sizes, and index arithmetic such as i - 1, are cheaper to write again than to name."""
        if op.result.name:
            return False
        if op.primitive in SIZES:
            return True
        if op.primitive == "seq_length":
            return op.operands[0] in self.indices
        kind = op.result.type
        if (
            not isinstance(kind, Array)
            or not kind.weak
            or kind.dtype.kind != "i"
            or op.primitive not in ("add", "subtract")
        ):
            return False
        if any(
            isinstance(use, Region) or not isinstance(use, Apply) and use.operands[3:]
            for use in self.uses.get(op.result, ())
        ):
            return False
        simple = [isinstance(v, Const) or v in self.indices or self._is_size(v) for v in op.operands]
        return all(simple) and any(isinstance(v, Const) for v in op.operands)

    def _is_size(self, value: Value) -> bool:
        op = self.found.inline.get(value)
        return isinstance(op, Apply) and (op.primitive in SIZES or op.primitive == "seq_length")

    # ---------------------------------------------------------------- branches, loops
    def _is_conditional(self, op: If) -> bool:
        """Whether a branch reads well as `a if c else b`, `a and b` or `a or b`."""
        if len(op.results) != 1:
            return False
        for arm in op.regions:
            shown = [inner for inner in arm.ops if inner not in self.found.dead]
            if not all(inner.results and inner.results[0] in self.found.inline for inner in shown):
                return False
        if not op.location.adjoint and op.location.text.lstrip().startswith(("if ", "if(", "elif ", "elif(")):
            return False
        values = [
            self.found.inline[v] for v in self._inner(op) if isinstance(v, Value) and v in self.found.inline
        ]
        return sum(self.weight.get(made, (1, 1))[0] for made in values) <= CONDITIONAL_WEIGHT

    def _blocked(
        self, region: Region, number: int, carried: Value, places: Mapping[Value, tuple[Op, int]]
    ) -> bool:
        """Whether a next value cannot have its variable yet where it is made: the old one is still read."""
        operand = region.results[number]
        if not isinstance(operand, Value) or operand not in places:
            return False
        _, index = places[operand]
        if self.live.after(carried, region, index):
            return True
        web = self.webs.of(operand)
        others = [
            v
            for k, v in enumerate(region.results)
            if k != number and isinstance(v, Value) and v is not operand
        ]
        return any(self.webs.of(v) is web and (v not in places or places[v][1] < index) for v in others)
