"""Statements: what is refused is noted, branches become ops that own regions, checks stay in the primal sweep."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NoReturn

from adcompiler.errors import CompileError, InternalError
from adcompiler.frontend.assignment import assign, augmented, delete
from adcompiler.frontend.attempts import attempt
from adcompiler.frontend.bindings import Binding, Poison, Static
from adcompiler.frontend.checks import Raised, check, error_of, raised_by
from adcompiler.frontend.choice import either
from adcompiler.frontend.conditions import truth
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.contexts import within
from adcompiler.frontend.hooks import refuse_unused
from adcompiler.frontend.inlining import closure
from adcompiler.frontend.interrupts import Poisoned
from adcompiler.frontend.loop_statements import for_loop, while_loop
from adcompiler.frontend.names import import_names
from adcompiler.frontend.rows import exchanged
from adcompiler.frontend.scopes import bind, box_of


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
            case ast.alias(name=name, asname=known):
                low.frame.names[known or name.partition(".")[0]] = Poison(bottom=bool(low.discovering))
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
        case ast.Assign(targets=[ast.Tuple() as names], value=ast.Tuple() as value):
            given = exchanged(low, names, value)
            if given is not None:
                assign(low, names, given)
        case ast.Assign(targets=targets, value=value):
            result = low.expression(value)
            for target in targets:
                assign(low, target, result)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                assign(low, target, low.expression(value))
        case ast.AugAssign():
            augmented(low, node)
        case ast.Expr(value=ast.Yield(value=value)) if low.frame.consume is not None:
            low.frame.consume(Static(None) if value is None else low.expression(value))
        case ast.Expr(value=value):
            if not (isinstance(value, ast.Constant) and isinstance(value.value, (str, type(...)))):
                refuse_unused(low, low.expression(value))
        case ast.If():
            branch(low, node)
        case ast.For():
            for_loop(low, node)
        case ast.While():
            while_loop(low, node)
        case ast.With():
            within(low, node)
        case ast.Try():
            attempt(low, node)
        case ast.Pass():
            return
        case ast.FunctionDef():
            bind(low, node.name, decorated(low, node))
        case ast.Import() | ast.ImportFrom():
            for name, found in import_names(low, node).items():
                bind(low, name, Static(found, name))
        case ast.Nonlocal(names=names):
            for name in names:
                if box_of(low, name) is None:
                    _refuse_outside(low, node, name)
        case ast.Global():
            return  # what is only read
        case ast.Delete(targets=targets):
            for gone in targets:
                delete(low, gone)
        case ast.Assert(test=test, msg=message):
            check(low, truth(low, test), Raised("AssertionError", () if message is None else (message,)))
        case ast.Raise(exc=ast.expr() as error):
            check(low, Static(False), raised_by(low, error))
        case ast.Raise():
            low.refuse(node, "`raise` alone raises an error again", "write: raise ValueError(...)")
        case ast.Return():
            low.refuse(node, "a return that cannot be followed", "return once, at the end")
        case _:
            low.refuse(
                node, f"`{type(node).__name__}` statements are not supported", "write it in another way"
            )


def decorated(low: Lowering, node: ast.FunctionDef) -> Binding:
    """A function that is defined here, or what its decorators make of it."""
    around = [(decorator, low.expression(decorator)) for decorator in node.decorator_list]
    made: Binding = closure(low, node)
    for decorator, function in reversed(around):
        with low.at(decorator):
            made = low.call(function, [made])
    return made


def _refuse_outside(low: Lowering, node: ast.AST, name: str) -> NoReturn:
    low.refuse(
        node,
        f"`nonlocal {name}` changes what lives outside the function",
        f"pass `{name}` as an argument and return the new value",
    )


# ---------------------------------------------------------------------------------------------------- branches


def branch(low: Lowering, node: ast.If) -> None:
    """if: taken while compiling where the condition is known, else an If."""
    condition = truth(low, node.test)
    if isinstance(condition, Static):
        low.block(node.body if condition.value else node.orelse)
        return
    for raising, other in ((node.body, node.orelse), (node.orelse, node.body)):
        raised = error_of(raising)
        if raised is None:
            continue
        holds = low.operand(condition)
        if raising is node.body:
            holds = low.apply("logical_not", holds, path="operator.not_")
        with low.at(raising[-1]):
            check(low, low.wrap(holds), raised_by(low, raised))
        low.block(other)
        return
    either(low, low.operand(condition), lambda: low.block(node.body), lambda: low.block(node.orelse))
