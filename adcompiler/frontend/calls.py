"""Calls: which function is meant, how its arguments are bound, and inlining of functions that have source."""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from adcompiler.errors import CompileError, Diagnostic
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Frame,
    ListRef,
    Method,
    Record,
    Static,
    Tup,
)
from adcompiler.frontend.context import KeywordRefused, Lowering, Poisoned, describe
from adcompiler.frontend.fence import refusals
from adcompiler.frontend.normalise import generated_names, normalise
from adcompiler.frontend.outside import is_foreign, lift
from adcompiler.frontend.recursion import call_apart, is_recursive, kind_of
from adcompiler.frontend.source import get_source
from adcompiler.frontend.unsupported import OUTSIDE_HINT, call_of_object, reason, unknown
from adcompiler.primitives.registry import path_of

DEPTH = 60


def call(low: Lowering, node: ast.Call) -> Binding:
    """A call expression."""
    from adcompiler.frontend.comprehensions import total_of
    from adcompiler.frontend.expressions import dict_items, expression, expressions

    function = expression(low, node.func)
    if isinstance(function, Static) and function.value is print:
        return _print(low, node)
    match node.args:
        case [ast.GeneratorExp() as items, *rest] if function == Static(sum, "sum") and any(
            g.ifs for g in items.generators
        ):
            start = [*expressions(low, rest), *(expression(low, k.value) for k in node.keywords), Static(0)]
            return total_of(low, items, start[0])
    arguments = expressions(low, node.args)
    keywords: dict[str, Binding] = {}
    for keyword in node.keywords:
        value = expression(low, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        for key, item in dict_items(low, value).items():
            keywords[str(key)] = item
    try:
        return call_binding(low, function, arguments, keywords)
    except KeywordRefused as error:
        (diagnostic,) = error.diagnostics
        for keyword in node.keywords:
            if keyword.arg == error.keyword:
                low.refuse(keyword, diagnostic.message, diagnostic.hint)
        raise


def _print(low: Lowering, node: ast.Call) -> Binding:
    """print stays where it is, with the program's values as operands."""
    from adcompiler.frontend.expressions import template

    parts = []  # type: ignore[var-annotated]
    texts: list[str] = []
    for keyword in node.keywords:
        if keyword.arg not in ("sep", "end", "flush"):
            low.refuse(keyword, f"the keyword {keyword.arg!r} of print is not supported", "print without it")
    for argument in [*node.args, *(k.value for k in node.keywords)]:
        text, found = template(low, argument)
        for k in reversed(range(len(found))):
            text = text.replace(f"_{k}_", f"_{k + len(parts)}_")
        parts.extend(found)
        texts.append(text)
    names = [""] * len(node.args) + [f"{k.arg}=" for k in node.keywords]
    body = ", ".join(name + text for name, text in zip(names, texts, strict=True))
    low.apply("print", *parts, text=f"print({body})")
    return Static(None)


def call_binding(
    low: Lowering, function: Binding, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call what a binding stands for."""
    match function:
        case Closure():
            return call_closure(low, function, arguments, keywords)
        case Method(owner, name):
            return call_method(low, owner, name, arguments, keywords)
        case Static(value):
            return call_object(low, value, function.origin, arguments, keywords)
        case Record(kind, _, _) if isinstance(getattr(kind, "__call__", None), types.FunctionType):
            return call_function(low, kind.__call__, [function, *arguments], keywords)
    low.stop(f"{describe(function)} cannot be called", "call functions and methods only; multiply with `*`")


def call_object(
    low: Lowering, function: object, origin: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Call a Python object that is known while compiling."""
    from adcompiler.frontend.builtin import BUILTINS, call_builtin, construct
    from adcompiler.frontend.library import call_library, call_pure

    inline = getattr(type(function), "inline_call", None)
    if inline is not None:
        return inline(function, low, arguments, keywords)  # type: ignore[no-any-return]
    try:
        handler = BUILTINS.get(function)
    except TypeError:
        handler = None
    if handler is not None:
        return call_builtin(low, function, handler, arguments, keywords)
    library = call_library(low, function, arguments, keywords)
    if library is not None:
        return library
    path = path_of(function)
    if path is not None:
        return call_path(low, path, arguments, keywords)
    if isinstance(function, functools.partial):
        before = [
            lift(low, a, f"{origin}.args[{k}]", lambda k=k: function.args[k])  # type: ignore[misc]
            for k, a in enumerate(function.args)
        ]
        given = {
            k: lift(low, v, f"{origin}.keywords[{k!r}]", lambda k=k: function.keywords[k])  # type: ignore[misc]
            for k, v in function.keywords.items()
        }
        return call_object(low, function.func, origin, before + arguments, {**given, **keywords})
    refusal = reason(function, origin)
    if refusal is not None:
        low.stop(*refusal)
    if isinstance(function, types.MethodType):
        owner = lift(low, function.__self__, f"{origin}.__self__", lambda: function.__self__)
        return call_object(low, function.__func__, origin, [owner, *arguments], keywords)
    if isinstance(function, types.FunctionType):
        return call_function(low, function, arguments, keywords, origin)
    if isinstance(function, type):
        return construct(low, function, arguments, keywords)
    pure = call_pure(low, function, arguments, keywords)
    if pure is not None:
        return pure
    if not isinstance(function, (types.BuiltinFunctionType, np.ufunc)) and isinstance(
        getattr(type(function), "__call__", None), types.FunctionType
    ):
        return call_function(low, type(function).__call__, [Static(function, origin), *arguments], keywords)
    on_object = call_of_object(low, function, origin, arguments, keywords)
    if on_object is not None:
        return on_object
    low.stop(*unknown(function, origin))


def call_path(low: Lowering, path: str, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """Call the primitive of a dotted path."""
    from adcompiler.frontend.primitive_calls import call_primitive

    return call_primitive(low, path, arguments, keywords)


# ---------------------------------------------------------------------------------------------------- functions with source


def call_function(
    low: Lowering,
    function: Callable[..., object],
    arguments: list[Binding],
    keywords: dict[str, Binding],
    origin: str = "",
) -> Binding:
    """Inline a Python function; what is wrong inside one that the user did not write is reported at its call."""
    function = inspect.unwrap(function)
    assert isinstance(function, types.FunctionType)
    try:
        source = get_source(function)
    except CompileError as error:
        if not low.frames:
            raise
        low.stop(error.diagnostics[0].message, error.diagnostics[0].hint)
    name = function.__name__
    defaults = tuple(
        lift(low, value, f"{name}.__defaults__[{k}]", lambda k=k: (function.__defaults__ or ())[k])  # type: ignore[misc]
        for k, value in enumerate(function.__defaults__ or ())
    )
    named = {
        key: lift(
            low,
            value,
            f"{name}.__kwdefaults__[{key!r}]",
            lambda key=key: (function.__kwdefaults__ or {})[key],  # type: ignore[misc]
        )
        for key, value in (function.__kwdefaults__ or {}).items()
    }
    cells = {
        free: Static(lambda cell=cell: cell.cell_contents, free)
        for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    }
    frame = Frame(source, {}, function.__globals__, cells, None, None, source.tree)
    if not low.frames or not is_foreign(source.file) or is_foreign(low.frame.source.file):
        return inline(low, frame, defaults, named, arguments, keywords)
    return _reported_here(
        low, origin or name, function, lambda: inline(low, frame, defaults, named, arguments, keywords)
    )


def _reported_here(
    low: Lowering, name: str, function: types.FunctionType, action: Callable[[], Binding]
) -> Binding:
    """Run an action whose errors, in source that is not the user's, are reported as one at this place."""
    before = dict(low.diagnostics)
    found: list[Diagnostic] = []
    result: Binding | None = None
    try:
        result = action()
    except Poisoned:
        pass
    except CompileError as error:
        found = list(error.diagnostics)
    found = [d for key, d in low.diagnostics.items() if key not in before] + found
    if not found:
        if result is None:
            raise Poisoned
        return result
    low.diagnostics = before
    first = found[0]
    if function.__module__.startswith("adcompiler."):
        low.stop(first.message, first.hint)
    place = f"{function.__module__}, line {first.location.line}"
    low.stop(f"`{name}` cannot be differentiated: {first.message} ({place})", OUTSIDE_HINT)


def call_closure(
    low: Lowering, closure: Closure, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Inline a function that was defined inside the one being compiled."""
    outer = closure.frame
    frame = Frame(closure.source, {}, outer.globals, outer.cells, outer, None, closure.tree)
    return inline(low, frame, closure.defaults, closure.keyword_defaults, arguments, keywords)


@functools.cache
def _normalised(tree: ast.FunctionDef | ast.Lambda) -> ast.FunctionDef:
    return normalise(tree)


def inline(
    low: Lowering,
    frame: Frame,
    defaults: tuple[Binding, ...],
    keyword_defaults: Mapping[str, Binding],
    arguments: list[Binding],
    keywords: Mapping[str, Binding],
) -> Binding:
    """Lower the body of a function in place of its call."""
    source, tree = frame.source, frame.tree
    assert tree is not None
    names = bind(
        low, getattr(tree, "name", "<lambda>"), tree.args, defaults, keyword_defaults, arguments, keywords
    )
    if sum(other.tree is tree for other in low.frames) > DEPTH:
        low.stop(
            f"{getattr(tree, 'name', 'the lambda')} calls itself without an end that is known while compiling",
            "end the recursion on a size or a constant, or write it as a loop",
        )
    if not any(other.source is source for other in low.frames):
        caller = low.builder.location if low.frames else None
        found = [replace(d, location=d.location.inlined_at(caller)) for d in refusals(source)]
        if found:
            raise CompileError(*found)
    frame.kind = kind_of(low, frame, names)
    if is_recursive(low, frame, names):
        return call_apart(low, frame, names, lambda inner: _body(low, frame, inner))
    return _body(low, frame, names)


def _body(low: Lowering, frame: Frame, names: dict[str, Binding]) -> Binding:
    """Lower the statements of a function; its result is that of its one return."""
    from adcompiler.frontend.expressions import expression
    from adcompiler.frontend.statements import block

    location, before = low.builder.location, low.frame
    assert frame.tree is not None
    body = _normalised(frame.tree)
    frame.generated = generated_names(body)
    frame.names, frame.caller = names, location if low.frames else None
    low.frame = frame
    low.frames.append(low.frame)
    try:
        *statements, last = body.body
        block(low, statements)
        assert isinstance(last, ast.Return)
        if len(low.frames) == 1:
            low.returns = low.locate(last if _returns(frame.tree) else frame.tree)
        if low.diagnostics and last.value is not None:
            return _result_or_poison(low, last)
        with low.at(last):
            return expression(low, last.value) if last.value is not None else Static(None)
    finally:
        low.frames.pop()
        low.frame = before
        low.builder.location = location


def _returns(tree: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether there is a return statement."""
    return isinstance(tree, ast.Lambda) or any(isinstance(node, ast.Return) for node in ast.walk(tree))


def _result_or_poison(low: Lowering, last: ast.Return) -> Binding:
    """After errors the result may follow from them; only new errors are reported."""
    from adcompiler.frontend.bindings import Poison
    from adcompiler.frontend.expressions import expression

    assert last.value is not None
    try:
        with low.at(last):
            return expression(low, last.value)
    except Poisoned:
        return Poison()


def bound_arguments_defaults(
    low: Lowering, arguments: ast.arguments
) -> tuple[tuple[Binding, ...], dict[str, Binding]]:
    """The defaults of a function defined here, evaluated now."""
    from adcompiler.frontend.expressions import expression

    positional = tuple(expression(low, node) for node in arguments.defaults)
    named = {
        a.arg: expression(low, node)
        for a, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if node
    }
    return positional, named


def bind(
    low: Lowering,
    name: str,
    spec: ast.arguments,
    defaults: Sequence[Binding],
    keyword_defaults: Mapping[str, Binding],
    arguments: Sequence[Binding],
    keywords: Mapping[str, Binding],
) -> dict[str, Binding]:
    """Arguments to parameters, as Python does it."""
    positional = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    names: dict[str, Binding] = dict(zip(positional, arguments, strict=False))
    rest = list(arguments[len(positional) :])
    if rest and spec.vararg is None:
        low.stop(
            f"{name}() takes {len(positional)} arguments, but {len(arguments)} are given",
            "give the right number",
        )
    if spec.vararg is not None:
        names[spec.vararg.arg] = Tup(tuple(rest))
    extra: dict[object, Binding] = {}
    only = {a.arg for a in spec.kwonlyargs}
    allowed = {a.arg for a in spec.args} | only
    for key, value in keywords.items():
        if key in names and key in allowed:
            low.stop_keyword(key, f"{name}() gets {key!r} twice", "give it once")
        if key in allowed:
            names[key] = value
        elif spec.kwarg is not None:
            extra[key] = value
        else:
            like = difflib.get_close_matches(key, allowed, 1)
            hint = (
                f"did you mean {like[0]!r}?"
                if like
                else f"it has {', '.join(map(repr, positional)) or 'none'}"
            )
            low.stop_keyword(key, f"{name}() has no parameter {key!r}", hint)
    if spec.kwarg is not None:
        cell = Cell()
        low.store.put(cell, extra)
        names[spec.kwarg.arg] = DictRef(cell)
    first = len(positional) - len(defaults)
    for parameter, default in [*zip(positional[first:], defaults, strict=True), *keyword_defaults.items()]:
        own = replace(default, origin=parameter) if isinstance(default, Static) else default
        names.setdefault(parameter, own)
    missing = [parameter for parameter in [*positional, *only] if parameter not in names]
    if missing:
        low.stop(f"{name}() needs {', '.join(map(repr, missing))}", "give every argument that has no default")
    return names


def call_method(
    low: Lowering, owner: Binding, name: str, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """owner.name(...)."""
    from adcompiler.frontend.array_methods import array_method
    from adcompiler.frontend.builtin import container_method, replaced

    match owner:
        case Record(kind) if issubclass(kind, tuple) and name == "_replace" and not arguments:
            return replaced(low, owner, keywords)
        case Record(kind, names, items) if issubclass(kind, tuple) and name == "_asdict":
            cell = Cell()
            low.store.put(cell, dict(zip(names, items, strict=True)))
            return DictRef(cell)
        case Record(kind):
            found = inspect.getattr_static(kind, name)
            if isinstance(found, staticmethod):
                return call_object(low, found.__func__, name, arguments, keywords)
            return call_object(low, found, name, [owner, *arguments], keywords)
        case ListRef() | Tup() | DictRef():
            return container_method(low, owner, name, arguments, keywords)
    return array_method(low, owner, name, arguments, keywords)
