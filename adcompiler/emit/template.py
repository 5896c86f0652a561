"""Expressions of the emitted code: literals, subscripts, calls of primitives by the templates of their rows.

What is the same in the NumPy and in the JAX flavour, so that each printer is left with statements only.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Literal, TypeAlias, TypeGuard, TypeVar

import numpy as np

from adcompiler.emit.augmented import less
from adcompiler.errors import InternalError
from adcompiler.ir.core import Apply, Function, walk
from adcompiler.ir.index import At, Index, NewAxis, Slice
from adcompiler.primitives.registry import PRIMITIVES, Primitive

Flavour: TypeAlias = Literal["numpy", "jax"]
Tree = TypeVar("Tree", bound=ast.AST)

MODULES: Mapping[Flavour, str] = {"numpy": "np", "jax": "jnp"}
SCIPY = frozenset(
    {"special", "linalg", "stats"}
)  # modules of SciPy, which NumPy code imports where it needs them


def dotted(path: str) -> ast.expr:
    """The expression `a.b.c`."""
    first, *rest = path.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def fill(text: str, **names: ast.expr | Sequence[ast.expr]) -> ast.expr:
    """The expression with names replaced, as in fill("jnp.full(shape, v)", shape=..., v=...)."""
    single = {name: node for name, node in names.items() if isinstance(node, ast.expr)}
    several = {name: list(nodes) for name, nodes in names.items() if not isinstance(nodes, ast.expr)}
    return _substitute(_parsed(text), single, several, set())


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def literal(value: object, flavour: Flavour = "numpy") -> ast.expr:
    """A Python or NumPy scalar, dtype, None, string, Ellipsis, or a container of these, as an expression.

    A NumPy scalar keeps its dtype: np.float32(1.0).
    """
    match value:
        case np.generic():
            return ast.Call(_dtype_name(value.dtype, flavour, scalar=True), [_scalar(value)], [])
        case np.dtype():
            return _dtype_name(value, flavour)
        case float() if flavour == "jax" and not math.isfinite(value):
            infinite: ast.expr = dotted("jnp.nan" if math.isnan(value) else "jnp.inf")
            return ast.UnaryOp(ast.USub(), infinite) if value < 0 else infinite
        case None | bool() | int() | float() | complex() | str() | bytes():
            return ast.Constant(value)
        case type() if issubclass(value, np.generic):
            return _dtype_name(np.dtype(value), flavour)
        case type() if value in (bool, int, float, complex):
            return dotted(value.__name__)
        case tuple():
            return ast.Tuple([literal(item, flavour) for item in value], ast.Load())
        case list():
            return ast.List([literal(item, flavour) for item in value], ast.Load())
        case dict():
            return ast.Dict(
                [literal(key, flavour) for key in value], [literal(item, flavour) for item in value.values()]
            )
        case slice():
            return ast.Call(
                dotted("slice"), [literal(v, flavour) for v in (value.start, value.stop, value.step)], []
            )
    if value is Ellipsis:
        return ast.Constant(Ellipsis)
    raise InternalError(f"no literal stands for {value!r} of type {type(value).__name__}")


def _scalar(value: np.generic) -> ast.expr:
    if isinstance(value, np.floating) and value.dtype.itemsize > 8:
        return ast.Constant(str(value))
    if isinstance(value, np.floating) and value.dtype.itemsize < 8 and math.isfinite(float(value)):
        # the shortest text that gives the same number in the scalar's own precision
        return ast.Constant(float(str(value)))
    if isinstance(value, (np.bool_, np.number)):
        return literal(value.item())
    raise InternalError(f"no literal stands for {value!r}")


def _dtype_name(dtype: np.dtype[np.generic], flavour: Flavour, scalar: bool = False) -> ast.expr:
    if dtype.kind == "b":
        return dotted(f"{MODULES[flavour]}.bool_") if scalar else dotted("bool")
    if dtype.kind not in "iufc":
        raise InternalError(f"no literal stands for the dtype {dtype}")
    return dotted(f"{MODULES[flavour]}.{dtype.name}")


def index_expr(index: Index, indices: Sequence[ast.expr]) -> ast.expr:
    """What stands inside `x[...]`; one element is no tuple, no element is `()`."""

    def part(operand: int | None) -> ast.expr | None:
        return None if operand is None else indices[operand]

    elements: list[ast.expr] = []
    for entry in index:
        match entry:
            case At(operand):
                elements.append(indices[operand])
            case Slice(start, stop, step):
                elements.append(ast.Slice(part(start), part(stop), part(step)))
            case NewAxis():
                elements.append(ast.Constant(None))
    # a lone array is no tuple; a lone tuple cannot occur, since operands are values
    return elements[0] if len(elements) == 1 else ast.Tuple(elements, ast.Load())


def call_expr(row: Primitive, op: Apply, arguments: Sequence[ast.expr], flavour: Flavour) -> ast.expr:
    """A primitive applied to arguments, as an expression.

    By the row's template where it has one, else as a call of the function: in the NumPy flavour the very one
    that the user called, in the JAX flavour that of the same name in jax.numpy. Static arguments that have
    their default value are left out.
    """
    attrs = dict(op.attrs)
    if row.name == "getitem":
        return ast.Subscript(arguments[0], index_expr(op.index, arguments[1:]), ast.Load())
    template = row.numpy if flavour == "numpy" else row.jax
    path = op.path or (row.paths[0] if row.paths else "")
    if template is None or (flavour == "numpy" and _named_otherwise(row, path)):
        keywords = [
            ast.keyword(name, literal(value, flavour))
            for name, value in attrs.items()
            if not _equal(value, row.defaults.get(name, _MISSING))
        ]
        plain = [node for name, node in _named(row, arguments) if name not in row.optional]
        given = [ast.keyword(name, node) for name, node in _named(row, arguments) if name in row.optional]
        given = [
            keyword for keyword in given if not _is_constant(keyword.value, row.optional[keyword.arg or ""])
        ]
        return ast.Call(_function(row, path, flavour), plain, [*given, *keywords])
    single = dict(zip(row.operands, arguments, strict=False))
    several = {row.variadic: list(arguments[len(row.operands) :])} if row.variadic else {}
    unset = {name for name, value in attrs.items() if _equal(value, row.defaults.get(name, _MISSING))}
    unset |= {name for name, nodes in several.items() if not nodes}
    unset |= {name for name, default in row.optional.items() if _is_constant(single[name], default)}
    statics = {name: literal(value, flavour) for name, value in attrs.items() if name in _names(template)}
    result = _substitute(_decided(template, attrs), {**statics, **single}, several, unset)
    if flavour == "numpy" and path in row.paths[1:] and _calls(result, row):
        # the template calls the row's first function, the user called one of the others
        return ast.Call(_function(row, path, flavour), result.args, result.keywords)
    return less(result) if op.location.adjoint else result


def scipy_modules(function: Function) -> set[str]:
    """The modules of SciPy that the NumPy code of a function calls."""
    found: set[str] = set()
    for op in walk(function.body):
        if isinstance(op, Apply):
            template, path = PRIMITIVES[op.primitive].numpy, op.path.removeprefix("jax.")
            found |= SCIPY & (_names(template) if template is not None else set())
            found |= {path.split(".")[1]} if path.startswith("scipy.") else set()
    return found


def _decided(template: ast.expr, attrs: Mapping[str, object]) -> ast.expr:
    """The template with `a if flag else b` decided where the flag is a static argument."""

    class Decided(ast.NodeTransformer):
        def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
            match node.test:
                case ast.Name(id=flag) if flag in attrs:
                    taken: ast.expr = self.visit(node.body if attrs[flag] else node.orelse)
                    return taken
            return node

    if not _has_choices(template):
        return template
    chosen: ast.expr = Decided().visit(copy.deepcopy(template))
    return chosen


@cache
def _has_choices(template: ast.expr) -> bool:
    return any(isinstance(node, ast.IfExp) for node in ast.walk(template))


def _named(row: Primitive, arguments: Sequence[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """The arguments with the names of the operands; those of a starred one have none."""
    names = [*row.operands, *([""] * (len(arguments) - len(row.operands)))]
    return zip(names, arguments, strict=True)


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and _equal(node.value, value)


_MISSING = object()


def _equal(value: object, default: object) -> bool:
    # True == 1 == 1.0, and a dtype compares equal to many things: the type has to agree as well
    return value is default or (type(value) is type(default) and value == default)


def _calls(node: ast.expr, row: Primitive) -> TypeGuard[ast.Call]:
    first = _function(row, row.paths[0], "numpy")
    return isinstance(node, ast.Call) and ast.dump(node.func) == ast.dump(first)


def _named_otherwise(row: Primitive, path: str) -> bool:
    """Whether the template is an operator or a method, but the user called a function.

    np.divide(1, 0) is no error; np.copy(x) keeps the order in memory, x.copy() does not.
    """
    spelled = ("operator.", "numpy.ndarray.")
    return row.paths[:1] != () and row.paths[0].startswith(spelled) and not path.startswith(spelled)


def _function(row: Primitive, path: str, flavour: Flavour) -> ast.expr:
    if flavour == "jax":
        own = next((p for p in row.paths if p.startswith("numpy.")), "")
        if not own and path.startswith("jax.") and not path.startswith("jax.numpy."):
            return dotted(path)
        if not own and row.paths[:1] != () and row.paths[0].startswith("scipy."):
            return dotted("jax." + row.paths[0])
        return dotted("jnp." + (own.removeprefix("numpy.") or path.rpartition(".")[2] or row.name))
    path = path.removeprefix("jax.") if path.startswith(("jax.numpy.", "jax.scipy.")) else path
    if path.startswith("numpy."):
        return dotted("np." + path.removeprefix("numpy."))
    if path.startswith("scipy."):
        return dotted(path.removeprefix("scipy."))
    return dotted(path.removeprefix("builtins.") or row.name)


@cache
def _names(template: ast.expr) -> Set[str]:
    return {node.id for node in ast.walk(template) if isinstance(node, ast.Name)}


def _copied(node: Tree) -> Tree:
    """A copy of a tree; copy.deepcopy asks of every object how it is copied, and takes three times as long."""
    fields: dict[str, object] = {}
    for field, value in ast.iter_fields(node):
        match value:
            case ast.AST():
                fields[field] = _copied(value)
            case list():
                fields[field] = [_copied(item) if isinstance(item, ast.AST) else item for item in value]
            case _:
                fields[field] = value
    return type(node)(**fields)


def _substitute(
    node: ast.expr, single: Mapping[str, ast.expr], several: Mapping[str, list[ast.expr]], unset: set[str]
) -> ast.expr:
    """A copy of the template with the names replaced; keyword arguments that are `unset` are dropped."""

    def name(node: ast.Name) -> ast.expr:
        if node.id in several:
            return ast.Tuple([_copied(item) for item in several[node.id]], ast.Load())
        return _copied(single[node.id]) if node.id in single else ast.Name(node.id, node.ctx)

    def spliced(nodes: Sequence[ast.AST], call: bool) -> Iterator[ast.AST]:
        for item in nodes:
            match item:
                case ast.Starred(value=ast.Name(id=starred)) if starred in several:
                    yield from map(_copied, several[starred])
                case ast.Name(id=starred) if call and starred in several:
                    yield from map(_copied, several[starred])
                case ast.keyword(value=ast.Name(id=static)) if static in unset:
                    continue
                case _:
                    yield rebuilt(item)

    def rebuilt(node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name):
            return name(node)
        fields: dict[str, object] = {}
        for field, value in ast.iter_fields(node):
            match value:
                case ast.AST():
                    fields[field] = rebuilt(value)
                case list():
                    nodes = all(isinstance(item, ast.AST) for item in value)
                    fields[field] = list(spliced(value, isinstance(node, ast.Call))) if nodes else list(value)
                case _:
                    fields[field] = value
        return type(node)(**fields)

    result = rebuilt(node)
    assert isinstance(result, ast.expr)
    return result
