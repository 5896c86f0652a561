"""Statements: names are bound, memory is written, branches and loops become ops that own regions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from adcompiler.errors import CompileError, InternalError
from adcompiler.frontend.bindings import Binding, Closure, DictRef, ListRef, Poison, Ref, Static
from adcompiler.frontend.calls import bound_arguments_defaults
from adcompiler.frontend.context import Lowering, Poisoned, Unroll
from adcompiler.frontend.expressions import both, expression, import_names, truth
from adcompiler.frontend.iteration import Iteration, iterate
from adcompiler.frontend.loops import Carried, make_items
from adcompiler.frontend.merge import Arm, DifferentLengths, Merge, convert
from adcompiler.frontend.subscripts import store_subscript
from adcompiler.frontend.unpacking import unpack
from adcompiler.ir.core import Apply, Const, For, If, Operand, Region, Value, While
from adcompiler.ir.dims import opaque
from adcompiler.ir.types import INT, Array
from adcompiler.primitives.elementwise import IN_PLACE


def block(low: Lowering, body: Sequence[ast.stmt]) -> None:
    """Lower statements in order; a refusal is noted and the rest goes on, so that all are reported at once."""
    for node in body:
        try:
            with low.at(node):
                statement(low, node)
        except Poisoned:
            poison_targets(low, node)
        except CompileError as error:
            for diagnostic in error.diagnostics:
                at = diagnostic.location
                low.diagnostics.setdefault((at.file, at.line, at.column, diagnostic.message), diagnostic)
            poison_targets(low, node)
        except (
            ArithmeticError,
            AssertionError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as problem:
            if low.diagnostics:
                poison_targets(low, node)  # it may follow from what is reported
                continue
            place = low.locate(node)
            raise InternalError(f"lowering {place}: {place.text.strip()}: {problem!r}") from problem


def poison_targets(low: Lowering, node: ast.AST) -> None:
    """What a refused statement would have bound or written must not be reported again."""
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                low.frame.names[name] = Poison(bottom=bool(low.discovering))
            case (
                ast.Subscript(value=part, ctx=ast.Store())
                | ast.Attribute(value=part, ctx=ast.Store())
                | ast.Expr(value=ast.Call(func=ast.Attribute(value=part)))
            ):
                name = _root(part)
                if name in low.frame.names and not isinstance(low.frame.names[name], Static):
                    low.frame.names[name] = Poison(bottom=bool(low.discovering))


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes and subscripts starts from."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return _root(inner)
    return ""


def statement(low: Lowering, node: ast.stmt) -> None:
    """Lower one statement."""
    match node:
        case ast.Assign(targets=targets, value=value):
            result = expression(low, value)
            for target in targets:
                assign(low, target, result)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                assign(low, target, expression(low, value))
        case ast.AugAssign():
            augmented(low, node)
        case ast.Expr(value=value):
            if not (isinstance(value, ast.Constant) and isinstance(value.value, (str, type(...)))):
                expression(low, value)
        case ast.If():
            branch(low, node)
        case ast.For():
            for_loop(low, node)
        case ast.While():
            while_loop(low, node)
        case ast.Pass():
            return
        case ast.FunctionDef():
            low.frame.names[node.name] = closure(low, node)
        case ast.Import() | ast.ImportFrom():
            for name, value in import_names(low, node).items():  # type: ignore[assignment]
                low.frame.names[name] = Static(value, name)
        case ast.Assert(test=test, msg=message):
            assertion(low, test, "AssertionError", message)
        case ast.Raise():
            low.refuse(
                node,
                "a `raise` is only supported as the one statement of a branch",
                "write: if bad: raise ValueError(...), or return what stands for a failure",
            )
        case ast.Return():
            low.refuse(node, "a return that cannot be followed", "return once, at the end")
        case _:
            low.refuse(
                node, f"`{type(node).__name__}` statements are not supported", "write it in another way"
            )


def closure(low: Lowering, node: ast.FunctionDef | ast.Lambda) -> Closure:
    """A function defined here; its free names are looked up when it is called, as in Python."""
    defaults, keywords = bound_arguments_defaults(low, node.args)
    return Closure(low.frame.source, node, low.frame, defaults, keywords)


# ---------------------------------------------------------------------------------------------------- assignment


def assign(low: Lowering, target: ast.expr, value: Binding) -> None:
    """Bind a target."""
    match target:
        case ast.Name(id=name):
            if isinstance(value, Value) and value in low.mutable_numbers:
                for other, held in low.frame.names.items():
                    if held is value and other != name:
                        low.stop(
                            f"{name!r} and {other!r} name one 0-d array, which operators like += change for both",
                            "start from a number: 0.0, or float(x)",
                        )
            low.frame.names[name] = named(low, value, name.rstrip("?"))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            with low.at(target):
                items = unpack(low, value, elements)
            for element, item in zip(elements, items, strict=True):
                assign(low, element.value if isinstance(element, ast.Starred) else element, item)
        case ast.Subscript():
            with low.at(target):
                store_subscript(low, target, value)
        case ast.Attribute():
            _refuse_attribute(low, target)
        case _:
            low.refuse(target, "this assignment is not supported", "assign to names and subscripts")


def _refuse_attribute(low: Lowering, target: ast.Attribute) -> NoReturn:
    text = ast.unparse(target)
    if target.attr in ("shape", "strides", "dtype"):
        low.refuse(
            target,
            f"writing to `{text}` changes an array in place",
            "make another: y = y.reshape(...), y.astype(...)",
        )
    if target.attr in ("flat", "real", "imag"):
        low.refuse(
            target,
            f"writing to `{text}` is not supported",
            "write to the array: y[...] = value, or make a new one",
        )
    low.refuse(
        target,
        f"writing to the attribute `{text}` is not supported: other code may see the object change",
        "return the new value, or a new object: dataclasses.replace(obj, name=value)",
    )


def named(low: Lowering, value: Binding, name: str) -> Binding:
    """The value, called `name` if it is a result that nothing else names yet."""
    match value:
        case Value(name=""):
            call(low, value, name)
        case Ref(cell) if not cell.name:
            cell.name = name
            content = low.store.contents[cell]
            if isinstance(content, Value) and not content.name:
                call(low, content, name)
        case ListRef(cell) | DictRef(cell) if not cell.name:
            cell.name = name
    return value


def call(low: Lowering, value: Value, name: str) -> None:
    """Note a name for a value, if its op is recent and no other reads it yet; the value itself may be held anywhere."""
    ops = low.builder.ops
    for k in range(len(ops) - 1, max(-1, len(ops) - 12), -1):
        op = ops[k]
        if value in op.results:
            low.value_names.setdefault(value, name)
            return
        if not isinstance(op, Apply) or value in op.operands:
            break
    low.leaf_names.setdefault(value, name)  # taken if it turns out to be a leaf of the arguments


def augmented(low: Lowering, node: ast.AugAssign) -> None:
    """x op= v: arrays are changed in place, numbers are bound anew."""
    from adcompiler.frontend.expressions import binary

    target = node.target
    load = ast.copy_location(_loaded(target), target)
    if isinstance(target, ast.Subscript):
        store_subscript(
            low, target, None, update=lambda old: binary(low, node, node.op, old, expression(low, node.value))
        )
        return
    if isinstance(target, ast.Attribute):
        _refuse_attribute(low, target)
    old = expression(low, load)
    value = expression(low, node.value)
    if isinstance(old, ListRef) and isinstance(node.op, ast.Add):
        from adcompiler.frontend.calls import call_method

        call_method(low, old, "extend", [value], {})
        return
    result = binary(low, node, node.op, old, value)
    if not isinstance(old, Ref):
        if isinstance(old, Value) and old in low.mutable_numbers and isinstance(result, Value):
            low.mutable_numbers.add(result)
        assign(low, target, result)
        return
    made = low.builder.ops[-1]
    assert isinstance(made, Apply)
    low.builder.ops[-1] = replace(made, path=IN_PLACE[made.primitive])
    have, new = low.content(old.cell).type, low.operand(result).type
    assert isinstance(have, Array) and isinstance(new, Array)
    if have.rank != new.rank:
        low.refuse(node, f"an in-place operation cannot turn {have} into {new}", "write x = x + y")
    if not _same_kind(new, have):
        low.refuse(
            node, f"an in-place operation cannot put {new} into {have}", "write x = x + y, or convert first"
        )
    updated = convert(low, low.operand(result), have)
    assert isinstance(updated, Value)
    if not updated.name:
        call(low, updated, old.cell.name)
    low.write(old.cell, updated)


def _same_kind(new: Array, have: Array) -> bool:
    import numpy as np

    return np.can_cast(new.dtype, have.dtype, "same_kind")


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
    return target


def assertion(low: Lowering, test: ast.expr, error: str, message: ast.expr | None) -> None:
    """assert, or `if bad: raise`: checked while compiling where it can be, else kept in the primal sweep."""
    condition = truth(low, test)
    check(low, condition, error, message)


def check(low: Lowering, condition: Binding, error: str, message: ast.expr | None) -> None:
    """Keep a run-time check that the condition holds."""
    if isinstance(condition, Static):
        if not condition.value:
            low.stop(f"this raises {error} for these arguments", "call it with arguments that it accepts")
        return
    from adcompiler.frontend.expressions import template

    text, parts = template(low, message) if message is not None else ("", [])
    low.apply("check", low.operand(condition), *parts, error=error, text=text)


# ---------------------------------------------------------------------------------------------------- branches


def branch(low: Lowering, node: ast.If) -> None:
    """if: taken while compiling where the condition is known, else an If."""
    condition = truth(low, node.test)
    if isinstance(condition, Static):
        taken = node.body if condition.value else node.orelse
        if _raises(taken) is not None:
            low.refuse(
                taken[-1],
                "this raises an error for these arguments",
                "call it with arguments that it accepts",
            )
        block(low, taken)
        return
    for raising, other in ((node.body, node.orelse), (node.orelse, node.body)):
        raised = _raises(raising)
        if raised is None:
            continue
        error, message = raised
        holds = low.operand(condition)
        if raising is node.body:
            holds = low.apply("logical_not", holds, path="operator.not_")
        with low.at(raising[-1]):
            check(low, low.wrap(holds), _builtin_error(low, error), message)
        block(low, other)
        return
    either(low, low.operand(condition), lambda: block(low, node.body), lambda: block(low, node.orelse))


def _raises(body: Sequence[ast.stmt]) -> tuple[ast.expr, ast.expr | None] | None:
    """The class of the error that a branch raises and its message, where it does nothing else."""
    match body:
        case [ast.Raise(exc=ast.Call(func=kind, args=[message, *_]))]:
            return kind, message
        case [ast.Raise(exc=ast.Call(func=kind, args=[]))]:
            return kind, None
        case [ast.Raise(exc=ast.expr() as kind)]:
            return kind, None
    return None


def _builtin_error(low: Lowering, kind: ast.expr) -> str:
    """The class of an error, or the closest base of it that every program knows."""
    found = expression(low, kind)
    value = found.value if isinstance(found, Static) else None
    if not isinstance(value, type) or not issubclass(value, BaseException):
        low.refuse(kind, "only a class of errors can be raised", "write: raise ValueError(...)")
    names = (base.__name__ for base in value.__mro__ if getattr(builtins, base.__name__, None) is base)
    return str(next(names))


def either(low: Lowering, condition: Operand, then: Callable[[], None], orelse: Callable[[], None]) -> None:
    """An If whose arms are lowered by two actions; names and memory are joined after it."""
    names, store = dict(low.frame.names), low.store
    while True:
        arms: list[Arm] = []
        for action in (then, orelse):
            low.frame.names, low.store = dict(names), store.copy()
            with low.region() as builder:
                action()
            arms.append(Arm(low.frame.names, low.store, builder))
        merge = Merge(low, store, *arms)
        try:
            merged = merge.run()
            break
        except DifferentLengths as found:
            low.frame.names, low.store = names, store
            content = store.contents[found.cell]
            assert isinstance(content, tuple)
            name = found.cell.name
            made = make_items(
                low, name, content, found.prototype, found.types, store, f"if{next(low.labels)}"
            )
            store.put(found.cell, replace(made, store=found.store))
    regions = []
    for arm in arms:
        results = [
            _arm_result(low, arm, operand, result)
            for operand, result in zip(arm.pairs, merge.results, strict=True)
        ]
        regions.append(arm.builder.region((), results))
    low.builder.ops.append(
        If(
            condition,
            regions[0],
            regions[1],
            tuple(merge.results),
            next(low.tags),
            None,
            low.builder.location,
        )
    )
    low.frame.names = merged


def _arm_result(low: Lowering, arm: Arm, operand: Operand | None, result: Value) -> Operand:
    outer, low.builder = low.builder, arm.builder
    try:
        return (
            low.apply("undefined", type=result.type)
            if operand is None
            else convert(low, operand, result.type)
        )
    finally:
        low.builder = outer


# ---------------------------------------------------------------------------------------------------- loops


def for_loop(low: Lowering, node: ast.For) -> None:
    """for: unrolled over containers whose items differ, else a For (or a While, when it can stop early)."""
    with low.at(node.iter):
        over = iterate(low, expression(low, node.iter))
    low.iterated.append(over.lists)
    try:
        _for_loop(low, node, over)
    finally:
        low.iterated.pop()


def _for_loop(low: Lowering, node: ast.For, over: Iteration) -> None:
    if over.unrolled or (getattr(node, "listed", False) and over.short()):
        unroll(low, node, over)
        return
    before = dict(low.frame.names), low.store.copy(), len(low.builder.ops)
    try:
        rolled(low, node, over)
    except Unroll as unrolled:
        if unrolled.index not in over.indices:
            raise
        count = over.count(low)
        if count is None or count > 512:
            raise unrolled.reason from None
        low.frame.names, low.store = before[:2]
        del low.builder.ops[before[2] :]
        unroll(low, node, over)


def unroll(low: Lowering, node: ast.For, over: Iteration) -> None:
    """Lower the body once for each item."""
    count = over.count(low)
    assert count is not None
    stop = getattr(node, "stop", None)

    def trip(k: int) -> None:
        if k == count:
            return
        assign(low, node.target, over.item(low, Static(k)))
        block(low, node.body)
        flag = low.frame.names[stop] if stop else Static(False)
        if isinstance(flag, Static):
            if not flag.value:
                trip(k + 1)
            return
        either(low, low.operand(flag), lambda: None, lambda: trip(k + 1))

    if stop:
        trip(0)
        return
    for k in range(count):
        assign(low, node.target, over.item(low, Static(k)))
        block(low, node.body)


def rolled(low: Lowering, node: ast.For, over: Iteration) -> None:
    """A loop that stays one."""
    stop = getattr(node, "stop", None)
    if stop is not None:
        stoppable(low, node, over, stop)
        return
    location = low.builder.location
    runs = over.runs(low)
    if runs is False:
        return
    over.prepare(low)
    carried = Carried(low, runs is True)
    name = over.index_name(node.target)
    indices: list[Value] = []

    def body() -> tuple[Operand, ...]:
        index = Value(replace(INT, size=opaque(f"?{name or 'k'}@{carried.label}", None)), name)
        indices.append(index)
        carried.index = index
        over.indices.add(index)
        low.loops.append(index)
        try:
            assign(low, node.target, over.at_index(low, index))
            block(low, node.body)
        finally:
            low.loops.pop()
        return ()

    inits, region, results = carried.run(body)
    region = Region((indices[-1], *region.params), region.ops, region.results)
    low.builder.ops.append(
        For(
            *over.bounds, tuple(inits), region, tuple(results), over.backwards, next(low.tags), None, location
        )
    )


def stoppable(low: Lowering, node: ast.For, over: Iteration, stop: str) -> None:
    """A for that can stop early: a While over the trip number and the flag."""
    if over.runs(low) is False:
        return
    trips = over.trips(low)
    counter = (over.index_name(node.target) or "k") + "?"
    low.frame.names[counter] = Static(0)

    def going() -> Operand:
        return low.apply("less", low.operand(low.frame.names[counter]), trips, path="operator.lt")

    def trip() -> None:
        k = low.frame.names[counter]
        over.indices.add(low.loops[-1])
        assign(low, node.target, over.item(low, k))
        block(low, node.body)
        low.frame.names[counter] = low.wrap(low.apply("add", low.operand(k), Const(1), path="operator.add"))

    loop_while(low, stop, going, trip)
    del low.frame.names[counter]


def while_loop(low: Lowering, node: ast.While) -> None:
    """while, on data or on sizes."""

    def going() -> Operand:
        return low.operand(truth(low, node.test))

    loop_while(low, getattr(node, "stop", None), going, lambda: block(low, node.body))


def loop_while(
    low: Lowering, stop: str | None, going: Callable[[], Operand], trip: Callable[[], None]
) -> None:
    """A While; `stop` names the flag that a break sets."""
    location = low.builder.location
    carried = Carried(low)
    conditions: list[Region] = []

    def body() -> tuple[Operand, ...]:
        names, store = dict(low.frame.names), low.store.copy()
        with low.region() as builder:
            condition = going_unless(low, stop, going)
            conditions.append(builder.region((), (condition,)))
        low.frame.names, low.store = names, store
        if isinstance(condition, Const) and not condition.value:
            return ()  # no trip: what the body would do is never done
        low.loops.append(Value(INT))
        try:
            trip()
        finally:
            low.loops.pop()
        return ()

    inits, region, results = carried.run(body)
    (condition,) = conditions[-1].results
    if isinstance(condition, Const):
        if condition.value:
            low.stop("this loop never ends", "leave it with break, or give it a condition")
        low.frame.names, low.store = carried.entry_names, carried.entry_store
        return
    test = Region(region.params, conditions[-1].ops, conditions[-1].results)
    low.builder.ops.append(While(tuple(inits), test, region, tuple(results), next(low.tags), None, location))


def going_unless(low: Lowering, stop: str | None, going: Callable[[], Operand]) -> Operand:
    """The condition of a loop, which is not looked at once the flag is set."""
    if stop is None:
        return going()
    flag = low.frame.names[stop]
    if isinstance(flag, Static):
        return going() if not flag.value else Const(False)
    running = low.apply("logical_not", low.operand(flag), path="operator.not_")
    return both(low, running, going)
