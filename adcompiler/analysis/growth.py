"""How long Python's integers may become: products that grow without bound, as factorials made trip by trip do.

for k in range(1, n):
    p = p * k          p depends on itself through a product
    s = s + k * k      s does not
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from adcompiler.ir.core import Apply, Const, For, If, Operand, Region, Value, While, walk
from adcompiler.ir.types import Array

PRODUCTS = ("multiply", "power", "left_shift")
# the carried integers that a value is computed from, with a product on the way if there is one
Sources: TypeAlias = "dict[Value, Apply | None]"


def growing_products(body: Region) -> list[Apply]:
    """The products by which a Python integer that a loop carries is multiplied in each trip."""
    found: dict[Apply, None] = {}
    for loop in walk(body):
        if isinstance(loop, For | While):
            found.update(dict.fromkeys(_of_loop(loop)))
    return list(found)


def _of_loop(loop: For | While) -> list[Apply]:
    params = _carried(loop)
    known: dict[Value, Sources] = {param: {param: None} for param in params if _is_integer(param)}
    _follow(loop.body, known)
    comes_from = {p: _of(last, known) for p, last in zip(params, loop.body.results, strict=True)}
    return [
        product
        for param, sources in comes_from.items()
        for source, product in sources.items()
        if product is not None and _reaches(param, source, comes_from)
    ]


def _reaches(start: Value, end: Value, comes_from: dict[Value, Sources]) -> bool:
    """Whether the value that a loop carries as `end` is computed, some trips later, from that of `start`."""
    seen: set[Value] = set()
    pending = [end]
    while pending:
        value = pending.pop()
        if value is start:
            return True
        if value not in seen:
            seen.add(value)
            pending += comes_from.get(value, {})
    return False


def _follow(region: Region, known: dict[Value, Sources]) -> None:
    """Note what every integer of a region is computed from."""
    for op in region.ops:
        match op:
            case Apply():
                sources = _union(op.operands, known)
                if op.primitive in PRODUCTS:
                    sources = {value: product or op for value, product in sources.items()}
                known.update({result: sources for result in op.results if _is_integer(result)})
            case If():
                for arm in op.regions:
                    _follow(arm, known)
                for result, *ends in zip(op.results, op.then.results, op.orelse.results, strict=True):
                    known[result] = _union(ends, known)
            case For() | While():
                _follow_loop(op, known)


def _follow_loop(loop: For | While, known: dict[Value, Sources]) -> None:
    params = _carried(loop)
    known.update({param: _of(init, known) for param, init in zip(params, loop.inits, strict=True)})
    for _ in params:  # a value moves on by one name a trip at least
        _follow(loop.body, known)
        for param, last in zip(params, loop.body.results, strict=True):
            known[param] = _union((param, last), known)
    known.update({result: known[param] for result, param in zip(loop.results, params, strict=True)})


def _carried(loop: For | While) -> Sequence[Value]:
    return loop.body.params[1:] if isinstance(loop, For) else loop.body.params


def _union(operands: Iterable[Operand], known: dict[Value, Sources]) -> Sources:
    joined: Sources = {}
    for operand in operands:
        for value, product in _of(operand, known).items():
            joined[value] = joined.get(value) or product
    return joined


def _of(operand: Operand, known: dict[Value, Sources]) -> Sources:
    return known.get(operand, {}) if isinstance(operand, Value) else {}


def _is_integer(value: Operand) -> bool:
    """Whether a value is one integer of Python's, which has no bounds."""
    type = value.type
    return isinstance(type, Array) and type.weak and type.dtype.kind == "i" and not type.rank


def longest_integer(body: Region, bits: int) -> int:
    """How many bits the longest of Python's integers may take that is a product, if those it starts from take `bits`.

    These are the arguments, sizes and indices; sums that a loop makes are taken to be no longer than they.
    """
    lengths: dict[Operand, int] = {}

    def length(operand: Operand) -> int:
        if isinstance(operand, Const) and isinstance(operand.value, int):
            return operand.value.bit_length()
        return lengths.get(operand, bits)

    for op in walk(body):
        if not isinstance(op, Apply) or not any(map(_is_integer, op.results)):
            continue
        given = [length(operand) for operand in op.operands if _is_integer(operand)]
        match op.primitive:
            case "multiply":
                lengths[op.result] = sum(given)
            case "power" if isinstance(op.operands[1], Const):
                lengths[op.result] = given[0] * op.operands[1].integer
            case "add" | "subtract":
                lengths[op.result] = max(given, default=bits) + 1
    return max(lengths.values(), default=0)
