"""A failing program made small: statements deleted, blocks unwrapped, expressions replaced by parts of them."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from adcompiler.verify.fuzz.generate import NAME, Program

Edit = Callable[[ast.Module], bool]  # changes a tree in place; False where it does not apply
BODIES = ("body", "orelse")


def shrink(
    program: Program, fails: Callable[[Program], bool], trials: int = 1500, seconds: float = 150.0
) -> Program:
    """The smallest program found that still fails, by greedy edits until none is left or time is up."""
    best = program
    end = time.monotonic() + seconds
    progress = True
    while progress and trials > 0 and time.monotonic() < end:
        progress = False
        for kind in (_deletions, _unwrappings, _simplifications):
            k = 0
            while trials > 0 and time.monotonic() < end:
                edits = list(kind(ast.parse(best.source)))
                if k >= len(edits):
                    break
                candidate = _edited(best, edits[k])
                if candidate is not None and candidate.source != best.source:
                    trials -= 1
                    if fails(candidate):
                        best, progress = candidate, True
                        continue  # the next edit has this one's number now
                k += 1
    return _without_parameters(best, fails)


def _edited(program: Program, edit: Edit) -> Program | None:
    tree = ast.parse(program.source)
    try:
        if not edit(tree):
            return None
        return replace(program, source=ast.unparse(ast.fix_missing_locations(tree)) + "\n")
    except (ValueError, SyntaxError, RecursionError):
        return None


def _without_parameters(program: Program, fails: Callable[[Program], bool]) -> Program:
    """The program without the parameters that it does not read, as far as it still fails; one is kept."""
    for parameter in program.parameters:
        if len(program.parameters) == 1:
            break
        tree = ast.parse(program.source)
        function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == NAME)
        if any(isinstance(n, ast.Name) and n.id == parameter.name for n in ast.walk(function)):
            continue
        function.args.args = [arg for arg in function.args.args if arg.arg != parameter.name]
        parameters = tuple(other for other in program.parameters if other is not parameter)
        candidate = replace(program, source=ast.unparse(tree) + "\n", parameters=parameters)
        if candidate.argnums and fails(candidate):
            program = candidate
    return program


# ---------------------------------------------------------------- edits, each by the number of its place
def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """All lists of statements, outer ones first."""
    for node in ast.walk(tree):
        for field in BODIES:
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def _deletions(tree: ast.Module) -> Iterator[Edit]:
    """Runs of statements, long ones first, from the end."""
    for length in (8, 4, 2, 1):
        for number, block in enumerate(_blocks(tree)):
            for start in reversed(range(len(block) - length + 1)):
                yield _deletion(number, start, length)


def _deletion(number: int, start: int, length: int) -> Edit:
    def edit(tree: ast.Module) -> bool:
        block = list(_blocks(tree))[number]
        removed = block[start : start + length]
        if any(isinstance(node, ast.FunctionDef) and node.name == NAME for node in removed):
            return False
        if length == 1 and isinstance(removed[0], ast.Pass) and len(block) == 1:
            return False
        block[start : start + length] = []
        if not block and not isinstance(_owner(tree, block), ast.Module):
            _restore(tree, block)
        return True

    return edit


def _owner(tree: ast.Module, block: list[ast.stmt]) -> ast.AST:
    return next(n for n in ast.walk(tree) if any(getattr(n, f, None) is block for f in BODIES))


def _restore(tree: ast.Module, block: list[ast.stmt]) -> None:
    """An empty body gets a pass; an empty else is none."""
    if getattr(_owner(tree, block), "body", None) is block:
        block.append(ast.Pass())


def _unwrappings(tree: ast.Module) -> Iterator[Edit]:
    """Blocks replaced by what is inside them."""
    for number, block in enumerate(_blocks(tree)):
        for position, statement in enumerate(block):
            if isinstance(statement, ast.If | ast.For | ast.While):
                for field in BODIES:
                    yield _unwrapping(number, position, field)


def _unwrapping(number: int, position: int, field: str) -> Edit:
    def edit(tree: ast.Module) -> bool:
        block = list(_blocks(tree))[number]
        statement = block[position]
        inner: list[ast.stmt] = getattr(statement, field)
        if not inner:
            return False
        if isinstance(statement, ast.For) and field == "body":
            first = ast.parse("0", mode="eval").body
            if not (isinstance(statement.iter, ast.Call) and "range" in ast.unparse(statement.iter)):
                first = ast.Subscript(statement.iter, ast.Constant(0), ast.Load())
            inner = [ast.Assign([statement.target], first), *inner]
        block[position : position + 1] = inner
        return True

    return edit


def _simplifications(tree: ast.Module) -> Iterator[Edit]:
    """Expressions replaced by one of their parts, or by a constant."""
    for number, (parent, field, position) in enumerate(_expressions(tree)):
        node = _get(parent, field, position)
        for choice in range(len(_simpler(node))):
            yield _simplification(number, choice)


def _expressions(tree: ast.Module) -> list[tuple[ast.AST, str, int | None]]:
    """The places of all expressions that are read, outer ones first."""
    found: list[tuple[ast.AST, str, int | None]] = []
    for parent in ast.walk(tree):
        if isinstance(parent, ast.Attribute | ast.Slice | ast.arguments | ast.ClassDef | ast.AnnAssign):
            continue
        for field, value in ast.iter_fields(parent):
            if field in ("func", "slice", "target", "targets", "decorator_list"):
                continue
            if isinstance(value, ast.expr):
                found.append((parent, field, None))
            elif isinstance(value, list):
                found += [(parent, field, k) for k, item in enumerate(value) if isinstance(item, ast.expr)]
    return found


def _get(parent: ast.AST, field: str, position: int | None) -> ast.expr:
    value = getattr(parent, field)
    found: ast.expr = value if position is None else value[position]
    return found


def _simpler(node: ast.expr) -> list[ast.expr]:
    """What may stand in the place of an expression, simplest first."""
    one = ast.Constant(1.0)
    match node:
        case ast.Constant(value=float(value)):
            return [ast.Constant(2.0)] if value not in (1.0, 2.0) else []
        case ast.Constant() | ast.Name(ctx=ast.Store()):
            return []
        case ast.Name() | ast.Attribute():
            return [one]
        case ast.BinOp(left=left, right=right):
            return [one, left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.BoolOp(values=values):
            return list(values)
        case ast.Compare(left=left):
            return [ast.Constant(True), ast.Constant(False)]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.Call(func=func, args=args):
            inside = [func.value] if isinstance(func, ast.Attribute) else []
            inside = [item for item in inside if ast.unparse(item) not in ("np", "math", "np.linalg")]
            return [one, *inside, *args]
        case ast.Subscript(value=value):
            return [one, value]
        case ast.List(elts=elts) | ast.Tuple(elts=elts) if len(elts) > 1:
            fewer = [type(node)(elts[:k] + elts[k + 1 :], ast.Load()) for k in range(len(elts))]
            return [*elts, *fewer]
    return [one]


def _simplification(number: int, choice: int) -> Edit:
    def edit(tree: ast.Module) -> bool:
        parent, field, position = _expressions(tree)[number]
        simpler = copy.deepcopy(_simpler(_get(parent, field, position))[choice])
        if position is None:
            setattr(parent, field, simpler)
        else:
            getattr(parent, field)[position] = simpler
        return True

    return edit
