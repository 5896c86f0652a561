"""Lists that are filled side by side and zipped for the caller, as one list of tuples.

dW = [None] * len(layers)                       dlayers = [None] * len(layers)
db = [None] * len(layers)
for k in ...:                           ->      for k in ...:
    db[k] = y
    dW[k] = x                                       dlayers[k] = (x, y)
return list(zip(dW, db))                        return dlayers
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Sequence

from adcompiler.emit.layout import remark, remark_of


def one_list(statements: list[ast.stmt], result: ast.expr) -> ast.expr:
    """Rewrite the statements of a function where that can be done; the result of the function then."""

    class Joined(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            match node:
                case ast.Call(func=ast.Name(id="list"), args=[ast.Call(func=ast.Name(id="zip"), args=lists)]):
                    names = [one.id for one in lists if isinstance(one, ast.Name)]
                    name = _join(statements, result, names) if len(names) == len(lists) > 1 else ""
                    return ast.Name(name, ast.Load()) if name else node
            return node

    found: ast.expr = Joined().visit(result)
    return found


def _join(statements: list[ast.stmt], result: ast.expr, names: list[str]) -> str:
    """The name of the one list; empty where there is more to the lists than being filled and zipped."""
    name = os.path.commonprefix(names).rstrip("_")
    nodes = [node for tree in (*statements, result) for node in ast.walk(tree)]
    used = [node.id for node in nodes if isinstance(node, ast.Name)]
    if not name or name in used or any(used.count(one) != 3 for one in names):
        return ""
    blocks = [statements, *(node.body for node in nodes if isinstance(node, ast.For))]
    made = _find(blocks, names, _blank)
    filled = _find(blocks, names, _item)
    if made is None or filled is None:
        return ""
    (block, start), (inner, first) = made, filled
    stores = {_item(statement)[0]: _assigned(statement) for statement in inner[first : first + len(names)]}
    values = [stores[one].value for one in names]
    place = _assigned(inner[first]).targets[0]
    assert isinstance(place, ast.Subscript)
    index = place.slice
    item = ast.Subscript(ast.Name(name, ast.Load()), index, ast.Store())
    _replace(inner, first, len(names), ast.Assign([item], ast.Tuple(values, ast.Load())))
    blank = ast.Assign([ast.Name(name, ast.Store())], _assigned(block[start]).value)
    _replace(block, start, len(names), blank)
    return name


def _assigned(statement: ast.stmt) -> ast.Assign:
    assert isinstance(statement, ast.Assign)
    return statement


def _replace(block: list[ast.stmt], start: int, count: int, statement: ast.stmt) -> None:
    comment = next((c for s in block[start : start + count] if (c := remark_of(s))), "")
    if comment:
        remark(statement, comment)
    block[start : start + count] = [statement]


def _find(
    blocks: Sequence[list[ast.stmt]], names: Sequence[str], read: Callable[[ast.stmt], tuple[str, str]]
) -> tuple[list[ast.stmt], int] | None:
    """Where neighbouring statements do the same with each of the names."""
    for block in blocks:
        for start in range(len(block) - len(names) + 1):
            run = [read(statement) for statement in block[start : start + len(names)]]
            if sorted(one for one, _ in run) == sorted(names) and len({what for _, what in run}) == 1:
                return block, start
    return None


def _blank(statement: ast.stmt) -> tuple[str, str]:
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.List(elts=[ast.Constant(value=None)]), op=ast.Mult()) as value,
        ):
            return name, ast.dump(value)
    return "", ""


def _item(statement: ast.stmt) -> tuple[str, str]:
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=index)]):
            return name, ast.dump(index)
    return "", ""
