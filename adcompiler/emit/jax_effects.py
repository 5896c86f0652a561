"""print and assert under XLA: callbacks, in the order of the program."""

from __future__ import annotations

import ast
import re
from string import Formatter

from adcompiler.emit.effects import printed, stopping
from adcompiler.emit.jax_expressions import Expressions
from adcompiler.emit.template import fill
from adcompiler.ir.core import Apply, Const


def print_statement(op: Apply, expressions: Expressions) -> ast.stmt:
    """A print that shows values when the program runs."""
    text = op.attr("text")
    assert isinstance(text, str)
    parts = [expressions(operand) for operand in op.operands]
    formatted = _format(text) if text.startswith("print(") else None
    if formatted is None:
        return _callback(printed(op, _parameters(parts)), parts)
    template, numbers = formatted
    shown = [parts[number] for number in numbers]
    return ast.Expr(
        fill("jax.debug.print(template, parts, ordered=True)", template=ast.Constant(template), parts=shown)
    )


def check_statement(op: Apply, expressions: Expressions, name: str) -> list[ast.stmt]:
    """A check that stops the program when it runs."""
    condition, *parts = [expressions(operand) for operand in op.operands]
    params = [f"v{number}" for number in range(len(parts))]
    given = not isinstance(op.operands[0], Const) and all(map(expressions.static, op.operands))
    test = condition if given else ast.Name("holds", ast.Load())
    stop = stopping(op, test, parts if given else _parameters(parts), "jax")
    if given:
        return [stop]
    header = ast.parse(f"def {name}({', '.join(['holds', *params])}): ...").body[0]
    assert isinstance(header, ast.FunctionDef)
    header.body = [stop]
    call = fill(
        "jax.debug.callback(check, holds, parts, ordered=True)",
        check=ast.Name(name, ast.Load()),
        holds=condition,
        parts=parts,
    )
    return [header, ast.Expr(call)]


def _parameters(parts: list[ast.expr]) -> list[ast.expr]:
    return [ast.Name(f"v{number}", ast.Load()) for number in range(len(parts))]


def _callback(call: ast.expr, parts: list[ast.expr]) -> ast.stmt:
    params = [ast.arg(f"v{number}") for number in range(len(parts))]
    function = ast.Lambda(ast.arguments([], params, None, [], [], None, []), call)
    return ast.Expr(fill("jax.debug.callback(f, parts, ordered=True)", f=function, parts=parts))


def _format(text: str) -> tuple[str, list[int]] | None:
    """A format string and the numbers of its parts, for a print of strings, values and simple f-strings."""
    call = ast.parse(text, mode="eval").body
    if not isinstance(call, ast.Call):
        return None
    separator = " "
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="sep", value=ast.Constant(value=str(given))):
                separator = given
            case _:
                return None
    pieces: list[str] = []
    numbers: list[int] = []
    for argument in call.args:
        piece = _piece(argument, numbers)
        if piece is None:
            return None
        pieces.append(piece)
    template = _escaped(separator).join(pieces)
    return (template, numbers) if _is_formatted(template) else None


def _is_formatted(template: str) -> bool:
    """Whether jax.debug.print (0.10) formats the template: it looks for a field in what it parses first."""
    fields = [field for _, field, _, _ in Formatter().parse(template)]
    return bool(fields) and fields[0] is not None or not ({"{", "}"} & set(template))


def _piece(node: ast.expr, numbers: list[int]) -> str | None:
    match node:
        case ast.Constant(value=value):
            return _escaped(str(value))
        case ast.Name(id=name) if (hole := re.fullmatch(r"_(\d+)_", name)) is not None:
            numbers.append(int(hole[1]))
            return "{}"
        case ast.JoinedStr(values=values):
            pieces = [_piece(value, numbers) for value in values]
            return (
                None
                if any(piece is None for piece in pieces)
                else "".join(p for p in pieces if p is not None)
            )
        case ast.FormattedValue(value=value, conversion=-1, format_spec=spec):
            piece = _piece(value, numbers)
            match spec:
                case None:
                    return piece
                case ast.JoinedStr(values=[ast.Constant(value=str(given))]) if piece == "{}":
                    return f"{{:{given}}}"
    return None


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
