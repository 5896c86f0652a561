"""Gives what one path does not make, and a tape holds all the same, the shape that it has on the other path.

    if c: v = 2 * x                          if c: v = 2 * x
    else: v = undefined         becomes      else: v = zeros_like(x)
    tape = record(tape, i, v)                tape = record(tape, i, v)

Nobody reads such an item, and its derivative is zero; but where a derivative is differentiated by reverse mode, the
cotangents of its tapes are added up, item by item, and then each has to have its shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Call, Const, If, Op, Operand, Region, Value, free_values, walk
from adcompiler.ir.dims import Atom, Dim, dim
from adcompiler.ir.rewrite import map_regions
from adcompiler.ir.types import Array
from adcompiler.primitives.build import apply


def fill(region: Region) -> Region:
    """The region with arrays of zeros where a tape would hold an array without a meaning."""
    return _filled(region, _recorded(region))


def _filled(region: Region, recorded: set[Value]) -> Region:
    return replace(region, ops=tuple(_op(op, recorded) for op in region.ops))


def _op(op: Op, recorded: set[Value]) -> Op:
    if not isinstance(op, Apply | Call):
        op = map_regions(op, lambda inner: _filled(inner, recorded))
    if isinstance(op, If) and not recorded.isdisjoint(op.results):
        then, orelse = _arm(op.then, op, recorded), _arm(op.orelse, op, recorded)
        return replace(op, then=then, orelse=orelse)
    return op


def _arm(arm: Region, op: If, recorded: set[Value]) -> Region:
    """An arm with arrays for those of its results that it does not make; their sizes are those of what the If reads."""
    unmade = {o.result for o in arm.ops if isinstance(o, Apply) and o.primitive == "undefined"}
    builder = Builder(op.location)
    read = list(free_values(Region((), (op,), ())))
    ends = [
        _zeros(builder, end.type, read)
        if result in recorded and isinstance(end, Value) and end in unmade
        else None
        for result, end in zip(op.results, arm.results, strict=True)
    ]
    results = tuple(made or end for made, end in zip(ends, arm.results, strict=True))
    return replace(arm, ops=(*arm.ops, *builder.ops), results=results)


def _recorded(region: Region) -> set[Value]:
    """The values that tapes hold, and of these the ones that branches and loops give them."""
    ends: dict[Value, list[Operand]] = {}
    held: list[Operand] = []
    for op in walk(region):
        if isinstance(op, Apply):
            held += [op.operands[2]] if op.primitive == "record" else []
            continue
        for inner in op.regions:
            for result, end in zip(op.results, inner.results, strict=False):
                ends.setdefault(result, []).append(end)
    found: set[Value] = set()
    while held:
        value = held.pop()
        if isinstance(value, Value) and value not in found:
            found.add(value)
            held += ends.get(value, ())
    return found


def _zeros(builder: Builder, type: object, read: list[Value]) -> Operand | None:
    """Zeros of a type, if its sizes are those of values that are read."""
    if not isinstance(type, Array) or not type.rank:
        return None
    for value in read:
        if isinstance(value.type, Array) and value.type.shape == type.shape:
            return apply(builder, "zeros_of", apply(builder, "shape", value), dtype=type.dtype)
    known = dict(_known(read))
    if not all(atom in known for size in type.shape for atom in _atoms(size)):
        return None
    sizes = [_size(builder, size, known) for size in type.shape]
    return apply(builder, "zeros", *sizes, dtype=type.dtype)


def _atoms(size: Dim) -> Iterator[Atom]:
    for atoms, _ in size.terms:
        yield from atoms


def _known(read: list[Value]) -> Iterator[tuple[Atom, tuple[Value, int | None]]]:
    """The unknowns that are the size of an axis of a value, or an integer itself."""
    for value in read:
        if not isinstance(value.type, Array):
            continue
        number = None if value.type.rank else value.type.size
        sizes: list[tuple[int | None, Dim | None]] = [(None, number), *enumerate(value.type.shape)]
        for axis, size in sizes:
            atoms = () if size is None else tuple(_atoms(size))
            if len(atoms) == 1 and size == dim(atoms[0]):
                yield atoms[0], (value, axis)


def _size(builder: Builder, size: Dim, known: dict[Atom, tuple[Value, int | None]]) -> Operand:
    """A size as a number that is computed."""

    def number(atom: Atom) -> Operand:
        value, axis = known[atom]
        return value if axis is None else apply(builder, "size", value, axis=axis)

    def times(a: Operand, b: Operand) -> Operand:
        return b if a == Const(1) else apply(builder, "multiply", a, b, path="operator.mul")

    def plus(a: Operand, b: Operand) -> Operand:
        return apply(builder, "add", a, b, path="operator.add")

    terms: list[Operand] = []
    for atoms, factor in size.terms:
        one: Operand = Const(factor)
        terms.append(reduce(times, map(number, atoms), one))
    if size.const or not terms:
        terms.append(Const(size.const))
    return reduce(plus, terms)
