"""Owns `with`: np.errstate and warnings.catch_warnings, which only say which warnings are shown.

Normalisation takes the statements out of a `with`; what is left of it stands before them, without a body.
"""

from __future__ import annotations

import ast
import warnings
from typing import NoReturn

import numpy as np

from adcompiler.frontend.bindings import Binding, Static
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.static import static_key

KINDS = ("divide", "over", "under", "invalid")
AROUND = "put the `with` around the call of the function, outside of what is differentiated"


def enter(low: Lowering, node: ast.With) -> None:
    """Note which warnings a `with` silences; all contexts but np.errstate and catch_warnings are refused."""
    for item in node.items:
        call = item.context_expr
        function = low.expression(call.func) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or call.args or item.optional_vars is not None:
            _refuse(low, call)
        if isinstance(function, Static) and function.value is warnings.catch_warnings:
            _record(low, call)
            continue
        if not isinstance(function, Static) or function.value is not np.errstate:
            _refuse(low, call)
        _silence(low, call)


def filters(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """warnings.simplefilter(action, ...), warnings.filterwarnings(action, ...)."""
    action = static_key(low, arguments[0], "which action")
    if action == "error":
        low.stop("a warning that is an error stops the program in the middle of an operation", 'use "ignore"')
    if action == "ignore":
        low.silenced.update(KINDS)
    return Static(None)


def _record(low: Lowering, call: ast.Call) -> None:
    """catch_warnings(record=...): what is recorded, and asked for by no name, is not shown."""
    for keyword in call.keywords:
        if keyword.arg != "record":
            _refuse(low, call)
        if static_key(low, low.expression(keyword.value), "`record`"):
            low.silenced.update(KINDS)


def _silence(low: Lowering, call: ast.Call) -> None:
    modes: dict[str, object] = {}
    for keyword in sorted(call.keywords, key=lambda k: k.arg != "all"):
        mode = static_key(low, low.expression(keyword.value), f"`{keyword.arg}`")
        if mode not in (None, "ignore", "warn"):
            low.refuse(
                keyword,
                f"np.errstate({keyword.arg}={mode!r}) stops the program in the middle of an operation",
                'use "ignore" or "warn", and look at the result: np.isfinite(y)',
            )
        for kind in KINDS if keyword.arg == "all" else (str(keyword.arg),):
            modes[kind] = mode if mode is not None else modes.get(kind)
    low.silenced.update(kind for kind in KINDS if modes.get(kind) == "ignore")


def _refuse(low: Lowering, node: ast.AST) -> NoReturn:
    low.refuse(node, "`with` is not supported: a context manager runs code that cannot be seen here", AROUND)
