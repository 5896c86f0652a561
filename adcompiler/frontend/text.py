"""f-strings, and the texts of print and of messages."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any

from adcompiler.frontend.bindings import Binding, DictRef, ListRef, Ref, Static, Tup, Unbound
from adcompiler.frontend.context import NUMBERS, Lowering, describe
from adcompiler.ir.core import Operand, Value

# by the number that the syntax tree has for !s, !r, !a and none of them
CONVERSIONS: dict[int, Callable[[object], object]] = {115: str, 114: repr, 97: ascii, -1: lambda value: value}


def formatted(low: Lowering, node: ast.JoinedStr) -> str:
    """An f-string of things known while compiling; others may stand in print and in messages only."""
    parts: list[str] = []
    for piece in node.values:
        match piece:
            case ast.Constant(value=value):
                parts.append(str(value))
            case ast.FormattedValue(value=value, conversion=conversion, format_spec=spec):
                found = low.settled(low.expression(value), "a number in a text")
                if not isinstance(found, Static):
                    low.refuse(
                        node,
                        "this f-string shows values that the program computes",
                        "f-strings of such values may stand in print and in messages only",
                    )
                shown = CONVERSIONS[conversion](found.value)
                layout = formatted(low, spec) if isinstance(spec, ast.JoinedStr) else ""
                parts.append(format(shown, layout))
    return "".join(parts)


def _constant(value: Any) -> ast.Constant:
    """A constant of any kind: NumPy's numbers and tuples too are printed as their repr."""
    return ast.Constant(value)


def arguments_text(
    low: Lowering, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> tuple[str, list[Operand]]:
    """The arguments of print or of an error as source text, with the program's values as numbered holes."""
    parts: list[Operand] = []
    texts = [_template(low, argument, parts) for argument in arguments]
    texts += [f"{keyword.arg}={_template(low, keyword.value, parts)}" for keyword in keywords]
    return ", ".join(texts), parts


def _template(low: Lowering, node: ast.expr, parts: list[Operand]) -> str:
    def hole(inner: ast.expr) -> ast.expr:
        return ast.copy_location(shown(low.expression(inner)), inner)

    def shown(found: Binding) -> ast.expr:
        match found:
            case Static(value) if isinstance(value, (str, *NUMBERS, type(None))):
                return _constant(value)
            case Value() | Ref() | Unbound():
                parts.append(low.operand(found))
                return ast.Name(f"_{len(parts) - 1}_", ast.Load())
            case Tup(items):
                return ast.Tuple([shown(item) for item in items], ast.Load())
            case ListRef(cell) if isinstance(content := low.store.held(cell), tuple):
                return ast.List([shown(item) for item in content], ast.Load())
            case DictRef(cell):
                held = low.store.mapping(cell)
                return ast.Dict([_constant(key) for key in held], [shown(item) for item in held.values()])
        return _constant(describe(found))

    class Holes(ast.NodeTransformer):
        def visit_FormattedValue(self, piece: ast.FormattedValue) -> ast.AST:
            return ast.FormattedValue(hole(piece.value), piece.conversion, piece.format_spec)

    def filled(inner: ast.expr) -> ast.expr:
        match inner:
            case ast.JoinedStr():
                made: ast.expr = Holes().visit(ast.JoinedStr(list(inner.values)))
                return made
            case ast.BinOp(ast.Constant(str()) as layout, ast.Mod(), ast.Tuple(items)):
                return ast.BinOp(layout, ast.Mod(), ast.Tuple([hole(item) for item in items], ast.Load()))
            case ast.BinOp(ast.Constant(str()) as layout, ast.Mod(), right):
                return ast.BinOp(layout, ast.Mod(), hole(right))
            case ast.BinOp(left, ast.Add(), right) if _is_text(left) or _is_text(right):
                return ast.BinOp(filled(left), ast.Add(), filled(right))
            case ast.Call(ast.Attribute(ast.Constant(str()), "format") as layout, items, named) if not any(
                isinstance(item, ast.Starred) for item in items
            ):
                words = [ast.keyword(one.arg, hole(one.value)) for one in named]
                return ast.Call(layout, [hole(item) for item in items], words)
            case ast.Call(ast.Name("str" | "repr") as kind, [item], []) if _is_builtin(low, kind):
                return ast.Call(kind, [hole(item)], [])
        return hole(inner)

    return ast.unparse(ast.fix_missing_locations(ast.copy_location(filled(node), node)))


def _is_text(node: ast.expr) -> bool:
    """Whether an expression is a text by its form."""
    match node:
        case ast.JoinedStr() | ast.Constant(str()) | ast.Call(ast.Name("str" | "repr"), [_], []):
            return True
        case ast.BinOp(left, ast.Add(), right):
            return _is_text(left) or _is_text(right)
        case ast.BinOp(ast.Constant(str()), ast.Mod()) | ast.Call(
            ast.Attribute(ast.Constant(str()), "format")
        ):
            return True
    return False


def _is_builtin(low: Lowering, node: ast.Name) -> bool:
    found = low.expression(node)
    return isinstance(found, Static) and found.value is getattr(builtins, node.id)
