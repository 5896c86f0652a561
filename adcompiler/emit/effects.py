"""print, assert and raise as statements, and the classes of errors that emitted code cannot import.

Such a class is written down beside the function, under its name and below the builtin error that it stands
below. Who runs the function in the process that has the class puts the class itself in its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from adcompiler.emit.template import Flavour, dotted, fill
from adcompiler.ir.core import Apply, Function, walk

# builtin errors take no arguments by name
NAMED = """
    def __init__(self, *values, **named):
        super().__init__(*values, *named.values())
"""


def printed(op: Apply, parts: Sequence[ast.expr]) -> ast.expr:
    """The call of print that an op stands for, with its holes _0_, _1_ ... filled."""
    return _filled(str(op.attr("text")), parts)


def stopping(op: Apply, test: ast.expr, parts: Sequence[ast.expr], flavour: Flavour) -> ast.stmt:
    """The statement that raises the error of a check unless the test holds."""
    arguments = _filled(f"_({op.attr('text')})", parts)
    assert isinstance(arguments, ast.Call)
    if op.attr("error") == "AssertionError":
        return ast.Assert(test, arguments.args[0] if arguments.args else None)
    error = ast.Call(dotted(_error(op, flavour)), arguments.args, arguments.keywords)
    if isinstance(test, ast.Constant):
        return ast.Raise(error)
    return ast.If(negated(test), [ast.Raise(error)], [])


def negated(test: ast.expr) -> ast.expr:
    """not test."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
    return ast.UnaryOp(ast.Not(), test)


def error_names(function: Function, flavour: Flavour) -> set[str]:
    """The names of errors that a function raises."""
    return {_error(op, flavour) for op in _checks([function])}


def error_classes(functions: Sequence[Function], flavour: Flavour) -> list[ast.stmt]:
    """Classes for the errors that the functions raise and that emitted code can neither know nor import."""
    classes: dict[str, str] = {}
    for op in _checks(functions):
        name, base = _error(op, flavour), op.attr("base")
        if base is not None and "." not in name:
            text = f'class {name}({base}):\n    """Stands for {op.attr("origin")}."""\n'
            made = _filled(f"_({op.attr('text')})", [])
            classes[name] = (
                text + NAMED if isinstance(made, ast.Call) and made.keywords else classes.get(name, text)
            )
    return [statement for text in classes.values() for statement in ast.parse(text).body]


def _checks(functions: Sequence[Function]) -> Iterator[Apply]:
    for function in functions:
        for op in walk(function.body):
            if isinstance(op, Apply) and op.primitive == "check":
                yield op


def _error(op: Apply, flavour: Flavour) -> str:
    """The name of an error; only NumPy code imports NumPy."""
    name = str(op.attr("error"))
    return name if flavour == "numpy" else name.rpartition(".")[2]


def _filled(text: str, parts: Sequence[ast.expr]) -> ast.expr:
    return fill(text, **{f"_{number}_": part for number, part in enumerate(parts)})
