"""Functions that move, join, repeat, pick and sort elements.

Of the names of starred operands, `sizes` are written as one tuple in the source, `arrays` as one list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, is_one, opaque, same, unknown
from adcompiler.ir.index import At, Slice, result_shape
from adcompiler.ir.types import Array, Seq, Shape, Type, broadcast_shapes
from adcompiler.primitives.reductions import normal_axes, normal_axis, total
from adcompiler.primitives.registry import Attrs, Infer, primitive
from adcompiler.primitives.structure import array, sequence


def size_of(type: Type) -> Dim:
    """An integer operand as a size; an unknown one where only a run can tell."""
    number = array(type)
    if number.rank or number.dtype.kind not in "iub":
        raise TypeError("a size must be an integer")
    return number.size if number.size is not None else unknown("size")


def shaped(x: Array, shape: Sequence[Dim]) -> Array:
    return Array(x.dtype, tuple(shape))


def divided(whole: Dim, part: Dim) -> Dim:
    """whole // part, term by term where that leaves no rest."""
    if part.known == 0 or (part.hint == 0):
        raise ValueError("cannot reshape an array into a shape with a size of 0 and one of -1")
    factors = [*part.terms, ((), part.const)] if part.const else list(part.terms)
    if len(factors) == 1:
        (atoms, coefficient), result = factors[0], dim(0)
        for inside, c in [*whole.terms, ((), whole.const)]:
            left = Counter(inside)
            left.subtract(Counter(atoms))
            if c and (c % coefficient or min(left.values(), default=0) < 0):
                break
            term = dim(c // coefficient)
            for atom in left.elements():
                term = term * dim(atom)
            result = result + term
        else:
            return result
    hint = None if whole.hint is None or part.hint is None else whole.hint // part.hint
    text = f"({whole}) // ({part})"
    return opaque(text if hint is not None else f"?{text}", hint, whole, part)


def infer_transpose(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The axes in another order, by default reversed."""
    x = array(types[0])
    order = attrs["axes"]
    axes = tuple(range(x.rank))[::-1] if order is None else normal_axes(order, x.rank)
    if len(axes) != x.rank:
        raise ValueError("axes don't match array")
    return shaped(x, [x.shape[k] for k in axes])


def infer_matrix_transpose(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The last two axes exchanged."""
    x = array(types[0])
    if x.rank < 2:
        raise ValueError("matrix_transpose needs an array with two axes or more")
    return shaped(x, [*x.shape[:-2], x.shape[-1], x.shape[-2]])


def infer_swapaxes(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Two axes exchanged."""
    x = array(types[0])
    first, second = normal_axis(attrs["axis1"], x.rank), normal_axis(attrs["axis2"], x.rank)
    shape = list(x.shape)
    shape[first], shape[second] = shape[second], shape[first]
    return shaped(x, shape)


def moved_order(rank: int, source: object, destination: object) -> tuple[int, ...]:
    """The order of axes that np.moveaxis gives."""
    start, end = normal_axes(source, rank), normal_axes(destination, rank)
    if source is None or destination is None or len(start) != len(end):
        raise ValueError("`source` and `destination` arguments must have the same number of elements")
    order = [k for k in range(rank) if k not in start]
    for place, axis in sorted(zip(end, start, strict=True)):
        order.insert(place, axis)
    return tuple(order)


def infer_moveaxis(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Axes moved to new places, the others in their order."""
    x = array(types[0])
    return shaped(x, [x.shape[k] for k in moved_order(x.rank, attrs["source"], attrs["destination"])])


def infer_reshape(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same number of elements in another shape; one size may be -1."""
    x, *rest = map(array, types)
    sizes = [size_of(t) for t in rest]
    whole = total(x.shape)
    free = [k for k, size in enumerate(sizes) if size.known == -1]
    if len(free) > 1:
        raise ValueError("can only specify one unknown dimension")
    if free:
        part = total(tuple(size for k, size in enumerate(sizes) if k != free[0]))
        sizes[free[0]] = divided(whole, part)
    if whole.hint is not None and same(whole, total(tuple(sizes))) is False:
        raise ValueError(f"cannot reshape array of size {whole} into shape ({', '.join(map(str, sizes))})")
    return shaped(x, sizes)


def infer_reshape_to(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The elements in a shape that was read from another array."""
    x, shape = types
    assert isinstance(shape, Shape)
    return shaped(array(x), shape.dims)


def infer_ravel(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """All elements along one axis."""
    x = array(types[0])
    return shaped(x, [total(x.shape)])


def _single(size: Dim) -> bool:
    one = is_one(size)
    if one is None:
        raise TypeError(f"whether the size {size} is 1 is not known while compiling; name the axes")
    return one


def infer_squeeze(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Axes of size 1 go away."""
    x = array(types[0])
    if attrs["axis"] is None:
        return shaped(x, [size for size in x.shape if not _single(size)])
    axes = normal_axes(attrs["axis"], x.rank)
    if any(is_one(x.shape[k]) is False for k in axes):
        raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    return shaped(x, [size for k, size in enumerate(x.shape) if k not in axes])


def infer_expand_dims(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """New axes of size 1."""
    x = array(types[0])
    axis = attrs["axis"]
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = x.rank + len(given)
    places = normal_axes(given, rank)
    rest = iter(x.shape)
    return shaped(x, [dim(1) if k in places else next(rest) for k in range(rank)])


def infer_flip(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape."""
    x = array(types[0])
    normal_axes(attrs["axis"], x.rank)
    return shaped(x, x.shape)


def infer_roll(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape."""
    x, shift = map(array, types)
    if shift.dtype.kind not in "iu" or shift.rank > 1:
        raise TypeError("the shift of np.roll must be an integer, or one for each axis")
    axes = attrs["axis"] if isinstance(attrs["axis"], tuple) else (attrs["axis"],)
    if attrs["axis"] is not None:
        for axis in axes:
            normal_axis(axis, x.rank)
    if shift.rank and len(axes) > 1 and same(shift.shape[0], dim(len(axes))) is False:
        raise ValueError("np.roll has another number of shifts than of axes")
    return shaped(x, x.shape)


def _called(signature: str, infer: Infer, call: str, view: bool = False) -> None:
    path = f"numpy.{call.partition('(')[0]}"
    primitive(signature, infer, path, numpy=f"np.{call}", jax=f"jnp.{call}", view=view)


primitive("transpose(x, /, axes=None)", infer_transpose, "numpy.transpose numpy.permute_dims", view=True)
primitive(
    "matrix_transpose(x, /)",
    infer_matrix_transpose,
    "numpy.matrix_transpose numpy.linalg.matrix_transpose",
    view=True,
)
_called("swapaxes(x, /, axis1=None, axis2=None)", infer_swapaxes, "swapaxes(x, axis1, axis2)", view=True)
_called(
    "moveaxis(x, /, source=None, destination=None)",
    infer_moveaxis,
    "moveaxis(x, source, destination)",
    view=True,
)
_called("reshape(x, /, *sizes)", infer_reshape, "reshape(x, (*sizes,))", view=True)
primitive(
    "reshape_to(x, shape, /)",
    infer_reshape_to,
    numpy="np.reshape(x, shape)",
    jax="jnp.reshape(x, shape)",
    view=True,
    cheap=True,
)
primitive("ravel(x, /)", infer_ravel, "numpy.ravel", view=True)
primitive("flatten(x, /)", infer_ravel, numpy="x.flatten()", jax="jnp.ravel(x)")
primitive("squeeze(x, /, axis=None)", infer_squeeze, "numpy.squeeze", view=True)
primitive("expand_dims(x, /, axis=None)", infer_expand_dims, "numpy.expand_dims", view=True)
primitive("flip(x, /, axis=None)", infer_flip, "numpy.flip", view=True)
primitive("roll(x, shift, /, axis=None)", infer_roll, "numpy.roll")


def joined_dtype(types: Sequence[Array]) -> np.dtype[np.generic]:
    """The dtype of an array made of several; Python numbers count as arrays here."""
    return np.concatenate([np.ones(1, t.dtype) for t in types]).dtype


def infer_concatenate(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Along an axis that exists; without one, all elements."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    if attrs["axis"] is None:
        return Array(joined_dtype(arrays), (_added([total(t.shape) for t in arrays]),))
    return Array(joined_dtype(arrays), _joined([t.shape for t in arrays], attrs["axis"]))


def _joined(shapes: Sequence[tuple[Dim, ...]], axis: object) -> tuple[Dim, ...]:
    first = shapes[0]
    if not first:
        raise ValueError("zero-dimensional arrays cannot be concatenated; use np.stack or np.array")
    along = normal_axis(axis, len(first))
    for other in shapes[1:]:
        if len(other) != len(first):
            raise ValueError("all the input array dimensions must match in number")
        if any(k != along and same(a, b) is False for k, (a, b) in enumerate(zip(first, other, strict=True))):
            raise ValueError(
                "all the input array dimensions except for the concatenation axis must match exactly"
            )
    return (*first[:along], _added([shape[along] for shape in shapes]), *first[along + 1 :])


def _added(sizes: Sequence[Dim]) -> Dim:
    whole = dim(0)
    for size in sizes:
        whole = whole + size
    return whole


def infer_stack(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Along a new axis."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to stack")
    first = arrays[0].shape
    for other in arrays[1:]:
        if other.rank != len(first) or any(
            same(a, b) is False for a, b in zip(first, other.shape, strict=True)
        ):
            raise ValueError("all input arrays must have the same shape")
    axis = normal_axis(attrs["axis"], len(first) + 1)
    return Array(joined_dtype(arrays), (*first[:axis], dim(len(arrays)), *first[axis:]))


def lifted(shape: tuple[Dim, ...], path: str) -> tuple[Dim, ...]:
    """The shape that hstack, vstack and column_stack first give their operands."""
    if path == "numpy.dstack":
        return solid(shape)
    if path == "numpy.hstack" or not shape:
        return shape or (dim(1),) * (1 if path == "numpy.hstack" else 2)
    if len(shape) > 1:
        return shape
    return (dim(1), shape[0]) if path == "numpy.vstack" else (shape[0], dim(1))


def solid(shape: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """The shape with three axes or more: a vector lies along the second, a matrix along the first two."""
    one = dim(1)
    match shape:
        case ():
            return one, one, one
        case (size,):
            return one, size, one
        case (rows, columns):
            return rows, columns, one
    return shape


def infer_joined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """hstack, vstack, dstack and column_stack: concatenate after axes were added."""
    arrays = [array(t) for t in types]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    shapes = [lifted(t.shape, path) for t in arrays]
    axis = 2 if path == "numpy.dstack" else 0 if path == "numpy.vstack" or len(shapes[0]) == 1 else 1
    return Array(joined_dtype(arrays), _joined(shapes, axis))


_called("concatenate(*arrays, axis=0)", infer_concatenate, "concatenate([*arrays], axis=axis)")
_called("stack(*arrays, axis=0)", infer_stack, "stack([*arrays], axis=axis)")
_called("hstack(*arrays)", infer_joined, "hstack([*arrays])")
_called("vstack(*arrays)", infer_joined, "vstack([*arrays])")
_called("column_stack(*arrays)", infer_joined, "column_stack([*arrays])")
_called("dstack(*arrays)", infer_joined, "dstack([*arrays])")


def infer_items_stacked(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The items of a list along a new axis."""
    item, length = _items(types[0])
    axis = normal_axis(attrs["axis"], item.rank + 1)
    return Array(item.dtype, (*item.shape[:axis], length, *item.shape[axis:]))


def infer_items_joined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The items of a list, which have one shape, along an axis of theirs."""
    item, length = _items(types[0])
    if not item.rank:
        raise ValueError("zero-dimensional arrays cannot be concatenated; use np.stack or np.array")
    axis = normal_axis(attrs["axis"], item.rank)
    return Array(item.dtype, (*item.shape[:axis], length * item.shape[axis], *item.shape[axis + 1 :]))


def infer_items_split(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Parts of one shape."""
    item = attrs["item"]
    assert isinstance(item, Array)
    return Seq(Array(array(types[0]).dtype, item.shape), array(types[1]).size)


def _items(type: Type) -> tuple[Array, Dim]:
    seq = sequence(type)
    return array(seq.item), seq.length if seq.length is not None else unknown("items")


# of a list whose length the program decides
primitive(
    "seq_layers(seq, /, axis=0)",
    infer_items_stacked,
    numpy="np.stack(seq, axis=axis)",
    jax="jnp.stack(seq, axis=axis)",
)
primitive(
    "seq_concatenate(seq, /, axis=0)",
    infer_items_joined,
    numpy="np.concatenate(seq, axis=axis)",
    jax="jnp.concatenate(seq, axis=axis)",
)
# n parts of one shape, that of `item`
primitive(
    "seq_split(x, n, /, axis=0, item=None)",
    infer_items_split,
    numpy="np.split(x, n, axis=axis)",
    jax="jnp.split(x, n, axis=axis)",
)


def infer_repeat(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Each element several times."""
    x, repeats = map(array, types)
    if repeats.rank:
        return _repeated_each(x, repeats, attrs["axis"])
    times = size_of(repeats)
    if attrs["axis"] is None:
        return shaped(array(x), [total(array(x).shape) * times])
    axis = normal_axis(attrs["axis"], array(x).rank)
    return shaped(array(x), [size * times if k == axis else size for k, size in enumerate(array(x).shape)])


def _repeated_each(x: Array, repeats: Array, axis: object) -> Array:
    if repeats.rank != 1 or repeats.dtype.kind not in "iu":
        raise TypeError("the repeats of np.repeat are an integer, or one for each place along the axis")
    place = 0 if axis is None else normal_axis(axis, x.rank)
    shape = (total(x.shape),) if axis is None else x.shape
    if same(repeats.shape[0], shape[place]) is False:
        raise ValueError(
            f"operands could not be broadcast together: sizes {repeats.shape[0]} and {shape[place]}"
        )
    length = unknown("repeated")
    return shaped(x, [length if k == place else size for k, size in enumerate(shape)])


def infer_repeat_each(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Each element as often as a list that is known while compiling says."""
    x, repeats = array(types[0]), attrs["repeats"]
    if not isinstance(repeats, tuple) or not all(
        isinstance(n, (int, np.integer)) and n >= 0 for n in repeats
    ):
        raise ValueError("repeats may not contain negative values.")
    place = 0 if attrs["axis"] is None else normal_axis(attrs["axis"], x.rank)
    shape = (total(x.shape),) if attrs["axis"] is None else x.shape
    if same(shape[place], dim(len(repeats))) is not True:
        raise ValueError(f"operands could not be broadcast together: sizes {len(repeats)} and {shape[place]}")
    return shaped(x, [dim(int(sum(repeats))) if k == place else size for k, size in enumerate(shape)])


def infer_tile(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array several times along each axis."""
    x, *sizes = map(array, types)
    times = [size_of(t) for t in sizes]
    rank = max(x.rank, len(times))
    shape = [dim(1)] * (rank - x.rank) + list(x.shape)
    times = [dim(1)] * (rank - len(times)) + times
    return shaped(x, [a * b for a, b in zip(shape, times, strict=True)])


def infer_broadcast_to(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array repeated to a shape."""
    x, *sizes = map(array, types)
    shape = tuple(size_of(t) for t in sizes)
    if x.rank > len(shape):
        raise ValueError("input operand has more dimensions than allowed by the axis remapping")
    for size, wanted in zip(x.shape, shape[len(shape) - x.rank :], strict=True):
        if size != wanted and is_one(size) is False and same(size, wanted) is False:
            raise ValueError(f"operands could not be broadcast together: sizes {size} and {wanted}")
    return shaped(x, shape)


def infer_atleast_1d(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """One axis or more."""
    x = array(types[0])
    return shaped(x, x.shape or [dim(1)])


def infer_atleast_3d(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Three axes or more."""
    x = array(types[0])
    return shaped(x, solid(x.shape))


def infer_atleast_2d(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Two axes or more, new ones in front."""
    x = array(types[0])
    return shaped(x, [dim(1)] * (2 - x.rank) + list(x.shape))


primitive("repeat(x, repeats, /, axis=None)", infer_repeat, "numpy.repeat")
primitive(
    "repeat_each(x, /, repeats=(), axis=None)",
    infer_repeat_each,
    numpy="np.repeat(x, repeats, axis=axis)",
    jax="jnp.repeat(x, np.array(repeats), axis=axis)",
)
_called("tile(x, /, *sizes)", infer_tile, "tile(x, (*sizes,))")
_called("broadcast_to(x, /, *sizes)", infer_broadcast_to, "broadcast_to(x, (*sizes,))", view=True)
primitive(
    "broadcast_like(x, shape, /)",
    infer_reshape_to,
    numpy="np.broadcast_to(x, shape)",
    jax="jnp.broadcast_to(x, shape)",
    view=True,
    cheap=True,
)
primitive("atleast_1d(x, /)", infer_atleast_1d, "numpy.atleast_1d", view=True)
primitive("atleast_2d(x, /)", infer_atleast_2d, "numpy.atleast_2d", view=True)
primitive("atleast_3d(x, /)", infer_atleast_3d, "numpy.atleast_3d", view=True)


def infer_sort(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape, or all elements along one axis."""
    x = array(types[0])
    dtype = np.dtype(np.intp) if path == "numpy.argsort" else x.dtype
    if attrs["axis"] is None:
        return Array(dtype, (total(x.shape),))
    normal_axis(attrs["axis"], x.rank)
    return Array(dtype, x.shape)


def infer_take(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Elements picked along an axis, or from the flattened array."""
    x, indices = map(array, types)
    if indices.dtype.kind not in "iu":
        raise TypeError("np.take picks by integers; use x[mask] for a mask")
    axis = attrs["axis"]
    if axis is None:
        return shaped(x, indices.shape)
    place = normal_axis(axis, x.rank)
    return shaped(x, result_shape(x.shape, (Slice(),) * place + (At(0),), [indices]))


def infer_take_along_axis(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Elements picked along an axis, others at their place."""
    x, indices = map(array, types)
    axis = normal_axis(attrs["axis"], x.rank)
    if indices.rank != x.rank or indices.dtype.kind not in "iu":
        raise ValueError("`indices` must be integers and have the same number of dimensions as `arr`")
    kept = broadcast_shapes(
        tuple(s for k, s in enumerate(x.shape) if k != axis),
        tuple(s for k, s in enumerate(indices.shape) if k != axis),
    )
    return shaped(x, [*kept[:axis], indices.shape[axis], *kept[axis:]])


def infer_diff(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An axis becomes shorter by n."""
    x, n = array(types[0]), attrs["n"]
    if not x.rank or not isinstance(n, int) or n < 0:
        raise ValueError("diff needs an array of one axis or more, and an order that is not negative")
    axis = normal_axis(attrs["axis"], x.rank)
    shorter = x.shape[axis] - n
    if shorter.hint is not None and shorter.hint < 0:
        shorter = dim(0)
    dtype = np.diff(np.ones(n + 1, x.dtype), n).dtype
    return Array(dtype, tuple(shorter if k == axis else size for k, size in enumerate(x.shape)))


# those whose elements are constants or elements of the array
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def pad_widths(width: object, rank: int) -> tuple[tuple[int, int], ...]:
    """NumPy's short forms of a pad width as a pair for each axis."""
    pairs = np.broadcast_to(np.asarray(width), (rank, 2))
    if pairs.dtype.kind != "i" or (pairs < 0).any():
        raise ValueError("a pad width is an integer that is not negative, known while compiling")
    return tuple((int(low), int(high)) for low, high in pairs)


def infer_pad(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Wider by what is put around it: a constant number."""
    x = array(types[0])
    if attrs["mode"] not in PAD_MODES:
        raise TypeError(f"np.pad is supported with the modes {', '.join(PAD_MODES)}, not {attrs['mode']!r}")
    widths = pad_widths(attrs["pad_width"], x.rank)
    return shaped(x, [size + (low + high) for size, (low, high) in zip(x.shape, widths, strict=True)])


primitive(
    "sort(x, /, axis=-1, kind=None, *, stable=None)",
    infer_sort,
    "numpy.sort",
    numpy="np.sort(x, axis=axis, kind=kind, stable=stable)",
    jax="jnp.sort(x, axis=axis)",
)
primitive(
    "argsort(x, /, axis=-1, kind=None, *, stable=None)",
    infer_sort,
    "numpy.argsort",
    numpy="np.argsort(x, axis=axis, kind=kind, stable=stable)",
    jax="jnp.argsort(x, axis=axis)",
)
primitive("take(x, indices, /, axis=None)", infer_take, "numpy.take")
primitive("take_along_axis(x, indices, /, axis=-1)", infer_take_along_axis, "numpy.take_along_axis")
primitive("diff(x, /, n=1, axis=-1)", infer_diff, "numpy.diff")
_called(
    "pad(x, /, pad_width=None, mode='constant', *, constant_values=0)",
    infer_pad,
    "pad(x, pad_width, mode=mode, constant_values=constant_values)",
)
