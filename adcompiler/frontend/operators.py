"""Operators: the primitives that they stand for, on numbers and arrays; sums and multiples of lists and tuples."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from types import ModuleType

import numpy as np

from adcompiler.frontend import prelude
from adcompiler.frontend.arrays import make_array
from adcompiler.frontend.bindings import Binding, Items, ListRef, Places, Record, Ref, Static, Table, Tup
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.frontend.special import by_class
from adcompiler.frontend.static import static_call
from adcompiler.frontend.unpacking import known_items
from adcompiler.ir.core import Operand, Value
from adcompiler.ir.types import INT, Array

BINARY: dict[type[ast.operator], tuple[str, str, Callable[..., object]]] = {
    ast.Add: ("add", "operator.add", operator.add),
    ast.Sub: ("subtract", "operator.sub", operator.sub),
    ast.Mult: ("multiply", "operator.mul", operator.mul),
    ast.Div: ("divide", "operator.truediv", operator.truediv),
    ast.FloorDiv: ("floor_divide", "operator.floordiv", operator.floordiv),
    ast.Mod: ("remainder", "operator.mod", operator.mod),
    ast.Pow: ("power", "operator.pow", operator.pow),
    ast.MatMult: ("matmul", "operator.matmul", operator.matmul),
    ast.BitAnd: ("bitwise_and", "operator.and_", operator.and_),
    ast.BitOr: ("bitwise_or", "operator.or_", operator.or_),
    ast.BitXor: ("bitwise_xor", "operator.xor", operator.xor),
    ast.LShift: ("left_shift", "operator.lshift", operator.lshift),
    ast.RShift: ("right_shift", "operator.rshift", operator.rshift),
}
# what takes Python's truth values for numbers
COUNTING = frozenset(
    f"operator.{name}" for name in "add sub mul truediv floordiv mod pow lshift rshift neg pos invert".split()
)
COMPARE: dict[type[ast.cmpop], tuple[str, str, Callable[..., object]]] = {
    ast.Lt: ("less", "operator.lt", operator.lt),
    ast.LtE: ("less_equal", "operator.le", operator.le),
    ast.Gt: ("greater", "operator.gt", operator.gt),
    ast.GtE: ("greater_equal", "operator.ge", operator.ge),
    ast.Eq: ("equal", "operator.eq", operator.eq),
    ast.NotEq: ("not_equal", "operator.ne", operator.ne),
}
BINARY_NAMES = {
    name: (name, path, function) for name, path, function in (*BINARY.values(), *COMPARE.values())
}
SYMBOLS = dict(
    zip(
        (path for _, path, _ in (*BINARY.values(), *COMPARE.values())),
        "+ - * / // % ** @ & | ^ << >> < <= > >= == !=".split(),
        strict=True,
    )
)


def binary(low: Lowering, node: ast.AST, op: ast.operator, left: Binding, right: Binding) -> Binding:
    """left op right."""
    name, path, function = BINARY[type(op)]
    left, right = low.present(left), low.present(right)
    symbol = path.rpartition(".")[2].strip("_")
    made = by_class(low, f"__{symbol}__", f"__r{symbol}__", left, right)
    if made is not None:
        return made
    left, right = _as_tuple(left), _as_tuple(right)
    if isinstance(left, Static) and isinstance(right, Static) and not isinstance(left.value, ModuleType):
        return static_call(low, function, left, right)
    sequences = (Tup, ListRef)
    if isinstance(left, sequences) or isinstance(right, sequences):
        joined = _sequence_operator(low, op, left, right)
        if joined is not None:
            return joined
    return arithmetic(low, name, path, left, right)


def _as_tuple(binding: Binding) -> Binding:
    """A named tuple is a tuple to operators."""
    match binding:
        case Record(kind, _, items) if issubclass(kind, tuple):
            return Tup(items)
    return binding


def _sequence_operator(low: Lowering, op: ast.operator, left: Binding, right: Binding) -> Binding | None:
    match op, left, right:
        case ast.Add(), Tup(a), Tup(b):
            return Tup(a + b)
        case ast.Add(), ListRef(a), ListRef(b):
            if low.store.items(a) or low.store.items(b):
                return low.call(Static(prelude.joined), [left, right])
            return low.new_list(
                known_items(low, left, "of this list") + known_items(low, right, "of this list")
            )
        case ast.Mult(), (Tup() | ListRef()) as items, count if not isinstance(count, Ref):
            return _repeated(low, items, count)
        case ast.Mult(), count, (Tup() | ListRef()) as items if not isinstance(count, Ref):
            return _repeated(low, items, count)
    return None


def _repeated(low: Lowering, items: Binding, count: Binding) -> Binding:
    match count:
        case Static(value):
            whole = isinstance(value, (int, np.integer))
        case Value(type=Array(dtype=dtype)):
            whole = dtype.kind in "iub"
        case _:
            whole = False
    if not whole:
        low.stop(
            f"{describe(items)} cannot be multiplied by {describe(count)}", "use np.array(...) for arithmetic"
        )
    if isinstance(count, Value) and isinstance(items, ListRef):
        many_times = _list_of_unknown_length(low, items, count)
        if many_times is not None:
            return many_times
    times = low.static_int(count, "the number of repetitions")
    many = known_items(low, items, "of this list") * times
    return Tup(tuple(many)) if isinstance(items, Tup) else low.new_list(many)


def _list_of_unknown_length(low: Lowering, items: ListRef, count: Value) -> Binding | None:
    """[0.0] * n and [None] * n, whose items a loop writes."""
    match low.store.held(items.cell):
        case (Static(value=None),):
            return low.new_list(Places(count))
        case ((Value() | Static()) as item,) if isinstance(item, Value) or isinstance(item.value, NUMBERS):
            sequence = low.value("seq_repeat", low.operand(item), count)
            return low.new_list(Items((sequence,), item, low.store.copy()))
    return None


def arithmetic(low: Lowering, name: str, path: str, *operands: Binding) -> Binding:
    """An elementwise primitive of bindings; lists and tuples become arrays as NumPy makes them."""
    values: list[Operand] = []
    arrays = any(
        isinstance(b, Ref) or (isinstance(b, Value) and not _weak(b)) for b in operands
    ) or path.startswith("numpy.")
    for binding in operands:
        if isinstance(binding, (ListRef, Table, Tup)) and arrays:
            binding = make_array(low, binding, None)
        if isinstance(binding, Static) and isinstance(binding.value, (list, tuple)) and arrays:
            binding = make_array(low, binding, None)
        values.append(low.operand(binding, f"an operand of `{SYMBOLS.get(path, path.rpartition('.')[2])}`"))
    if path in COUNTING and all(map(_truth, values)):  # Python's True is 1; NumPy's is not
        values = [low.apply("python", value, kind=INT) for value in values]
    return low.wrap(low.apply(name, *values, path=path))


def _truth(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.weak and operand.type.dtype.kind == "b"


def _weak(value: Value) -> bool:
    return isinstance(value.type, Array) and value.type.weak
