"""Calls of functions that JAX traces, and of their derivatives, as expressions of the JAX flavour."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence

from adcompiler.emit.layout import Comment
from adcompiler.emit.template import dotted, fill, literal
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply, Function, walk
from adcompiler.primitives.traced import Function as Called
from adcompiler.primitives.traced import Hole, Pulled, Pushed, Traced, boxed, callee, function_of

_DERIVATIVES = {
    Pulled: "its cotangents are those of jax.vjp",
    Pushed: "its tangents are those of jax.jvp",
}


def traced_call(op: Apply, arguments: Sequence[ast.expr]) -> ast.expr:
    """The call that an op `traced` stands for."""
    function = function_of(op)
    call = _written(function, list(arguments))
    return ast.Subscript(call, ast.Constant(0), ast.Load()) if boxed(function) else call


def imports_of_traced(function: Function) -> list[ast.stmt]:
    """The imports of what a function calls by `traced`; refuses a parameter that hides a module."""
    modules: dict[str, None] = {}
    given = {param.text for param in function.params}
    for op in walk(function.body):
        if isinstance(op, Apply) and op.primitive == "traced":
            module = callee(function_of(op)).module
            top = module.partition(".")[0]
            if top in given and top != "jax":
                raise CompileError.at(
                    op.location,
                    f"a parameter has the name of the module {top!r}, which is called",
                    "rename it",
                )
            modules[module] = None
    return [ast.Import([ast.alias(module)]) for module in modules]


def modules_of_traced(function: Function) -> set[str]:
    """The names that the imports of what a function calls by `traced` bind."""
    return {
        callee(function_of(op)).module.partition(".")[0]
        for op in walk(function.body)
        if isinstance(op, Apply) and op.primitive == "traced"
    }


def remarks_on_traced(function: Function) -> list[ast.stmt]:
    """What a reader has to know of functions whose derivatives are not written out."""
    pulled = {
        f"{callee(made)} was not compiled: JAX traces it, and {_DERIVATIVES[type(made)]}": None
        for op in walk(function.body)
        if isinstance(op, Apply) and op.primitive == "traced"
        if not isinstance(made := function_of(op), Traced)
    }
    return [Comment(text) for text in pulled]


def _written(function: Called, arguments: list[ast.expr]) -> ast.expr:
    match function:
        case Traced():
            keywords = [ast.keyword(name, _argument(value, arguments)) for name, value in function.keywords]
            plain = [_argument(value, arguments) for value in function.arguments]
            return ast.Call(dotted(str(function)), plain, keywords)
        case Pulled(of, moved, results):
            given, seeds = arguments[:-results], arguments[-results:]
            seed = ast.Tuple(seeds, ast.Load()) if function.many else seeds[0]
            points = [given[number] for number in moved]
            return fill(
                "jax.vjp(f, *points)[1](seed)", f=_of_moved(of, moved, given), points=points, seed=seed
            )
        case Pushed(of, moved):
            given, tangents = arguments[: -len(moved)], arguments[-len(moved) :]
            points = [given[number] for number in moved]
            f = _of_moved(of, moved, given)
            return fill("jax.jvp(f, (*points,), (*tangents,))[1]", f=f, points=points, tangents=tangents)


def _of_moved(function: Called, moved: Sequence[int], given: Sequence[ast.expr]) -> ast.expr:
    """The function of what is differentiated; the name of a function where that is all."""
    everything = tuple(range(len(given)))
    if isinstance(function, Traced) and not function.keywords and moved == everything:
        if function.arguments == tuple(map(Hole, everything)):
            return dotted(str(function))
    taken = {node.id for part in given for node in ast.walk(part) if isinstance(node, ast.Name)}
    free = (name for k in itertools.count() if (name := f"a{k}") not in taken)
    whole = list(given)
    names = [next(free) for _ in moved]
    for number, name in zip(moved, names, strict=True):
        whole[number] = ast.Name(name, ast.Load())
    params = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    return ast.Lambda(params, _written(function, whole))


def _argument(value: object, arguments: Sequence[ast.expr]) -> ast.expr:
    match value:
        case Hole(number):
            return arguments[number]
        case tuple():
            return ast.Tuple([_argument(item, arguments) for item in value], ast.Load())
    return literal(value, "jax")
