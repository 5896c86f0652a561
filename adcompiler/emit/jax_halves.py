"""The two halves of an emitted JAX function: its statements before and after the border of its sweeps.

Nothing that JAX computes is written to afterwards, so that the second half may read any name of the first. What is
known while tracing, such as a size, is not handed over but computed again, from the shapes of what is.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adcompiler.emit.layout import Comment
from adcompiler.errors import InternalError

_STATIC_CALLS = frozenset({"len", "max", "min", "range", "int", "abs"})
Scope = ast.FunctionDef | ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp


@dataclass(frozen=True, slots=True)
class Halves:
    """Two functions; `residuals` are the names that go from the first to the second, `static` those known while tracing.

    Of the static names of the second, the first has them as parameters of its own.
    """

    forward: ast.FunctionDef
    backward: ast.FunctionDef
    residuals: tuple[str, ...]
    static: tuple[str, ...]


def split(
    definition: ast.FunctionDef,
    name: str,
    static: Sequence[str],
    seed: str,
    docs: tuple[str, str],
    counts: bool,
) -> Halves:
    """The halves of a function that returns (value, cotangents), given the cotangent of the value as `seed`.

    counts: it returns ((value, cotangents), trips), and the first half ((value, residuals), trips).
    """
    body = definition.body[ast.get_docstring(definition) is not None :]
    *statements, last = body
    assert isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple)
    whole, trips = last.value.elts if counts else (last.value, None)
    assert isinstance(whole, ast.Tuple)
    value, slopes = whole.elts
    border = next((k for k, s in enumerate(statements) if _is_border(s)), len(statements))
    early = [s for s in statements[:border] if not isinstance(s, Comment)]
    late = [s for s in statements[border:] if not isinstance(s, Comment)]
    # conversions of the cotangent stand among those of the arguments
    late = [s for s in early if seed in loads(s)] + late
    early = [s for s in early if seed not in loads(s)]
    ends = [value] if trips is None else [value, trips]
    # what the value is made of belongs to the first half
    wanted = {n for end in ends for n in loads(end)}
    early += _slice(wanted & _bound(late), late)
    if seed in _free(early):
        raise InternalError(f"the value of {name} depends on its own cotangent")
    parameters = [a.arg for a in _parameters(definition.args) if a.arg != seed]
    lasting = set(static) - _bound(early)  # a parameter that is not read may lend its name to another value
    fixed = _static(early, lasting & set(parameters))
    needed = _slice(_free([*late, ast.Return(slopes)]), [one.again for one in fixed])
    again = [one for one in fixed if one.again in needed]
    late = [*(one.again for one in again), *late]
    for one in reversed(again):
        early[one.place : one.place] = [
            ast.Assign([ast.Name(kept, ast.Store())], _load(name)) for name, kept in one.kept.items()
        ]
    free = _free([*late, ast.Return(slopes)])
    known = {*parameters, *_bound(early)}
    held = [n for n in dict.fromkeys([*parameters, *_order(early)]) if n in free and n in known]
    given = tuple(n for n in held if n in lasting)
    residuals = tuple(n for n in held if n not in lasting)
    result: ast.expr = ast.Tuple([value, ast.Tuple([_load(n) for n in residuals], ast.Load())], ast.Load())
    if trips is not None:
        result = ast.Tuple([result, trips], ast.Load())
    first = copy.copy(definition)
    first.name, first.args = f"{name}_fwd", _without(definition.args, seed)
    first.body = [_doc(docs[0]), *early, ast.Return(result)]
    second = copy.copy(definition)
    second.name = f"{name}_bwd"
    second.args = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(n) for n in (*residuals, seed)],
        kwonlyargs=[ast.arg(n) for n in given],
        kw_defaults=[None] * len(given),
        defaults=[],
    )
    second.body = [_doc(docs[1]), *late, ast.Return(slopes)]
    return Halves(first, second, residuals, given)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters in their order."""
    starred = [[one] if one is not None else [] for one in (arguments.vararg, arguments.kwarg)]
    return [*arguments.posonlyargs, *arguments.args, *starred[0], *arguments.kwonlyargs, *starred[1]]


def _is_border(statement: ast.stmt) -> bool:
    return isinstance(statement, Comment) and statement.text == "adjoint"


def _doc(text: str) -> ast.stmt:
    return ast.Expr(ast.Constant(text))


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def loads(node: ast.AST) -> set[str]:
    """The names that a statement or expression reads and does not bind itself."""
    return _free([node])


def _free(nodes: Sequence[ast.AST]) -> set[str]:
    """The names that are read before these bind them, in order."""
    found: set[str] = set()
    bound: set[str] = set()
    for node in nodes:
        found |= _reads(node) - bound
        bound |= _stores(node)
    return found


def _reads(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef):
        inner = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
        return _free(node.body) - inner
    if isinstance(node, ast.Lambda):
        return _reads(node.body) - {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        inner = {n for g in node.generators for n in _stores(g.target)}
        return {n for child in ast.iter_child_nodes(node) for n in _reads(child)} - inner
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, (ast.For, ast.While, ast.If)):
        head = node.iter if isinstance(node, ast.For) else node.test
        target = _stores(node.target) if isinstance(node, ast.For) else set()
        return _reads(head) | (_free(node.body) | _free(node.orelse)) - target
    if isinstance(node, ast.AugAssign):
        return _reads(node.value) | _stores(node.target) | _reads(node.target)
    return {n for child in ast.iter_child_nodes(node) for n in _reads(child)}


def _stores(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    if isinstance(node, Scope):
        return set()
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    return own | {n for child in ast.iter_child_nodes(node) for n in _stores(child)}


def _bound(statements: Iterable[ast.stmt]) -> set[str]:
    return {n for s in statements for n in _stores(s)}


def _order(statements: Iterable[ast.stmt]) -> list[str]:
    return [n for s in statements for n in sorted(_stores(s))]


def _slice(wanted: set[str], statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that bind names, with those that these need."""
    wanted = set(wanted)
    found: list[ast.stmt] = []
    for statement in reversed(statements):
        if not wanted.isdisjoint(_stores(statement)):
            found.insert(0, statement)
            wanted |= _reads(statement)
    return found


@dataclass(frozen=True, slots=True)
class _Static:
    """A statement of the first half that binds what is known while tracing, and the same for the second half.

    kept: what the statement reads and a later one binds anew, with the names that hold it.
    """

    place: int
    again: ast.stmt
    kept: dict[str, str]


def _static(statements: Sequence[ast.stmt], given: set[str]) -> list[_Static]:
    """The statements that bind a name, once, to what is known while tracing."""
    stores = _order(statements)
    known = set(given)
    found: list[_Static] = []
    for k, statement in enumerate(statements):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                once = stores.count(name) == 1 and name not in given
                if once and _is_static(value, known):
                    known.add(name)
                    kept = {n: f"{n}_before" for n in sorted(_reads(value) & _bound(statements[k + 1 :]))}
                    found.append(_Static(k, _renamed(statement, kept), kept))
    return found


def _renamed(statement: ast.stmt, names: dict[str, str]) -> ast.stmt:
    made = copy.deepcopy(statement)
    for node in ast.walk(made):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            node.id = names.get(node.id, node.id)
    return made


def _is_static(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.Name(id=name):
            return name in known
        case ast.Subscript(value=ast.Attribute(value=ast.Name(), attr="shape"), slice=index):
            return _is_static(index, known)
        case ast.BinOp(left=left, right=right):
            return _is_static(left, known) and _is_static(right, known)
        case ast.UnaryOp(operand=operand):
            return _is_static(operand, known)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return name in _STATIC_CALLS and all(_is_static(a, known) for a in arguments)
    return False


def _without(arguments: ast.arguments, name: str) -> ast.arguments:
    kept = [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if a.arg != name]
    made = copy.copy(arguments)
    made.args = [a for a in arguments.args if a.arg != name]
    made.kwonlyargs, made.kw_defaults = [a for a, _ in kept], [d for _, d in kept]
    return made
