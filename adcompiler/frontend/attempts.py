"""`try`: what it watches is lowered, and whether that raises must be known while compiling.

Normalisation takes the handlers out of a `try`: they stand behind it, each under the outcome that it answers.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

import numpy as np

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import Binding, Poison, Static, Tup
from adcompiler.frontend.choice import has_changed
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Caught
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.normalise import outcome
from adcompiler.ir.core import Apply, Call, Const, Op, walk
from adcompiler.ir.index import At
from adcompiler.ir.types import Array, Type
from adcompiler.primitives.registry import PRIMITIVES, find

Kinds = tuple[type[BaseException], ...]

# what NumPy does with arrays of every size and content that fit together, which was seen while compiling
_SAFE = frozenset(
    "array asarray astype copy concatenate stack expand_dims transpose dot matmul outer inner sum mean any all where "
    "zeros_like ones_like full_like size count shape setitem add_at seq_make seq_append seq_length "
    "logical_not print stop_gradient undefined".split()
)
# what the data given to a function of NumPy may raise; errors of names and of types were seen while compiling
_OF_DATA = (ValueError, ArithmeticError, AssertionError, IndexError, MemoryError, RuntimeError, StopIteration)
_HINT = "test for the bad case with `if` before it happens, or put the `try` around the call of the function"


def attempt(low: Lowering, node: ast.Try) -> None:
    """Lower what a `try` watches, and bind its outcome."""
    kinds = [_kinds(low, handler) for handler in node.handlers]
    low.frame.names[outcome(node)] = Poison()
    number, error = watch(low, node.body, kinds)
    if error is not None and (name := node.handlers[number - 1].name) is not None:
        low.frame.names[name] = Static(error)
    low.frame.names[outcome(node)] = Static(number)


def watch(low: Lowering, body: Sequence[ast.stmt], kinds: Sequence[Kinds]) -> tuple[int, Exception | None]:
    """Lower statements; which of the kinds of errors they surely raise, counted from 1, and the error; else 0.

    Refused where data decide whether they raise one of these.
    """
    handled = tuple(kind for some in kinds for kind in some)
    names, store = dict(low.frame.names), low.store.copy()
    caught: Caught | None = None
    low.handled.append(handled)
    try:
        with low.region() as builder:
            try:
                low.block(body)
            except Caught as error:
                caught = error
    finally:
        low.handled.pop()
    # what is dropped is watched by every `try` around here, what stays by these in their turn
    watching = handled if caught is None else (*handled, *(kind for kinds in low.handled for kind in kinds))
    for op in walk(builder.region((), ())):
        _refuse_errors(op, watching)
    if caught is None:
        low.builder.ops.extend(builder.ops)
        return 0, None
    if has_changed(low, names, store) or any(map(_has_effect, builder.ops)):
        raise caught.reason
    if not isinstance(caught.error, handled):
        raise caught
    return next(n for n, some in enumerate(kinds, 1) if isinstance(caught.error, some)), caught.error


def _kinds(low: Lowering, handler: ast.ExceptHandler) -> Kinds:
    """The classes of errors that a handler answers."""
    return (BaseException,) if handler.type is None else error_classes(low, handler.type)


def error_classes(low: Lowering, node: ast.expr) -> Kinds:
    """The classes of errors that an expression gives: one, or a tuple of them."""
    given = low.expression(node)
    found: Sequence[Binding] = given.items if isinstance(given, Tup) else (given,)
    kinds = tuple(one.value for one in found if isinstance(one, Static) and isinstance(one.value, type))
    if len(kinds) != len(found) or not all(issubclass(kind, BaseException) for kind in kinds):
        low.refuse(node, "only classes of errors can be handled", "write: except ValueError:")
    return kinds


def _has_effect(op: Op) -> bool:
    return not isinstance(op, Apply) or PRIMITIVES[op.primitive].effect


def _refuse_errors(op: Op, handled: Kinds) -> None:
    """CompileError where the program may raise what is handled: which path it takes would be decided by data."""
    for kind in _errors(op):
        if any(issubclass(kind, one) or issubclass(one, kind) for one in handled):
            what = "any error" if kind is BaseException else kind.__name__
            message = f"this may raise {what}, and the `try` around it would handle that: data decides which path runs"
            raise CompileError.at(op.location, message, _HINT)


def _errors(op: Op) -> Iterator[type[BaseException]]:
    """The classes of errors that an op may raise when it runs."""
    if isinstance(op, Call):
        yield BaseException
    elif isinstance(op, Apply):
        if not _fits(op):
            yield ValueError
        if op.path.startswith(("math.", "cmath.")):
            yield from (ValueError, OverflowError)
        yield from _errors_of(op)


def _errors_of(op: Apply) -> Iterator[type[BaseException]]:
    """The classes of errors that a primitive may raise for operands that fit together."""
    if op.primitive == "check":
        yield _class(str(op.attr("error")), op.attr("origin"))
    elif op.primitive in ("seq_get", "seq_set"):
        yield from (IndexError, ValueError)  # min and max begin with an item
    elif _picks(op):
        yield IndexError
    elif PRIMITIVES[op.primitive].elementwise:
        yield from _errors_of_numbers(op)
    elif op.primitive == "traced":
        yield BaseException
    elif op.primitive == "norm" and op.attr("ord") is None:
        return  # a sum of squares
    elif op.path.startswith("numpy.linalg."):
        yield np.linalg.LinAlgError
    elif op.primitive == "python":
        yield from _errors_of_conversion(op)
    elif op.primitive not in _SAFE and op.primitive != "getitem":
        yield from _OF_DATA


def _errors_of_conversion(op: Apply) -> Iterator[type[BaseException]]:
    """A number of Python has the one element of an array, and no int is infinite or nan."""
    type, kind = op.operands[0].type, op.attr("kind")
    if isinstance(type, Array) and any(size.hint is None for size in type.shape):
        yield TypeError
    if isinstance(kind, Array) and kind.dtype.kind == "i":
        yield from (ValueError, OverflowError)


def _fits(op: Apply) -> bool:
    """Whether operands fit together: seen while compiling, unless only a run tells their sizes."""
    shapes = {operand.type.shape for operand in op.operands if is_array(operand.type)}
    if op.primitive in ("setitem", "add_at") and is_array(op.operands[1].type):
        return all(isinstance(operand, Const) or _is_seen(operand.type) for operand in op.operands[2:])
    return len(shapes) <= 1 or all(size.hint is not None for shape in shapes for size in shape)


def _is_seen(type: Type) -> bool:
    """Whether a subscript is a size or a whole number whose value was seen while compiling."""
    return isinstance(type, Array) and type.size is not None and type.size.hint is not None


def _picks(op: Apply) -> bool:
    """Whether an op reads or writes an element, which may not be there."""
    return op.primitive in ("getitem", "setitem", "add_at") and any(isinstance(at, At) for at in op.index)


def _errors_of_numbers(op: Apply) -> Iterator[type[BaseException]]:
    """Python's numbers raise where NumPy's give nan or infinity."""
    types = [operand.type for operand in op.operands]
    if not all(isinstance(type, Array) and not type.rank and type.weak for type in types):
        if op.primitive == "power" and all(isinstance(t, Array) and t.dtype.kind in "iu" for t in types):
            yield ValueError
        return
    exponent = op.operands[-1].value if isinstance(op.operands[-1], Const) else None
    match op.primitive:
        case "power" if isinstance(exponent, int | float) and exponent >= 0:
            yield OverflowError
        case "power":
            yield from (OverflowError, ZeroDivisionError)
        case "divide" | "floor_divide" | "remainder":
            yield ZeroDivisionError
        case "left_shift" | "right_shift":
            yield from (ValueError, OverflowError)
    if op.path.startswith("builtins."):
        yield from (ValueError, OverflowError)


def _class(name: str, origin: object) -> type[BaseException]:
    """The class of the error of a check."""
    found = getattr(builtins, name, None) or (find(str(origin)) if origin else None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else BaseException
