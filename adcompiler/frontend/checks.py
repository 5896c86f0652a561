"""Checks: assert, and `if bad: raise`. They stay in the primal sweep and raise what the function raises."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Sequence
from dataclasses import dataclass

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import Binding, Static
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Diverged
from adcompiler.frontend.text import arguments_text
from adcompiler.primitives.registry import find

# what emitted code calls something else
TAKEN = frozenset({*vars(builtins), *keyword.kwlist, "np", "math", "jax", "jnp", "lax"})


@dataclass(frozen=True, slots=True)
class Raised:
    """An error: the name that its class has in emitted code, and the arguments that it is made with.

    `base` is the builtin class that stands above a class which is no builtin, `origin` where that comes from.
    """

    name: str
    arguments: Sequence[ast.expr] = ()
    keywords: Sequence[ast.keyword] = ()
    base: str | None = None
    origin: str | None = None


def check(low: Lowering, condition: Binding, error: Raised) -> None:
    """Keep a run-time check that the condition holds; the path on which it is known to fail ends here."""
    if isinstance(condition, Static) and condition.value:
        return
    text, parts = arguments_text(low, error.arguments, error.keywords)
    low.apply(
        "check",
        low.operand(condition),
        *parts,
        error=error.name,
        text=text,
        base=error.base,
        origin=error.origin,
    )
    if isinstance(condition, Static):
        reason = f"this raises {error.name} for these arguments"
        match error.arguments:
            case [ast.Constant(str() as why)]:
                reason = f"{reason}: {why}"
        hint = "call it with arguments that it accepts"
        raise Diverged(CompileError.at(low.builder.location, reason, hint))


def error_of(body: Sequence[ast.stmt]) -> ast.expr | None:
    """The error that a branch raises where it does nothing else."""
    match body:
        case [ast.Raise(exc=ast.expr() as error)]:
            return error
    return None


def raised_by(low: Lowering, error: ast.expr) -> Raised:
    """What `raise error` raises."""
    match error:
        case ast.Call(func=kind, args=arguments, keywords=keywords):
            pass
        case kind:
            arguments, keywords = [], []
    found = low.expression(kind)
    value = found.value if isinstance(found, Static) else None
    if not isinstance(value, type) or not issubclass(value, BaseException):
        low.refuse(kind, "only a class of errors can be raised", "write: raise ValueError(...)")
    return made_of(low, value, arguments, keywords)


def made_of(
    low: Lowering,
    kind: type[BaseException],
    arguments: Sequence[ast.expr],
    keywords: Sequence[ast.keyword] = (),
) -> Raised:
    """The error that a class makes of these arguments."""
    base = next(base for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base)
    if base is kind:
        return Raised(kind.__name__, arguments, keywords)
    origin = f"{kind.__module__}.{kind.__qualname__}"
    return Raised(_name(low, kind, origin), arguments, keywords, base.__name__, origin)


def _name(low: Lowering, error: type[BaseException], origin: str) -> str:
    """The name of a class of errors in emitted code, which can import those of NumPy."""
    if origin.startswith("numpy.") and find(origin) is error:
        return origin.replace("numpy.", "np.", 1)
    for name, known in low.errors.items():
        if known is error:
            return name
    wanted = error.__name__ if error.__name__.isidentifier() else "Error"
    # emitted functions and their helpers begin with a small letter
    name = low.new_name(f"{wanted}_" if wanted in TAKEN or wanted[0].islower() else wanted)
    low.errors[name] = error
    return name
