"""Names: what they stand for in the scopes of Python."""

from __future__ import annotations

import ast
import builtins
import difflib
import importlib
from typing import NoReturn

from adcompiler.errors import CompileError
from adcompiler.frontend import patterns
from adcompiler.frontend.bindings import Binding, Frame, Static, visible
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Peel
from adcompiler.frontend.outside import lift
from adcompiler.frontend.scopes import held_in, local_names


def lookup(low: Lowering, node: ast.expr, name: str) -> Binding:
    """What a name stands for: local, enclosing, global, builtin."""
    scope: Frame | None = low.frame
    while scope is not None:
        if (found := held_in(low, scope, name)) is not None:
            return found
        if scope.tree is not None and name in local_names(scope.tree):
            _refuse_early(low, node, name)
        frame, scope = scope, scope.outer
    if name in frame.cells:
        held = frame.cells[name]
        assert callable(held.value)
        try:
            value = held.value()
        except ValueError:
            low.refuse(node, f"the enclosing variable {name!r} has no value yet", "bind it before the call")
        return lift(low, value, name, held.value)
    if name in frame.globals:
        space = frame.globals
        return lift(low, space[name], name, lambda: space[name])
    if name in patterns.NAMES:
        return Static(patterns.NAMES[name], name.rstrip("?"))
    if hasattr(builtins, name):
        return Static(getattr(builtins, name), name)
    like = difflib.get_close_matches(name, [*visible(low.frame), *frame.globals], 1)
    hint = f"did you mean {like[0]!r}?" if like else "define it before this line"
    low.refuse(node, f"the name {name!r} is not defined", hint)


def _refuse_early(low: Lowering, node: ast.expr, name: str) -> NoReturn:
    """A name is read before it is bound; the first trip of a loop may bind it for the others."""
    reason = CompileError.at(
        low.locate(node), f"{name!r} has no value here", "give it a value before this line, on every path"
    )
    if low.loops and low.loops[-1] in low.peelable:
        raise Peel(low.loops[-1], reason)
    raise reason


def import_names(low: Lowering, node: ast.Import | ast.ImportFrom) -> dict[str, object]:
    """The names that an import inside the function binds."""
    try:
        return _imported(low, node)
    except ImportError as problem:
        low.fail(problem, f"{type(problem).__name__}: {problem}", "install it, or leave the import out")


def _imported(low: Lowering, node: ast.Import | ast.ImportFrom) -> dict[str, object]:
    names: dict[str, object] = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            module = importlib.import_module(alias.name)
            root = importlib.import_module(alias.name.partition(".")[0])
            names[alias.asname or alias.name.partition(".")[0]] = module if alias.asname else root
        return names
    package = low.frame.globals.get("__package__")
    module = importlib.import_module(
        "." * node.level + (node.module or ""), package if isinstance(package, str) else None
    )
    for alias in node.names:
        value = getattr(module, alias.name, None)
        names[alias.asname or alias.name] = (
            value if value is not None else importlib.import_module(f"{module.__name__}.{alias.name}")
        )
    return names
