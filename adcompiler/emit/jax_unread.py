"""Assignments that nothing reads any more: a window of constant width is read by its start alone.

    t = i + rows
    window = lax.dynamic_slice_in_dim(x, i, width)   ->   window = lax.dynamic_slice_in_dim(x, i, width)

Which operands of an op its text needs is known when it is printed, and the statements before it are printed by
then. So what became unread goes last.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from adcompiler.emit.layout import Comment, remark, remark_of

_PURE = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Tuple)
_PARTS = (ast.expr_context, ast.operator, ast.unaryop)


def without_unread(function: ast.FunctionDef) -> None:
    """Drop from the function, in place, what it computes without an effect and does not read."""
    changed = True
    while changed:
        changed = False
        for block, ends in list(_blocks(function)):
            changed |= _drop(block, ends)


def _blocks(function: ast.FunctionDef) -> Iterator[tuple[list[ast.stmt], bool]]:
    """All blocks of a function, and whether no name of theirs is read behind them."""
    for node in ast.walk(function):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block, isinstance(node, ast.FunctionDef)


def _drop(block: list[ast.stmt], ends: bool) -> bool:
    unread = [k for k, statement in enumerate(block) if _is_unread(statement, block[k + 1 :], ends)]
    for k in reversed(unread):
        statement = block.pop(k)
        following = next((one for one in block[k:] if not isinstance(one, Comment)), None)
        if following is not None and remark_of(statement) and not remark_of(following):
            remark(following, remark_of(statement))
    return bool(unread)


def _is_unread(statement: ast.stmt, rest: Sequence[ast.stmt], ends: bool) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_pure(value):
            for other in rest:
                if name in _mentioned(other):
                    return _is_bound_anew(name, other)
            return ends
    return False


def _is_pure(value: ast.expr) -> bool:
    return all(isinstance(node, (*_PURE, *_PARTS)) for node in ast.walk(value))


def _mentioned(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _is_bound_anew(name: str, statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=bound)], value=value):
            return bound == name and name not in {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    return False
