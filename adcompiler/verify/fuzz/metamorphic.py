"""Changes of a program that change nothing: other names, another order, a function or a branch around it.

The value has to be the same bit for bit, and the gradient to rounding. Beside these, printing: the emitted text is
parsed and printed again until nothing changes, which has to be at once.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from adcompiler.api import value_and_grad
from adcompiler.emit.source import print_module
from adcompiler.errors import CompileError
from adcompiler.verify.finite import fresh_arguments
from adcompiler.verify.fuzz.compare import Disagrees, Examined, Finding, by_route, same_gradients
from adcompiler.verify.fuzz.generate import NAME, Program
from adcompiler.verify.fuzz.values import (
    Namespace,
    arguments,
    function_of,
    loaded,
    quiet,
)
from adcompiler.verify.limits import TooLong, at_most

# names that the compiler makes up itself
TAKEN: tuple[str, ...] = (
    "t",
    "g",
    "dx",
    "x_tape",
    "carry",
    "body",
    "result",
    "returned",
    "total",
    "item",
    "trips",
    "stop",
    "da",
    "k_1",
)
TAKEN += (
    "t_1",
    "t1",
    "x_1",
    "dv1",
    "i",
    "lax",
    "jax",
    "jnp",
    "step",
    "flag",
    "v_tape",
    "dc",
    "y_1",
    "fori_loop",
    "items",
)
# functions that neither write nor remember anything
HARMLESS = ("np", "math")


def examine_metamorphic(program: Program) -> Examined:
    """A program and its variants, each a finding."""
    examined = Examined(program)
    chooser = random.Random(program.seed)
    with quiet():
        try:
            with at_most(60.0):
                _examine(program, chooser, examined)
        except TooLong:
            examined.findings.append(Finding("metamorphic", "wrong", "takes too long"))
    return examined


def _examine(program: Program, chooser: random.Random, examined: Examined) -> None:
    try:
        with loaded(program.source) as namespace:
            if not np.isfinite(function_of(namespace)(*arguments(program, namespace))):
                examined.skipped = "is not finite"
                return
    except Exception as error:  # a random program may raise anything
        examined.skipped = f"raises {type(error).__name__}"
        return
    with loaded(program.source) as namespace:
        base = by_route("as written", lambda: _compiled(program, namespace))
    examined.findings.append(base)
    if base.verdict == "wrong":
        return
    expected = None
    if base.verdict == "agrees":
        with loaded(program.source) as namespace:
            expected = _result(program, namespace)
    for name, change in CHANGES.items():
        source = change(program.source, chooser)
        if source is None:
            continue
        variant = replace(program, source=source)
        with loaded(source) as namespace:
            finding = by_route(name, partial(_same, variant, namespace, expected, base))
        if finding.verdict == "refused" and base.verdict == "agrees":
            # a helper's parameter is a second name for what its caller holds, which may be one too many
            verdict = "refused alone" if name == "in a helper" else "wrong"
            finding = replace(finding, verdict=verdict, what=f"is refused: {finding.what}")
        examined.findings.append(replace(finding, source=source))


def _compiled(program: Program, namespace: Namespace) -> str:
    """Compile, and print what was printed again."""
    gradient = value_and_grad(function_of(namespace), argnums=program.argnums)
    args = fresh_arguments(arguments(program, namespace))
    texts = {"np": gradient.source(*args)}
    try:
        texts["jnp"] = gradient.source(*args, backend="jax")
    except CompileError:
        texts.pop("jnp", None)  # much is for NumPy alone
    for constants, text in texts.items():
        printed = print_module(ast.parse(text), constants)
        if ast.dump(ast.parse(text)) != ast.dump(ast.parse(printed)):
            raise Disagrees("what is printed again parses to another tree", f"{text}\n{printed}")
        if print_module(ast.parse(printed), constants) != printed:
            raise Disagrees("what is printed a third time is another text", printed)
    return "printed"


def _result(program: Program, namespace: Namespace) -> tuple[Any, Any]:
    args = fresh_arguments(arguments(program, namespace))
    found: tuple[Any, Any] = value_and_grad(function_of(namespace), argnums=program.argnums)(*args)
    return found


def _same(variant: Program, namespace: Namespace, expected: tuple[Any, Any] | None, base: Finding) -> str:
    value, gradient = _result(variant, namespace)
    if expected is None:
        return f"compiles, though as written it is refused: {base.what}"
    if np.asarray(value).tobytes() != np.asarray(expected[0]).tobytes():
        raise Disagrees("the value differs", f"{value!r}, not {expected[0]!r}")
    same_gradients(expected[1], gradient, "that of the program as written")
    return "same"


# ---------------------------------------------------------------- changes
def renamed(source: str, chooser: random.Random) -> str | None:
    """All local names replaced by others, among them those that the compiler makes up."""
    tree = ast.parse(source)
    locals_ = _local_names(tree)
    pool = [name for name in TAKEN if name not in _all_names(tree)]
    chooser.shuffle(pool)
    pool += [f"{name}_renamed" for name in locals_]
    others = dict(zip(locals_, pool, strict=False))
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in others:
                node.id = others[name]
            case ast.arg(arg=name) if name in others:
                node.arg = others[name]
            case ast.FunctionDef(name=name) if name in others:
                node.name = others[name]
    return ast.unparse(tree) + "\n"


def _local_names(tree: ast.Module) -> list[str]:
    """The names that functions bind: not the parameters of the program itself, which callers know."""
    found: dict[str, None] = {}
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef):
            continue
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store()):
                    found[name] = None
                case ast.arg(arg=name):
                    found[name] = None
                case ast.FunctionDef(name=name) if node is not statement:
                    found[name] = None
    program = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == NAME)
    own = {arg.arg for arg in program.args.args}
    return [name for name in found if name not in own]


def _all_names(tree: ast.Module) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)
    }


def reordered(source: str, chooser: random.Random) -> str | None:
    """Neighbouring assignments that do not read each other's names, exchanged."""
    tree = ast.parse(source)
    changed = False
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for k in range(len(block) - 1):
                if _independent(block[k], block[k + 1]) and chooser.random() < 0.7:
                    block[k], block[k + 1] = block[k + 1], block[k]
                    changed = True
    return ast.unparse(tree) + "\n" if changed else None


def _independent(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether two statements only bind names, and neither reads what the other binds."""
    match first, second:
        case (
            ast.Assign(targets=[ast.Name(id=one)], value=left),
            ast.Assign(targets=[ast.Name(id=other)], value=right),
        ):
            return (
                one != other
                and _harmless(left)
                and _harmless(right)
                and other not in _names(left)
                and one not in _names(right)
            )
    return False


def _names(node: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _harmless(node: ast.expr) -> bool:
    """Whether an expression calls library functions only: those of the program may write."""
    for inner in ast.walk(node):
        match inner:
            case ast.Lambda() | ast.ListComp() | ast.GeneratorExp():
                return False
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in HARMLESS:
                continue
            case ast.Call():
                return False
    return True


def in_a_helper(source: str, chooser: random.Random) -> str | None:
    """The program called by a function that does nothing else."""
    tree = ast.parse(source)
    program = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == NAME)
    names = ", ".join(arg.arg for arg in program.args.args)
    program.name = "inner_program"
    return f"{ast.unparse(tree)}\n\ndef {NAME}({names}):\n    return inner_program({names})\n"


def under_true(source: str, chooser: random.Random) -> str | None:
    """A run of statements under `if True:`."""
    tree = ast.parse(source)
    program = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == NAME)
    blocks = [
        block
        for node in ast.walk(program)
        for block in (getattr(node, "body", None), getattr(node, "orelse", None))
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt)
    ]
    block = chooser.choice(blocks)
    start = chooser.randrange(len(block))
    stop = chooser.randint(start + 1, len(block))
    block[start:stop] = [ast.If(ast.Constant(True), block[start:stop], [])]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "renamed": renamed,
    "reordered": reordered,
    "in a helper": in_a_helper,
    "under if True": under_true,
}
