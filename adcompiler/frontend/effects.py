"""print, warnings.warn and sys.exit: what tells something to people stays where it is, with the program's values as operands."""

from __future__ import annotations

import ast
import builtins
import sys
import warnings
from collections.abc import Callable

from adcompiler.frontend.bindings import Binding, Static
from adcompiler.frontend.checks import check, made_of
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.text import arguments_text


def tells(function: Binding) -> Callable[[Lowering, ast.Call], Binding] | None:
    """What lowers a call of print, of warnings.warn or of sys.exit; None for other functions."""
    match function:
        case Static(value) if value is print:
            return _print
        case Static(value) if value is warnings.warn:
            return _warn
        case Static(value) if value is sys.exit:
            return _exit
    return None


def _print(low: Lowering, node: ast.Call) -> Binding:
    for keyword in node.keywords:
        if keyword.arg not in ("sep", "end", "flush"):
            low.refuse(keyword, f"the keyword {keyword.arg!r} of print is not supported", "print without it")
    text, parts = arguments_text(low, node.args, node.keywords)
    low.apply("print", *parts, text=f"print({text})")
    return Static(None)


def _warn(low: Lowering, node: ast.Call) -> Binding:
    """The message, and the class that Python knows of its kind; on which line it is shown is another matter."""
    given = dict(zip(("message", "category", "stacklevel"), node.args, strict=False))
    given.update({str(keyword.arg): keyword.value for keyword in node.keywords})
    unknown = given.keys() - {"message", "category", "stacklevel"}
    if "message" not in given or unknown:
        low.refuse(
            node, "this warning is more than a message and its kind", "warnings.warn(message, category)"
        )
    text, parts = arguments_text(low, [given["message"]], [])
    kind = low.expression(given["category"]) if "category" in given else Static(None)
    if isinstance(kind, Static) and isinstance(kind.value, type) and issubclass(kind.value, Warning):
        known = next(c.__name__ for c in kind.value.__mro__ if getattr(builtins, c.__name__, None) is c)
        text += f", {known}"
    elif kind != Static(None):
        low.refuse(
            given["category"], "the kind of this warning is no class of warnings", "use RuntimeWarning"
        )
    low.apply("print", *parts, text=f"warnings.warn({text})")
    return Static(None)


def _exit(low: Lowering, node: ast.Call) -> Binding:
    """sys.exit(status) is `raise SystemExit(status)`."""
    check(low, Static(False), made_of(low, SystemExit, node.args, node.keywords))
    return Static(None)
