"""Damaged programs: the front end answers with a located refusal, or does what Python does with them.

A program is damaged in its text (tokens deleted, doubled, swapped) or in its tree (other names, functions, ranks,
constants and operators; statements that are not supported). What Python itself cannot parse is drawn again. Where
the damaged program still runs, it is compared like any other.
"""

from __future__ import annotations

import ast
import copy
import io
import random
import tokenize
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from adcompiler.api import value_and_grad
from adcompiler.errors import CompileError
from adcompiler.verify.finite import fresh_arguments
from adcompiler.verify.fuzz.compare import Disagrees, Examined, Finding, examine, raised, reason, unlocated
from adcompiler.verify.fuzz.generate import NAME, Program
from adcompiler.verify.fuzz.values import arguments, function_of, loaded, quiet
from adcompiler.verify.limits import TooLong, at_most

DAMAGES = 5  # for one seed
ATTEMPTS = 40  # to damage a text such that Python still parses it
SECONDS = 2.0  # for the damaged program itself, which may never end

UNSUPPORTED = (
    "try:\n    {n} = {n}\nexcept ValueError:\n    pass",
    "with np.errstate(all='ignore'):\n    {n} = {n}",
    "global counter\ncounter = 1",
    "del {n}",
    "import os",
    "from math import sin",
    "class Inner:\n    pass",
    "{n} = {{1, 2}}",
    "{n} = {{k: k for k in range(2)}}",
    "{n}: float = {n}",
    "({n} := {n})",
    "raise ValueError('no')",
    "assert {n} is not None, 'here'",
    "match {n}:\n    case _:\n        pass",
    "async def later():\n    return 1",
    "yield {n}",
    "{n}.shape = (1,)",
    "{n}.flags.writeable = False",
    "{n} = {n}.tolist()",
    "{n} = np.vectorize(np.sin)({n})",
    "{n} = np.random.rand()",
    "{n} = np.linalg.svd({n})",
    "{n} = np.sin({n}, out={n})",
    "{n} = eval('1')",
    "{n} = open('/nonexistent/file')",
    "{n} = f'{{{n}}}'",
    "{n} = lambda: {n}",
    "{n}, *rest = {n}, 1, 2",
    "{n} = yield_",
    "{n} = [*range(2)]",
    "{n} = {n}.item()",
    "{n} = None",
    "{n} = {n}[::0]",
    "{n}[{n}] = {n}",
    "{n}.sort()",
    "{n}.fill(0.5)",
    "np.copyto({n}, {n})",
    "{n}[99] = 1.0",
    "for {n} in 3:\n    pass",
    "while {n}:\n    break",
    "def inner({n}, /, *, k=1, **rest):\n    return {n}\n{n} = inner({n}, k=2)",
    "{n} = inner_undefined({n})",
    "return",
    "return {n}",
    "{n} = {n} if {n} else {n}",
    "{n} = not {n}",
    "{n} = {n}.T.T",
    "{n} = {n} @ {n}",
    "{n} = np.array([{n}, 1.0])",
    "{n} = {n}[..., None]",
    "{n} = {n} + 1j",
    "{n} = {n}.astype(int)",
    "{n} = str({n})",
    "{n} = zip({n}, {n})",
    "{n} = iter({n})",
    "{n} = next(iter({n}))",
    "{n} = sorted({n})",
    "{n} = dict(a={n})",
    "{n} = type({n})",
    "{n} = isinstance({n}, float)",
    "{n} = {n}.undefined",
    "{n}.attribute = 1",
    "pass",
)
CONSTANTS = (None, True, "text", -1, 0, 7, 2j, 1.5, b"bytes", ...)
FUNCTIONS = (
    "sine",
    "outer",
    "linalg.inv",
    "fft.fft",
    "cross",
    "nonzero",
    "unique",
    "argmax",
    "cumsum",
    "median",
    "sin",
    "sum",
)


def examine_noise(program: Program) -> Examined:
    """A few damaged versions of a program, each a finding."""
    chooser = random.Random(program.seed)
    examined = Examined(program)
    for _ in range(DAMAGES):
        name = chooser.choice(list(DAMAGE))
        damaged = _damaged(program.source, name, chooser)
        if damaged is None:
            continue
        candidate = replace(program, source=damaged)
        examined.findings.append(replace(judge(candidate, name), source=damaged))
    return examined


def judge(program: Program, name: str) -> Finding:
    """Whether the answer to a damaged program is a proper one."""
    route = f"noise: {name}"
    with quiet():
        try:
            with at_most(SECONDS), loaded(program.source) as namespace:
                args = arguments(program, namespace)
                value = function_of(namespace)(*args)
        except TooLong:
            return Finding(route, "agrees", "never ends")
        except Exception as error:  # what is random may raise anything
            return _failing(program, route, error)
    if isinstance(value, float | np.floating) and np.isfinite(value):
        inner = examine(program)
        if not inner.skipped:
            return replace(inner.findings[0], route=route)
    return _failing(program, route, None)


def _failing(program: Program, route: str, expected: Exception | None) -> Finding:
    """The answer to a program that raises an exception, or that gives what has no gradient."""
    with quiet(), loaded(program.source) as namespace:
        try:
            with at_most(30.0):
                args = fresh_arguments(arguments(program, namespace))
                gradient = value_and_grad(function_of(namespace), argnums=program.argnums)
                return _answer(gradient, args, expected, route)
        except TooLong:
            return Finding(route, "wrong", "takes too long")
        except CompileError as error:
            problem = unlocated(error)
            return Finding(route, "wrong" if problem else "refused", problem or reason(error), str(error))
        except Disagrees as problem:
            return Finding(route, "wrong", problem.what, problem.detail)
        except Exception as error:
            return Finding(route, "wrong", raised(error), f"{type(error).__name__}: {error}")


def _answer(gradient: Any, args: tuple[Any, ...], expected: Exception | None, route: str) -> Finding:
    try:
        gradient.source(*args)
    except CompileError:
        raise
    except Exception as error:
        if isinstance(error, TypeError) and isinstance(expected, TypeError) and str(error).startswith(NAME):
            return Finding(route, "agrees", "raises TypeError")
        raise
    try:
        gradient(*args)
    except CompileError:
        raise
    except Exception as error:
        kinds = (type(error), type(expected))
        if expected is not None and (issubclass(*kinds) or issubclass(*kinds[::-1])):
            return Finding(route, "agrees", f"raises {type(error).__name__}")
        told = "nothing" if expected is None else f"{type(expected).__name__}: {expected}"
        found = f"{type(error).__name__}: {error}"
        raise Disagrees(
            f"raises {type(error).__name__}, not {told.partition(':')[0]}", f"{found}\nnot {told}"
        ) from error
    if expected is not None:
        return Finding(route, "lenient", f"gives a number where the program raises {type(expected).__name__}")
    return Finding(route, "agrees", "no number to compare")


# ---------------------------------------------------------------- damage
def _damaged(source: str, name: str, chooser: random.Random) -> str | None:
    """The source with one damage, if one was found that Python can parse."""
    for _ in range(ATTEMPTS):
        try:
            damaged = DAMAGE[name](source, chooser)
            if damaged is None or damaged == source:
                continue
            with quiet():
                compile(damaged, "<damaged>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, IndexError, tokenize.TokenError, RecursionError):
            continue
        if any(isinstance(n, ast.FunctionDef) and n.name == NAME for n in ast.parse(damaged).body):
            return damaged
    return None


def _tokens(source: str, chooser: random.Random, change: Callable[[list[str], int], None]) -> str:
    """The source with a change at one of its tokens."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING)
    first = next(k for k, token in enumerate(tokens) if token.string == "def")
    places = [k for k, token in enumerate(tokens) if k > first and token.type in kinds]
    k = chooser.randrange(len(places) - 1)
    lines = source.splitlines(keepends=True)
    one, other = tokens[places[k]], tokens[places[k + 1]]
    if one.end[0] != one.start[0] or one.start[0] != other.start[0]:
        return source
    line = lines[one.start[0] - 1]
    texts = [one.string, line[one.end[1] : other.start[1]], other.string]
    change(texts, 0)
    lines[one.start[0] - 1] = line[: one.start[1]] + "".join(texts) + line[other.end[1] :]
    return "".join(lines)


def _delete(texts: list[str], k: int) -> None:
    texts[0] = ""


def _double(texts: list[str], k: int) -> None:
    texts[0] = f"{texts[0]} {texts[0]}"


def _swap(texts: list[str], k: int) -> None:
    texts[0], texts[2] = texts[2], texts[0]


def _tree(
    source: str,
    chooser: random.Random,
    kind: type[ast.AST],
    change: Callable[[Any, random.Random], ast.AST | None],
) -> str | None:
    """The source with one node of a kind inside functions replaced or changed in place."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    nodes = [n for f in functions for statement in f.body for n in ast.walk(statement) if isinstance(n, kind)]
    if not nodes:
        return None
    node = chooser.choice(nodes)
    made = change(node, chooser)
    if made is not None:
        tree = _Replacing(node, made).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


class _Replacing(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """The new node for the old one."""
        return self.new if node is self.old else self.generic_visit(node)


def _other_name(node: ast.Name, chooser: random.Random) -> ast.AST | None:
    name = chooser.choice(
        ["undefined", "x", "A", "c", "np", "n", "len", "v1", "s1", "M1", "program", "i1", "print"]
    )
    return ast.Name(name, node.ctx)


def _other_function(node: ast.Attribute, chooser: random.Random) -> ast.AST | None:
    return ast.parse(f"np.{chooser.choice(FUNCTIONS)}", mode="eval").body


def _other_rank(node: ast.expr, chooser: random.Random) -> ast.AST | None:
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return None
    form = chooser.choice(
        ["{}[0]", "{}[None]", "np.sum({})", "np.outer({0}, {0})", "[{}]", "({},)", "{}[0, 0]", "{}[0:1]"]
    )
    return ast.parse(form.format(f"({ast.unparse(node)})"), mode="eval").body


def _other_constant(node: ast.Constant, chooser: random.Random) -> ast.AST | None:
    return ast.Constant(chooser.choice(CONSTANTS))


def _other_operator(node: ast.BinOp, chooser: random.Random) -> ast.AST | None:
    operators = [
        ast.MatMult,
        ast.FloorDiv,
        ast.Mod,
        ast.Pow,
        ast.LShift,
        ast.BitAnd,
        ast.BitOr,
        ast.Div,
        ast.Sub,
    ]
    node.op = chooser.choice(operators)()
    return None


def _other_arguments(node: ast.Call, chooser: random.Random) -> ast.AST | None:
    match chooser.randrange(4):
        case 0 if node.args:
            node.args.pop()
        case 1:
            node.args.append(ast.Constant(1.0))
        case 2:
            node.keywords.append(
                ast.keyword(chooser.choice(["axis", "axes", "where", "out", "dtype"]), ast.Constant(0))
            )
        case _ if node.args:
            node.args[0] = ast.Starred(node.args[0], ast.Load())
    return None


def _other_comparison(node: ast.Compare, chooser: random.Random) -> ast.AST | None:
    node.ops[0] = chooser.choice([ast.Is, ast.In, ast.NotEq, ast.Eq, ast.IsNot])()
    return None


def _without_statement(source: str, chooser: random.Random) -> str | None:
    return _blocks(source, chooser, lambda block, k: block.pop(k))


def _double_statement(source: str, chooser: random.Random) -> str | None:
    return _blocks(source, chooser, lambda block, k: block.insert(k, copy.deepcopy(block[k])))


def _swapped_statements(source: str, chooser: random.Random) -> str | None:
    return _blocks(source, chooser, lambda block, k: block.append(block.pop(k)))


def _unsupported(source: str, chooser: random.Random) -> str | None:
    names = sorted(
        {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and n.id[-1].isdigit()}
    )
    text = chooser.choice(UNSUPPORTED).format(n=chooser.choice([*names, "x", "c"]))

    def insert(block: list[ast.stmt], k: int) -> None:
        block[k:k] = ast.parse(text).body

    return _blocks(source, chooser, insert)


def _blocks(
    source: str, chooser: random.Random, change: Callable[[list[ast.stmt], int], object]
) -> str | None:
    """The source with a change at one statement of one block inside a function."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    blocks = [
        block
        for function in functions
        for node in ast.walk(function)
        for block in (getattr(node, "body", None), getattr(node, "orelse", None))
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt)
    ]
    block = chooser.choice(blocks)
    change(block, chooser.randrange(len(block)))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


DAMAGE: dict[str, Callable[[str, random.Random], str | None]] = {
    "token deleted": lambda source, chooser: _tokens(source, chooser, _delete),
    "token doubled": lambda source, chooser: _tokens(source, chooser, _double),
    "tokens swapped": lambda source, chooser: _tokens(source, chooser, _swap),
    "other name": lambda source, chooser: _tree(source, chooser, ast.Name, _other_name),
    "other function": lambda source, chooser: _tree(source, chooser, ast.Attribute, _other_function),
    "other rank": lambda source, chooser: _tree(source, chooser, ast.expr, _other_rank),
    "other constant": lambda source, chooser: _tree(source, chooser, ast.Constant, _other_constant),
    "other operator": lambda source, chooser: _tree(source, chooser, ast.BinOp, _other_operator),
    "other arguments": lambda source, chooser: _tree(source, chooser, ast.Call, _other_arguments),
    "other comparison": lambda source, chooser: _tree(source, chooser, ast.Compare, _other_comparison),
    "statement deleted": _without_statement,
    "statement doubled": _double_statement,
    "statements moved": _swapped_statements,
    "unsupported statement": _unsupported,
}
