"""How a region of the adjoint gets at the values of the primal: at hand, computed or read again, put back, or recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adcompiler.analysis.described import tape_of
from adcompiler.analysis.overwrites import rereads
from adcompiler.analysis.places import subscript_of
from adcompiler.analysis.versions import carried
from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, For, If, Operand, Region, Structured, Value, While, walk
from adcompiler.ir.dims import Dim, changes
from adcompiler.ir.index import is_basic, result_shape
from adcompiler.ir.types import Array, Seq, Shape
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.transforms.cut import cut
from adcompiler.transforms.primal import Export, Primal, Tape
from adcompiler.transforms.slots import slot_of
from adcompiler.transforms.undo import Overwritten, overwritten, part_before

LONGEST_CHAIN = 12
LARGEST_CUT = 400
OPERATIONS_PER_SLOT = 8
# what takes items out of a list, which is larger
ITEMS = ("recall", "seq_get")


class Lookup:
    """Finds, for one region of the adjoint, the values of the primal region that it reverses; `sweep` is all of that."""

    def __init__(
        self,
        sweep: Primal,
        primal: Structured,
        arm: int,
        builder: Builder,
        known: dict[Value, Operand],
        index: Value | None,
    ) -> None:
        self.sweep = sweep
        self.primal = primal
        self.arm = arm
        self.builder = builder
        self.known = known
        self.index = index
        self.shapes: dict[tuple[Dim, ...], Value] = {}
        self.taken: dict[Value, Operand] = {}  # the recorded shapes of values
        self.undone: dict[Value, Overwritten] = {}  # versions of arrays that are put back
        self.carried: list[tuple[Operand, Value, Operand]] = []  # what they start as, in a trip, and after it

    def shapes_from(self, region: Region) -> None:
        """Shapes can be taken from the cotangents that the region gets, and from what all regions see."""
        self.shapes.update(self.sweep.visible)
        for param in region.params:
            if isinstance(param.type, Array) and param.type.rank:
                self.shapes[param.type.shape] = param

    def roots(self, wanted: list[Value]) -> list[Value]:
        """What to record, so that the wanted values can be computed from it: the least memory that will do."""
        if isinstance(self.primal, If):
            return []
        params, results = carried(self.primal), self.primal.body.results
        inputs: dict[Value, tuple[Value, ...] | None] = {}
        self._inputs(wanted, inputs)
        missing = [value for value in wanted if value in inputs]
        # one tape serves a carried value before and after the trip
        free = {end for end, param in zip(results, params, strict=True) if param in missing}

        def cost(value: Value) -> int:
            return 0 if value in free else _weight(value)

        early = cut(missing, inputs, cost, self._effort, late=False)
        if all(map(_is_number, early)):
            return early
        late = cut(missing, inputs, cost, self._effort, late=True)
        arrays = [found for found in overwritten(self.primal) if not inputs.keys().isdisjoint(found.versions)]
        versions = {version: found for found in arrays for version in found.versions}

        def cost_of_parts(value: Value) -> int:
            return _weight_of_parts(versions[value]) if value in versions else cost(value)

        parts = cut(missing, inputs, cost_of_parts, self._effort, late=True) if versions else late
        if sum(map(cost_of_parts, parts)) >= sum(map(cost, late)):
            return late
        self.undone = {
            version: versions[root]
            for root in parts
            if root in versions
            for version in versions[root].versions
        }
        return parts

    def _effort(self, value: Value) -> int:
        """What it takes to compute a value again: to save a slot for it, some operations are worth while."""
        op = self.sweep.makers.get(value)
        view = isinstance(op, Apply) and PRIMITIVES[op.primitive].view
        return 0 if view else _weight(value) // OPERATIONS_PER_SLOT

    def _inputs(self, wanted: Iterable[Value], inputs: dict[Value, tuple[Value, ...] | None]) -> None:
        """For the values that are not at hand: from which others each can be computed, or None."""
        todo = list(wanted)
        while todo:
            value = todo.pop()
            if value in inputs or self._at_hand(value):
                continue
            op = self.sweep.makers.get(value)
            inputs[value] = None
            if not isinstance(op, Apply) or len(inputs) > LARGEST_CUT or self._reads_overwritten(op):
                continue
            row = PRIMITIVES[op.primitive]
            if row.cheap and not row.effect and op.primitive not in ITEMS:
                needed = tuple(o for o in op.operands if isinstance(o, Value) and not self._at_hand(o))
                inputs[value] = needed
                todo.extend(needed)

    def _at_hand(self, value: Value) -> bool:
        """Whether a value needs nothing that is recorded."""
        chain: dict[Value, Apply] = {}
        return self._chain(value, chain) and len(chain) <= LONGEST_CHAIN

    def need(self, value: Value, shape_only: bool) -> None:
        """Make a value available."""
        if value in self.known:
            return
        if shape_only and isinstance(value.type, Array):
            shape = value.type.shape
            sizes = tuple(size.known for size in shape)
            if shape in self.shapes and not changes(shape):
                return
            if None not in sizes:
                self.taken[value] = apply(self.builder, "known_shape", shape=sizes)
            elif not self.again(value):
                self.shape_out(value)
            return
        if not self.again(value):
            self.out(value)

    def shape_out(self, value: Value) -> None:
        """Give only the shape of a value out of the primal region."""
        assert isinstance(value.type, Array)
        name = value.name or self.sweep.descriptions.of(value)
        shape = Value(Shape(value.type.shape), f"{name}_shape" if name else "")
        site = self.sweep.sites[value]
        self.sweep.sites[shape] = site
        export = self.sweep.export(self.primal.tag)
        location = self.builder.location
        export.shapes[value] = Apply(
            "shape", (value,), (shape,), (), "numpy.shape", replace(location, adjoint=False)
        )
        self.sweep.makers[shape] = export.shapes[value]
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
        if value in self.known or value in chain or not self.sweep.at(value, self.primal.tag, self.arm):
            return True
        if self._reread(value, chain):
            return True
        op = self.sweep.makers.get(value)
        if not isinstance(op, Apply) or PRIMITIVES[op.primitive].effect or not PRIMITIVES[op.primitive].cheap:
            return False
        elsewhere = self._elsewhere(op)
        if elsewhere is not None:
            chain[value] = elsewhere
            return True
        if len(chain) > LONGEST_CHAIN or self._reads_overwritten(op):
            return False
        for operand in op.operands:
            if isinstance(operand, Value) and not self._chain(operand, chain):
                return False
        chain[value] = op
        return True

    def _elsewhere(self, op: Apply) -> Apply | None:
        """A size as that of an axis of what all regions see."""
        match op:
            case Apply(primitive="size", results=(Value(type=Array(size=Dim() as size)),)):
                for shape, source in self.sweep.visible.items():
                    if size in shape and not changes(shape):
                        return replace(op, operands=(source,), attrs=(("axis", shape.index(size)),))
        return None

    def _reads_overwritten(self, op: Apply) -> bool:
        """Whether an element is read from an array that a loop further out overwrites: recording it costs less."""
        source = op.operands[0] if op.operands else None
        if op.primitive != "getitem" or not isinstance(source, Value) or source not in self.sweep.sites:
            return False
        made = self.sweep.makers.get(source)
        written = not isinstance(made, Apply) or made.primitive in ("setitem", "add_at")
        return (
            written
            and not self.sweep.at(source, self.primal.tag, self.arm)
            and isinstance(source.type, Array)
        )

    def _reread(self, value: Value, chain: dict[Value, Apply]) -> bool:
        """Read a value from a later version of the array that it was read from or stored in, where it still is there."""
        if value not in self.sweep.rereads:
            self.sweep.rereads[value] = [found for read in self._reads(value) for found in self._last(read)]
        for read in self.sweep.rereads[value]:
            more = dict(chain)
            if all(self._chain(o, more) for o in read.operands if isinstance(o, Value)):
                chain.update(more)
                chain[value] = read
                return True
        return False

    def _last(self, read: Apply) -> list[Apply]:
        """The read from the last version that has the same elements and is worth to be at hand."""
        found = [other for other in rereads(read, self.sweep.versions) if self._pays(other)]
        return found[-1:]

    def _reads(self, value: Value) -> Iterator[Apply]:
        """The op that reads a value from an array, and those that would after it was stored."""
        versions = self.sweep.versions
        match self.sweep.makers.get(value):
            case Apply(primitive="getitem") as read:
                yield read
        for store in versions.stores.get(value, ()):
            if versions.homes[store.result] is versions.homes[value] and _kept_whole(store, value):
                operands = store.result, *store.operands[2:]
                yield replace(
                    store, primitive="getitem", operands=operands, results=(value,), path="operator.getitem"
                )

    def _pays(self, read: Apply) -> bool:
        """Whether an array is at hand, or to copy it costs no more than to record what is read from it.

        An array of rank r that is copied at depth d costs about as much as a number that is recorded at depth r + d.
        """
        source, versions = read.operands[0], self.sweep.versions
        assert isinstance(source, Value) and isinstance(source.type, Array)
        if versions.lasts(source):
            return True
        around = len(versions.homes[source].loops)
        return source.type.rank + around <= len(versions.homes[read.result].loops)

    def _undo(self, found: Overwritten) -> None:
        """Carry an array from trip to trip, and put back what the trip has overwritten of it."""
        loop = self.primal
        assert isinstance(loop, For | While)
        first = found.versions[0]
        after = replace(found.versions[-1], name=first.name)
        array: Operand = after
        self.known[found.versions[-1]] = after
        for version, write in zip(found.versions[-2::-1], found.writes[::-1], strict=True):
            read, there = part_before(loop, write)
            if not there:
                self.sweep.read_before(read, write, loop.tag)
            for value in (read.result, *subscript_of(write)):
                if isinstance(value, Value):
                    self.need(value, False)
            operands = [self.known.get(o, o) if isinstance(o, Value) else o for o in subscript_of(write)]
            array = apply(
                self.builder,
                "setitem",
                array,
                self.known[read.result],
                *operands,
                index=write.index,
                hint=first.name,
            )
            self.known[version] = array
        self.carried.append((loop.results[found.place], after, array))

    def out(self, value: Value) -> None:
        """Give a value out of the primal region: as a result of the If, or on a tape of the loop."""
        if value in self.undone:
            self._undo(self.undone[value])
            return
        export = self.sweep.export(self.primal.tag)
        if isinstance(self.primal, If):
            for inner, outer in export.values:
                if inner is value:
                    self.known[value] = outer
                    return
            outer = replace(value)
            export.values.append((value, outer))
            self.sweep.define(outer, self.primal.tag)
            self.known[value] = outer
            return
        assert self.index is not None
        if isinstance(value.type, Seq) and not _tapeable(value.type):
            raise CompileError.at(
                self.builder.location,
                "a list of lists would have to be recorded in this loop",
                "use an array",
            )
        position = slot_of(self.builder, self.primal, self.index)
        tape, offset = self._tape(export, value)
        if offset:
            position = apply(self.builder, "add", position, Const(1), path="operator.add")
        self.known[value] = apply(self.builder, "recall", tape.result, position, hint=value.name)

    def _tape_name(self, value: Value) -> str:
        """The name of a tape, after what it holds, or the array that this is a part of."""
        name = value.name or self.sweep.descriptions.of(value)
        match self.sweep.makers.get(value):
            case Apply(primitive="getitem", operands=(Value(name=array), *_)) if not name:
                name = array
        return tape_of(name)

    def _tape(self, export: Export, value: Value) -> tuple[Tape, int]:
        """The tape of a value, and whether the slot after the trip's own is meant."""
        assert isinstance(self.primal, (For, While))
        for tape in export.tapes:
            if tape.value is value:
                return tape, 0
        params, results = carried(self.primal), self.primal.body.results
        for param, result in zip(params, results, strict=True):
            for tape in export.tapes:
                if result is value and tape.value is param and tape.after in (None, value):
                    tape.after = value
                    return tape, 1
        name = self._tape_name(value)
        kind = Seq(value.type, None)
        tape = Tape(value, Value(kind, name), Value(kind, name))
        export.tapes.append(tape)
        self.sweep.define(tape.result, self.primal.tag)
        return tape, 0


def _weight(value: Value) -> int:
    """The memory of a value, roughly: bytes, where every axis has a hundred elements."""
    type = value.type
    return type.dtype.itemsize * 100**type.rank if isinstance(type, Array) else 800


def _weight_of_parts(found: Overwritten) -> int:
    """That of what a trip overwrites of an array."""
    type = found.versions[0].type
    assert isinstance(type, Array)
    return sum(type.dtype.itemsize * 100**rank for rank in found.ranks)


def _is_number(value: Value) -> bool:
    return isinstance(value.type, Array) and not value.type.rank


def _kept_whole(store: Apply, value: Value) -> bool:
    """Whether what a store puts into an array is the value itself, in neither another dtype nor another shape."""
    array, type = store.result.type, value.type
    assert isinstance(array, Array) and isinstance(type, Array)
    types = [operand.type for operand in store.operands[2:]]
    if type.weak or type.dtype != array.dtype or not is_basic(store.index, types):
        return False
    return result_shape(array.shape, store.index, types) == type.shape


def _tapeable(type: Seq) -> bool:
    return isinstance(type.item, (Array, Seq, Shape))
