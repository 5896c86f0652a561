"""Functions that emitted code may call; their source text is pasted into the module that does.

They use NumPy only, bound to `np`, and no name of this package.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

import numpy as np


def unbroadcast(g: np.ndarray[Any, Any], shape: tuple[int, ...]) -> Any:
    """The sum of g over the axes along which broadcasting repeated an array of the given shape."""
    extra = np.ndim(g) - len(shape)
    axes = tuple(
        axis for axis in range(np.ndim(g)) if axis < extra or shape[axis - extra] == 1 != g.shape[axis]
    )
    total = np.sum(g, axis=axes) if axes else g
    return np.reshape(total, shape) if shape else total


def added(a: Any, b: Any) -> Any:
    """a + b, item by item for lists."""
    return [added(x, y) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else a + b


def shuffled(source: Any, x: np.ndarray[Any, Any], **options: Any) -> Any:
    """A copy of x, shuffled by a random generator."""
    copy = x.copy()
    source.shuffle(copy, **options)
    return copy


def lu_order(rows: Any) -> Any:
    """The rows of a matrix in the order in which those of its LU factors stand for them."""
    order = np.arange(len(rows), dtype=rows.dtype)
    for k, row in enumerate(rows):
        order[[k, row]] = order[[row, k]]
    return order


def square_root_slots(n: int) -> int:
    """With so many slots a checkpointed loop of n trips is run again twice at most, from trip to trip."""
    return int((2 * max(n, 1)) ** 0.5) + 1


def next_snapshot(at: int, end: int, free: int) -> int:
    """The trip before which the next snapshot is due, where trips `at` to `end` are reversed with the one of `at`.

    `free` snapshots are free; `end` where there is none, or no need. Each trip is run at most `runs` times for that,
    and no schedule runs fewer in all: with s snapshots at most (s + runs over s) trips can be reversed so (Griewank
    and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000).
    """
    trips = end + 1 - at
    if free == 0 or trips <= 2:
        return end
    runs, before, reach = 0, 0, 1  # how many trips can be reversed with one run less, and with `runs`
    while reach < trips:
        runs += 1
        before, reach = reach, reach * (free + 1 + runs) // runs
    # what lies behind the snapshot is reversed with one snapshot less: in as many runs, but no more
    behind = reach - before
    twice = before * (runs - 1) // (free + runs)
    return at + max(twice, trips - behind, 1)


def next_place(levels: list[int], kept: int) -> tuple[int, int]:
    """The place of the next snapshot of a loop whose trips nobody knows before, and its level; `kept` are there.

    Where no place is free, its level is one more than that of the last. It takes the place of the first that is of a
    lower level: that one, and those behind it, the longer loop has no need of (Wang, Moin and Iaccarino, Minimal
    repetition dynamic checkpointing algorithm, SIAM J. Sci. Comput. 31(4), 2009). The first of all stays.
    """
    if kept < len(levels):
        return kept, 0
    level = levels[-1] + 1
    return next(place for place in range(1, kept) if levels[place] < level), level


HELPERS: dict[str, Any] = {
    "unbroadcast": unbroadcast,
    "added": added,
    "shuffled": shuffled,
    "lu_order": lu_order,
    "square_root_slots": square_root_slots,
    "next_snapshot": next_snapshot,
    "next_place": next_place,
}


@cache
def helper_source(name: str) -> str:
    """The source text of a helper, without annotations."""
    tree = ast.parse(inspect.getsource(HELPERS[name]))
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef():
                node.returns = None
            case ast.arg():
                node.annotation = None
    return ast.unparse(tree)
