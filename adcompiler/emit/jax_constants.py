"""Constants that loops store into arrays, which adjoint loops do with zeros: after what is read and added.

    t = dy[i]; dy[i] = 0                          t = dy[i]; dy[i - 1] += t * a
    dy[i - 1] += t * a                     ->     dy[i] = 0

    for i in range(k):                            for i in range(k):
        dz[i] += dy[i]; dy[i] = 0          ->         dz[i] += dy[i]
                                                  dy[:k] = 0

    for k: ...                                    for k: ...
        t = dy[k]; dy[k] = 0               ->         t = dy[k]; dy[k] = 0 if k >= 0 else t

A constant depends on nothing that was read. If it is stored first, XLA copies the array to read what was there. A
slice stored behind a loop in another one is no better. XLA does not see that an index is never negative, and so takes
the constant for something that depends on what was read.
"""

from __future__ import annotations

from dataclasses import replace

from adcompiler.analysis.distinct import Distinct
from adcompiler.analysis.places import accesses, affine, subscript_of, users_in
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While
from adcompiler.ir.dims import Dim
from adcompiler.ir.index import At, Slice
from adcompiler.ir.rewrite import map_regions, substitute
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply


def constants_last(function: Function) -> Function:
    """The function whose loops store constants behind all else."""
    return replace(function, body=_Constants(Distinct(function.body)).region(function.body))


class _Constants:
    def __init__(self, distinct: Distinct) -> None:
        self.distinct = distinct

    def region(self, region: Region, looped: bool = False) -> Region:
        """A region with its loops rewritten, those inside others first."""
        return replace(region, ops=tuple(new for op in region.ops for new in self.op(op, looped)))

    def op(self, op: Op, looped: bool) -> list[Op]:
        """What stands for an op, in a loop or not."""
        if isinstance(op, Apply | Call):
            return [op]
        inside = looped or isinstance(op, For | While)
        changed = map_regions(op, lambda region: self.region(region, inside))
        after: list[Op] = []
        if isinstance(changed, For) and not looped:
            for slot in reversed(range(len(changed.inits))):
                index = self.own_places(changed, slot)
                if index is not None:
                    changed, behind = self.stored_behind(changed, slot, *index)
                    after += behind
        if isinstance(changed, For | While):
            changed = replace(changed, body=self.after_reads(self.sunk(changed.body)))
        return [changed, *after]

    # ----------------------------------------------------------------------------------------- behind the loop

    def own_places(self, loop: For, slot: int) -> tuple[Apply, int, int] | None:
        """The store of a constant at the loop's own place, if the array is only read there before.

        With it the axis along which the place moves, and what is added to the loop's index.
        """
        found = accesses(loop, slot)
        if not found:
            return None
        *reads, store = found
        if store.primitive != "setitem" or not isinstance(store.operands[1], Const):
            return None
        own = self.places(store)
        if any(read.primitive != "getitem" or self.places(read) != own for read in reads):
            return None
        inside = {*loop.body.params, *(result for op in loop.body.ops for result in op.results)}
        moving = [axis for axis, (base, _) in enumerate(own) if base in inside]
        if len(moving) != 1 or own[moving[0]][0] is not loop.index:
            return None
        if any(
            base not in (None, i)
            for (base, _), i in zip(own, store.operands[2:], strict=True)
            if base not in inside
        ):
            return None  # a sum that is made in the body
        axis, offset = moving[0], own[moving[0]][1]
        one = isinstance(loop.step, Const) and loop.step.value == 1
        places = all(map(self.distinct.natural, store.operands[2:]))
        return (store, axis, offset) if one and places and self.counts(loop, offset) else None

    def places(self, op: Apply) -> list[tuple[Value | None, int]]:
        """The subscript of an element: for each axis a value, and what is added to it."""
        return [affine(i, self.distinct.makers) for i in subscript_of(op)]

    def counts(self, loop: For, offset: int) -> bool:
        """Whether the bounds of a loop, so far moved, are bounds of a slice: none of them negative."""
        sizes = [
            bound.type.size if isinstance(bound.type, Array) else None for bound in (loop.start, loop.stop)
        ]
        return all(size is not None and self.distinct.ranges.natural(size + offset) for size in sizes)

    def stored_behind(
        self, loop: For, slot: int, store: Apply, axis: int, offset: int
    ) -> tuple[For, list[Op]]:
        """The loop that reads the array only, and the ops behind it that store the constant at all its places."""
        param, init = loop.body.params[1 + slot], loop.inits[slot]
        assert isinstance(init.type, Array)
        ops = tuple(op for op in loop.body.ops if op is not store)
        params = (*loop.body.params[: 1 + slot], *loop.body.params[2 + slot :])
        ends = (*loop.body.results[:slot], *loop.body.results[slot + 1 :])
        made = replace(
            loop,
            inits=(*loop.inits[:slot], *loop.inits[slot + 1 :]),
            body=substitute(Region(params, ops, ends), {param: init}),
            results=(*loop.results[:slot], *loop.results[slot + 1 :]),
        )
        builder = Builder(store.location)
        given: list[Operand] = []
        index: list[At | Slice] = []

        def number(operand: Operand | None) -> int | None:
            if operand is None:
                return None
            given.append(operand)
            return len(given) - 1

        for k, place in enumerate(store.operands[2:]):
            if k == axis:
                start, stop = _bounds(builder, loop, offset, init.type.shape[axis])
                index.append(Slice(number(start), number(stop)))
            else:
                given.append(place)
                index.append(At(len(given) - 1))
        apply(builder, "setitem", init, store.operands[1], *given, index=tuple(index))
        last = builder.ops[-1]
        assert isinstance(last, Apply)
        return made, [*builder.ops[:-1], replace(last, results=(loop.results[slot],))]

    # ------------------------------------------------------------------------------------------ behind the trip

    def sunk(self, body: Region) -> Region:
        """A loop body in which constants are stored after what is written at other places."""
        for store in body.ops:
            if (
                isinstance(store, Apply)
                and store.primitive == "setitem"
                and isinstance(store.operands[1], Const)
            ):
                body = self.behind(body, store)
        return body

    def behind(self, body: Region, store: Apply) -> Region:
        """The body with one store behind the writes that follow."""
        users = users_in(body)
        if store not in body.ops:
            return body
        last = store
        while (following := self.following(store, last.result, users)) is not None:
            last = following
        if last is store:
            return body
        array, *rest = store.operands
        fresh = Value(last.result.type, last.result.name)
        moved = replace(store, operands=(fresh, *rest), results=(last.result,))
        ops: list[Op] = []
        for op in body.ops:
            if op is store:
                continue
            ops.append(replace(last, results=(fresh,)) if op is last else op)
            if op is last:
                ops.append(moved)
        return substitute(replace(body, ops=tuple(ops)), {store.result: array})

    def following(self, store: Apply, version: Value, users: dict[Value, list[Op | None]]) -> Apply | None:
        """The only write to a version of the array, if it and all reads of that version are at other places."""
        writes = []
        for user in users.get(version, []):
            if not isinstance(user, Apply) or user.primitive not in ("getitem", "setitem", "add_at"):
                return None
            array, *rest = user.operands
            if array is not version or version in rest:
                return None
            places = subscript_of(user)
            if not self.distinct(store.operands[2:], places, store, user):
                return None
            if user.primitive != "getitem":
                writes.append(user)
        return writes[0] if len(writes) == 1 else None

    # ----------------------------------------------------------------------------------------- behind the reads

    def after_reads(self, body: Region) -> Region:
        """A loop body in which a constant that is stored over what is read is chosen beside that."""
        read: dict[tuple[object, ...], Value] = {}
        ops: list[Op] = []
        for op in body.ops:
            match op:
                case Apply(primitive="getitem", operands=(array, *_)) if _of_element(op):
                    read.setdefault((array, *self.places(op)), op.result)
                case Apply(primitive="setitem", operands=(array, Const(), *_)) if _of_element(op):
                    op, *choice = self.chosen(op, read.get((array, *self.places(op))))
                    ops += reversed(choice)
            ops.append(op)
        return replace(body, ops=tuple(ops))

    def chosen(self, store: Apply, old: Value | None) -> list[Op]:
        """A store of a constant over an element that was read; then, last first, what chooses: an index, if not negative."""
        array, value, *given = store.operands
        moving = [place for place in given if isinstance(place, Value)]
        if old is None or not moving or not all(map(self.distinct.natural, given)):
            return [store]
        builder = Builder(store.location)
        always = apply(builder, "greater_equal", moving[0], Const(0))
        new = Value(old.type)
        choice = If(always, Region((), (), (value,)), Region((), (), (old,)), (new,), location=store.location)
        return [replace(store, operands=(array, new, *given)), choice, *builder.ops]


def _of_element(op: Apply) -> bool:
    """Whether an op reads or writes by integers alone."""
    given = subscript_of(op)
    numbers = all(isinstance(i.type, Array) and not i.type.rank and i.type.dtype.kind in "iu" for i in given)
    array = op.operands[0].type
    whole = isinstance(array, Array) and len(op.index) == array.rank
    return numbers and whole and all(isinstance(entry, At) for entry in op.index)


def _bounds(builder: Builder, loop: For, offset: int, size: Dim) -> tuple[Operand | None, Operand | None]:
    """From where to where a loop's index goes, moved by an offset; None for the ends of an axis of this size."""
    start, stop = (
        apply(builder, "add", bound, Const(offset)) if offset else bound for bound in (loop.start, loop.stop)
    )
    first = isinstance(start, Const) and not start.integer
    last = isinstance(stop.type, Array) and stop.type.size == size
    return None if first else start, None if last else stop
