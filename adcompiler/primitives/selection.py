"""Functions that order elements, look for them, and pick them by number."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from adcompiler.ir.dims import dim, same, unknown
from adcompiler.ir.types import Array, Type, broadcast_shapes
from adcompiler.primitives.joining import joined_dtype
from adcompiler.primitives.reductions import normal_axis, total
from adcompiler.primitives.registry import Attrs, Infer, primitive
from adcompiler.primitives.structure import array

_unknowns = itertools.count()
POSITION = np.dtype(np.intp)


def _integers(type: Array, what: str) -> None:
    if type.dtype.kind not in "iu":
        raise TypeError(f"{what} must be integers")


def infer_partition(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same shape, or all elements along one axis."""
    x, kth = array(types[0]), attrs["kth"]
    if not all(isinstance(k, (int, np.integer)) for k in (kth if isinstance(kth, tuple) else (kth,))):
        raise TypeError("the position of a partition is an integer known while compiling")
    dtype = POSITION if path == "numpy.argpartition" else x.dtype
    if attrs["axis"] is None:
        return Array(dtype, (total(x.shape),))
    normal_axis(attrs["axis"], x.rank)
    return Array(dtype, x.shape)


def infer_search(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A position for each element of what is looked for."""
    sorted_values, wanted = map(array, types)
    if path == "numpy.digitize":
        sorted_values, wanted = wanted, sorted_values
    if sorted_values.rank != 1:
        raise ValueError("object too deep for desired array: the sorted values need one axis")
    return Array(POSITION, wanted.shape)


def infer_lexsort(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The shape of a key."""
    keys = [array(t) for t in types]
    if not keys:
        raise TypeError("need sequence of keys with len > 0 in lexsort")
    normal_axis(attrs["axis"], keys[0].rank)
    return Array(POSITION, keys[0].shape)


def infer_choose(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The broadcast shape; the dtype of all choices."""
    index, *choices = map(array, types)
    if index.dtype.kind != "b":
        _integers(index, "the choices are counted: the first argument of np.choose")
    if not choices:
        raise ValueError("need at least one array to choose from")
    shape = broadcast_shapes(index.shape, *(c.shape for c in choices))
    return Array(joined_dtype(choices), shape)


def infer_flatnonzero(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As many positions as there are elements that are not zero."""
    array(types[0])
    return Array(POSITION, (unknown("nonzero"),))


def infer_unique(types: Sequence[Type], attrs: Attrs, path: str) -> Type | tuple[Type, ...]:
    """The values that there are, as many as the data says; with their first places, where they are, how many."""
    x = array(types[0])
    axis, count = attrs["axis"], unknown("set")
    if axis is None:
        values, places = Array(x.dtype, (count,)), x.shape
    else:
        along = normal_axis(axis, x.rank)
        values, places = Array(x.dtype, (*x.shape[:along], count, *x.shape[along + 1 :])), (x.shape[along],)
    numbers = Array(POSITION, (count,))
    parts = {"return_index": numbers, "return_inverse": Array(POSITION, places), "return_counts": numbers}
    asked = tuple(type for name, type in parts.items() if attrs[name])
    return (values, *asked) if asked else values


def infer_unique_index(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The first place of each value."""
    return Array(POSITION, (unknown("set"),))


def _infer_with(*names: str) -> Infer:
    """The functions of the Array API: all of the array, and always a named tuple of these."""
    asked = {name: name in names for name in ("return_index", "return_inverse", "return_counts")}
    return lambda types, attrs, path: infer_unique(types, {"axis": None, **asked}, path)


def infer_set(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The elements of a set, as many as the data says."""
    members = [array(type) for type in types]
    picked = members[:1] if path == "numpy.setdiff1d" else members
    return Array(joined_dtype(picked), (unknown("set"),))


def infer_isin(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A truth value for each element of the first."""
    return Array(np.dtype(np.bool_), array(types[0]).shape)


def infer_array_equal(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """One truth value, a Python bool."""
    for type in types:
        array(type)
    return Array(np.dtype(np.bool_), (), True)


def infer_bincount(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """As many bins as the largest number says."""
    places = array(types[0])
    _integers(places, "the first argument of np.bincount")
    if places.rank != 1:
        raise ValueError("object too deep for desired array: np.bincount needs one axis")
    weighted = array(types[1]).dtype.kind != "O"
    size = unknown("bins")
    return Array(np.dtype(np.float64) if weighted else POSITION, (size,))


def infer_histogram(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """A number for each bin: how many there are, or the sum of their weights."""
    x, edges, weights = map(array, types)
    if edges.rank != 1:
        raise ValueError("`bins` must be 1d, when an array")
    if any(t.dtype.kind not in "iuf" for t in (x, edges)) or weights.dtype.kind not in "iufcO":
        raise TypeError("np.histogram is supported for real numbers, with weights that are numbers")
    weighted = weights.dtype.kind != "O"
    if weighted and (weights.rank != x.rank or not all(map(same, x.shape, weights.shape))):
        raise ValueError("weights should have the same shape as a.")
    count = attrs["bins"]
    size = dim(count) if isinstance(count, int) else edges.shape[0] - 1
    return Array(weights.dtype if weighted else POSITION, (size,))


def infer_lower_index(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The rows, or columns, of the elements of a triangle of n times m elements."""
    rows, columns, k = attrs["n"], attrs["m"], attrs["k"]
    assert isinstance(rows, int) and isinstance(k, int) and (columns is None or isinstance(columns, int))
    return Array(POSITION, (dim(len(np.tril_indices(rows, k, columns)[0])),))


def infer_upper_index(types: Sequence[Type], attrs: Attrs, path: str) -> Type:
    """The same of the triangle above a diagonal."""
    rows, columns, k = attrs["n"], attrs["m"], attrs["k"]
    assert isinstance(rows, int) and isinstance(k, int) and (columns is None or isinstance(columns, int))
    return Array(POSITION, (dim(len(np.triu_indices(rows, k, columns)[0])),))


primitive(
    "partition(x, /, kth=0, axis=-1, kind='introselect')",
    infer_partition,
    "numpy.partition",
    numpy="np.partition(x, kth, axis=axis, kind=kind)",
    jax="jnp.sort(x, axis=axis)",
)
primitive(
    "argpartition(x, /, kth=0, axis=-1, kind='introselect')",
    infer_partition,
    "numpy.argpartition",
    numpy="np.argpartition(x, kth, axis=axis, kind=kind)",
    jax="jnp.argsort(x, axis=axis)",
)
primitive("searchsorted(a, v, /, side='left')", infer_search, "numpy.searchsorted")
primitive("digitize(x, bins, /, right=False)", infer_search, "numpy.digitize")
primitive(
    "lexsort(*keys, axis=-1)",
    infer_lexsort,
    "numpy.lexsort",
    numpy="np.lexsort((*keys,), axis=axis)",
    jax="jnp.lexsort((*keys,), axis=axis)",
)
primitive(
    "choose(a, /, *choices, mode='raise', beyond=None)",
    infer_choose,
    "numpy.choose",
    numpy="np.choose(a, [*choices], mode=mode)",
    jax="jnp.choose(jnp.asarray(a, int), [*choices], mode=beyond)",
)
primitive("flatnonzero(x, /)", infer_flatnonzero, "numpy.flatnonzero")
primitive(
    "unique(ar, /, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True)",
    infer_unique,
    "numpy.unique",
)
primitive(
    "unique_index(ar, /, axis=None, *, equal_nan=True)",
    infer_unique_index,
    numpy="np.unique(ar, return_index=True, axis=axis, equal_nan=equal_nan)[1]",
)
primitive("unique_values(x, /)", infer_set, "numpy.unique_values")
_RECORDS = "numpy.lib._arraysetops_impl.Unique"
for _name, _parts, _record in (
    ("counts", ("return_counts",), "Counts"),
    ("inverse", ("return_inverse",), "Inverse"),
    ("all", ("return_index", "return_inverse", "return_counts"), "All"),
):
    primitive(
        f"unique_{_name}(x, /)",
        _infer_with(*_parts),
        f"numpy.unique_{_name}",
        record=f"{_RECORDS}{_record}Result",
    )
for _name in ("union1d", "setdiff1d", "intersect1d", "setxor1d"):
    _settings = "" if _name == "union1d" else ", assume_unique=False"
    primitive(f"{_name}(a, b, /{_settings})", infer_set, f"numpy.{_name}")
primitive("isin(element, test_elements, /, assume_unique=False, invert=False)", infer_isin, "numpy.isin")
primitive("array_equal(a, b, /, equal_nan=False)", infer_array_equal, "numpy.array_equal")
primitive(
    "bincount(x, weights=None, /, minlength=0)",
    infer_bincount,
    "numpy.bincount",
    numpy="np.bincount(x, weights=weights, minlength=minlength)",
)
# XLA finds bins of one width by their edges, as NumPy does where rounding puts a number into the bin beside its own
primitive(
    "histogram_of(a, edges, weights=None, /, bins=None)",
    infer_histogram,
    numpy="np.histogram(a, bins, edges[[0, -1]], weights=weights)[0] if bins"
    " else np.histogram(a, edges, weights=weights)[0]",
    jax="jnp.histogram(a, edges, weights=weights)[0]",
)
for _name, _infer in (("tril", infer_lower_index), ("triu", infer_upper_index)):
    _call = f"{_name}_indices(n, k=k, m=m)[axis]"
    primitive(
        f"{_name}_index(*none, n=None, k=0, m=None, axis=None)",
        _infer,
        numpy=f"np.{_call}",
        jax=f"jnp.{_call}",
    )
