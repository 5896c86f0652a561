"""Owns the exchange of two names by way of a third, which is written as what it is.

Before and after:

    spare = u                            u, u_new = u_new, u
    u = u_new
    u_new = spare

Only where the third name is read nowhere else: in a loop it would be one more name for memory that the next trip
writes into.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter


def exchanges(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The function with `a, b = b, a` for `t = a; a = b; b = t`; the input is not modified."""
    read = Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    )
    outer = {
        name for node in ast.walk(tree) if isinstance(node, ast.Nonlocal | ast.Global) for name in node.names
    }
    once = {name for name, times in read.items() if times == 1} - outer
    new = copy.copy(tree)
    new.body = _block(tree.body, once)
    return new


def _block(block: list[ast.stmt], once: set[str]) -> list[ast.stmt]:
    done: list[ast.stmt] = []
    at = 0
    while at < len(block):
        pair = _exchange(block[at : at + 3], once)
        done.append(pair or _inside(block[at], once))
        at += 3 if pair else 1
    return done


def _exchange(block: list[ast.stmt], once: set[str]) -> ast.stmt | None:
    match block:
        case [
            ast.Assign(targets=[ast.Name(id=spare)], value=ast.Name(id=a)),
            ast.Assign(targets=[ast.Name(id=to_a) as first], value=ast.Name(id=b) as second),
            ast.Assign(targets=[ast.Name(id=to_b)], value=ast.Name(id=kept)),
        ] if (a, b, spare) == (to_a, to_b, kept) and a != b and spare in once:
            names = ast.Tuple([ast.Name(a, ast.Store()), ast.Name(b, ast.Store())], ast.Store())
            values = ast.Tuple([ast.Name(b, ast.Load()), ast.Name(a, ast.Load())], ast.Load())
            for node in (names, *names.elts):
                ast.copy_location(node, first)
            for node in (values, *values.elts):
                ast.copy_location(node, second)
            return ast.copy_location(ast.Assign([names], values), block[1])
    return None


def _inside(stmt: ast.stmt, once: set[str]) -> ast.stmt:
    if not isinstance(stmt, ast.If | ast.For | ast.While | ast.With):
        return stmt
    new = copy.copy(stmt)
    new.body = _block(stmt.body, once)
    if not isinstance(new, ast.With):
        new.orelse = _block(new.orelse, once)
    return new
