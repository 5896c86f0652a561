"""Reading and writing parts of arrays, sizes, sequences and tapes: what the language itself needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adcompiler.ir.core import Function
from adcompiler.ir.dims import Dim, dim, is_one, unknown
from adcompiler.ir.index import as_index, result_shape
from adcompiler.ir.types import (
    INT,
    Array,
    Generator,
    Seq,
    Shape,
    Token,
    Type,
    as_dtype,
    broadcast_shapes,
    strong,
)
from adcompiler.primitives.registry import Attrs, primitive


def array(type: Type) -> Array:
    """The type as an array, or TypeError."""
    if not isinstance(type, Array):
        raise TypeError("a list is not an array; use np.array(...) or np.stack(...)")
    return type


def sequence(type: Type) -> Seq:
    """The type as a sequence, or TypeError."""
    if not isinstance(type, Seq):
        raise TypeError("this needs a list")
    return type


def same_as_first(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The type of the first operand, as a NumPy value."""
    return strong(types[0]) if isinstance(types[0], Array) else types[0]


def infer_getitem(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """NumPy's subscripts."""
    x, *indices = types
    return Array(array(x).dtype, result_shape(array(x).shape, as_index(attrs["index"]), indices))


def infer_setitem(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array; the value must broadcast to what is written."""
    x, v, *indices = types
    shape = result_shape(array(x).shape, as_index(attrs["index"]), indices)
    given = array(v).shape
    while len(given) > len(shape) and is_one(given[0]):
        given = given[1:]
    if len(given) > len(shape):
        raise ValueError(f"a value with {len(given)} axes does not fit a part with {len(shape)}")
    broadcast_shapes(shape, given)
    if array(v).dtype.kind == "c" and array(x).dtype.kind != "c":
        raise TypeError("a complex value is written into a real array, which drops its imaginary part")
    return replace(array(x), weak=False)


def infer_scatter(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An array of the shape given."""
    g, shape = types[:2]
    assert isinstance(shape, Shape)
    return Array(array(g).dtype, shape.dims)


primitive("getitem(x, /, *indices, index=())", infer_getitem, "operator.getitem", view=True, cheap=True)
primitive("setitem(x, v, /, *indices, index=())", infer_setitem, "operator.setitem")
primitive("add_at(x, v, /, *indices, index=())", infer_setitem, "numpy.add.at")
primitive("scatter(v, shape, /, *indices, index=())", infer_scatter)


def infer_shape(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The sizes of an array."""
    return Shape(array(types[0]).shape)


def infer_size(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The size of one axis."""
    axis = attrs["axis"]
    assert isinstance(axis, int)
    return replace(INT, size=array(types[0]).shape[axis])


def infer_count(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The number of elements."""
    total: Dim = dim(1)
    for size in array(types[0]).shape:
        total = total * size
    return replace(INT, size=total)


def infer_known_shape(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The sizes that are given."""
    shape = attrs["shape"]
    assert isinstance(shape, tuple)
    return Shape(tuple(map(dim, shape)))


primitive("known_shape(*, shape=None)", infer_known_shape, numpy="shape", jax="shape", cheap=True)
primitive("shape(x, /)", infer_shape, "numpy.shape", numpy="x.shape", jax="x.shape", cheap=True)
primitive("size(x, /, axis=0)", infer_size, numpy="x.shape[axis]", jax="x.shape[axis]", cheap=True)
primitive("count(x, /)", infer_count, numpy="x.size", jax="x.size", cheap=True)


def infer_expand(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A reduced array, repeated over the axes that were reduced."""
    g, shape = types
    assert isinstance(shape, Shape)
    return Array(array(g).dtype, shape.dims)


def infer_full(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An array of a shape, all of one value."""
    shape, value = types
    assert isinstance(shape, Shape)
    return Array(array(value).dtype, shape.dims)


def infer_zeros_of(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """Zeros of a shape."""
    (shape,) = types
    assert isinstance(shape, Shape)
    return Array(as_dtype(attrs["dtype"]), shape.dims)


def infer_moved(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array with another size along an axis."""
    x, _, size = map(array, types)
    axis = attrs["axis"]
    assert isinstance(axis, int) and size.size is not None
    return Array(x.dtype, (*x.shape[:axis], size.size, *x.shape[axis + 1 :]))


# the elements further on along an axis that gets another size: for slices that XLA sees as parts of whole axes
primitive("moved(x, by, size, /, axis=0)", infer_moved)
# a value of shape `shape` reduced over `axis`, repeated to `shape` again; a view in NumPy, not to be written to
primitive("expand(v, shape, /, axis=None, keepdims=False)", infer_expand, view=True, cheap=True)
primitive("full_of(shape, value, /)", infer_full, numpy="np.full(shape, value)", jax="jnp.full(shape, value)")
primitive("zeros_of(shape, /, dtype=None)", infer_zeros_of)
# the transpose of broadcasting where only a run can tell which axes were repeated (runtime.unbroadcast)
primitive("unbroadcast(v, shape, /)", infer_expand)


def infer_item(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An item of a sequence."""
    return sequence(types[0]).item


def infer_make(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A sequence of the item type given by the front end, which has joined the types."""
    item = attrs["item"]
    assert isinstance(item, (Array, Seq))
    return Seq(item, dim(len(types)))


def infer_tape(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An empty tape with a slot for each trip."""
    item = attrs["item"]
    assert isinstance(item, (Array, Seq, Shape))
    return Seq(item, array(types[0]).size)


def infer_longer(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A sequence of some other length."""
    return Seq(sequence(types[0]).item)


def infer_length(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The number of items."""
    return replace(INT, size=sequence(types[0]).length)


def infer_scattered(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A sequence of the type of the second operand."""
    return sequence(types[1])


def infer_stacked(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The items of a sequence along a new first axis."""
    seq = sequence(types[0])
    length = seq.length if seq.length is not None else unknown("items")
    return Array(array(seq.item).dtype, (length, *array(seq.item).shape))


def infer_unstacked(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The rows of an array as a sequence."""
    x = array(types[0])
    if not x.rank:
        raise TypeError("iteration over a 0-d array")
    return Seq(Array(x.dtype, x.shape[1:]), x.shape[0])


# sequences: Python lists whose items have one type
primitive("seq_make(*items, item=None)", infer_make)
primitive("seq_append(seq, v, /)", infer_longer)
primitive("seq_drop(seq, /)", infer_longer)
primitive("seq_get(seq, k, /)", infer_item, cheap=True, view=True)
primitive("seq_set(seq, k, v, /)", same_as_first)
primitive("seq_add(seq, k, v, /)", same_as_first)
primitive("seq_zeros(seq, /)", same_as_first)


def infer_repeated(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A list of one number, many times."""
    value, count = types
    return Seq(
        strong(array(value)) if not array(value).weak else replace(array(value), size=None), array(count).size
    )


def infer_places(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A list with places for items of a type."""
    item = attrs["item"]
    assert isinstance(item, (Array, Seq))
    return Seq(item, array(types[0]).size)


primitive("seq_repeat(value, count, /)", infer_repeated, numpy="[value] * count", jax="[value] * count")
# a list of as many places, each of which is written before it is read
primitive("seq_places(count, /, item=None)", infer_places, numpy="[None] * count", jax="[None] * count")
primitive("seq_blank(seq, /)", same_as_first)
primitive(
    "seq_plus(a, b, /)",
    same_as_first,
    numpy="[p + q for p, q in zip(a, b)]",
    jax="[p + q for p, q in zip(a, b)]",
)
primitive("seq_slice(seq, /, *bounds, index=())", infer_longer)
# the transpose of seq_slice: zeros like every item of `seq`, with the items of `v` where the slice lies
primitive("seq_scatter(v, seq, /, *bounds, index=())", infer_scattered)
primitive("seq_length(seq, /)", infer_length, cheap=True)
primitive("seq_stack(seq, /)", infer_stacked, numpy="np.array(seq)", jax="jnp.stack(seq)")
primitive("seq_unstack(x, /)", infer_unstacked, numpy="list(x)", jax="list(x)")
# tapes: one slot a trip, written in order; NumPy appends to a list, XLA writes slot k of an array
# `places`: one whose slots are written in any order, and again
primitive("tape(slots, /, item=None, places=None)", infer_tape)
primitive("record(tape, k, v, /, places=None)", same_as_first)
primitive("recall(tape, k, /, places=None)", infer_item, cheap=True, view=True)
# an array that is on a tape already, for XLA: what is written to it waits for the record
primitive("recorded(x, tape, /, *slots)", same_as_first)


def infer_count_of_trips(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An integer that is no size."""
    return INT


def infer_place_and_level(types: Sequence[Type], attrs: Attrs, path: str) -> tuple[Type, ...]:
    """Two integers that are no sizes."""
    return INT, INT


# of a checkpointed loop: at how many trips its state is kept, the trip at which it is kept next, and where that is kept
# of a trip of which nobody knows how many follow (runtime)
primitive("square_root_slots(n, /)", infer_count_of_trips)
primitive("next_snapshot(at, end, free, /)", infer_count_of_trips)
primitive("next_place(levels, kept, /)", infer_place_and_level)
# x, which XLA must not compute before `after`, nor take from where it was computed before
primitive("barrier(x, after, /)", same_as_first, jax="lax.optimization_barrier((x, after))[0]")


def infer_astype(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The array with another dtype."""
    return Array(as_dtype(attrs["dtype"]), array(types[0]).shape)


def infer_python(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A Python scalar of the kind asked for."""
    kind = attrs["kind"]
    assert isinstance(kind, Array)
    if any(is_one(size) is False for size in array(types[0]).shape):
        raise TypeError("only arrays of one element can be converted to a Python number")
    if kind.dtype.kind != "i":
        return replace(kind, size=None)
    size = array(types[0]).size
    return replace(kind, size=size if size is not None else unknown("int"))


def infer_joined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The number or array with the dtype of a joined type."""
    kind, x = attrs["kind"], array(types[0])
    assert isinstance(kind, Array)
    return Array(kind.dtype, x.shape, kind.weak and not x.rank)


def infer_token(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """An effect gives no value."""
    return Token()


primitive("astype(x, /, dtype=None)", infer_astype, cheap=True)
primitive(
    "copy(x, /, order=None)",
    same_as_first,
    "numpy.ndarray.copy numpy.copy",
    numpy="x.copy(order=order)",
    jax="x",
)
# the same value, which nothing is differentiated through; with a name of its own for JAX, which differentiates it again
primitive("stop_gradient(x, /)", same_as_first, numpy="+x", jax="jax.lax.stop_gradient(x)", cheap=True)
primitive("python(x, /, kind=None)", infer_python, cheap=True)
# the value of one path as one of the type that all paths have in common; NumPy's names may hold it as it is
primitive("joined(x, /, kind=None)", infer_joined, cheap=True)
# the number or array in the dtype that it is of here, whatever dtype joined values gave it at run time
primitive("exactly(x, /, dtype=None)", infer_astype)


def infer_native(types: Sequence[Type], attrs: Attrs, path: str) -> Type | tuple[Type, ...]:
    """A call of a function that another compiler takes (transforms/outline.py): what that gives."""
    function = attrs["function"]
    assert isinstance(function, Function)
    return tuple(result.type for result in function.body.results)


def infer_undefined(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The type that is asked for."""
    type = attrs["type"]
    assert isinstance(type, (Array, Seq, Shape, Token, Generator))
    return type


# a value of a type for a path on which it is never read
primitive("undefined(*none, type=None)", infer_undefined)
primitive("native(*values, function=None, like=())", infer_native)
primitive("print(*parts, text='')", infer_token, effect=True)
primitive(
    "check(condition, /, *parts, error='AssertionError', text='', base=None, origin=None)",
    infer_token,
    effect=True,
)
# what makes or asks a random generator: the call as text, with the parts in its holes
primitive("draw(*parts, text='', type=None)", infer_undefined, effect=True)
