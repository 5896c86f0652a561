"""From `ast` trees to readable source text, through astor, and from that text to a loaded namespace.

Owned here: which constants can be written down; that the text parses back to the tree that was printed, with
`ast.unparse` for the statements that astor cannot serve; and the loading of the text under a file name that
tracebacks, pdb and inspect can show. `spelling.py` spells statements, `layout.py` sets them on the page, and
`wrap.py` breaks long lines.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, overload

import numpy as np

from adcompiler.emit.layout import Blank, Comment, lay_out, remark, remark_of
from adcompiler.emit.spelling import Generator, parses_to
from adcompiler.errors import InternalError
from adcompiler.stack import deep_recursion

__all__ = [
    "Blank",
    "Comment",
    "Printed",
    "indents",
    "load_module",
    "normalise_constants",
    "print_module",
    "remark",
    "render",
]

_LISTS = ("keywords", "decorator_list", "orelse", "finalbody", "handlers", "ifs", "posonlyargs", "kwonlyargs")
_EMPTY_LISTS = (*_LISTS, "kw_defaults", "defaults", "type_params", "type_ignores")
_NUMBERS = {"conversion": -1, "is_async": 0, "level": 0, "simple": 1}


# ---------------------------------------------------------------- constants
@overload
def normalise_constants(tree: ast.Module, constants: str = "np") -> ast.Module: ...
@overload
def normalise_constants(tree: ast.stmt, constants: str = "np") -> ast.stmt: ...
@overload
def normalise_constants(tree: ast.expr, constants: str = "np") -> ast.expr: ...
def normalise_constants(tree: ast.AST, constants: str = "np") -> ast.AST:
    """A fresh tree, no node of it shared, in which every constant can be written down.

    NumPy scalars become Python scalars, negative numbers a minus applied to a positive one, inf and nan
    attributes of the module named by `constants` (np, jnp or math). Fields left out are filled in.
    InternalError for a constant that has no literal.
    """
    return _fresh(tree, constants)


def _fresh(node: ast.AST, constants: str) -> ast.AST:
    match node:
        case ast.Constant(value=value):
            return _constant(value, constants)
        case Comment(text=text):
            return Comment(text)
        case ast.JoinedStr(values=values):
            return ast.JoinedStr(values=_merged(values, constants))
    fields: dict[str, object] = {}
    for name in node._fields:
        value = getattr(node, name, None)
        match value:
            case None if name in _EMPTY_LISTS:
                fields[name] = []
            case None if name in _NUMBERS:
                fields[name] = _NUMBERS[name]
            case None if name == "ctx":
                fields[name] = ast.Load()
            case ast.AST():
                fields[name] = _fresh(value, constants)
            case list():
                items = [_fresh(item, constants) if isinstance(item, ast.AST) else item for item in value]
                only_comments = bool(items) and all(isinstance(item, Comment | Blank) for item in items)
                if only_comments and not isinstance(node, ast.Module):
                    items.append(ast.Pass())
                fields[name] = items
            case _:
                fields[name] = value
    fresh = type(node)(**fields)
    comment = remark_of(node)
    return remark(fresh, comment) if comment and isinstance(fresh, ast.stmt) else fresh


def _merged(values: list[ast.expr], constants: str) -> list[ast.expr]:
    """The parts of an f-string as the parser gives them: neighbouring texts joined, empty ones dropped."""
    merged: list[ast.expr] = []
    for value in values:
        match value, merged:
            case ast.Constant(value=""), _:
                pass
            case ast.Constant(value=str(text)), [*_, ast.Constant(value=str(before))]:
                merged[-1] = ast.Constant(value=before + text)
            case ast.Constant(value=str(text)), _:
                merged.append(ast.Constant(value=text))
            case _:
                part = _fresh(value, constants)
                assert isinstance(part, ast.expr)
                merged.append(part)
    return merged


def _constant(value: object, constants: str) -> ast.expr:
    """The expression that gives exactly this value."""
    if isinstance(value, np.generic):
        value = _python_scalar(value)
    match value:
        case None | bool() | EllipsisType():
            return ast.Constant(value=value)
        case str() | bytes():
            return ast.Constant(value=value[:])
        case int():
            return _signed(ast.Constant(value=abs(int(value))), value < 0)
        case float():
            return _float(float(value), constants)
        case complex():
            return _complex(complex(value), constants)
        case tuple():
            return ast.Tuple(elts=[_constant(item, constants) for item in value], ctx=ast.Load())
    raise InternalError(f"emit: {value!r} of type {type(value).__name__} cannot be written as a constant")


def _python_scalar(value: np.generic) -> object:
    match value:
        case np.bool_() | np.str_() | np.bytes_():
            return value.item()
        case np.integer():
            return int(value)
        case np.floating() if np.isnan(value) or value == float(value):
            return float(value)
        case np.complexfloating() if np.isnan(value) or value == complex(value):
            return complex(value)
    raise InternalError(f"emit: {value!r} of type {type(value).__name__} has no exact Python constant")


def _signed(magnitude: ast.expr, negative: bool) -> ast.expr:
    return ast.UnaryOp(op=ast.USub(), operand=magnitude) if negative else magnitude


def _float(value: float, constants: str) -> ast.expr:
    if math.isfinite(value):
        return _signed(ast.Constant(value=abs(value)), math.copysign(1.0, value) < 0)
    name = "nan" if math.isnan(value) else "inf"
    magnitude = ast.Attribute(value=ast.Name(id=constants, ctx=ast.Load()), attr=name, ctx=ast.Load())
    return _signed(magnitude, value == -math.inf)


def _complex(value: complex, constants: str) -> ast.expr:
    """An imaginary literal or a sum with one; complex(a, b) where a sign, an inf or a nan would be lost."""
    real_negative, imag_negative = (math.copysign(1.0, part) < 0 for part in (value.real, value.imag))
    literal = ast.Constant(value=complex(0.0, abs(value.imag)))
    if math.isfinite(value.imag):
        if value.real == 0 and real_negative == imag_negative:
            return _signed(literal, imag_negative)
        if value.real != 0 and value.imag != 0:
            op = ast.Sub() if imag_negative else ast.Add()
            return ast.BinOp(left=_float(value.real, constants), op=op, right=literal)
    parts = [_float(value.real, constants), _float(value.imag, constants)]
    return ast.Call(func=ast.Name(id="complex", ctx=ast.Load()), args=parts, keywords=[])


# ---------------------------------------------------------------- printing
# what astor raises on a node that it does not know, or knows from an older Python
_ASTOR_ERRORS = (AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Printed:
    """Source text, and the statements that ast.unparse had to spell because astor could not."""

    text: str
    unparsed: tuple[str, ...] = ()


def print_module(module: ast.Module, constants: str = "np") -> str:
    """PEP 8 text of the module, at most 110 columns wide, that parses back to the same tree.

    `constants` names the module in which inf and nan are found. InternalError if no spelling parses back.
    """
    return render(module, constants).text


def render(module: ast.Module, constants: str = "np") -> Printed:
    """As print_module, with a record of what astor could not spell."""
    try:
        with deep_recursion():
            tree = normalise_constants(module, constants)
            return _as_spelled(tree) or _as_checked(tree)
    except RecursionError as error:
        raise InternalError("emit: an expression is nested too deeply to be printed") from error


def _as_spelled(tree: ast.Module) -> Printed | None:
    """The module as astor prints it, if that parses back; one check of the whole is the cheapest."""
    try:
        text = lay_out(tree, Generator().spell)
    except _ASTOR_ERRORS:
        return None
    return Printed(text) if parses_to(text, tree) else None


def _as_checked(tree: ast.Module) -> Printed:
    """The module with each statement checked, and spelled by ast.unparse where astor fails."""
    generator = Generator()
    unparsed: list[str] = []

    def spell(statement: ast.stmt) -> str:
        try:
            text: str = generator.spell(statement)
        except _ASTOR_ERRORS:
            text = ""
        if text and parses_to(text, statement):
            return text
        unparsed.append(ast.unparse(ast.fix_missing_locations(statement)))
        return unparsed[-1]

    text = lay_out(tree, spell)
    if parses_to(text, tree):
        return Printed(text, tuple(unparsed))
    raise InternalError(f"emit: the text does not parse back to the tree that was printed\n{text}")


def indents(block: Sequence[ast.stmt]) -> int:
    """How many levels statements are nested inside one another, when they are printed; `elif` adds none."""
    deepest, stack = 0, [(stmt, 0) for stmt in block]
    while stack:
        stmt, level = stack.pop()
        deepest = max(deepest, level)
        body, orelse = getattr(stmt, "body", []), getattr(stmt, "orelse", [])
        stack += [(inner, level + 1) for inner in body]
        elif_ = isinstance(stmt, ast.If) and len(orelse) == 1 and isinstance(orelse[0], ast.If)
        stack += [(inner, level + (not elif_)) for inner in orelse]
    return deepest


# ---------------------------------------------------------------- loading
_loaded = itertools.count(1)


def load_module(text: str, name: str, instead: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The namespace after executing the text, which tracebacks and pdb show as `<adcompiler name 1>`.

    `instead` is put in the place of what the text defines under the same names.
    """
    file = f"<adcompiler {name} {next(_loaded)}>"
    try:
        code = compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise InternalError(f"emit: the text of {name} does not compile: {error}\n{text}") from error
    # a modification time of None keeps linecache.checkcache from looking for the file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, object] = {"__name__": f"adcompiler.emitted.{name}", "__file__": file}
    exec(code, namespace)
    namespace.update(instead or {})
    return namespace
