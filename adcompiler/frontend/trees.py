"""Functions of whole containers, leaf by leaf, that the control flow of jax.lax is written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler.frontend.attributes import array_attribute
from adcompiler.frontend.bindings import Binding, Cell, Ref, Static, Store, Tup
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.parts import part
from adcompiler.frontend.structure import convert, leaf_operand, leaves, rebuild, skeleton
from adcompiler.frontend.subscripts import build, write_part
from adcompiler.frontend.twins import twin
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import Atom, Dim, same
from adcompiler.ir.types import INT, Array, Type, join

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class OfTrees:
    """A function that definitions call with containers."""

    action: Callable[..., Binding]

    def inline_call(self, low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        """Lower a call."""
        return self.action(low, *arguments, **keywords)


def _fresh(cell: Cell) -> Cell:
    return Cell(cell.name)


def _trips(low: Lowering, xs: Binding, length: Binding) -> Binding:
    """How many items the arrays of a container have along their first axes."""
    sizes: list[Binding] = []
    for leaf in leaves(low, xs, low.store):
        if not isinstance(leaf, Ref):
            low.stop(
                f"this goes over {describe(leaf)}", "give it arrays, whose first axis is the one to go over"
            )
        shape = array_attribute(low, leaf, "shape")
        assert isinstance(shape, Tup)
        sizes.append(shape.items[0])
    if not (isinstance(length, Static) and length.value is None):
        sizes.append(length)
    if not sizes:
        low.stop("there is nothing that says how many trips this makes", "give it arrays, or length=")
    first, *rest = (_size(low, size) for size in sizes)
    for other in rest:
        if not same(first, other):
            low.stop(f"this goes over {first.hint} and over {other.hint} items", "give it as many of each")
    return sizes[0]


def _size(low: Lowering, binding: Binding) -> Dim:
    type = low.operand(binding, "a length").type
    if not isinstance(type, Array) or type.size is None or type.size.hint is None:
        low.stop("the length depends on data or on a loop", "use a constant, an argument or a size")
    return type.size


def _item(low: Lowering, tree: Binding, place: Binding) -> Binding:
    """Every array's item at one place."""
    rows = [part(low, leaf, build(low, leaf, [place])) for leaf in leaves(low, tree, low.store)]
    return rebuild(low, tree, rows, low.store, _fresh)


def _put(low: Lowering, trees: Binding, place: Binding, values: Binding) -> Binding:
    """Every array's item at one place replaced."""
    targets, new = leaves(low, trees, low.store), leaves(low, values, low.store)
    if skeleton(trees, low.store) != skeleton(values, low.store):
        low.stop(
            f"the items have different structures: {describe(trees)} and {describe(values)}",
            "return one structure in every trip",
        )
    for target, value in zip(targets, new, strict=True):
        assert isinstance(target, Ref)
        write_part(low, target.cell, build(low, target, [place]), value)
    return Static(None)


# ---------------------------------------------------------------------------------------------------- what a step gives


@dataclass(frozen=True, slots=True)
class _Step:
    """What a function of a carry and an item gives: the types of the leaves, and structures with their store."""

    carry: Binding
    result: Binding
    store: Store
    carried: list[Type]
    types: list[Type]


def _step(low: Lowering, f: Binding, carry: Binding, xs: Binding) -> _Step:
    """Lower one step, for its types alone."""
    names, store = dict(low.frame.names), low.store
    low.store = store.copy()
    try:
        with low.region():
            place = low.apply("undefined", type=INT)
            given = rebuild(low, carry, leaves(low, carry, low.store), low.store, _fresh)
            pair = known_items(
                low, low.call(f, [given, _item(low, xs, low.wrap(place))]), "as what a step gives"
            )
            if len(pair) != 2:
                low.stop(
                    f"the function gives {len(pair)} values, not two",
                    "return the carry and what is to be stacked: return h, y",
                )
            carried, types = ([_type(low, leaf) for leaf in leaves(low, item, low.store)] for item in pair)
            return _Step(pair[0], pair[1], low.store, carried, types)
    finally:
        low.frame.names, low.store = names, store


def _type(low: Lowering, leaf: Binding) -> Type:
    return leaf_operand(leaf, low.store, low).type


def _room(low: Lowering, f: Binding, init: Binding, xs: Binding, count: Binding) -> Binding:
    """The carry with the dtypes that it has after a step, and zeros for what all the steps give."""
    for _ in range(_ATTEMPTS):
        step = _step(low, f, init, xs)
        if skeleton(init, low.store) != skeleton(step.carry, step.store):
            low.stop(
                f"the carry changes its structure: it is {describe(init)} before the loop, "
                f"and {describe(step.carry)} after a trip",
                "return a carry of the structure of the initial one",
            )
        settled = True
        new: list[Binding] = []
        for leaf, after in zip(leaves(low, init, low.store), step.carried, strict=True):
            before = leaf_operand(leaf, low.store, low)
            try:
                joined = join(before.type, after, f"step{next(low.labels)}")
            except ValueError as problem:
                low.stop(f"the carry changes its type: {problem}", "give it one rank")
            have = before.type
            if isinstance(have, Array) and isinstance(joined, Array) and have.dtype != joined.dtype:
                settled = False
                leaf = low.wrap(convert(low, before, joined))
            new.append(leaf)
        if settled:
            zeros = [_zeros(low, type, count, (init, xs)) for type in step.types]
            return Tup((init, rebuild(low, step.result, zeros, step.store, _fresh)))
        init = rebuild(low, init, new, low.store, _fresh)
    low.stop("the dtypes of the carry do not settle", "give the initial carry its dtype")


def _zeros(low: Lowering, type: Type, count: Binding, near: tuple[Binding, ...]) -> Binding:
    if not isinstance(type, Array):
        low.stop("what the steps give cannot be stacked", "return numbers and arrays")
    sizes = [_measured(low, size, near) for size in type.shape]
    dtype = None if type.dtype == np.float64 else type.dtype
    return low.wrap(low.apply("zeros", low.operand(count), *sizes, path="numpy.zeros", dtype=dtype))


def _measured(low: Lowering, size: Dim, near: tuple[Binding, ...]) -> Operand:
    """A size read off the arrays at hand."""
    if size.known is not None:
        return Const(size.known)
    found = _read(low, size, near)
    if found is not None:
        return found
    total: Operand | None = Const(size.const) if size.const else None
    for atoms, coefficient in size.terms:
        product: Operand | None = Const(coefficient) if coefficient != 1 else None
        for atom in atoms:
            product = _joined(low, "multiply", product, _of_atom(low, atom, near))
        assert product is not None
        total = _joined(low, "add", total, product)
    assert total is not None
    return total


def _joined(low: Lowering, name: str, a: Operand | None, b: Operand) -> Operand:
    return (
        b
        if a is None
        else low.apply(name, a, b, path="operator.mul" if name == "multiply" else "operator.add")
    )


def _of_atom(low: Lowering, atom: Atom, near: tuple[Binding, ...]) -> Operand:
    found = _read(low, Dim((((atom,), 1),)), near)
    if found is None:
        low.stop(
            "the shape of what the steps give is not that of anything before the loop",
            "let it have the shape of the carry or of an item, or write the loop with `for`",
        )
    return found


def _read(low: Lowering, size: Dim, near: tuple[Binding, ...]) -> Operand | None:
    frames = [low.frame, *reversed(low.frames)]
    around = (binding for frame in frames for binding in frame.names.values())
    for binding in (*near, *around):
        for leaf in leaves(low, binding, low.store):
            match leaf:
                case Value(type=Array(shape=(), size=Dim() as number)) if number == size:
                    return leaf
                case Ref(cell):
                    held = low.store.contents[cell]
                    if isinstance(held, Value) and isinstance(held.type, Array) and size in held.type.shape:
                        return low.apply("size", held, axis=held.type.shape.index(size))
    return None


# ---------------------------------------------------------------------------------------------------- leaf by leaf


def stopped(low: Lowering, tree: Binding) -> Binding:
    """Every float of a container with the same value, and no derivative."""
    new: list[Binding] = []
    for leaf in leaves(low, tree, low.store):
        operand = leaf_operand(leaf, low.store, low)
        inexact = isinstance(operand, Value) and isinstance(operand.type, Array) and operand.type.inexact
        new.append(low.wrap(low.apply("stop_gradient", operand)) if inexact else leaf)
    return twin(low, tree, new, "stop_gradient")


def _is_known(low: Lowering, number: Binding) -> Binding:
    return Static(isinstance(number, Static) and isinstance(number.value, (int, np.integer)))


def _subscripts(low: Lowering, *given: Binding) -> Binding:
    """What np.einsum is to do for lax.dot_general: the letters of the batch, of the sums, and of the rest."""
    ranks = [low.static_int(rank, "a rank") for rank in given[:2]]
    axes: list[list[int]] = []
    for binding in given[2:]:
        items = known_items(low, binding, "as axes")
        axes.append([low.static_int(axis, "an axis") for axis in items])
    sums, batches = axes[:2], axes[2:]
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    batch, summed = ("".join(next(letters) for _ in pairs[0]) for pairs in (batches, sums))
    texts: list[str] = []
    free = ""
    for rank, own_batch, own_sums in zip(ranks, batches, sums, strict=True):
        names = dict(zip([*own_batch, *own_sums], batch + summed, strict=True))
        rest = {axis: next(letters) for axis in range(rank) if axis not in names}
        texts.append("".join((names | rest)[axis] for axis in range(rank)))
        free += "".join(rest.values())
    return Static(f"{texts[0]},{texts[1]}->{batch}{free}")


trips: Any = OfTrees(_trips)
item: Any = OfTrees(_item)
put: Any = OfTrees(_put)
room: Any = OfTrees(_room)
subscripts: Any = OfTrees(_subscripts)
is_known: Any = OfTrees(_is_known)
