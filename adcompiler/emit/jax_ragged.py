"""Slices whose length only a run can tell, and what masks select, for XLA: whole axes, of which a part counts.

    A[i, k:] -= f * A[k, k:]        row = A[i]
                              ->    valid = arange(A.shape[1]) >= k
                                    A[i] = where(valid, row - f * A[k], row)

A value with such an axis becomes one of the size of the axis that was sliced, with its elements where they were, and a
`Part` says which of them count. All others may be anything, NaN among it: what works element by element leaves them
alone, and whatever brings elements together (reductions, products, writes) first takes something neutral in their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adcompiler.analysis.ranges import Ranges, naturals
from adcompiler.emit.jax_facts import INDEXED, NUMPY_INSTEAD, Facts
from adcompiler.emit.jax_parts import Layout, Part, Parts, alike, number, shape_of, whole
from adcompiler.emit.jax_picks import chosen, is_mask, scattered, written
from adcompiler.emit.jax_plan import static_params, static_values, unroll
from adcompiler.emit.jax_ragged_ops import applied
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.index import At, Slice
from adcompiler.ir.rewrite import substitute_all, substituted
from adcompiler.ir.types import INT, Array, Seq, Type
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.transforms.dce import dce


def whole_axes(function: Function) -> Function:
    """The function without slices whose length only a run can tell; CompileError where that cannot be."""
    if not any(
        isinstance(op, Apply) and op.primitive in INDEXED and _is_ragged(op) for op in walk(function.body)
    ):
        return function
    facts = Facts(function)
    unroll(facts)
    if facts.problems:
        return function
    static = static_values(facts, static_params(facts))
    tapes: dict[Value, Type] = {}
    while True:
        # what a tape holds is known where it is recorded, which is after the tape is made
        rewriter = _Rewriter(function, facts, static, tapes)
        body = rewriter.body()
        if rewriter.items == tapes:
            return replace(function, body=dce(body))
        tapes = rewriter.items


def _is_ragged(op: Apply) -> bool:
    """Whether there is a mask in the subscript, or a slice with a bound that has no value yet."""
    fixed = len(PRIMITIVES[op.primitive].operands)
    if any(isinstance(e, At) and is_mask(op.operands[fixed + e.operand]) for e in op.index):
        return True
    bounds = [n for e in op.index if isinstance(e, Slice) for n in (e.start, e.stop, e.step) if n is not None]
    return any(isinstance(op.operands[fixed + n], Value) for n in bounds)


class _Rewriter(Parts):
    """Rewrites regions; `items` are the types of what ragged tapes hold, by the value that stands for their class."""

    def __init__(
        self, function: Function, facts: Facts, static: frozenset[Value], tapes: Mapping[Value, Type]
    ) -> None:
        ranges = Ranges(function.body)
        super().__init__(function.body.params, ranges, naturals(function.body, ranges), static, facts.defs)
        self.function = function
        self.facts = facts
        self.tapes = tapes
        self.items: dict[Value, Type] = {}
        self.held: dict[Value, Layout] = {}

    def body(self) -> Region:
        """The body of the function."""
        region, layouts = self.region(self.function.body, self.function.body.params)
        if any(map(any, layouts)):
            raise CompileError.at(
                self.function.location,
                "the shape of the result is known only when the program runs; XLA needs fixed shapes",
                f"return an array of fixed size, or {NUMPY_INSTEAD}",
            )
        return region

    def region(self, region: Region, params: tuple[Value, ...]) -> tuple[Region, list[Layout]]:
        """A region, and which parts of its results count."""
        with self.scope() as builder:
            for op in region.ops:
                builder.location = op.location
                self.op(op)
            results = substitute_all(region.results, self.values)
            return builder.region(params, results), [self.layout(result) for result in results]

    def op(self, op: Op) -> None:
        """Append what stands for an op."""
        match op:
            case Apply(primitive="getitem"):
                chosen(self, op)
            case Apply(primitive="setitem" | "add_at"):
                written(self, op)
            case Apply(primitive="scatter"):
                scattered(self, op)
            case Apply(primitive="tape" | "undefined", results=(Value(type=Seq()),)):
                self.made(op)
            case Apply(primitive="record"):
                self.recorded(op)
            case Apply(primitive="recall"):
                self.recalled(op)
            case Apply():
                applied(self, op)
            case If():
                self.branch(op)
            case For() | While():
                self.loop(op)
            case Call():
                self.append(replace(op, operands=substitute_all(op.operands, self.values)))

    # ------------------------------------------------------------------------------------------------ tapes

    def made(self, op: Apply) -> None:
        """An empty tape, for items of full size."""
        kind = op.result.type
        assert isinstance(kind, Seq)
        root = self.facts.classes.root(op.result)
        operands = substitute_all(op.operands, self.values)
        item = self.whole_item(root, kind.item)
        if item == kind.item:
            self.append(replace(op, operands=operands))
            return
        result = Value(Seq(item, kind.length), op.result.name)
        key = "item" if op.primitive == "tape" else "type"
        attrs = tuple((n, (item if n == "item" else result.type) if n == key else a) for n, a in op.attrs)
        self.append(replace(op, operands=operands, results=(result,), attrs=attrs))
        self.values[op.result] = result

    def whole_item(self, root: Value, item: Type) -> Type:
        """The type of an item at its full size."""
        if not isinstance(item, Seq):
            return self.tapes.get(root, item)
        inner = self.facts.classes.items.get(root)
        return (
            item
            if inner is None
            else Seq(self.whole_item(self.facts.classes.root(inner), item.item), item.length)
        )

    def recorded(self, op: Apply) -> None:
        """What is put on a tape, and which part of it counts."""
        operands = substitute_all(op.operands, self.values)
        self.append(replace(op, operands=operands))
        layout = self.layout(operands[-1])
        tape = op.operands[0]
        if not any(layout) or not isinstance(tape, Value):
            return
        root = self.facts.classes.root(tape)
        known = self.held.setdefault(root, layout)
        if any(
            a is not b and (a is None or b is None or not alike(a, b))
            for a, b in zip(known, layout, strict=True)
        ):
            self.refuse(op, "slices at different places are recorded on one tape")
        self.items[root] = operands[-1].type

    def recalled(self, op: Apply) -> None:
        """What was put on a tape; which part of it counts is worked out again from the loop indices."""
        operands = substitute_all(op.operands, self.values)
        tape = op.operands[0]
        held = self.held.get(self.facts.classes.root(tape)) if isinstance(tape, Value) else None
        if held is None or isinstance(op.result.type, Seq):
            self.append(replace(op, operands=operands))
            return
        self.give(op, replace(op, operands=operands), tuple(part and self.again(op, part) for part in held))

    def again(self, op: Op, part: Part) -> Part:
        """A part of which nothing is at hand but the sizes."""
        if part.every is not None:
            start, stop, step = part.every
            bounds = (None if b is None else self.remade(op, number(b)) for b in (start, stop))
            every = next(bounds), next(bounds), self.remade(op, number(step))
            return self.every(replace(part, size=self.remade(op, part.bound), every=every))
        if part.mask is not None:
            self.refuse(
                op, "what a mask selects is recorded, and its length known only when the program runs"
            )
        stop = None if part.stop is None else self.remade(op, number(part.stop))
        return replace(
            part, start=self.remade(op, number(part.start)), stop=stop, size=self.remade(op, part.bound)
        )

    # ------------------------------------------------------------------------------------------------ control

    def branch(self, op: If) -> None:
        """A branch; where its arms give parts at different places, the places are results too."""
        arms, layouts = map(list, zip(*(self.region(arm, ()) for arm in op.regions), strict=True))
        results = list(op.results)
        ends = [list(arm.results) for arm in arms]
        numbers: list[Value] = []
        inside = {value for arm in arms for inner in walk(arm) for value in inner.results}
        for k, result in enumerate(op.results):
            one, other = (layout[k] for layout in layouts)
            if not any(one) and not any(other):
                continue
            for arm, wanted, end in zip((0, 1), (other, one), ends, strict=True):
                arms[arm], end[k] = self.in_whole(arms[arm], end[k], wanted)
            parts: list[Part | None] = []
            one, other = self.layout(ends[0][k]), self.layout(ends[1][k])
            for axis, (a, b) in enumerate(zip(one, other, strict=True)):
                if a is None and b is None:
                    parts.append(None)
                    continue
                a = a or self.entire(ends[0][k], axis)
                b = b or self.entire(ends[1][k], axis)
                if a.bound != b.bound or (a.mask is not b.mask) or a.mask in inside:
                    self.refuse(
                        op, f"the lengths of {result.name or 'a value'!r} on two paths have no common bound"
                    )
                size = a.size if a.size not in inside else self.remade(op, a.bound)
                length = shape_of(result.type)[axis]
                if alike(a, b):
                    start = a.start if a.start not in inside else self.remade(op, number(a.start))
                    stop = a.stop if a.stop not in inside else self.remade(op, number(a.stop))
                    parts.append(Part(start, stop, size, a.bound, length, a.mask))
                    continue
                first, last = Value(INT), Value(INT)
                numbers += first, last
                for end, part in zip(ends, (a, b), strict=True):
                    end += part.start, self.stop(part)
                parts.append(Part(first, last, size, a.bound, length))
            results[k] = self.stands_for(result, tuple(parts))
        self.append(
            replace(
                op,
                condition=substituted(op.condition, self.values),
                then=replace(arms[0], results=tuple(ends[0])),
                orelse=replace(arms[1], results=tuple(ends[1])),
                results=(*results, *numbers),
            )
        )

    def entire(self, x: Operand, axis: int) -> Part:
        """An axis all of which counts."""
        size = shape_of(x.type)[axis]
        return Part(Const(0), None, self.size(x, axis), size, size)

    def in_whole(self, arm: Region, end: Operand, wanted: Layout) -> tuple[Region, Operand]:
        """An arm that gives a value that is never read gives it in the type of the other arm."""
        made = next((inner for inner in arm.ops if end in inner.results), None)
        if not isinstance(made, Apply) or made.primitive != "undefined":
            return arm, end
        value = Value(whole(made.result.type, wanted))
        self.layouts[value] = tuple(
            part and replace(part, start=Const(0), stop=Const(0), filled=False) for part in wanted
        )
        undefined = replace(made, results=(value,), attrs=(("type", value.type),))
        return replace(arm, ops=(*arm.ops, undefined)), value

    def loop(self, op: For | While) -> None:
        """A loop; what it carries keeps its part."""
        inits = substitute_all(op.inits, self.values)
        layouts = [self.layout(init) for init in inits]
        results = tuple(self.carried(op, *each) for each in zip(op.results, op.inits, layouts, strict=True))
        if isinstance(op, For):
            params = tuple(
                self.carried(op, *each) for each in zip(op.body.params[1:], op.inits, layouts, strict=True)
            )
            body = self.trip(op, op.body, (op.index, *params), layouts)
            start, stop, step = substitute_all((op.start, op.stop, op.step), self.values)
            self.append(
                replace(op, start=start, stop=stop, step=step, inits=inits, body=body, results=results)
            )
            return
        seen = tuple(
            self.carried(op, *each) for each in zip(op.condition.params, op.inits, layouts, strict=True)
        )
        condition, _ = self.region(op.condition, seen)
        params = tuple(
            self.carried(op, *each) for each in zip(op.body.params, op.inits, layouts, strict=True)
        )
        body = self.trip(op, op.body, params, layouts)
        self.append(replace(op, inits=inits, condition=condition, body=body, results=results))

    def carried(self, op: Op, value: Value, init: Operand, layout: Layout) -> Value:
        """What stands for a value that a loop carries."""
        if not any(layout):
            return value
        if not isinstance(value.type, Array) or _shape(value.type) != _shape(init.type):
            self.refuse(op, f"the length of {value.name or 'a value'!r} changes from trip to trip")
        return self.stands_for(value, layout)

    def trip(self, op: Op, region: Region, params: tuple[Value, ...], layouts: Sequence[Layout]) -> Region:
        """The body of a loop, with what it carries in the parts that it started with."""
        with self.scope() as builder:
            if isinstance(op, For):
                self.indices[op.index] = None
            for inner in region.ops:
                builder.location = inner.location
                self.op(inner)
            results = []
            carried = region.params[len(region.params) - len(layouts) :]
            for old, param, layout in zip(region.results, carried, layouts, strict=True):
                new = substituted(old, self.values)
                if any(layout) or any(self.layout(new)):
                    if _shape(old.type) != _shape(param.type):
                        self.refuse(
                            op, f"the length of {param.name or 'a value'!r} changes from trip to trip"
                        )
                    new = self.aligned(op, new, layout)
                results.append(new)
            return builder.region(params, results)


def _shape(type: Type) -> object:
    return type.shape if isinstance(type, Array) else type
