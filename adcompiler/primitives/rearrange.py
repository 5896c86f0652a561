"""Functions that move, repeat, pick and sort elements.

The starred operands `sizes` are written as one tuple in the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import Dim, dim, is_one, opaque, same, unknown
from adcompiler.ir.index import At, Slice, result_shape
from adcompiler.ir.types import Array, Shape, Type, broadcast_shapes
from adcompiler.primitives.reductions import normal_axes, normal_axis, total
from adcompiler.primitives.registry import Attrs, Infer, primitive
from adcompiler.primitives.structure import array


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


def called(signature: str, infer: Infer, call: str, view: bool = False) -> None:
    """A function of NumPy that JAX has too, and how it is called in both."""
    path = f"numpy.{call.partition('(')[0]}"
    primitive(signature, infer, path, numpy=f"np.{call}", jax=f"jnp.{call}", view=view)


primitive("transpose(x, /, axes=None)", infer_transpose, "numpy.transpose numpy.permute_dims", view=True)
primitive(
    "matrix_transpose(x, /)",
    infer_matrix_transpose,
    "numpy.matrix_transpose numpy.linalg.matrix_transpose",
    view=True,
)
called("swapaxes(x, /, axis1=None, axis2=None)", infer_swapaxes, "swapaxes(x, axis1, axis2)", view=True)
called(
    "moveaxis(x, /, source=None, destination=None)",
    infer_moveaxis,
    "moveaxis(x, source, destination)",
    view=True,
)
called("reshape(x, /, *sizes)", infer_reshape, "reshape(x, (*sizes,))", view=True)
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
called("tile(x, /, *sizes)", infer_tile, "tile(x, (*sizes,))")
called("broadcast_to(x, /, *sizes)", infer_broadcast_to, "broadcast_to(x, (*sizes,))", view=True)
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
