"""Functions that pick elements by conditions and subscripts."""

from __future__ import annotations

from typing import Any

import numpy as np


def take(a: Any, indices: Any, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Elements picked along an axis; those outside are the nearest, or counted from the other end."""
    if mode == "raise":
        return np.take(a, indices, axis)
    count = np.size(a) if axis is None else np.shape(a)[axis]
    places = np.asarray(indices)
    return np.take(a, np.clip(places, 0, count - 1) if mode == "clip" else places % count, axis)


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """For each element the first choice whose condition holds."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    result = default
    for k in reversed(range(len(condlist))):
        result = np.where(condlist[k], choicelist[k], result)
    dtype = np.result_type(*[_promoting(choice) for choice in (*choicelist, default)])
    # two Python numbers make an array of float64, whatever the others are
    return result if result.dtype == dtype else result.astype(dtype)


def _promoting(choice: Any) -> Any:
    """What stands for a choice in a promotion of dtypes: a Python number, which gives way, or a dtype."""
    for kind in (int, float, complex):
        if type(choice) is kind:
            return kind(0)
    return np.asarray(choice).dtype


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any) -> Any:
    """A function for each part of the elements."""
    points = np.asarray(x)
    y = np.zeros_like(points)
    rest = np.ones(points.shape, bool)
    for k, part in enumerate(tuple(funclist)):
        if k < len(condlist):
            where = np.asarray(condlist[k])
            rest = rest & ~where
        else:
            where = rest
        if callable(part):
            y[where] = part(points[where], *args)
        else:
            y[where] = part
    return y


def trim_zeros(filt: Any, trim: Any = "fb") -> Any:
    """A vector without the zeros in front and at the end; nothing of one that has zeros alone."""
    if isinstance(filt, (list, tuple)) or filt.ndim != 1:
        raise ValueError("np.trim_zeros takes a vector here")
    sides = trim.lower()
    if sides not in ("fb", "bf", "f", "b"):
        raise ValueError("trim is one of 'fb', 'f', 'b'")
    if len(filt) == 0:
        return filt[:]
    kept = filt != 0
    start = np.argmax(kept) if "f" in sides else 0
    stop = len(filt) - np.argmax(kept[::-1]) if "b" in sides else len(filt)
    return filt[start : stop * np.any(kept)]


def extract(condition: Any, arr: Any) -> Any:
    """The elements for which a condition holds."""
    return np.ravel(arr)[np.ravel(np.asarray(condition, bool))]


def nonzero(a: Any) -> Any:
    """The subscripts of the elements that are not zero."""
    x = np.asarray(a)
    flat = np.flatnonzero(x)
    places: tuple[Any, ...] = ()
    for size in tuple(reversed(x.shape[1:])):
        places = (flat % size, *places)
        flat = flat // size
    return (flat, *places)


def argwhere(a: Any) -> Any:
    """The subscripts of the elements that are not zero, a row for each."""
    return np.stack(np.nonzero(a), axis=-1)


def array_equiv(a1: Any, a2: Any) -> Any:
    """Whether two arrays agree after broadcasting."""
    return np.all(np.asarray(a1) == np.asarray(a2))


def diag_indices_from(arr: Any) -> Any:
    """The subscripts of the main diagonal."""
    return (np.arange(np.shape(arr)[0]),) * np.ndim(arr)


def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    """Places in the flattened array."""
    if isinstance(mode, tuple):
        raise ValueError("a mode for each axis is not supported")
    places, sizes = tuple(multi_index), tuple(dims)
    if order == "F":
        places, sizes = places[::-1], sizes[::-1]
    flat = 0
    for place, size in zip(places, sizes, strict=True):
        index = np.asarray(place)
        if mode == "clip":
            index = np.clip(index, 0, size - 1)
        elif mode == "wrap":
            index = index % size
        flat = flat * size + index
    return flat


def searchsorted(a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    """Where to insert into an array that a permutation sorts."""
    return np.searchsorted(a if sorter is None else np.take(a, sorter), v, side)


def iscomplexobj(x: Any) -> Any:
    """Whether the dtype is complex."""
    return np.asarray(x).dtype.kind == "c"


def isrealobj(x: Any) -> Any:
    """Whether the dtype is not complex."""
    return np.asarray(x).dtype.kind != "c"


def isscalar(element: Any) -> Any:
    """Whether something is a number, not an array."""
    return isinstance(element, (int, float, complex, str, bytes, np.generic))


def real_if_close(a: Any, tol: Any = 100) -> Any:
    """A real array as it is."""
    if np.asarray(a).dtype.kind == "c":
        raise ValueError("what np.real_if_close gives of complex numbers depends on the data")
    return np.asarray(a)
