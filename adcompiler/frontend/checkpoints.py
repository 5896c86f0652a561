"""checkpoint: loops that keep what they carry at a few trips, and calls that keep their arguments."""

from __future__ import annotations

import ast
import types
from collections.abc import Callable
from dataclasses import replace

from adcompiler.frontend.bindings import Binding, Closure, Method, Record, Static
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.iteration import iterate
from adcompiler.frontend.operands import static_value
from adcompiler.ir.core import Slots, Value
from adcompiler.ir.types import Array
from adcompiler.marks import Checkpointed, checkpoint


def checkpointed_condition(low: Lowering, test: ast.expr) -> tuple[ast.expr, Slots]:
    """The condition of `while checkpoint(condition, slots=k)`, and its slots; of any other loop the test itself."""
    match test:
        case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name(), attr=checkpoint.__name__) as called):
            function = low.expression(called)
        case _:
            return test, None
    if not isinstance(function, Static) or function.value is not checkpoint:
        return test, None
    slots = [*test.args[1:], *(word.value for word in test.keywords)]
    if not test.args or len(slots) > 1 or any(word.arg != "slots" for word in test.keywords):
        low.stop("checkpoint takes the condition of a loop, and slots", "while checkpoint(going, slots=8):")
    return test.args[0], _slots(low, low.expression(slots[0]) if slots else Static(None)) or "sqrt"


def _slots(low: Lowering, given: Binding) -> int | None:
    slots = static_value(low, given, "slots")
    if slots is not None and (isinstance(slots, bool) or not isinstance(slots, int) or slots < 1):
        low.stop(f"a checkpointed loop needs at least 1 slot, not {slots!r}", "slots=8, or leave it out")
    return slots


def checkpoint_(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """adcompiler.checkpoint(target, slots)."""
    target = arguments[0]
    slots = _slots(low, keywords.get("slots") or (arguments[1] if len(arguments) > 1 else Static(None)))
    if _is_truth(target):
        low.stop(
            "checkpoint of a condition belongs to a `while`, which has no other condition beside it",
            "while checkpoint(going, slots=8):",
        )
    match target:
        case Closure() | Static(types.FunctionType() | Checkpointed()) if slots is not None:
            low.stop(
                "slots belongs to the checkpoint of a loop: a function keeps its arguments", "leave it out"
            )
        case Closure():
            return replace(target, checkpointed=True)
        case Static(types.FunctionType() as function, origin):
            return Static(Checkpointed(function), origin)
        case Static(Checkpointed()):
            return target
        case Method() | Record() | Static(object(__call__=_)):
            low.stop(f"checkpoint of {describe(target)}", "checkpoint a function, or a lambda that calls it")
    return Static(replace(iterate(low, target), slots="sqrt" if slots is None else slots, indices=set()))


def _is_truth(binding: Binding) -> bool:
    match binding:
        case Static(bool()):
            return True
        case Value(type=Array(dtype=dtype, shape=())):
            return dtype.kind == "b"
    return False


def recomputed(low: Lowering, call: Callable[[], Binding]) -> Binding:
    """Lower a call whose ops the reverse sweep computes again."""
    builder, number = low.builder, next(low.tags)
    before = len(builder.ops)
    result = call()
    for k, op in enumerate(builder.ops[before:], before):
        marks = (number, *op.location.recomputed)
        builder.ops[k] = replace(op, location=replace(op.location, recomputed=marks))
    return result
