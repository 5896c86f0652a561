"""The `return`s of a function, and which of those in a loop can wait until the loop is over.

Before and after, with the flag that the loop's way out sets anyway:

    for i in range(n):                   for i in range(n):
        y[i] = f(y[i - 1])                   y[i] = f(y[i - 1])
        if y[i] > limit:                     if y[i] > limit:
            return y, 1                          returned = True
                                                 break
                                         if returned:
                                             result = y, 1
"""

from __future__ import annotations

import ast
from collections.abc import Iterator


def returns_in(block: list[ast.stmt]) -> Iterator[ast.Return]:
    """The `return`s of the function itself, without those of functions nested in it."""
    stack = list(block)
    while stack:
        match stack.pop():
            case ast.Return() as stmt:
                yield stmt
            case ast.If() | ast.For() | ast.While() as stmt:
                stack += stmt.body + stmt.orelse
            case ast.With(body=body):
                stack += body


def deferred(loop: ast.For | ast.While) -> ast.Return | None:
    """A `return` in the loop of what the loop also writes into, where it is the only one or the others are like it.

    After the loop, which it ends, its names still hold what they held there, and the loop carries no second name
    for the memory that other trips write into.
    """
    given = list(returns_in([loop]))
    if len({ast.dump(one.value) if one.value else "" for one in given}) != 1:
        return None
    value = given[0].value
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    names = [_whole_or_slice(part) for part in parts]
    if None in names:
        return None
    return given[0] if not (_written_into(loop) - _bound(loop)).isdisjoint(names) else None


def _whole_or_slice(part: ast.expr | None) -> str | None:
    """The name that is given, whole or as a view by slices, such as `y`, `y[:k]` and `y[: k + 1, :]`; "" for a constant."""
    match part:
        case ast.Constant():
            return ""
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            slices = index.elts if isinstance(index, ast.Tuple) else [index]
            plain = (
                ast.Slice,
                ast.Name,
                ast.Constant,
                ast.BinOp,
                ast.UnaryOp,
                ast.operator,
                ast.unaryop,
                ast.Load,
            )
            if all(isinstance(one, ast.Slice) for one in slices) and all(
                isinstance(node, plain) for one in slices for node in ast.walk(one)
            ):
                return name
    return None


def _written_into(loop: ast.For | ast.While) -> set[str]:
    """The names through which the loop writes into memory: those of `x[...] = v`, `x.a[...] = v` and `x += v`."""
    found: set[str] = set()
    for node in ast.walk(loop):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Subscript(ctx=ast.Store(), value=inner):
                while isinstance(inner, ast.Subscript | ast.Attribute):
                    inner = inner.value
                if isinstance(inner, ast.Name):
                    found.add(inner.id)
    return found


def _bound(loop: ast.For | ast.While) -> set[str]:
    """The names that the loop binds anew."""
    changed = {id(node.target) for node in ast.walk(loop) if isinstance(node, ast.AugAssign)}
    return {
        node.id
        for node in ast.walk(loop)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in changed
    }
