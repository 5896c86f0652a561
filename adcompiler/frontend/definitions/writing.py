"""Functions that write into their first argument."""

from __future__ import annotations

from typing import Any

import numpy as np


def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> None:
    """Elements of the flattened array replaced."""
    places = np.asarray(ind)
    if mode == "clip":
        places = np.clip(places, 0, a.size - 1)
    elif mode == "wrap":
        places = places % a.size
    values = v if np.size(v) == 1 or np.size(v) == np.size(places) else np.resize(v, np.size(places))
    flat = a.flatten()
    flat[np.ravel(places)] = np.ravel(values)
    a[...] = np.reshape(flat, a.shape)


def putmask(a: Any, mask: Any, values: Any) -> None:
    """The elements for which a condition holds replaced by those at the same places."""
    given = np.asarray(values)
    spread = given if given.shape == a.shape else np.resize(given, a.shape)
    a[...] = np.where(mask, spread, a)


def place(arr: Any, mask: Any, vals: Any) -> None:
    """The elements for which a condition holds replaced by values in order."""
    chosen = np.asarray(mask, bool)
    given = np.ravel(vals)
    if len(given) == 1:
        arr[...] = np.where(chosen, given[0], arr)
    else:
        arr[chosen] = given[np.arange(np.count_nonzero(chosen)) % len(given)]


def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    """The elements of the main diagonal replaced; in a tall matrix it may begin anew."""
    values = np.ravel(val)
    if wrap and a.ndim == 2:
        flat = np.arange(0, a.shape[0] * a.shape[1], a.shape[1] + 1)
        if len(values) > 1:
            values = values[np.arange(len(flat)) % len(values)]
        a[flat // a.shape[1], flat % a.shape[1]] = values
    else:
        places = np.arange(min(a.shape))
        if len(values) > 1:
            values = values[places % len(values)]
        a[(places,) * a.ndim] = values


def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    """Elements replaced at places along an axis, for each place of the others."""
    along = axis % arr.ndim
    if arr.ndim == 1:
        arr[indices] = values
    elif arr.ndim == 2:
        if along == 0:
            arr[indices, np.arange(arr.shape[1])] = values
        else:
            arr[np.arange(arr.shape[0])[:, None], indices] = values
    elif arr.ndim == 3:
        first = np.arange(arr.shape[0])[:, None, None]
        second = np.arange(arr.shape[1])[:, None]
        third = np.arange(arr.shape[2])
        if along == 0:
            arr[indices, second, third] = values
        elif along == 1:
            arr[first, indices, third] = values
        else:
            arr[first, second, indices] = values
    else:
        raise ValueError("put_along_axis of more than three axes is not supported")
