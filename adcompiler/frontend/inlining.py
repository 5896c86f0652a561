"""Functions that have source: how their arguments are bound, and their bodies lowered in place of the call."""

from __future__ import annotations

import ast
import difflib
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from adcompiler.errors import CompileError, Diagnostic
from adcompiler.frontend.bindings import Binding, Closure, Frame, Poison, Static, Tup
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.fence import refusals
from adcompiler.frontend.interrupts import Poisoned
from adcompiler.frontend.mangling import written_name
from adcompiler.frontend.normalise import generated_names, normalise
from adcompiler.frontend.outside import at, is_foreign, lift
from adcompiler.frontend.recursion import (
    call_apart,
    compute_numbers,
    is_recursive,
    kind_of,
    limit_repeats,
    with_computed,
)
from adcompiler.frontend.scopes import boxed
from adcompiler.frontend.source import Source, get_source
from adcompiler.frontend.unsupported import OUTSIDE_HINT
from adcompiler.frontend.yielding import Yielding, first_yield

DEPTH = 60
NO_RESULT = (
    "`yield` hands control back in the middle of the function, which has no single result to differentiate",
    "append to a list and return the list",
)


def call_function(
    low: Lowering,
    function: Callable[..., object],
    arguments: list[Binding],
    keywords: dict[str, Binding],
    origin: str = "",
) -> Binding:
    """Inline a Python function; what is wrong inside one that the user did not write is reported at its call."""
    assert isinstance(function, types.FunctionType)
    try:
        source = get_source(function)
    except CompileError as error:
        if not low.frames:
            raise
        low.stop(error.diagnostics[0].message, error.diagnostics[0].hint)
    name = function.__name__
    defaults = tuple(
        lift(low, value, f"{name}.__defaults__[{k}]", at(lambda: function.__defaults__, k))
        for k, value in enumerate(function.__defaults__ or ())
    )
    named = {
        key: lift(
            low,
            value,
            f"{name}.__kwdefaults__[{key!r}]",
            at(lambda: function.__kwdefaults__, key),
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
    # those in a function that the user hands to it stay where they are
    own = [d for d in found if not is_foreign(d.location.file)]
    if own:
        raise CompileError(*own)
    first = found[0]
    if function.__module__.startswith("adcompiler."):
        low.stop(first.message, first.hint)
    place = f"{function.__module__}, line {first.location.line}"
    low.stop(f"`{name}` cannot be differentiated: {first.message} ({place})", OUTSIDE_HINT)


def closure(low: Lowering, node: ast.FunctionDef | ast.Lambda) -> Closure:
    """A function defined here; its free names are looked up when it is called, as in Python."""
    defaults, keywords = bound_arguments_defaults(low, node.args)
    return Closure(low.frame.source, node, low.frame, defaults, keywords)


def bound_arguments_defaults(
    low: Lowering, arguments: ast.arguments
) -> tuple[tuple[Binding, ...], dict[str, Binding]]:
    """The defaults of a function defined here, evaluated now."""
    positional = tuple(low.expression(node) for node in arguments.defaults)
    named = {
        a.arg: low.expression(node)
        for a, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if node
    }
    return positional, named


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
    assert isinstance(source, Source) and tree is not None
    names = bind(low, written_name(tree), tree.args, defaults, keyword_defaults, arguments, keywords)
    if tree in low.endless:
        raise Poisoned  # reported already; each further call would go as deep again
    names = with_computed(low, frame, names)
    if sum(other.tree is tree for other in low.frames) > DEPTH:
        frame.kind = kind_of(low, frame, names)
        compute_numbers(low, frame, names)
        low.endless.add(tree)
        low.stop(
            f"{getattr(tree, 'name', 'the lambda')} calls itself without an end that is known while compiling",
            "end the recursion on a size or a constant, or write it as a loop",
        )
    if not any(other.source is source for other in low.frames):
        caller = low.builder.location if low.frames else None
        found = [replace(d, location=d.location.inlined_at(caller)) for d in refusals(source)]
        if found:
            raise CompileError(*found)
    if isinstance(tree, ast.FunctionDef) and (place := first_yield(tree)) is not None:
        if not low.frames:
            raise CompileError.at(source.locate(place), *NO_RESULT)
        return Static(Yielding(frame, tree, names))
    frame.kind, frame.entry = kind_of(low, frame, names), low.builder
    limit_repeats(low, frame, names)
    if is_recursive(low, frame, names):
        return call_apart(low, frame, names, lambda inner: _body(low, frame, inner))
    return _body(low, frame, names)


def _body(low: Lowering, frame: Frame, names: dict[str, Binding]) -> Binding:
    """Lower the statements of a function; its result is that of its one return."""
    location, before = low.builder.location, low.frame
    assert frame.tree is not None
    body = _normalised(frame.tree)
    frame.generated = generated_names(body)
    frame.names, frame.caller = boxed(low, frame.tree, names), location if low.frames else None
    low.frame = frame
    low.frames.append(low.frame)
    try:
        *statements, last = body.body
        low.block(statements)
        assert isinstance(last, ast.Return)
        if len(low.frames) == 1:
            low.returns = low.locate(last if _returns(frame.tree) else frame.tree)
        if low.diagnostics and last.value is not None:
            return _result_or_poison(low, last)
        with low.at(last):
            return low.expression(last.value) if last.value is not None else Static(None)
    finally:
        low.frames.pop()
        frame.ended = True
        low.frame = before
        low.builder.location = location


def _returns(tree: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether there is a return statement."""
    return isinstance(tree, ast.Lambda) or any(isinstance(node, ast.Return) for node in ast.walk(tree))


def _result_or_poison(low: Lowering, last: ast.Return) -> Binding:
    """After errors the result may follow from them; only new errors are reported."""
    assert last.value is not None
    try:
        with low.at(last):
            return low.expression(last.value)
    except Poisoned:
        return Poison()


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
        names[spec.kwarg.arg] = low.new_dict(extra)
    first = len(positional) - len(defaults)
    for parameter, default in [*zip(positional[first:], defaults, strict=True), *keyword_defaults.items()]:
        own = replace(default, origin=parameter) if isinstance(default, Static) else default
        names.setdefault(parameter, own)
    missing = [parameter for parameter in [*positional, *only] if parameter not in names]
    if missing:
        low.stop(f"{name}() needs {', '.join(map(repr, missing))}", "give every argument that has no default")
    return names
