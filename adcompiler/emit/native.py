"""What Numba takes of the NumPy source and computes otherwise, found in the IR.

Numba says by itself what it does not know. These it runs, with other numbers: dtypes, which it promotes in its own way;
integers without bounds; random numbers; an array that is changed by another part of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from adcompiler.analysis.alias import Buffers
from adcompiler.analysis.growth import growing_products, longest_integer
from adcompiler.emit.augmented import AUGMENTED, reproduces
from adcompiler.emit.dynamic import dynamic
from adcompiler.emit.kept import with_copies
from adcompiler.emit.order import reads_first
from adcompiler.errors import CompileError, Diagnostic, Location
from adcompiler.ir.core import Apply, Call, Const, Function, Op, Operand, Value, walk
from adcompiler.ir.types import Array, Seq, Type
from adcompiler.primitives.registry import PRIMITIVES

INSTEAD = 'backend="numpy"'
DTYPES = frozenset(map(np.dtype, (np.float64, np.int64, np.bool_)))
LARGEST_POWER = 3
COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "where")
LOGIC = (
    "logical_and",
    "logical_or",
    "logical_xor",
    "logical_not",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "invert",
)
MANY = "products of so many integers may not fit into the 64 bits of Numba's"
GROWS = "this product grows from trip to trip: Python's integers have no bounds, Numba's have 64 bits"
OVERLAPS = "an array is changed by another part of itself: Numba would read what it has just written"


def refuse_what_differs(function: Function) -> int:
    """The largest integer that its arguments may hold, of a function whose NumPy source means the same to Numba.

    Raises CompileError, with the first place of each kind, where it means another thing.
    """
    bits = next((bits for bits in (31, 20) if longest_integer(function.body, bits) < 64), 0)
    places = [("" if bits else MANY, function.location)]
    places += [(_other_dtype(param.type), function.location) for param in function.body.params]
    places += [(_problem(op), op.location) for op in walk(function.body)]
    places += [(GROWS, op.location) for op in growing_products(function.body)]
    places += [(OVERLAPS, op.location) for op in _changed_by_themselves(function)]
    first: dict[str, Location] = {}
    for problem, location in places:
        first.setdefault(problem, location)
    found = [Diagnostic(problem, location, INSTEAD) for problem, location in first.items() if problem]
    if found:
        raise CompileError(*found)
    return 1 << bits


def may_raise(function: Function) -> bool:
    """Whether there are functions of math, or powers of Python's numbers: they raise where Numba gives nan or inf."""
    return any(
        isinstance(op, Apply)
        and (
            op.path.startswith(("math.", "cmath."))
            or (op.primitive == "power" and all(map(_is_plain, op.operands)))
        )
        for op in walk(function.body)
    )


def _problem(op: Op) -> str:
    """Why an op is refused, if it is."""
    match op:
        case Call():
            return "a function calls itself: under Numba deep recursion would end the process"
        case Apply(primitive="draw"):
            return "Numba draws other random numbers than NumPy"
        case Apply(primitive="print"):
            return "Numba prints numbers otherwise than Python"
        case Apply(primitive="power" | "left_shift", operands=(_, by)) if _is_integer(op.result.type):
            if (
                op.primitive == "left_shift"
                or not isinstance(by, Const)
                or not 0 <= by.integer <= LARGEST_POWER
            ):
                return "a power of integers: Numba's have 64 bits, and no negative powers"
        case Apply(primitive="fmod") if _is_integer(op.result.type):
            return "Numba's fmod of integers has the sign of the divisor"
        case Apply(primitive=name) if PRIMITIVES[name].elementwise and all(map(_is_truth, op.operands)):
            if name not in (*COMPARISONS, *LOGIC) or (name == "invert" and all(map(_is_plain, op.operands))):
                return "arithmetic of truth values: Numba takes them for integers"
    return next((problem for result in op.results if (problem := _other_dtype(result.type))), "")


def _other_dtype(type: Type) -> str:
    """Why a type is refused, if it is."""
    match type:
        case Seq(item):
            return _other_dtype(item)
        case Array(dtype=dtype) if dtype not in DTYPES:
            return f"a value of dtype {dtype}: Numba promotes dtypes other than float64, int64 and bool in its own way"
    return ""


def _is_integer(type: Type) -> bool:
    return isinstance(type, Array) and type.dtype.kind == "i"


def _is_plain(operand: Operand) -> bool:
    """Whether a value is a number of Python's."""
    return isinstance(operand.type, Array) and operand.type.weak


def _is_truth(operand: Operand) -> bool:
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b"


def _changed_by_themselves(function: Function) -> Iterator[Op]:
    """The ops printed as `target += part` where both may share memory; NumPy copies the part first, if they overlap."""
    prepared, memory = with_copies(reads_first(dynamic(function)))
    makers = {result: op for op in walk(prepared.body) if isinstance(op, Apply) for result in op.results}
    for op in walk(prepared.body):
        if not isinstance(op, Apply) or op not in memory.in_place:
            continue
        target = op.operands[memory.accumulations.get(op, 0)]
        part = _part(op, memory, makers)
        if part is not None and part is not target and memory.reach(target) & memory.reach(part):
            yield op


def _part(op: Apply, memory: Buffers, makers: Mapping[Value, Apply]) -> Operand | None:
    """What an op adds to the memory of its target, or multiplies it by."""
    if op in memory.accumulations:
        return op.operands[1 - memory.accumulations[op]]
    match op.primitive:
        case "add_at":
            return op.operands[1]
        case "seq_add":
            return op.operands[2]
        case "setitem":
            made = makers.get(op.operands[1]) if isinstance(op.operands[1], Value) else None
            if made is not None and made.primitive in AUGMENTED and reproduces(op.location, made.primitive):
                return made.operands[1]
    return None
