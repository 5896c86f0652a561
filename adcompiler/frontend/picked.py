"""Lists of a known length whose numbers are picked by an index that only a run knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcompiler.frontend.bindings import Binding, Items, Ref, Static, Tup
from adcompiler.frontend.context import NUMBERS, Lowering
from adcompiler.frontend.items import common_types, keep
from adcompiler.frontend.structure import is_leaf, skeleton
from adcompiler.frontend.unpacking import item_of
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.dims import mentions
from adcompiler.ir.types import Array


def by_data(low: Lowering, k: Value) -> bool:
    """Whether the index into a list is known only when the program runs, even where its loop is unrolled."""
    size = k.type.size if isinstance(k.type, Array) else None
    if size is None or size.hint is not None:
        return size is None
    for loop in low.unrollable.intersection(low.loops):
        index = loop.type.size if isinstance(loop.type, Array) else None
        if mentions(size, index) if index is not None else loop is low.loops[-1]:
            return False
    return True


def number_of(low: Lowering, items: tuple[Binding, ...], k: Value) -> Binding | None:
    """items[k] where data says which, of numbers of one kind or of tuples of them."""
    made = as_sequences(low, "", items)
    return None if made is None else item_of(low, made, k)


def as_sequences(low: Lowering, name: str, items: tuple[Binding, ...]) -> Items | None:
    """Numbers of one kind, or tuples of them, as IR sequences; None where there is anything else."""
    rows = [_numbers(item) for item in items]
    shapes = {skeleton(item, low.store) for item in items}
    if len(shapes) != 1 or any(row is None for row in rows):
        return None
    columns = [
        [low.operand(leaf) for leaf in column] for column in zip(*(row or [] for row in rows), strict=True)
    ]
    if not all(map(_of_one_kind, columns)):
        return None
    for item in items:
        keep(low, item)
    types = common_types(low, items, low.store, f"items{next(low.labels)}")
    made = [
        low.value("seq_make", *column, item=type, hint=name)
        for column, type in zip(columns, types, strict=True)
    ]
    return Items(tuple(made), items[0], low.store.copy())


def _numbers(item: Binding) -> list[Binding] | None:
    """The numbers in a number or in nested tuples; None where there is anything else."""
    if not isinstance(item, Tup):
        return None if isinstance(item, Ref) or not is_leaf(item) else [item]
    inner = [_numbers(one) for one in item.items]
    return None if any(one is None for one in inner) else [leaf for one in inner for leaf in one or []]


def _of_one_kind(column: Sequence[Operand]) -> bool:
    """Whether numbers have one dtype, or are integers and floats of Python."""
    types = [one.type for one in column if isinstance(one.type, Array)]
    return len({type.dtype for type in types}) == 1 or all(t.weak and t.dtype.kind in "if" for t in types)


def known_table(value: object) -> tuple[Any, ...] | None:
    """The numbers in a list of numbers, or of lists of them."""
    if not isinstance(value, list):
        return None
    rows = tuple(item if isinstance(item, NUMBERS) else known_table(item) for item in value)
    return None if None in rows else rows


def as_binding(item: Any) -> Binding:
    """A number, or a row of such a table."""
    return Tup(tuple(map(as_binding, item))) if isinstance(item, tuple) else Static(item)
