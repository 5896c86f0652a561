"""Derivatives of functions that move, join, repeat, pick and sort elements: each puts the cotangents back."""

from __future__ import annotations

from collections.abc import Callable

from adcompiler.ir.index import At, Index, Slice
from adcompiler.ir.types import Seq
from adcompiler.primitives.joining import lifted
from adcompiler.primitives.rearrange import moved_order
from adcompiler.primitives.reductions import normal_axes, normal_axis
from adcompiler.rules.language import Like, Sym, call, number
from adcompiler.rules.linear import permuted
from adcompiler.rules.reductions import inverse
from adcompiler.rules.registry import constant, rule
from adcompiler.rules.structure import array_type, one_or_all, rank, unbroadcast


def transposed(g: Sym, x: Sym, axes: object, **rest: object) -> Sym:
    """The axes in their old order."""
    return call("transpose", g) if axes is None else permuted(g, inverse(normal_axes(axes, rank(x))))


def moved_back(g: Sym, x: Sym, source: object, destination: object, **rest: object) -> Sym:
    """The axes at their old places."""
    if isinstance(source, int) and isinstance(destination, int):
        return call("moveaxis", g, source=destination, destination=source)
    return permuted(g, inverse(moved_order(rank(x), source, destination)))


def squeezed(g: Sym, x: Sym, axis: object, **rest: object) -> Sym:
    """The axes of size 1 again."""
    return call("reshape_to", g, call("shape", x)) if axis is None else call("expand_dims", g, axis=axis)


rule("transpose(x)", x=transposed)
rule("matrix_transpose(x)", x="matrix_transpose(g)")
rule("swapaxes(x)", x="swapaxes(g, axis1, axis2)")
rule("moveaxis(x)", x=moved_back)
rule("reshape(x, *sizes)", x="reshape_to(g, shape(x))")
rule("reshape_to(x, shape)", x=lambda g, x, **rest: call("reshape_to", g, call("shape", x)))
rule("ravel(x)", x="reshape_to(g, shape(x))")
rule("flatten(x)", x="reshape_to(g, shape(x))")
rule("squeeze(x)", x=squeezed)
rule("expand_dims(x)", x="squeeze(g, axis)")
rule("flip(x)", x="flip(g, axis)")
rule("roll(x, shift)", x="roll(g, -shift, axis)")


def extent(x: Sym, axis: int) -> Sym | int:
    """The size of an axis, a number where it is the same for every input."""
    known = array_type(x).shape[axis].known
    return call("size", x, axis=axis) if known is None else known


def positions(x: Sym, axis: int) -> Sym:
    """The places along an axis, from 0."""
    return numbered(x, extent(x, axis))


def numbered(like: Sym, size: Like) -> Sym:
    """The integers from 0 to a size."""
    return call("arange", size if isinstance(size, Sym) else number(like, size))


def count(x: Sym) -> Sym | int:
    """The number of elements of an operand."""
    return 1 if not rank(x) else extent(x, 0) if rank(x) == 1 else call("count", x)


def pieces(g: Sym, lengths: list[Like], axis: int) -> list[Sym]:
    """Consecutive parts of these lengths along an axis."""
    parts: list[Sym] = []
    start: Like = 0
    for k, length in enumerate(lengths):
        last = k == len(lengths) - 1
        stop = length if k == 0 else _plus(start, length)
        bounds = [*([start] if k else []), *([] if last else [stop])]
        cut = Slice(0 if k else None, None if last else len(bounds) - 1)
        parts.append(call("getitem", g, *bounds, index=(Slice(),) * axis + (cut,)))
        start = stop
    return parts


def _plus(a: Like, b: Like) -> Like:
    return b + a if isinstance(b, Sym) and not isinstance(a, Sym) else a + b


def item(g: Sym, k: int, axis: int) -> Sym:
    """The part at one place of an axis."""
    return call("getitem", g, k, index=(Slice(),) * axis + (At(0),))


def shaped(g: Sym, x: Sym) -> Sym:
    """g in the shape of x."""
    return g if rank(g) == rank(x) else call("reshape_to", g, call("shape", x))


def concatenated(g: Sym, arrays: tuple[Sym, ...], axis: object, **rest: object) -> list[Sym | None]:
    """Each operand's part."""
    if axis is None:
        return [
            shaped(part, x) for part, x in zip(pieces(g, [count(x) for x in arrays], 0), arrays, strict=True)
        ]
    along = normal_axis(axis, rank(g))
    return [*pieces(g, [extent(x, along) for x in arrays], along)]


def stacked(g: Sym, arrays: tuple[Sym, ...], axis: int, **rest: object) -> list[Sym | None]:
    """Part k for operand k."""
    along = normal_axis(axis, rank(g))
    return [item(g, k, along) for k in range(len(arrays))]


def hstacked(g: Sym, arrays: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Each operand's part, of vectors along their only axis."""
    return _joined(g, arrays, "numpy.hstack", 0 if rank(g) == 1 else 1)


def vstacked(g: Sym, arrays: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Each operand's rows."""
    return _joined(g, arrays, "numpy.vstack", 0)


def columns_stacked(g: Sym, arrays: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Each operand's columns."""
    return _joined(g, arrays, "numpy.column_stack", 1)


def layers_stacked(g: Sym, arrays: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Each operand's layers."""
    return _joined(g, arrays, "numpy.dstack", 2)


def _joined(g: Sym, arrays: tuple[Sym, ...], path: str, axis: int) -> list[Sym | None]:
    if all(rank(x) == rank(g) - 1 for x in arrays):
        return [item(g, k, axis) for k in range(len(arrays))]
    lengths: list[Like] = []
    for x in arrays:
        known = lifted(array_type(x).shape, path)[axis].known
        lengths.append(extent(x, axis) if known is None else known)
    return [shaped(part, x) for part, x in zip(pieces(g, lengths, axis), arrays, strict=True)]


rule("concatenate(*arrays)", every=concatenated)
rule("stack(*arrays)", every=stacked)
rule("hstack(*arrays)", every=hstacked)
rule("vstack(*arrays)", every=vstacked)
rule("column_stack(*arrays)", every=columns_stacked)
rule("dstack(*arrays)", every=layers_stacked)


def layers_of(g: Sym, seq: Sym, axis: int, **rest: object) -> Sym:
    """The part of item k at place k of the axis."""
    along = normal_axis(axis, rank(g))
    return call("seq_unstack", call("moveaxis", g, source=along, destination=0) if along else g)


def split_again(g: Sym, seq: Sym, axis: int, **rest: object) -> Sym:
    """As many parts as the list has items."""
    assert isinstance(seq.type, Seq)
    return call("seq_split", g, call("seq_length", seq), axis=axis, item=seq.type.item)


rule("seq_layers(seq)", seq=layers_of)
rule("seq_concatenate(seq)", seq=split_again)
rule("seq_split(x, n)", x="seq_concatenate(g, axis=axis)")


def repeated(g: Sym, x: Sym, repeats: Sym, axis: int | None, **rest: object) -> Sym:
    """The sum over the copies of each element."""
    if rank(repeats):
        return repeated_each(g, x, axis, lambda places: call("repeat", places, repeats))
    if not rank(x):
        return call("sum", g)
    if axis is None:
        along = call("sum", call("reshape", g, count(x), repeats), axis=1)
        return shaped(along, x)
    place = normal_axis(axis, rank(x))
    sizes = [extent(x, k) for k in range(rank(x))]
    return call("sum", call("reshape", g, *sizes[: place + 1], repeats, *sizes[place + 1 :]), axis=place + 1)


def repeated_each(g: Sym, x: Sym, axis: int | None, repeat: Callable[[Sym], Sym]) -> Sym:
    """Added at the places that the elements came from: the places, repeated as they were."""
    if axis is None and rank(x) != 1:
        flat = call("ravel", x)
        return call("reshape_to", repeated_each(g, flat, 0, repeat), call("shape", x))
    along = 0 if axis is None else normal_axis(axis, rank(x))
    places = repeat(positions(x, along))
    return call("scatter", g, call("shape", x), places, index=(Slice(),) * along + (At(0),))


def tiled(g: Sym, x: Sym, sizes: tuple[Sym, ...], **rest: object) -> Sym:
    """The sum over the copies of the array."""
    wide = max(rank(x), len(sizes))
    times: list[Like] = [*(1 for _ in range(wide - len(sizes))), *sizes]
    shape: list[Like] = [*(1 for _ in range(wide - rank(x))), *(extent(x, k) for k in range(rank(x)))]
    split = [size for pair in zip(times, shape, strict=True) for size in pair]
    copies = (
        call("sum", call("reshape", g, *split), axis=one_or_all(tuple(range(0, 2 * wide, 2)))) if wide else g
    )
    return shaped(copies, x)


rule("repeat(x, repeats)", x=repeated)
rule(
    "repeat_each(x)",
    x=lambda g, x, repeats, axis, **rest: repeated_each(
        g, x, axis, lambda places: call("repeat_each", places, repeats=repeats)
    ),
)
rule("tile(x, *sizes)", x=tiled)
rule("broadcast_to(x, *sizes)", x=lambda g, x, **rest: unbroadcast(g, x))
rule("broadcast_like(x, shape)", x=lambda g, x, **rest: unbroadcast(g, x))
rule("atleast_1d(x)", x=lambda g, x, **rest: shaped(g, x))
rule("atleast_2d(x)", x=lambda g, x, **rest: shaped(g, x))
rule("atleast_3d(x)", x=lambda g, x, **rest: shaped(g, x))


def sorted_back(g: Sym, x: Sym, axis: int | None, **rest: object) -> Sym:
    """The cotangents where their elements came from: the inverse of the permutation is its argsort."""
    if axis is None and rank(x) != 1:
        return call("reshape_to", sorted_back(g, call("ravel", x), 0), call("shape", x))
    along = -1 if axis is None else axis
    # stable: of equal elements the first stays the first, as in JAX
    places = call("argsort", call("argsort", x, axis=along, kind="stable"), axis=along)
    if rank(x) == 1:
        return call("getitem", g, places, index=(At(0),))
    return call("take_along_axis", g, places, axis=along)


def taken(g: Sym, x: Sym, indices: Sym, axis: int | None, **rest: object) -> Sym:
    """Added at the places that were picked."""
    if axis is None and rank(x) != 1:
        flat = call("scatter", g, call("shape", call("ravel", x)), indices, index=(At(0),))
        return call("reshape_to", flat, call("shape", x))
    index: Index = (Slice(),) * (0 if axis is None else normal_axis(axis, rank(x))) + (At(0),)
    return call("scatter", g, call("shape", x), indices, index=index)


def taken_along(g: Sym, x: Sym, indices: Sym, axis: int, **rest: object) -> Sym:
    """Added at the places that were picked along the axis, at each place of the others."""
    along = normal_axis(axis, rank(x))
    places: list[Sym] = []
    for k in range(rank(x)):
        if k == along:
            places.append(indices)
            continue
        others = tuple(m for m in range(rank(x)) if m != k)
        # an axis of size 1 on one side stands for all places of the other
        grid = positions(g, k) if array_type(x).shape[k].known != 1 else numbered(x, 1)
        places.append(call("expand_dims", grid, axis=one_or_all(others)) if others else grid)
    return call("scatter", g, call("shape", x), *places, index=tuple(At(k) for k in range(rank(x))))


def differences(g: Sym, x: Sym, n: int, axis: int, **rest: object) -> Sym:
    """The differences of the cotangent with zeros around it, with the sign of the order."""
    along = normal_axis(axis, rank(x))
    width = n if rank(x) == 1 else tuple((n, n) if k == along else (0, 0) for k in range(rank(x)))
    back = call("diff", call("pad", g, pad_width=width), n=n, axis=axis) if n else g
    return -back if n % 2 else back


rule("sort(x)", x=sorted_back)
constant("argsort")
rule("take(x, indices)", x=taken)
rule("take_along_axis(x, indices)", x=taken_along)
rule("diff(x)", x=differences)
