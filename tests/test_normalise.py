"""Normalised functions do what the originals do (hand-written and random programs), and how they look."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adcompiler.frontend.normalise import normalise, stop_flag, to_plain


def parsed(text: str) -> ast.FunctionDef:
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return tree


def executable(tree: ast.FunctionDef) -> Any:
    names: dict[str, Any] = {"Refused": Refused, "C": Context}
    exec(compile(ast.Module([tree], []), "<test>", "exec"), names)
    return names[tree.name]


def blocks(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a function without those of functions in it."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            yield from blocks(child)


def size(tree: ast.AST) -> int:
    return sum(1 for _ in ast.walk(tree))


class Refused(Exception):
    """What the test programs raise."""


class Context:
    """What the test programs enter and leave; it records both."""

    def __init__(self, t: Any) -> None:
        self.t = t

    def __enter__(self) -> str:
        self.t("enter")
        return "entered"

    def __exit__(self, *error: object) -> None:
        self.t("exit")


def outcome(function: Any, *arguments: Any) -> tuple[Any, ...]:
    """The result or the error of a call, with everything that the function did on the way."""
    trace: list[Any] = []

    def t(*values: Any) -> Any:
        trace.append(values)
        if len(trace) > 3000:
            raise Refused("endless")
        return values[-1]

    try:
        return "returned", function(t, *arguments), trace
    except Refused as error:
        return "raised", str(error), trace


def checked(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The normalised tree, once it has the form that is promised."""
    before = ast.dump(tree, include_attributes=True)
    new = normalise(tree)
    assert ast.dump(tree, include_attributes=True) == before
    statements = list(blocks(new))
    assert not any(isinstance(s, (ast.Break, ast.Continue)) for s in statements)
    assert [s for s in statements if isinstance(s, ast.Return)] == [new.body[-1]]
    for loop in (s for s in statements if isinstance(s, (ast.For, ast.While))):
        assert not loop.orelse
        assert hasattr(loop, "stop")
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    flags = {stop_flag(s) for s in statements if isinstance(s, (ast.For, ast.While))}
    assert not own & flags
    for node in ast.walk(new):
        if isinstance(node, (ast.stmt, ast.expr)):
            assert node.lineno <= (node.end_lineno or 0) <= (tree.end_lineno or 0)
    return new


PROGRAMS = Path(__file__).with_name("normalise_programs.txt").read_text(encoding="utf-8")
TREES = {tree.name: tree for tree in ast.parse(PROGRAMS).body if isinstance(tree, ast.FunctionDef)}


def test_there_are_many_programs() -> None:
    assert len(TREES) >= 60


@pytest.mark.parametrize("name", TREES)
def test_a_normalised_function_does_the_same(name: str) -> None:
    original, plain = executable(TREES[name]), executable(to_plain(checked(TREES[name])))
    for a, b in itertools.product(range(-1, 6), range(-1, 5)):
        assert outcome(plain, a, b) == outcome(original, a, b), (a, b)
    assert plain.__doc__ == original.__doc__


# --- random programs ---


def program(seed: int) -> str:
    """A function of nested branches, loops and jumps; `c` decides which way each branch goes."""
    choice = random.Random(seed)
    numbers = itertools.count()

    def block(depth: int, loops: int) -> list[str]:
        return [line for _ in range(choice.randint(1, 3)) for line in statement(depth, loops)]

    def nested(head: str, depth: int, loops: int, first: str = "") -> list[str]:
        inside = ([first] if first else []) + block(depth - 1, loops)
        return [head, *(f"    {line}" for line in inside)]

    def statement(depth: int, loops: int) -> list[str]:
        n = next(numbers)
        kinds = ["call"] * 2 + ["return", "raise"]
        kinds += ["break", "continue"] * 2 * (loops > 0)
        kinds += ["if"] * 6 * (depth > 0) + ["for", "while", "forever"] * (depth > 0 and loops < 3)
        match choice.choice(kinds):
            case "call":
                return [f"t({n})"]
            case "return":
                return [choice.choice([f"return t({n}, 'r')", "return", f"return {n}"])]
            case "raise":
                return [f"raise Refused('{n}')"]
            case "if":
                lines = nested(f"if t({n}, c()):", depth, loops)
                if choice.random() < 0.3:
                    lines += nested(f"elif t({n}, c()):", depth, loops)
                return lines + (nested("else:", depth, loops) if choice.random() < 0.5 else [])
            case "for":
                lines = nested(f"for i{n} in range(t({n}, 3)):", depth, loops + 1)
            case "while":
                lines = [f"w{n} = 0"]
                lines += nested(f"while t({n}, w{n} < 3):", depth, loops + 1, f"w{n} += 1")
            case "forever":
                stop = f"if t({n}, c()): {choice.choice(['break', 'return'])}"
                lines = nested("while True:", depth, loops + 1, stop)
            case jump:
                return [jump]
        return lines + (nested("else:", depth, loops) if choice.random() < 0.4 else [])

    return "def f(t, c):\n" + "".join(f"    {line}\n" for _ in range(3) for line in block(4, 0))


def decider(run: int) -> Callable[[], bool]:
    choice = random.Random(run)
    return lambda: choice.random() < 0.3 + 0.04 * run


@pytest.mark.parametrize("start", range(0, 600, 50))
def test_random_programs_do_the_same(start: int) -> None:
    for seed in range(start, start + 50):
        tree = parsed(program(seed))
        new = checked(tree)
        original, plain = executable(tree), executable(to_plain(new))
        assert size(new) < 3 * size(tree), seed
        for run in range(12):
            assert outcome(plain, decider(run)) == outcome(original, decider(run)), (seed, run)


# --- form ---


def shown(text: str) -> str:
    """The normalised function; a loop's stop is shown as a string at the head of its body."""
    tree = checked(parsed(text))
    for loop in (s for s in blocks(tree) if isinstance(s, (ast.For, ast.While))):
        if (flag := stop_flag(loop)) is not None:
            loop.body = [ast.Expr(ast.Constant(f"stop: {flag}")), *loop.body]
    return ast.unparse(ast.fix_missing_locations(tree))


def like(text: str) -> str:
    return ast.unparse(ast.parse(text))


def test_one_return_at_the_end_stays() -> None:
    text = "def f(x):\n    for i in x:\n        x += i\n    if x:\n        x = 1\n    return x + 1"
    assert shown(text) == like(text)
    assert shown("def f(x): x") == like("def f(x):\n    x\n    return None")
    assert shown("def f(x): return") == like("def f(x): return None")


def test_the_tail_moves_into_the_other_arm() -> None:
    assert shown("def f(c):\n    if c: return a\n    tail\n    return b") == like("""
def f(c):
    if c:
        result = a
    else:
        tail
        result = b
    return result""")
    assert shown("def f(c):\n    for i in c:\n        if i: continue\n        tail") == like("""
def f(c):
    for i in c:
        if i:
            pass
        else:
            tail
    return None""")


def test_the_tail_of_a_raise_does_not_move() -> None:
    text = "def f(c):\n    if c: raise E\n    tail\n    return c"
    assert shown(text) == like(text)


def test_a_guard_where_the_tail_cannot_move() -> None:
    assert shown("def f(c):\n    if c:\n        if d: return\n        x\n    tail") == like("""
def f(c):
    returned = False
    if c:
        if d:
            returned = True
        else:
            x
    if not returned:
        tail
    return None""")


def test_loops_stop_and_flags_have_names_of_their_own() -> None:
    text = """
def f(xs, broke):
    for x in xs:
        while x:
            if x == 1: break
            if x == 2: return x
        else:
            continue
        if x == 3: break
        tail"""
    assert shown(text) == like("""
def f(xs, broke):
    broke_1 = False
    returned = False
    for x in xs:
        'stop: broke_1'
        broke_2 = False
        while x:
            'stop: broke_2'
            if x == 1:
                broke_2 = True
            elif x == 2:
                result = x
                returned = True
                broke_1 = True
                broke_2 = True
        if not broke_1:
            if not broke_2:
                pass
            elif x == 3:
                broke_1 = True
            else:
                tail
    if not returned:
        result = None
    return result""")


def test_names_of_nested_functions_are_not_captured() -> None:
    text = "def f(x):\n    g = lambda: result\n    if x: return g()\n    return 2"
    assert "result_1 = g()" in shown(text)


def test_a_lambda_becomes_a_function() -> None:
    tree = ast.parse("lambda x, *y, k=lambda_: x + k", mode="eval").body
    assert isinstance(tree, ast.Lambda)
    new = normalise(tree)
    assert ast.unparse(new) == "def lambda_1(x, *y, k=lambda_):\n    return x + k"
    compile(ast.Module([new], []), "<test>", "exec")
    assert (new.body[0].lineno, new.body[0].col_offset) == (1, 25)


def test_generated_statements_stand_where_their_cause_stands() -> None:
    tree = normalise(parsed("def f(c):\n    for i in c:\n        if i:\n            return 1\n    tail"))
    lines = {ast.unparse(s): s.lineno for s in blocks(tree)}
    assert lines["returned = False"] == 2
    assert lines["returned = True"] == lines["result = 1"] == lines["return result"] == 4


def test_functions_inside_and_decorators_are_left_alone() -> None:
    text = "@d\ndef f(x: int=1) -> int:\n    def g():\n        for i in x: return i\n    return g"
    assert shown(text) == like(text)


@pytest.mark.parametrize(
    "text",
    [
        "    if c({n}): return {n}\n    t({n})\n",
        "    if c({n}):\n        if t(1): return {n}\n    t({n})\n",
        "    for i in c({n}):\n        if i: break\n        if t(i): return {n}\n    else: t({n})\n",
        "    while c({n}):\n        if t(1):\n            if t(2): continue\n            t(3)\n        t()\n",
    ],
)
def test_the_output_is_linear_in_the_input(text: str) -> None:
    sizes = [
        size(checked(parsed("def f(c, t):\n" + "".join(text.format(n=n) for n in range(m)))))
        for m in (50, 100)
    ]
    assert sizes[1] < 2.05 * sizes[0]


def test_a_long_function_takes_little_time() -> None:
    tree = parsed("def f(x):\n" + "    x = x + 1\n    if x: x = 2\n" * 5000)
    assert len(normalise(tree).body) == 10001
