"""A plain interpreter of the IR: each op is executed by NumPy, as its row says.

It copies before every write and shares nothing, so what it computes is what the IR means, whatever the
printers do. With `checked`, the type of each value is compared with the type inferred for it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from typing import Any

import numpy as np
from scipy import special

from adcompiler.ir.core import Apply, Call, Const, For, Function, If, Operand, Region, Value, While
from adcompiler.ir.index import At, NewAxis, Slice
from adcompiler.ir.types import Array, Seq, Shape, Token, Type
from adcompiler.primitives.registry import PRIMITIVES, find

PYTHON_NUMBERS = (bool, int, float, complex)


class Disagreement(AssertionError):
    """A value has not the type that was inferred for it."""


@dataclass
class Interpreter:
    """The values computed so far; `callees` are the functions that Call may name."""

    env: dict[Value, Any] = field(default_factory=dict)
    callees: dict[str, Function] = field(default_factory=dict)
    checked: bool = True

    def read(self, operand: Operand) -> Any:
        """The value of an operand."""
        return operand.value if isinstance(operand, Const) else self.env[operand]

    def write(self, results: Sequence[Value], values: Iterable[Any]) -> None:
        """Bind results to values."""
        for result, value in zip(results, values, strict=True):
            if self.checked:
                check_type(value, result.type)
            self.env[result] = value

    def region(self, region: Region, arguments: Iterable[Any] = ()) -> list[Any]:
        """Execute a region with values for its parameters."""
        for param, value in zip(region.params, arguments, strict=True):
            self.env[param] = value
        for op in region.ops:
            self.op(op)
        return [self.read(operand) for operand in region.results]

    def op(self, op: Apply | If | For | While | Call) -> None:
        """Execute one op."""
        match op:
            case Apply():
                values = [self.read(operand) for operand in op.operands]
                found = evaluate(op, values)
                self.write(op.results, [found] if len(op.results) == 1 else found)
            case If():
                branch = op.then if self.read(op.condition) else op.orelse
                self.write(op.results, self.region(branch))
            case For():
                indices = range(*(int(self.read(bound)) for bound in (op.start, op.stop, op.step)))
                carried = [self.read(operand) for operand in op.inits]
                for index in reversed(indices) if op.backwards else indices:
                    carried = self.region(op.body, (index, *carried))
                self.write(op.results, carried)
            case While():
                carried = [self.read(operand) for operand in op.inits]
                while self.region(op.condition, carried)[0]:
                    carried = self.region(op.body, carried)
                self.write(op.results, carried)
            case Call():
                inner = Interpreter({}, self.callees, self.checked)
                values = [self.read(operand) for operand in op.operands]
                self.write(op.results, inner.region(self.callees[op.callee].body, values))


def run(ops: Sequence[Any], env: dict[Value, Any], checked: bool = True) -> None:
    """Execute ops in order; `env` gives the values of what they read, and gets those of their results."""
    interpreter = Interpreter(env, {}, checked)
    for op in ops:
        interpreter.op(op)


def run_function(function: Function, *leaves: Any, checked: bool = True) -> list[Any]:
    """The results of a function for values of the leaves of its arguments."""
    callees = {callee.name: callee for callee in (function, *function.callees)}
    return Interpreter({}, callees, checked).region(function.body, leaves)


def check_type(value: Any, type: Type) -> None:
    """Compare a value with a type: dtype, whether it is a Python number, rank, sizes seen while compiling."""
    if value is None:
        # undefined, or an effect
        return
    match type:
        case Seq(item):
            for one in value:
                check_type(one, item)
        case Shape(dims):
            _check_sizes(tuple(value), type, [size.hint for size in dims])
        case Array(dtype, shape, weak, size):
            if weak != (value.__class__ in PYTHON_NUMBERS):
                raise Disagreement(
                    f"{value!r} is inferred to be {'a Python' if weak else 'no Python'} number"
                )
            if np.asarray(value).dtype != dtype:
                raise Disagreement(f"a value of dtype {np.asarray(value).dtype} is inferred to be {dtype}")
            _check_sizes(np.shape(value), type, [extent.hint for extent in shape])
            if size is not None and size.hint is not None and size.hint != value:
                raise Disagreement(f"{value} is inferred to be the size {size}, which is {size.hint}")
        case Token():
            raise Disagreement(f"an effect gave {value!r}")


def _check_sizes(found: tuple[int, ...], type: Type, hints: list[int | None]) -> None:
    if len(found) != len(hints) or any(
        hint not in (None, size) for size, hint in zip(found, hints, strict=True)
    ):
        raise Disagreement(f"a value of shape {found} is inferred to be {type}, which is {hints}")


# ------------------------------------------------------------------------------------------ primitives


def evaluate(op: Apply, values: list[Any]) -> Any:
    """What a primitive gives for values of its operands."""
    attrs = dict(op.attrs)
    structural = STRUCTURE.get(op.primitive)
    if structural is not None:
        return structural(attrs, *values)
    row = PRIMITIVES[op.primitive]
    path = op.path or (row.paths[0] if row.paths else "")
    named = row.paths and row.paths[0].startswith("operator.")
    if row.numpy is not None and not named:
        names: dict[str, Any] = dict(zip(row.operands, values, strict=False))
        if row.variadic:
            names[row.variadic] = tuple(values[len(row.operands) :])
        unset = frozenset(name for name, value in attrs.items() if _is(value, row.defaults.get(name)))
        return eval(_template(op.primitive, unset), {"np": np, "special": special}, {**attrs, **names})
    function = find(path)
    assert function is not None, f"{op.primitive} has no template, and {path} is no function"
    given = {name: value for name, value in attrs.items() if not _is(value, row.defaults.get(name))}
    return function(*values, **given)


def _is(value: object, default: object) -> bool:
    return value is default or (type(value) is type(default) and value == default)


@cache
def _template(name: str, unset: frozenset[str]) -> CodeType:
    """A template as it is printed: without the keywords whose values stand at their defaults."""
    template = copy.deepcopy(PRIMITIVES[name].numpy)
    assert template is not None
    for call in (node for node in ast.walk(template) if isinstance(node, ast.Call)):
        call.keywords = [
            keyword
            for keyword in call.keywords
            if not (isinstance(keyword.value, ast.Name) and keyword.value.id in unset)
        ]
    return compile(ast.Expression(template), f"<{name}>", "eval")


def subscript(attrs: dict[str, Any], indices: Sequence[Any]) -> Any:
    """The Python object between the brackets of x[...]."""

    def part(operand: int | None) -> Any:
        return None if operand is None else indices[operand]

    entries: list[Any] = []
    for entry in attrs["index"]:
        match entry:
            case At(operand):
                entries.append(indices[operand])
            case Slice(start, stop, step):
                entries.append(slice(part(start), part(stop), part(step)))
            case NewAxis():
                entries.append(None)
    return tuple(entries)


def _getitem(attrs: dict[str, Any], x: Any, *indices: Any) -> Any:
    return np.asarray(x)[subscript(attrs, indices)].copy()


def _setitem(attrs: dict[str, Any], x: Any, v: Any, *indices: Any) -> Any:
    result = np.array(x)
    result[subscript(attrs, indices)] = v
    return result


def _add_at(attrs: dict[str, Any], x: Any, v: Any, *indices: Any) -> Any:
    result = np.array(x)
    where = subscript(attrs, indices)
    # NumPy 2.4's add.at reads past the end of a value that it should repeat, where the index has two axes
    np.add.at(result, where, np.broadcast_to(v, result[where].shape).copy())
    return result


def _scatter(attrs: dict[str, Any], v: Any, shape: Any, *indices: Any) -> Any:
    return _add_at(attrs, np.zeros(shape, np.asarray(v).dtype), v, *indices)


def _expand(attrs: dict[str, Any], v: Any, shape: Any) -> Any:
    axis = attrs["axis"]
    if axis is not None and not attrs["keepdims"]:
        v = np.expand_dims(v, axis)
    return np.broadcast_to(v, shape).copy()


def unbroadcast(attrs: dict[str, Any], v: Any, shape: Any) -> Any:
    """The sum over the axes along which an array of the shape was repeated."""
    v = np.asarray(v)
    v = v.sum(axis=tuple(range(v.ndim - len(shape))))
    repeated = tuple(k for k, size in enumerate(shape) if size == 1 and v.shape[k] != 1)
    return v.sum(axis=repeated, keepdims=True)


def _zeros_like(item: Any) -> Any:
    return [_zeros_like(one) for one in item] if isinstance(item, list) else np.zeros_like(item)[()]


def _plus(a: Any, b: Any) -> Any:
    return [_plus(x, y) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else a + b


def _seq_set(attrs: dict[str, Any], seq: Any, k: Any, v: Any) -> Any:
    result = list(seq)
    result[k] = v
    return result


def _seq_scatter(attrs: dict[str, Any], v: Any, seq: Any, *bounds: Any) -> Any:
    result = [_zeros_like(item) for item in seq]
    result[subscript(attrs, bounds)[0]] = v
    return result


def _record(attrs: dict[str, Any], tape: Any, k: Any, v: Any) -> Any:
    assert k == len(tape), f"slot {k} is recorded after {len(tape)} others"
    return [*tape, v]


def _print(attrs: dict[str, Any], *parts: Any) -> None:
    return None


def _check(attrs: dict[str, Any], condition: Any, *parts: Any) -> None:
    if not condition:
        raise AssertionError(attrs["text"], *parts)


def _python(attrs: dict[str, Any], x: Any) -> Any:
    kinds: dict[str, type] = {"b": bool, "i": int, "f": float, "c": complex}
    return kinds[attrs["kind"].dtype.kind](x)


def _nested(attrs: dict[str, Any], *items: Any) -> Any:
    def build(nesting: Any) -> Any:
        return items[nesting] if isinstance(nesting, int) else [build(inner) for inner in nesting]

    return np.array(build(attrs["nesting"]), attrs["dtype"])


STRUCTURE: dict[str, Any] = {
    "getitem": _getitem,
    "setitem": _setitem,
    "add_at": _add_at,
    "scatter": _scatter,
    "shape": lambda attrs, x: np.shape(x),
    "size": lambda attrs, x: np.shape(x)[attrs["axis"]],
    "count": lambda attrs, x: int(np.size(x)),
    "expand": _expand,
    "zeros_of": lambda attrs, shape: np.zeros(shape, attrs["dtype"])[()],
    "full_of": lambda attrs, shape, value: np.full(shape, value)[()],
    "unbroadcast": unbroadcast,
    "seq_make": lambda attrs, *items: list(items),
    "seq_append": lambda attrs, seq, v: [*seq, v],
    "seq_drop": lambda attrs, seq: seq[:-1],
    "seq_get": lambda attrs, seq, k: seq[k],
    "seq_set": _seq_set,
    "seq_add": lambda attrs, seq, k, v: _seq_set(attrs, seq, k, _plus(seq[k], v)),
    "seq_zeros": lambda attrs, seq: _zeros_like(seq),
    "seq_slice": lambda attrs, seq, *bounds: seq[subscript(attrs, bounds)[0]],
    "seq_scatter": _seq_scatter,
    "seq_length": lambda attrs, seq: len(seq),
    "tape": lambda attrs, slots: [],
    "record": _record,
    "recall": lambda attrs, tape, k: tape[k],
    "astype": lambda attrs, x: np.asarray(x).astype(attrs["dtype"])[()],
    "copy": lambda attrs, x: np.copy(x)[()],
    "python": _python,
    "undefined": lambda attrs, *none: None,
    "print": _print,
    "check": _check,
    "array": _nested,
}
