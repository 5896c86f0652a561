"""Trees for the tests of printing, and how they are printed."""

from __future__ import annotations

import ast
from typing import Any

from adcompiler.emit.source import render

WIDTH = 110


def module(*statements: ast.stmt | ast.expr) -> ast.Module:
    body = [ast.Expr(value=s) if isinstance(s, ast.expr) else s for s in statements]
    return ast.Module(body=body, type_ignores=[])


def name(identifier: str) -> ast.Name:
    return ast.Name(id=identifier, ctx=ast.Load())


def assign(target: str, value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def constant(value: Any) -> ast.Constant:
    """A Constant of anything, as a printer may make it."""
    return ast.Constant(value=value)


def parsed(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def printed(*statements: ast.stmt | ast.expr) -> str:
    """The text, which astor alone must have spelled."""
    result = render(module(*statements))
    assert result.unparsed == ()
    return result.text


def widest(text: str) -> int:
    return max(map(len, text.split("\n")))


STATEMENTS = """
import jax
from jax import lax


def outer(a, /, b: int = 2, *rest, key=None, **others) -> tuple[int, ...]:
    \"\"\"A docstring.

    With \\\\ and "quotes".
    \"\"\"
    x = [a for a in b if a]
    if a:
        x = 1
    elif b:
        x = 2
    else:
        x = 3
    for i, (p, q) in enumerate(zip(a, b)):
        if p:
            continue
        break
    else:
        pass
    while x > 0:
        x -= 1
    else:
        x = None
    with open(x) as f, g:
        pass
    try:
        del x
    except (A, B) as error:
        raise
    except C:
        pass
    else:
        y = 1
    finally:
        z: int = 2

    @decorator
    @other(1)
    def inner():
        nonlocal x
        global w
        yield x
        yield from y
        return lambda: x

    class C(Base, key=1):
        field: int

        def method(self):
            assert self, "message"

        async def other(self):
            async with a as b:
                await b
            async for i in a:
                pass

    return inner, C


if __name__ == "__main__":
    outer()
""".lstrip()
