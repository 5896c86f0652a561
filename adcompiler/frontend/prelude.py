"""What Python does with sequences, written in the language itself; builtins and operators are lowered to these."""

from __future__ import annotations

from typing import Any

import numpy as np


def sum_of(items: Any, start: Any = 0) -> Any:
    """sum(items, start)."""
    total = start
    for item in items:
        total = total + item
    return total


def sum_of_arrays(items: Any) -> Any:
    """sum(items), of arrays; that of none is the number 0, which is none."""
    if len(items) == 0:
        raise ValueError("sum() of an empty list is the number 0, and an array was to be expected")
    total = 0 + items[0]
    for k in range(1, len(items)):
        total = total + items[k]
    return total


def nothing() -> None:
    """object.__init__, of an object."""


def row(items: Any) -> Any:
    """np.r_[*items]."""
    return np.concatenate([np.atleast_1d(item) for item in items])


def windows_of_vector(x: Any, size: Any) -> Any:
    """sliding_window_view(x, size), of a vector."""
    if size > len(x):
        raise ValueError("window shape cannot be larger than input array shape")
    return x[np.arange(len(x) - size + 1)[:, None] + np.arange(size)]


def windows(x: Any, sizes: Any, axes: Any, every: Any) -> Any:
    """sliding_window_view(x, sizes, axes); `every` axis by its number."""
    rank = x.ndim + len(sizes)
    places = []
    for axis in every:
        along = [-1 if k == axis else 1 for k in range(rank)]
        if axis in axes:
            number = axes.index(axis)
            if sizes[number] > x.shape[axis]:
                raise ValueError("window shape cannot be larger than input array shape")
            inside = [-1 if k == x.ndim + number else 1 for k in range(rank)]
            first = np.arange(x.shape[axis] - sizes[number] + 1)
            places.append(first.reshape(along) + np.arange(sizes[number]).reshape(inside))
        else:
            places.append(np.arange(x.shape[axis]).reshape(along))
    return x[tuple(places)]


def columns(items: Any) -> Any:
    """np.c_[*items]."""
    return np.column_stack(items)


def evenly(start: Any, stop: Any, count: Any) -> Any:
    """np.mgrid[start:stop:count * 1j]."""
    step = 1 if count == 1 else (stop - start) / float(count - 1)
    return np.arange(count, dtype=float) * step + start


def grid(axes: Any, sparse: Any) -> Any:
    """np.mgrid and np.ogrid of several axes, as numbers."""
    if any(axis.dtype.kind == "f" for axis in axes):
        axes = [axis if axis.dtype.kind == "f" else axis.astype(float) for axis in axes]
    columns = np.meshgrid(*axes, indexing="ij", sparse=sparse, copy=False)
    return columns if sparse else np.stack(columns)


def listed(items: Any) -> Any:
    """list(items), of a row of a table, or of what is yielded."""
    row = []
    for item in items:
        row.append(item)
    return row


def refilled(row: Any, items: Any) -> None:
    """table[i] = items, for the row of a table that nothing else holds."""
    if len(items) != len(row):
        raise ValueError(
            "a row of a list of lists that is held as an array is replaced by one of another length"
        )
    for k in range(len(row)):
        row[k] = items[k]


def swapped(first: Any, second: Any) -> None:
    """table[i], table[j] = table[j], table[i]."""
    for k in range(len(first)):
        first[k], second[k] = second[k], first[k]


def column(rows: Any, place: Any) -> Any:
    """What the tuples in a list hold at a place."""
    return [row[place] for row in rows]


def arrays(rows: Any) -> Any:
    """The lists and tuples in a list as arrays."""
    return [np.array(row) for row in rows]


def largest(items: Any) -> Any:
    """max(items)."""
    best = items[0]
    for k in range(1, len(items)):
        if items[k] > best:
            best = items[k]
    return best


def smallest(items: Any) -> Any:
    """min(items)."""
    best = items[0]
    for k in range(1, len(items)):
        if items[k] < best:
            best = items[k]
    return best


def largest_or(items: Any, default: Any) -> Any:
    """max(items, default=default)."""
    best = default
    for k in range(len(items)):
        if k == 0 or items[k] > best:
            best = items[k]
    return best


def smallest_or(items: Any, default: Any) -> Any:
    """min(items, default=default)."""
    best = default
    for k in range(len(items)):
        if k == 0 or items[k] < best:
            best = items[k]
    return best


def product_of(items: Any) -> Any:
    """math.prod(items)."""
    product = 1
    for item in items:
        product = product * item
    return product


def largest_by(items: Any, key: Any) -> Any:
    """max(items, key=key)."""
    best, most = None, None
    for item in items:
        rank = key(item)
        if most is None or rank > most:
            best, most = item, rank
    return best


def smallest_by(items: Any, key: Any) -> Any:
    """min(items, key=key)."""
    best, least = None, None
    for item in items:
        rank = key(item)
        if least is None or rank < least:
            best, least = item, rank
    return best


def any_of(items: Any) -> Any:
    """any(items)."""
    found = False
    for item in items:
        if item:
            found = True
    return found


def all_of(items: Any) -> Any:
    """all(items)."""
    holds = True
    for item in items:
        if not item:
            holds = False
    return holds


def joined(first: Any, second: Any) -> Any:
    """first + second."""
    both = first[:]
    for item in second:
        both.append(item)
    return both


def extended(items: Any, more: Any) -> None:
    """items.extend(more)."""
    for item in list(more):
        items.append(item)


def each(items: Any, function: Any) -> Any:
    """list(map(function, items))."""
    return [function(item) for item in items]


def each_of_rows(rows: Any, function: Any) -> Any:
    """As each, for the rows of a matrix."""
    return [[function(item) for item in row] for row in rows]


def rest(items: Any) -> Any:
    """items[1:]."""
    return [items[place] for place in range(1, len(items))]


def without(items: Any, place: Any) -> Any:
    """items without the one at `place`."""
    at = place if place >= 0 else len(items) + place
    return [items[k + 1 if k >= at else k] for k in range(len(items) - 1)]


def turned(items: Any) -> Any:
    """list(reversed(items))."""
    return [items[len(items) - 1 - place] for place in range(len(items))]


def ordered(items: Any, keys: Any, turned: Any) -> Any:
    """sorted(items, key=..., reverse=turned), by an array of the keys: what is equal stays in its order."""
    if np.isnan(keys).any():
        raise ValueError("sorted: nan is neither smaller nor larger than other numbers")
    if turned:
        order = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
    else:
        order = np.argsort(keys, kind="stable")
    return [items[place] for place in order]
