"""The result of an emitted function: the structure that the user's function gives back, as a literal."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from adcompiler.emit.operations import call, name
from adcompiler.emit.template import literal
from adcompiler.errors import InternalError


def output_expr(tree: object, leaves: Sequence[ast.expr]) -> ast.expr:
    """The output tree of a function (see `Function`) with an expression for each leaf."""
    return _output(tree, dict(enumerate(leaves)))


def _output(tree: object, leaves: Mapping[int, ast.expr]) -> ast.expr:
    match tree:
        case int():
            return leaves[tree]
        case ("const", value):
            return literal(value)
        case ("tuple", [*children]):
            return ast.Tuple([_output(child, leaves) for child in children], ast.Load())
        case ("list", [*children]):
            return ast.List([_output(child, leaves) for child in children], ast.Load())
        case ("dict", [*keys], [*children]):
            return ast.Dict([literal(key) for key in keys], [_output(child, leaves) for child in children])
        case ("zip", child):
            return _zipped(child, leaves)
    raise InternalError(f"emit: {tree!r} is no output")


def _zipped(child: object, leaves: Mapping[int, ast.expr]) -> ast.expr:
    """Lists of the leaves of an item as a list of items."""
    match child:
        case int():
            return leaves[child]
        case ("tuple", [*fields]):
            plain = [k for k in fields if isinstance(k, int)]
            if plain and plain == fields:
                return call("list", call("zip", *(leaves[k] for k in plain)))
    numbers = list(dict.fromkeys(_numbers(child)))
    if not numbers:
        raise InternalError("emit: a list of items without leaves has no length")
    items = {k: _variable(leaves[k], k) for k in numbers}
    element = _output(child, {k: name(variable) for k, variable in items.items()})
    targets: list[ast.expr] = [ast.Name(items[k], ast.Store()) for k in numbers]
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    source = leaves[numbers[0]] if len(numbers) == 1 else call("zip", *(leaves[k] for k in numbers))
    return ast.ListComp(element, [ast.comprehension(target, source, [], 0)])


def _variable(leaf: ast.expr, number: int) -> str:
    return f"{leaf.id}_k" if isinstance(leaf, ast.Name) else f"item_{number}"


def _numbers(tree: object) -> list[int]:
    match tree:
        case int():
            return [tree]
        case ("tuple" | "list", [*children]) | ("dict", _, [*children]):
            return [number for child in children for number in _numbers(child)]
        case ("zip", child):
            return _numbers(child)
    return []
