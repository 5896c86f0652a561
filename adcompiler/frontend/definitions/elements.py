"""What np.vectorize, methods of ufuncs and np.linspace between arrays are made of.

These have no counterpart in NumPy; `element` and `elements` give the number, or the numbers, at a place.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def array_of(element: Any, shape: Any, dtype: Any) -> Any:
    """An array with a number at each place."""
    result = np.empty(shape, dtype)
    for place in np.ndindex(*shape):
        result[place] = element(place)
    return result


def arrays_of(elements: Any, shape: Any, dtypes: Any) -> Any:
    """As many arrays as there are dtypes, with a number each at each place."""
    results = tuple([np.empty(shape, dtype) for dtype in dtypes])
    for place in np.ndindex(*shape):
        for result, item in zip(results, elements(place), strict=True):
            result[place] = item
    return results


def linspace_of_arrays(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any) -> Any:
    """Evenly spaced numbers between arrays, along a new first axis."""
    first, last = start * 1.0, stop * 1.0
    way = last - first
    spaces = num - 1 if endpoint else num
    if spaces <= 0:
        raise ValueError("np.linspace between arrays needs two numbers or more")
    places = np.reshape(np.arange(num).astype(way.dtype), (-1,) + (1,) * way.ndim)
    step = way / spaces
    shares = places / spaces * way if np.any(step == 0) else places * step
    numbers = shares + first
    if endpoint:
        numbers[-1] = last
    return numbers if dtype is None else numbers.astype(dtype)


def at_each(ufunc: Any, a: Any, indices: Any, b: Any) -> None:
    """ufunc.at: elements changed one after the other, so that one that is named twice is changed twice."""
    if isinstance(indices, tuple):
        raise ValueError("ufunc.at with a tuple of indices is supported for np.add and np.subtract")
    places = np.asarray(indices)
    if places.ndim == 0 or places.dtype.kind == "b":
        a[places] = ufunc(a[places], b)
    elif places.ndim > 1:
        raise ValueError("ufunc.at with indices of several axes is supported for np.add and np.subtract")
    else:
        values = np.broadcast_to(b, places.shape + a.shape[1:])
        for k in range(len(places)):
            a[places[k]] = ufunc(a[places[k]], values[k])
