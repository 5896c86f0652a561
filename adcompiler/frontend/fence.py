"""Owns what the language leaves out: all places of a function whose syntax cannot be compiled, found at once.

The fence knows the syntax alone. What a call or an attribute means is decided later; only the built-in
functions that no program with a derivative needs are refused here, by their bare name.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from adcompiler.errors import Diagnostic
from adcompiler.frontend.normalise import jump_in
from adcompiler.frontend.patterns import captured, choice_inside
from adcompiler.frontend.source import Source

# Why a piece of syntax is refused, and what to write instead.
Refusal = tuple[str, str]

_SENT = "`{}` is only supported as a statement of its own: what it gives is what the caller sends"
_AROUND = "put the `{}` around the call of the function, outside of what is differentiated"

_SYNTAX: dict[str, Refusal] = {
    "TryStar": ("`except*` is not supported: it handles errors of concurrent tasks", _AROUND.format("try")),
    "AsyncWith": ("`async with` is not supported: it waits for an event loop", _AROUND.format("async with")),
    "AsyncFor": (
        "`async for` is not supported: it waits for an event loop",
        "collect the items first, then loop with `for`",
    ),
    "AsyncFunctionDef": ("`async def` is not supported: an event loop decides when it runs", "write `def`"),
    "Await": (
        "`await` is not supported: it waits for an event loop",
        "await outside, and pass the result as an argument",
    ),
    "ClassDef": (
        "a class cannot be defined inside a differentiated function",
        "move the class to the top level of the module",
    ),
    "TypeAlias": (
        "a type alias cannot be defined inside a differentiated function",
        "move it to the top level of the module",
    ),
    "TemplateStr": ("a template string is not supported", "write an f-string"),
}

_RUNS_TEXT = "`{}` runs text that cannot be seen before the program runs"
_ALL_NAMES = "`{}` reaches names that are not written here, so what depends on them cannot be known"
_BY_NAME = "`{}` changes an object that may be visible elsewhere, so later reads of it cannot be followed"

_CALLS: dict[str, Refusal] = {
    "exec": (
        _RUNS_TEXT,
        "write the statements out, or make a function of them outside and pass it as an argument",
    ),
    "eval": (_RUNS_TEXT, "write the expression out, or pass `lambda x: ...` as an argument"),
    "compile": (_RUNS_TEXT, "make a function outside and pass it as an argument"),
    "__import__": (_RUNS_TEXT, "write `import name`"),
    "open": ("`{}` reads or writes a file", "read the file outside, and pass what it holds as an argument"),
    "input": ("`{}` waits for a person", "ask outside, and pass the answer as an argument"),
    "globals": (_ALL_NAMES, "write the global's name, or pass its value as an argument"),
    "locals": (_ALL_NAMES, "write the local names out, for example as a dict `{'x': x}`"),
    "vars": (_ALL_NAMES, "write the attributes out: `obj.x`, `obj.y`"),
    "setattr": (_BY_NAME, "return the new value, or a new object: `dataclasses.replace(obj, x=value)`"),
    "delattr": (_BY_NAME, "return a new object without the attribute"),
}


def refusals(source: Source) -> list[Diagnostic]:
    """All places of the function, nested functions too, that the language leaves out, in source order."""
    found: list[Diagnostic] = []
    own = _own_names(source)
    for node, in_comprehension in _nodes(source.tree):
        for place, (message, hint) in _refused(node, in_comprehension, own):
            found.append(Diagnostic(message, source.locate(place), hint))
    return sorted(found, key=lambda d: (d.location.line, d.location.column))


def _refused(node: ast.AST, in_comprehension: bool, own: set[str]) -> Iterator[tuple[ast.AST, Refusal]]:
    """What is wrong with this one node, each with the node to point at."""
    match node:
        case ast.Global(names=names) if changed := [name for name in names if name in own]:
            message = "`global` is not supported: a gradient must not change what other code sees"
            yield node, (message, f"pass {_list(changed)} as an argument and return the new value")
        case ast.Try() if (jump := jump_in(node)) is not None:
            message = f"`{type(jump).__name__.lower()}` in the middle of a `try` is not supported"
            yield jump, (message, "assign in the `try`, and leave behind it, in its `else`")
        case ast.Try(handlers=[_, *_]) if (place := _yield_in(node)) is not None:
            yield place, ("`yield` inside a `try` with handlers is not supported", "yield behind it")
        case ast.MatchClass(cls=kind, patterns=[first, *_]):
            message = f"a pattern by its place in `{ast.unparse(kind)}(...)` is not supported"
            yield first, (message, "write the attribute, `Point(x=0)`, or for a class alone `float() as v`")
        case ast.MatchMapping(rest=str(name)):
            yield (
                node,
                (f"`**{name}` in a pattern is not supported", "match the dict, and read the keys you want"),
            )
        case ast.match_case(pattern=pattern) if (choice := choice_inside(pattern)) is not None:
            message = "alternatives that bind names inside of a pattern are not supported"
            yield choice, (message, "write a case for each of them")
        case ast.Yield() | ast.YieldFrom():
            word = "yield" if isinstance(node, ast.Yield) else "yield from"
            yield node, (_SENT.format(word), "pass what the generator needs as arguments")
        case ast.ImportFrom(module=module, names=[ast.alias(name="*")]):
            message = "`import *` inside a function hides which names it binds"
            yield node, (message, f"import the names that are used: `from {module} import name`")
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS and name not in own:
            message, hint = _CALLS[name]
            yield node, (message.format(name), hint)
        case ast.NamedExpr(target=target) if in_comprehension:
            message = f"`:=` inside a comprehension is not supported: it assigns `{target.id}` outside of it"
            yield node, (message, "write a `for` loop that assigns and appends")
        case ast.comprehension(is_async=1, target=target):
            message = "an asynchronous comprehension is not supported: it waits for an event loop"
            yield target, (message, "collect the items first, then write the comprehension without `async`")
        case _ if (refusal := _SYNTAX.get(type(node).__name__)) is not None:
            yield node, refusal


def _yield_in(node: ast.Try) -> ast.AST | None:
    return next((one for one in ast.walk(node) if isinstance(one, (ast.Yield, ast.YieldFrom))), None)


def _list(names: list[str]) -> str:
    return ", ".join(f"`{n}`" for n in names)


def _nodes(tree: ast.FunctionDef | ast.Lambda) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes that run in a call of the function, each with whether it stands in a comprehension."""
    body = tree.body if isinstance(tree, ast.FunctionDef) else [tree.body]
    stack: list[tuple[ast.AST, bool]] = [(n, False) for n in body]
    while stack:
        node, within = stack.pop()
        parts: list[ast.AST]
        match node:
            case ast.ClassDef():
                yield node, within  # the class is to move out whole
                parts = []
            case ast.Expr(value=ast.Yield(value=value) | ast.YieldFrom(value=value)):
                parts = [] if value is None else [value]
            case ast.AnnAssign():
                yield node, within
                parts = (
                    [node.target] if node.value is None else [node.target, node.value]
                )  # the annotation never runs
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node, within
                defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
                parts = [*node.decorator_list, *defaults, *node.body]
            case _:
                yield node, within
                parts = list(ast.iter_child_nodes(node))
        comprehension = isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
        stack += [(n, within or comprehension) for n in parts]


def _own_names(source: Source) -> set[str]:
    """Names that do not mean built-in functions in here: locals, free names, and the module's own globals."""
    bound: set[str] = set(source.function.__code__.co_freevars)
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                bound.add(name)
            case ast.pattern():
                bound.update(captured(node))
            case ast.alias(name=name, asname=asname):
                bound.add(asname or name.split(".")[0])
    names = source.function.__globals__
    return bound | {n for n in _CALLS if n in names and names[n] is not getattr(builtins, n)}
