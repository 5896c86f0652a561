"""What the fence refuses, where it points, and what it lets through."""

from __future__ import annotations

import ast
import linecache
import sys
from typing import Any

import pytest

from adcompiler.errors import Diagnostic
from adcompiler.frontend.fence import refusals
from adcompiler.frontend.source import Source, get_source


def defined(text: str, **names: Any) -> Any:
    """The function `f` that the text defines."""
    file = f"<fence {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    exec(compile(text, file, "exec"), names)
    return names["f"]


def refused(*body: str, **names: Any) -> list[Diagnostic]:
    text = "def f(x, n=0):\n" + "".join(f"    {line}\n" for line in body)
    return refusals(get_source(defined(text, **names)))


def underlined(diagnostic: Diagnostic) -> str:
    at = diagnostic.location
    return at.text[at.column - 1 : at.column - 1 + at.width]


# The body; what is underlined; a word of the message; a word of the hint.
REFUSED = {
    "return in try": (
        ["try:", "    if x: return 1", "except KeyError:", "    x = 0"],
        "return 1",
        "`try`",
        "`else`",
    ),
    "finally": (["try:", "    x = 1", "finally:", "    return 0"], "return 0", "`try`", "`else`"),
    "try star": (["try:", "    x = 1", "except* ValueError:", "    x = 0"], "try:", "`except*`", "around"),
    "yield in an expression": (["y = (yield)"], "yield", "`yield`", "pass what"),
    "yield in a lambda": (["g = lambda: (yield x)"], "yield x", "`yield`", "pass what"),
    "in a nested function": (["def g(y):", "    y = eval('1')", "return g"], "eval('1')", "`eval`", "lambda"),
    "in a default of a nested function": (
        ["def g(y=eval('1')):", "    return y"],
        "eval('1')",
        "`eval`",
        "lambda",
    ),
    "in a branch of a loop": (
        ["for i in x:", "    if i:", "        exec('i')", "    else:", "        pass"],
        "exec('i')",
        "`exec`",
        "write the statements out",
    ),
    "async def": (["async def g(): pass"], "async def g(): pass", "`async def`", "write `def`"),
    "global": (["global a, b", "a = b = x"], "global a, b", "`global`", "pass `a`, `b` as an argument"),
    "class": (["class A:", "    def g(self): yield"], "class A:", "class", "top level"),
    "class pattern": (["match x:", "    case float(v): return v"], "v", "by its place", "`float() as v`"),
    "rest pattern": (["match x:", "    case {1: v, **r}: return v"], "{1: v, **r}", "`**r`", "read the keys"),
    "choice pattern": (
        ["match x:", "    case ((1, v) | (v, 1), 2): return v"],
        "(1, v) | (v, 1)",
        "alternatives that bind",
        "a case for each",
    ),
    "exec": (["exec('x = 1')"], "exec('x = 1')", "`exec` runs text", "write the statements out"),
    "eval": (["return eval('x')"], "eval('x')", "`eval` runs text", "lambda"),
    "compile": (["compile('x', '', 'exec')"], "compile('x', '', 'exec')", "`compile`", "outside"),
    "import by name": (
        ["m = __import__('math')"],
        "__import__('math')",
        "`__import__`",
        "write `import name`",
    ),
    "open": (["y = open('a').read()"], "open('a')", "file", "read the file outside"),
    "input": (["y = input()"], "input()", "waits for a person", "as an argument"),
    "globals": (["globals()['a'] = 1"], "globals()", "`globals`", "as an argument"),
    "locals": (["return locals()"], "locals()", "`locals`", "dict"),
    "vars": (["return vars(x)"], "vars(x)", "`vars`", "`obj.x`"),
    "setattr": (["setattr(x, 'a', 1)"], "setattr(x, 'a', 1)", "`setattr`", "dataclasses.replace"),
    "delattr": (["delattr(x, 'a')"], "delattr(x, 'a')", "`delattr`", "new object"),
    "walrus in a comprehension": (
        ["return [(y := z) for z in x]"],
        "y := z",
        "assigns `y` outside",
        "`for` loop",
    ),
    "walrus in a generator": (["return any((y := z) for z in x)"], "y := z", "assigns `y`", "`for` loop"),
    "in a lambda": (["return lambda y: eval(y)"], "eval(y)", "`eval`", "write"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    body, text, message, hint = REFUSED[case]
    found = refused(*body)
    assert [underlined(d) for d in found] == [text]
    assert message in found[0].message
    assert hint in found[0].hint
    assert "\n" not in found[0].hint
    assert found[0].location.function == "f"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            ["async def g():", "    await x"],
            ["async def g():", "await x"],
        ),
        (
            ["async def g():", "    async for y in x: await y", "    async with x: pass"],
            ["async def g():", "async for y in x: await y", "await y", "async with x: pass"],
        ),
        (
            ["async def g():", "    return [y async for y in x]"],
            ["async def g():", "y"],
        ),
        (
            [
                "try:",
                "    with x: exec('x')",
                "except ValueError:",
                "    global a; a = eval('1')",
                "y = open(eval(n))",
            ],
            ["exec('x')", "global a", "eval('1')", "open(eval(n))", "eval(n)"],
        ),
    ],
)
def test_all_places_are_reported_in_source_order(body: list[str], texts: list[str]) -> None:
    assert [underlined(d) for d in refused(*body)] == texts


PERMITTED = [
    ["import math", "from os import path as p", "return math.sin(x)"],
    ["assert x > 0, 'no'", "if x > 1: raise ValueError(f'{x:.3f} {n!r}')"],
    ["print(x, n)", "return x"],
    ["if (y := x) > 0: return y", "while (z := n) < 0: n += z"],
    ["g = lambda y, *a, k=1, **b: y", "return g(x)"],
    ["def g(y: 'open()' = 1) -> 'a':", "    def h(): return y", "    return h()", "return g(x)"],
    ["return sum(y * z for y in x for z in y if z)"],
    ["return sorted((y for y in x), key=len), max((y for y in x), default=0)"],
    ["return x.join(str(sum(z for z in y)) for y in x)"],
    ["return [y for y in x], {y: 1 for y in x}, {}, {'a': 1}, (*x, n), [*x]"],
    ["a, *b = x", "x[0], x[1:] = a, b", "x.y = 1", "x[0] += 1", "return x"],
    ["for i in x:", "    if i: continue", "    break", "else:", "    pass", "while True:", "    return"],
    ["y: {1} = 1", "z: float", "return y"],
    ["return x @ n if not x else x ** -n, x < n < 2, x[..., None, ::2]"],
    ["return x.open(), x.eval()"],
    ["pass", "return"],
]


@pytest.mark.parametrize("body", PERMITTED, ids=lambda body: body[0])
def test_permitted(body: list[str]) -> None:
    assert refused(*body) == []


def test_a_name_of_a_built_in_that_means_something_else() -> None:
    assert refused("def eval(y): return y", "return eval(x)") == []
    assert refused("open = x", "return open(n)") == []
    assert refused("from re import compile", "return compile(x)") == []
    assert refused("return vars(x)", vars=lambda x: x) == []
    assert refused("return vars(x)", vars=vars) != []
    closure = defined("def around(input):\n    def f(x): return input(x)\n    return f\nf = around(len)\n")
    assert refusals(get_source(closure)) == []
    parameter = defined("def f(x, compile): return compile(x)\n")
    assert refusals(get_source(parameter)) == []


def test_what_runs_outside_of_the_function_is_not_looked_at() -> None:
    f = defined(
        "def same(f): return f\n@same\ndef f(x: eval('1'), y=eval('1'), *, z=eval('2')) -> eval('3'):\n    return x\n"
    )
    assert refusals(get_source(f)) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_a_type_alias() -> None:
    assert [underlined(d) for d in refused("type A = int", "return x")] == ["type A = int"]


def test_a_lambda() -> None:
    f = defined("f = lambda x, y=eval('1'): [x, eval('2')]\n")
    assert [underlined(d) for d in refusals(get_source(f))] == ["eval('2')"]


def test_import_star() -> None:
    """Python itself refuses it in a function, but a tree may still hold it."""
    text = "def f(x):\n    from math import *\n"
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    found = refusals(Source(test_import_star, tree, "<star>", tuple(text.split("\n"))))
    assert [underlined(d) for d in found] == ["from math import *"]
    assert found[0].hint == "import the names that are used: `from math import name`"


def test_how_a_refusal_prints() -> None:
    (found,) = refused("y = eval(x)")
    location = f"{found.location.file}:2:9"
    assert str(found).splitlines() == [
        f"{location}: {found.message}",
        "        y = eval(x)",
        "            ^^^^^^^",
        f"  instead: {found.hint}",
    ]
