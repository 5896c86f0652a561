"""Arrays made of nested lists: np.array([[a, b], [c, d]])."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from adcompiler.frontend import prelude, tables
from adcompiler.frontend.bindings import Binding, Instance, ListRef, Range, Ref, Static, Table, Tup, as_range
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Const, Operand
from adcompiler.ir.types import DType, as_dtype


def dtype_of(low: Lowering, value: Any) -> DType:
    """The dtype that a Python object stands for."""
    try:
        return as_dtype(value)
    except TypeError as problem:
        low.stop(f"{value!r} is no dtype: {problem}", "use float, int, bool, complex or a dtype of NumPy")


def is_nested(binding: Binding) -> bool:
    """Whether NumPy makes an array of the items of a thing."""
    return (
        isinstance(binding, (Tup, ListRef, Table))
        or _is_deque(binding)
        or (isinstance(binding, Static) and isinstance(binding.value, (list, tuple, range)))
    )


def _is_deque(binding: Binding) -> bool:
    return isinstance(binding, Instance) and getattr(binding.kind, "stands_for", None) is collections.deque


def as_array(low: Lowering, binding: Binding) -> Binding:
    """Arrays and numbers as they are; lists and tuples as arrays."""
    return make_array(low, binding, None) if is_nested(binding) else binding


def make_array(low: Lowering, binding: Binding, dtype: DType | None) -> Binding:
    """np.array(binding, dtype): a fresh array."""
    if isinstance(binding, Instance) and _is_deque(binding):
        return make_array(low, low.store.mapping(binding.cell)["items"], dtype)
    if isinstance(binding, ListRef) and (items := low.store.items(binding.cell)):
        if isinstance(items.item, (ListRef, Tup)):
            binding = low.call(Static(prelude.arrays), [binding])
            return make_array(low, binding, dtype)
        if len(items.sequences) != 1:
            low.stop(
                f"an array cannot be made of a list of {describe(items.item)}",
                "use numbers and lists of numbers",
            )
        stacked = low.apply("seq_stack", items.sequences[0])
        return low.wrap(stacked if dtype is None else low.apply("astype", stacked, dtype=dtype))
    if isinstance(binding, Static) and isinstance(binding.value, Range | range):
        count = as_range(binding.value)
        return low.wrap(low.apply("arange", count.start, count.stop, count.step, dtype=dtype))
    if isinstance(binding, Table):
        binding = tables.whole(low, binding)
    operands: list[Operand] = []
    nesting = _flatten(low, binding, operands)
    if isinstance(nesting, int) and operands:
        only = operands[0]
        if isinstance(only, Const):
            kind = np.asarray(only.value).dtype if dtype is None else dtype
            return low.wrap(low.apply("astype", only, dtype=kind))
        fresh = low.apply("copy", only, path="numpy.array")
        return low.wrap(fresh if dtype is None else low.apply("astype", fresh, dtype=dtype))
    return low.wrap(low.apply("array", *operands, nesting=nesting, dtype=dtype))


def _flatten(low: Lowering, binding: Binding, operands: list[Operand]) -> object:
    """The nesting as tuples of positions in `operands`."""
    match binding:
        case Tup() | ListRef() | Static(tuple() | list() | range()):
            return tuple(
                _flatten(low, item, operands) for item in known_items(low, binding, "to make an array")
            )
        case Static(np.ndarray() as value):
            return tuple(_flatten(low, Static(item), operands) for item in value.tolist())
        case Static(value) if not isinstance(value, NUMBERS):
            low.stop(f"an array cannot be made of {describe(binding)}", "use numbers and lists of numbers")
        case Ref() | _:
            operands.append(low.operand(binding, "an item of an array"))
            return len(operands) - 1
