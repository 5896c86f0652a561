"""Primitives on whole axes of which a part counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce

import numpy as np

from adcompiler.emit.jax_parts import Layout, Part, Parts, number, same, shape_of, whole
from adcompiler.ir.core import Apply, Const, Operand, Scalar, Value
from adcompiler.ir.types import Array
from adcompiler.primitives.linear import LETTERS, Subscripts, contracted, parse_subscripts
from adcompiler.primitives.rearrange import moved_order
from adcompiler.primitives.reductions import is_matrix_norm, normal_axes
from adcompiler.primitives.registry import PRIMITIVES

# what changes nothing in a sum, a product, ...
NEUTRAL: dict[str, Scalar] = {
    "sum": 0,
    "total": 0,
    "fsum": 0,
    "norm": 0,
    "count_nonzero": 0,
    "cumsum": 0,
    "prod": 1,
    "cumprod": 1,
    "any": False,
    "all": True,
}
# these take a mask themselves
MASKED = ("mean", "var", "std")
EXTREMES = ("max", "min", "argmax", "argmin")
RUNNING = ("cumsum", "cumprod")
# one array in, the same axes out
ALIKE = frozenset(
    "copy astype exactly joined stop_gradient zeros_like ones_like empty_like full_like asarray".split()
)
PRODUCTS = frozenset("matmul dot inner outer vdot tensordot einsum".split())
PERMUTED = frozenset("transpose matrix_transpose swapaxes moveaxis".split())
FILLED = frozenset({"full_of", "zeros_of"})
# arrays of given sizes, by the number of operands before these
MADE = {"zeros": 0, "ones": 0, "empty": 0, "full": 1, "arange": 0}


def applied(parts: Parts, op: Apply) -> None:
    """Append what stands for a primitive that is no read or write."""
    operands = parts.operands(op)
    if op.primitive in MADE:
        _made(parts, op, operands)
        return
    if not any(any(parts.layout(operand)) for operand in operands):
        parts.append(replace(op, operands=tuple(operands)))
        return
    for names, rule in _RULES:
        if op.primitive in names:
            rule(parts, op, operands)
            return
    if PRIMITIVES[op.primitive].elementwise:
        _elementwise(parts, op, operands)
        return
    name = op.path.rpartition(".")[2] or op.primitive
    parts.refuse(op, f"`{name}` is given a slice whose length is known only when the program runs")


def _made(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """An array as long as a loop index says: as long as that can become."""
    first = MADE[op.primitive]
    sizes = list(operands)
    found: list[Part | None] = [None] * len(shape_of(op.result.type))
    for axis, length in enumerate(shape_of(op.result.type)):
        most = parts.ranges.largest(length)
        given = op.operands[first + axis :]
        known = length.printable or not given or given[0] in parts.static
        if known or most is None or not parts.ranges.natural(length) or length != number(given[0]):
            continue
        # one more where a loop that has no trip, but is traced, would make it negative
        bound = next((size for size in (most, most + 1) if parts.ranges.natural(size)), None)
        if bound is None:
            continue
        whole = parts.remade(op, bound)
        found[axis] = Part(Const(0), sizes[first + axis], whole, bound, length)
        sizes[first + axis] = whole
    parts.give(op, replace(op, operands=tuple(sizes)), tuple(found))


def _elementwise(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    placed, layout = parts.common(op, operands, len(shape_of(op.result.type)))
    parts.give(op, replace(op, operands=tuple(placed)), layout)


def _alike(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    parts.give(op, replace(op, operands=tuple(operands)), parts.layout(operands[0]))


# ------------------------------------------------------------------------------------------------ reductions


def _axes(op: Apply, rank: int) -> tuple[int, ...]:
    match op.primitive:
        case "total":
            return (0,)
        case "fsum":
            return tuple(range(rank))
    return normal_axes(op.attr("axis"), rank)


def _reduction(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    x = operands[0]
    layout, axes = parts.layout(x), _axes(op, len(parts.layout(x)))
    if op.primitive == "norm" and (
        is_matrix_norm(len(layout), op.attr("ord"), op.attr("axis")) or op.attr("ord") not in (None, 1, 2)
    ):
        parts.refuse(op, "this norm of a slice whose length is known only when the program runs")
    filled = parts.filled(x, _neutral(op, x), axes)
    keepdims = dict(op.attrs).get("keepdims", False)
    if op.primitive in RUNNING:
        if op.attr("axis") is None and len(layout) > 1:
            _flattened(parts, op)
        parts.give(op, replace(op, operands=(filled,)), layout)
        return
    parts.give(op, replace(op, operands=(filled,)), _reduced(layout, axes, bool(keepdims)))


def _neutral(op: Apply, x: Operand) -> Scalar:
    assert isinstance(x.type, Array)
    value = NEUTRAL[op.primitive]
    return bool(value) if x.type.dtype.kind == "b" else value


def _flattened(parts: Parts, op: Apply) -> None:
    parts.refuse(op, "the elements of a matrix whose size is known only when the program runs are counted on")


def _reduced(layout: Layout, axes: Sequence[int], keepdims: bool) -> Layout:
    if keepdims:
        return tuple(None if k in axes else part for k, part in enumerate(layout))
    return tuple(part for k, part in enumerate(layout) if k not in axes)


def _masked(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """mean, var and std."""
    (x,) = operands
    layout = parts.layout(x)
    axes = _axes(op, len(layout))
    mask = parts.masks(tuple(part if k in axes else None for k, part in enumerate(layout)))
    kept = _reduced(layout, axes, bool(op.attr("keepdims")))
    if mask is None:
        parts.give(op, replace(op, operands=(x,)), kept)
        return
    name, given = (
        ("mean_where", (x, mask))
        if op.primitive == "mean"
        else (f"{op.primitive}_from", (x, mask, Const(None)))
    )
    parts.give(op, replace(op, primitive=name, operands=given), kept)


def _extreme(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """max, min, argmax and argmin: of one element at least, or NaN where a mask selects none."""
    (x,) = operands
    assert isinstance(x.type, Array)
    layout, keepdims = parts.layout(x), bool(op.attr("keepdims"))
    axes = _axes(op, len(layout))
    given = [part for part in (layout[k] for k in axes) if part is not None]
    selected = [part for part in given if part.mask is not None]
    whole_number = op.primitive.startswith("arg") or x.type.dtype.kind != "f"
    if (selected and whole_number) or any(
        part.mask is None and not (part.filled or parts.ranges.natural(part.length - 1)) for part in given
    ):
        parts.refuse(
            op,
            f"a slice whose {op.primitive} is taken may be empty, which NumPy refuses when the program runs",
            "let the bounds of the loop show that it has an element",
        )
    if x.type.dtype.kind == "c":
        parts.refuse(op, "complex numbers of a slice whose length only the run knows are compared")
    x = parts.filled(x, _last(x.type, least=op.primitive.endswith("max")), axes)
    kept = _reduced(layout, axes, keepdims)
    if selected:
        found = Value(whole(op.result.type, kept))
        parts.append(replace(op, operands=(x,), results=(found,)))
        some = [parts.apply("greater", parts.count(part), Const(0)) for part in selected]
        operands = reduce(partial(parts.apply, "bitwise_and"), some), found, Const(np.nan)
        parts.give(op, Apply("where", operands, op.results, (), "numpy.where", op.location), kept)
        return
    if not op.primitive.startswith("arg"):
        parts.give(op, replace(op, operands=(x,)), kept)
        return
    if len(axes) > 1:
        _flattened(parts, op)
    part = layout[axes[0]] if axes else None
    if part is None or same(part.start, Const(0)):
        parts.give(op, replace(op, operands=(x,)), kept)
        return
    # where no element is better than those that do not count, the first of these is found
    found = Value(op.result.type)
    parts.give(op, replace(op, operands=(x,), results=(found,)), ())
    place = parts.apply("maximum", found, part.start)
    parts.give(op, Apply("subtract", (place, part.start), op.results, (), "operator.sub", op.location), kept)


def _last(type: Array, least: bool) -> Scalar:
    """What is greater than, or less than, no number of a dtype."""
    match type.dtype.kind:
        case "b":
            return not least
        case "f":
            return -np.inf if least else np.inf
    limits = np.iinfo(np.dtype(type.dtype.str))
    return int(limits.min if least else limits.max)


# ------------------------------------------------------------------------------------------------ products


def _product(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """Products: axes that are summed over lie at the same place in both operands, and count for nothing elsewhere."""
    ranks = [len(shape_of(operand.type)) for operand in operands]
    letters = _letters(op, ranks)
    if letters is None or any(len(set(each)) != len(each) for each in letters.inputs):
        parts.refuse(
            op, f"`{op.primitive}` is given a slice whose length is known only when the program runs"
        )
    places: dict[str, Part] = {}
    for operand, names in zip(operands, letters.inputs, strict=True):
        for letter, part in zip(names, parts.layout(operand), strict=True):
            if part is not None:
                places.setdefault(letter, part)
    for operand, names in zip(operands, letters.inputs, strict=True):
        if any(
            part is None and name in places for name, part in zip(names, parts.layout(operand), strict=True)
        ):
            parts.unequal(op)
    placed = [
        parts.aligned(op, operand, tuple(places.get(letter) for letter in names))
        for operand, names in zip(operands, letters.inputs, strict=True)
    ]
    kept = tuple(places.get(letter) for letter in letters.output)
    if op.primitive in ("matmul", "dot", "inner") and ranks == [1, 1]:
        terms = parts.apply("multiply", *placed)
        assert isinstance(terms, Value)
        parts.layouts[terms] = parts.layout(placed[0])
        total = (("axis", None), ("dtype", None), ("keepdims", False))
        filled = parts.filled(terms, _zero(terms))
        parts.give(op, Apply("sum", (filled,), op.results, total, "numpy.sum", op.location))
        return
    filled_in = [
        parts.filled(
            operand, _zero(operand), [k for k, name in enumerate(names) if name not in letters.output]
        )
        for operand, names in zip(placed, letters.inputs, strict=True)
    ]
    parts.give(op, replace(op, operands=tuple(filled_in)), kept)


def _zero(x: Operand) -> Scalar:
    assert isinstance(x.type, Array)
    return False if x.type.dtype.kind == "b" else 0


def _letters(op: Apply, ranks: Sequence[int]) -> Subscripts | None:
    """A product of vectors and matrices as an einsum."""
    match op.primitive:
        case "einsum":
            text = op.attr("subscripts")
            assert isinstance(text, str)
            return parse_subscripts(text, ranks)
        case "tensordot":
            left, right = contracted(op.attr("axes"), *ranks)
            first, second = LETTERS[: ranks[0]], list(LETTERS[ranks[0] : sum(ranks)])
            for i, j in zip(left, right, strict=True):
                second[j] = first[i]
            kept = [c for k, c in enumerate(first) if k not in left]
            kept += [c for k, c in enumerate(second) if k not in right]
            return Subscripts((first, "".join(second)), "".join(kept))
        case "outer":
            return Subscripts(("i", "j"), "ij") if tuple(ranks) == (1, 1) else None
        case "vdot":
            return Subscripts(("i", "i"), "") if tuple(ranks) == (1, 1) else None
        case "inner" if max(ranks) <= 2 and min(ranks):
            a, b = "ik"[2 - ranks[0] :], "jk"[2 - ranks[1] :]
            return Subscripts((a, b), (a + b).replace("k", ""))
        case "matmul" | "dot" if max(ranks) <= 2 and min(ranks):
            a, b = "ik"[2 - ranks[0] :], "kj"[: ranks[1]]
            return Subscripts((a, b), (a + b).replace("k", ""))
    return None


# ------------------------------------------------------------------------------------------------ axes


def _permuted(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    (x,) = operands
    layout = parts.layout(x)
    rank = len(layout)
    match op.primitive:
        case "transpose":
            axes = op.attr("axes")
            order = tuple(range(rank))[::-1] if axes is None else normal_axes(axes, rank)
        case "moveaxis":
            order = moved_order(rank, op.attr("source"), op.attr("destination"))
        case _:
            pair = (-1, -2) if op.primitive == "matrix_transpose" else (op.attr("axis1"), op.attr("axis2"))
            one, other = normal_axes(pair, rank)
            order = tuple({one: other, other: one}.get(k, k) for k in range(rank))
    parts.give(op, replace(op, operands=(x,)), tuple(layout[k] for k in order))


def _expanded(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """New axes of size 1."""
    rest = iter(parts.layout(operands[0]))
    rank = len(shape_of(op.result.type))
    axis = op.attr("axis")
    places = normal_axes(axis if isinstance(axis, (tuple, list)) else (axis,), rank)
    layout = tuple(None if k in places else next(rest) for k in range(rank))
    parts.give(op, replace(op, operands=tuple(operands)), layout)


def _flipped(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    layout = list(parts.layout(operands[0]))
    for k in _axes(op, len(layout)):
        part = layout[k]
        if part is not None and part.mask is not None:
            _flattened(parts, op)
        if part is not None:
            start: Operand = Const(0) if part.stop is None else parts.subtract(part.size, part.stop)
            stop = None if same(part.start, Const(0)) else parts.subtract(part.size, part.start)
            layout[k] = replace(part, start=start, stop=stop)
    parts.give(op, replace(op, operands=tuple(operands)), tuple(layout))


def _rolled(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """Elements that leave a part at one end come in at the other."""
    x, shift = operands
    layout, axes = parts.layout(x), _axes(op, len(parts.layout(x)))
    part = layout[axes[0]]
    if len(axes) > 1 or part is None or part.mask is not None:
        if any(layout[k] is not None for k in axes):
            _flattened(parts, op)
        parts.give(op, replace(op, operands=(x, shift)), layout)
        return
    places = parts.apply("subtract", parts.apply("arange", part.size), parts.add(part.start, shift))
    places = parts.apply("remainder", places, parts.apply("maximum", parts.count(part), Const(1)))
    places = parts.apply("add", places, part.start) if not same(part.start, Const(0)) else places
    attrs = (("axis", axes[0] if len(layout) > 1 else None),)
    parts.give(op, Apply("take", (x, places), op.results, attrs, "numpy.take", op.location), layout)


def _vector(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """ravel and flatten of what has one axis already."""
    if len(parts.layout(operands[0])) != 1:
        _flattened(parts, op)
    _alike(parts, op, operands)


# ------------------------------------------------------------------------------------------------ sizes, shapes


def _size(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    axis = op.attr("axis")
    assert isinstance(axis, int)
    part = parts.layout(operands[0])[axis]
    if part is None:
        parts.append(replace(op, operands=tuple(operands)))
        return
    parts.values[op.result] = parts.count(part)


def _count(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    (x,) = operands
    sizes = [
        parts.size(x, axis) if part is None else parts.count(part)
        for axis, part in enumerate(parts.layout(x))
    ]
    total = sizes[0]
    for size in sizes[1:]:
        total = parts.apply("multiply", total, size)
    parts.values[op.result] = total


def _filled(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """An array of a shape."""
    parts.give(op, replace(op, operands=tuple(operands)), parts.layout(operands[0]))


def _repeated(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """expand: a reduced value repeated over what was reduced."""
    v, shape = operands
    layout = parts.layout(shape)
    reduced = normal_axes(op.attr("axis"), len(layout))
    kept = _reduced(layout, reduced, bool(op.attr("keepdims")))
    if shape_of(v.type):
        v = parts.aligned(op, v, kept)
    parts.give(op, replace(op, operands=(v, shape)), layout)


def _broadcast(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """broadcast_like: an array repeated to a shape."""
    x, shape = operands
    layout = parts.layout(shape)
    parts.give(op, replace(op, operands=(parts.aligned(op, x, layout), shape)), layout)


def _summed(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """unbroadcast: the sum over the axes along which an array of this shape was repeated."""
    v, shape = operands
    have, want = parts.layout(v), parts.layout(shape)
    extra = len(have) - len(want)
    repeated = [k for k, part in enumerate(have) if k < extra or want[k - extra] is None]
    target = tuple(part if k in repeated else want[k - extra] for k, part in enumerate(have))
    v = parts.filled(parts.aligned(op, v, target), _zero(v), repeated)
    parts.give(op, replace(op, operands=(v, shape)), want)


def _reshaped(parts: Parts, op: Apply, operands: Sequence[Operand]) -> None:
    """reshape_to, of as many axes as there were."""
    x, shape = operands
    have, want = parts.layout(x), parts.layout(shape)
    if len(have) != len(want) or shape_of(op.operands[0].type) != shape_of(op.operands[1].type):
        parts.refuse(op, "a slice whose length is known only when the program runs gets another shape")
    parts.values[op.result] = parts.aligned(op, x, want)


_RULES: tuple[tuple[frozenset[str], Callable[[Parts, Apply, Sequence[Operand]], None]], ...] = (
    (frozenset(NEUTRAL), _reduction),
    (frozenset(MASKED), _masked),
    (frozenset(EXTREMES), _extreme),
    (PRODUCTS, _product),
    (ALIKE | {"shape"}, _alike),
    (PERMUTED, _permuted),
    (frozenset({"expand_dims"}), _expanded),
    (frozenset({"flip"}), _flipped),
    (frozenset({"roll"}), _rolled),
    (frozenset({"ravel", "flatten"}), _vector),
    (frozenset({"size"}), _size),
    (frozenset({"count"}), _count),
    (FILLED, _filled),
    (frozenset({"expand"}), _repeated),
    (frozenset({"broadcast_like"}), _broadcast),
    (frozenset({"unbroadcast"}), _summed),
    (frozenset({"reshape_to"}), _reshaped),
)
