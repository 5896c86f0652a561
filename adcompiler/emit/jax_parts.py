"""Which part of a whole axis counts: masks for it, and moving it to where another one lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeAlias

import numpy as np

from adcompiler.analysis.ranges import Ranges
from adcompiler.emit.jax_facts import NUMPY_INSTEAD
from adcompiler.errors import CompileError
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Op, Operand, Scalar, Value
from adcompiler.ir.dims import Atom, Dim, dim, is_one
from adcompiler.ir.dims import same as equal
from adcompiler.ir.index import NewAxis, Slice
from adcompiler.ir.types import Array, Shape, Type
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES

PATHS = {
    "add": "operator.add",
    "subtract": "operator.sub",
    "multiply": "operator.mul",
    "less": "operator.lt",
    "greater": "operator.gt",
    "equal": "operator.eq",
    "greater_equal": "operator.ge",
    "bitwise_and": "operator.and_",
    "maximum": "builtins.max",
    "minimum": "builtins.min",
    "remainder": "operator.mod",
    "where": "numpy.where",
}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The elements of an axis that count: from `start` to before `stop`, which is None for the end of the axis.

    size:   of the whole axis, as an operand and as a size.
    length: of the part, as the types say it.
    mask:   for the elements that a mask selects, the mask; start and stop are those of the axis then.
    filled: whether there surely is an element, as far as the loops around show it.
    every:  for those that a slice with a step picks, its bounds and its step; they are selected by a mask, too.
    """

    start: Operand
    stop: Operand | None
    size: Operand
    bound: Dim
    length: Dim
    mask: Operand | None = None
    filled: bool = False
    every: tuple[Operand | None, Operand | None, Operand] | None = None


Layout: TypeAlias = "tuple[Part | None, ...]"


def same(a: Operand | None, b: Operand | None) -> bool:
    """Whether two integers at one place of the program are equal, as far as can be told."""
    if a is b:
        return True
    if isinstance(a, Const) and isinstance(b, Const):
        return a.value == b.value
    return a is not None and b is not None and number(a) is not None and number(a) == number(b)


def number(operand: Operand | None) -> Dim | None:
    """An integer as a size."""
    return operand.type.size if operand is not None and isinstance(operand.type, Array) else None


def alike(a: Part, b: Part) -> bool:
    """Whether two parts of axes of one size lie at the same place."""
    if a.every is not None and b.every is not None:
        return a.bound == b.bound and all(map(same, a.every, b.every))
    return a.mask is b.mask and a.bound == b.bound and same(a.start, b.start) and same(a.stop, b.stop)


def shape_of(type: Type) -> tuple[Dim, ...]:
    """The sizes of an array, or those that a shape says."""
    match type:
        case Array(shape=dims) | Shape(dims=dims):
            return dims
    return ()


def whole(type: Type, layout: Layout) -> Type:
    """The type with whole axes in the place of parts."""
    sizes = tuple(
        size if part is None else part.bound for size, part in zip(shape_of(type), layout, strict=True)
    )
    match type:
        case Array():
            return replace(type, shape=sizes)
        case Shape():
            return Shape(sizes)
    return type


class Twins:
    """Values that are computed alike, element by element, from the same values."""

    def __init__(self, definitions: Mapping[Value, Op]) -> None:
        self._definitions = definitions
        self._first: dict[object, Value] = {}

    def first(self, operand: Operand, depth: int = 8) -> object:
        """What stands for an operand and for all that are computed alike."""
        if not isinstance(operand, Value):
            return type(operand.value), repr(operand.value)
        made = self._definitions.get(operand)
        if not depth or not isinstance(made, Apply) or not PRIMITIVES[made.primitive].elementwise:
            return operand
        operands = (self.first(each, depth - 1) for each in made.operands)
        return self._first.setdefault((made.primitive, made.path, made.attrs, *operands), operand)


class Parts:
    """Values with whole axes, and which parts of them count.

    values:  what stands for a value of the function. layouts: the parts of such a value, where it has any.
    indices: the loop indices around. definitions: the op that gives a value of the function.
    """

    def __init__(
        self,
        params: Sequence[Value],
        ranges: Ranges,
        naturals: frozenset[Value],
        static: frozenset[Value],
        definitions: Mapping[Value, Op],
    ) -> None:
        self.params = params
        self.ranges = ranges
        self.naturals = naturals
        self.static = static
        self.definitions = definitions
        self._alike = Twins(definitions)
        self.builder = Builder()
        self.values: dict[Value, Operand] = {}
        self.layouts: dict[Value, Layout] = {}
        self.indices: dict[Value, None] = {}
        self._made: dict[object, Operand] = {}

    @contextmanager
    def scope(self) -> Iterator[Builder]:
        """A region: what is worked out inside is not known after it."""
        builder, made, indices = self.builder, self._made, self.indices
        self.builder, self._made, self.indices = Builder(builder.location), dict(made), dict(indices)
        try:
            yield self.builder
        finally:
            self.builder, self._made, self.indices = builder, made, indices

    def natural(self, operand: Operand) -> bool:
        """Whether an integer is sure not to be negative."""
        if isinstance(operand, Const):
            return operand.natural
        size = number(operand)
        return operand in self.naturals or (size is not None and self.ranges.natural(size))

    def append(self, op: Op) -> None:
        """Append an op as it is."""
        self.builder.ops.append(op)

    def give(self, old: Apply, new: Apply, layout: Layout = ()) -> None:
        """Append what stands for an op with one result, of which these parts count."""
        if any(layout):
            new = replace(new, results=(self.stands_for(old.result, layout),))
        self.append(new)

    def stands_for(self, value: Value, layout: Layout) -> Value:
        """A new value with whole axes."""
        made = replace(value, type=whole(value.type, layout))
        self.values[value] = made
        self.layouts[made] = layout
        return made

    def operands(self, op: Op) -> list[Operand]:
        """What stands for the operands of an op."""
        return [self.values.get(v, v) if isinstance(v, Value) else v for v in op.operands]

    def layout(self, operand: Operand) -> Layout:
        """The parts of an operand, one for each axis."""
        found = self.layouts.get(operand) if isinstance(operand, Value) else None
        return found if found is not None else (None,) * len(shape_of(operand.type))

    def refuse(self, op: Op, problem: str, hint: str = "") -> NoReturn:
        """XLA has fixed shapes."""
        if isinstance(op, Apply) and any(_by_mask(part) for x in self.operands(op) for part in self._parts(x)):
            self.refuse_mask(op)
        raise CompileError.at(
            op.location,
            f"{problem}; XLA needs fixed shapes",
            f"{hint}, or {NUMPY_INSTEAD}" if hint else NUMPY_INSTEAD,
        )

    def refuse_mask(self, op: Op) -> NoReturn:
        """What a mask selects, or a slice with a step whose bounds move, has no fixed shape."""
        parts = [part for operand in self.operands(op) for part in self._parts(operand)]
        stepped = any(part.every for part in parts) and not any(_by_mask(part) for part in parts)
        raise CompileError.at(
            op.location,
            f"the number of elements that a {'slice with a step' if stepped else 'mask'} selects is known only "
            "when the program runs; XLA needs fixed shapes",
            NUMPY_INSTEAD if stepped else f"use np.where(mask, value, other), or {NUMPY_INSTEAD}",
        )

    def _parts(self, operand: Operand) -> list[Part]:
        return [part for part in self.layout(operand) if part] if isinstance(operand.type, Array) else []

    # ------------------------------------------------------------------------------------------------ numbers

    def apply(self, name: str, *operands: Operand, **attrs: object) -> Operand:
        """A primitive, once for the same operands."""
        given = ((type(v.value), v.value) if isinstance(v, Const) else v for v in operands)
        key = (name, *given, *attrs.items())
        if key not in self._made:
            settings: dict[str, Any] = attrs
            self._made[key] = apply(self.builder, name, *operands, path=PATHS.get(name, ""), **settings)
        return self._made[key]

    def add(self, a: Operand, b: Operand) -> Operand:
        """a + b."""
        if isinstance(b, Const):
            a, b = b, a
        if isinstance(a, Const) and a.value == 0:
            return b
        if isinstance(a, Const) and isinstance(b, Const):
            return Const(a.integer + b.integer)
        return self.apply("add", b, a)

    def subtract(self, a: Operand, b: Operand) -> Operand:
        """a - b."""
        if isinstance(b, Const):
            return self.add(a, Const(-b.integer))
        return Const(0) if same(a, b) else self.apply("subtract", a, b)

    def size(self, x: Operand, axis: int) -> Operand:
        """The size of an axis; of an argument if one has it, so that it is the same wherever it is asked for."""
        size = shape_of(x.type)[axis]
        if size.known is not None:
            return Const(size.known)
        for param in self.params:
            if isinstance(param.type, Array) and size in param.type.shape:
                return self.apply("size", param, axis=param.type.shape.index(size))
        return self.apply("size", x, axis=axis)

    def stop(self, part: Part) -> Operand:
        """Where a part ends."""
        return part.size if part.stop is None else part.stop

    def count(self, part: Part) -> Operand:
        """How many elements of an axis count."""
        if part.mask is not None:
            return self.apply("count_nonzero", part.mask)
        return self.subtract(self.stop(part), part.start)

    def remade(self, op: Op, size: Dim | None) -> Operand:
        """A size computed again from what is at hand: sizes of arguments, and the loop indices around."""
        total: Operand = Const(size.const) if size is not None else Const(0)
        for atoms, coefficient in size.terms if size is not None else ():
            product: Operand = Const(1)
            for atom in atoms:
                factor = self._atom(atom)
                if factor is None:
                    self._unknown(op)
                product = factor if isinstance(product, Const) else self.apply("multiply", product, factor)
            if coefficient not in (1, -1):
                product = self.apply("multiply", product, Const(abs(coefficient)))
            total = self.add(total, product) if coefficient > 0 else self.subtract(total, product)
        if size is None:
            self._unknown(op)
        return total

    def _unknown(self, op: Op) -> NoReturn:
        self.refuse(op, "the shape of a value that the loop has to record is known only inside the loop")

    def _atom(self, atom: Atom) -> Operand | None:
        wanted = dim(atom)
        for index in self.indices:
            if number(index) == wanted:
                return index
        for param in self.params:
            if number(param) == wanted:
                return param
            if isinstance(param.type, Array) and wanted in param.type.shape:
                return self.size(param, param.type.shape.index(wanted))
        return None

    # ------------------------------------------------------------------------------------------------ masks

    def mask(self, part: Part, behind: int = 0) -> Operand:
        """Which elements of an axis count; for an array with so many axes behind it."""
        found = part.mask if part.mask is not None else self._between(part)
        return self.apply("getitem", found, index=(Slice(), *[NewAxis()] * behind)) if behind else found

    def _between(self, part: Part) -> Operand:
        """Which places lie between start and stop."""
        places = self.apply("arange", part.size)
        tests = []
        if not same(part.start, Const(0)):
            tests.append(self.apply("greater_equal", places, part.start))
        if part.stop is not None or not tests:
            tests.append(self.apply("less", places, self.stop(part)))
        return tests[0] if len(tests) == 1 else self.apply("bitwise_and", *tests)

    def every(self, part: Part) -> Part:
        """A part of what a slice with a positive step picks, with the mask that selects it."""
        assert part.every is not None
        start, stop, step = part.every
        places = self.apply("arange", part.size)
        low = None if start is None else self.clipped(start, part.size)
        behind = places if low is None else self.apply("subtract", places, low)
        mask = self.apply("equal", self.apply("remainder", behind, step), Const(0))
        if low is not None:
            mask = self.apply("bitwise_and", self.apply("greater_equal", places, low), mask)
        if stop is not None:
            mask = self.apply("bitwise_and", self.apply("less", places, self.clipped(stop, part.size)), mask)
        return replace(part, mask=mask)

    def clipped(self, bound: Operand, count: Operand) -> Operand:
        """A bound of a slice as NumPy takes it: counted from the end where it is negative, and cut off at the ends."""
        if isinstance(bound, Const):
            bound = Const(bound.integer) if bound.integer >= 0 else self.add(count, bound)
            negative = not isinstance(bound, Const)
        else:
            assert isinstance(bound.type, Array)
            if bound.type.dtype != np.int64:
                bound = self.apply("astype", bound, dtype=np.dtype(np.int64))
            negative = not self.natural(bound)
            if negative:
                below = self.apply("less", bound, Const(0))
                bound = self.apply("where", below, self.apply("add", bound, count), bound)
        if negative:
            bound = self.apply("maximum", bound, Const(0))
        return self.apply("minimum", bound, count)

    def known_mask(self, before: Operand, mask: Operand) -> Operand:
        """A mask, or the one that was computed alike and used before; `before` is the mask in the function."""
        return self._made.setdefault(("mask", self._alike.first(before)), mask)

    def masks(self, layout: Layout) -> Operand | None:
        """Which elements of an array count; None for all."""
        found: Operand | None = None
        for axis, part in enumerate(layout):
            if part is not None:
                mask = self.mask(part, len(layout) - 1 - axis)
                found = mask if found is None else self.apply("bitwise_and", found, mask)
        return found

    def filled(self, x: Operand, neutral: Scalar, axes: Sequence[int] | None = None) -> Operand:
        """An array with a number in the place of what does not count along some axes."""
        layout = self.layout(x)
        if axes is not None:
            layout = tuple(part if axis in axes else None for axis, part in enumerate(layout))
        mask = self.masks(layout)
        if mask is None:
            return x
        made = self.apply("where", mask, x, Const(neutral))
        assert isinstance(made, Value)
        self.layouts[made] = self.layout(x)
        return made

    # ------------------------------------------------------------------------------------------------ places

    def aligned(self, op: Op, x: Operand, layout: Layout) -> Operand:
        """An array moved to where these parts lie; axes of size 1 are left to broadcasting, and so are missing ones."""
        have, dims = self.layout(x), shape_of(x.type)
        if len(have) > len(layout):
            self.refuse(op, "a slice whose length is known only when the program runs has too few axes")
        for axis, (size, part) in enumerate(zip(dims, have, strict=True)):
            target = layout[len(layout) - len(have) + axis]
            if part is None and target is not None and is_one(size) is True:
                continue
            if (part is None) != (target is None):
                self.unequal(op)
            if part is not None and target is not None:
                x = self._moved(op, x, axis, target)
        return x

    def _moved(self, op: Op, x: Operand, axis: int, target: Part) -> Operand:
        part = self.layout(x)[axis]
        assert part is not None
        if alike(part, target):
            return x
        if part.mask is not None or target.mask is not None:
            self.unequal(op)
        together = same(part.start, target.start) and same(part.stop, target.stop) and part.stop is not None
        if equal(part.length, target.length) is not True and not together:
            self.unequal(op)
        shift = self.subtract(target.start, part.start)
        if part.bound == target.bound and same(shift, Const(0)):
            return x
        made = self.apply("moved", x, shift, target.size, axis=axis)
        assert isinstance(made, Value)
        layout = self.layout(x)
        self.layouts[made] = (*layout[:axis], target, *layout[axis + 1 :])
        return made

    def unequal(self, op: Op) -> NoReturn:
        """Refuse lengths that NumPy may find to be different."""
        self.refuse(
            op,
            "that two lengths are equal, of which one is known only when the program runs, cannot be shown",
        )

    def common(self, op: Op, operands: Sequence[Operand], rank: int) -> tuple[list[Operand], Layout]:
        """Operands that are broadcast together, with their parts at the same places."""
        target: list[Part | None] = [None] * rank
        for operand in operands:
            for axis, part in enumerate(reversed(self.layout(operand)), start=1):
                target[-axis] = target[-axis] or part
        layout = tuple(target)
        return [self.aligned(op, operand, layout) for operand in operands], layout


def _by_mask(part: Part) -> bool:
    """Whether a mask of the program selects the elements."""
    return part.mask is not None and part.every is None
