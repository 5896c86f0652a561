"""Spelling of ast trees, as a careful person writes."""

from __future__ import annotations

import ast
import inspect
import os
import pathlib
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from trees import STATEMENTS, WIDTH, assign, constant, module, name, parsed, printed, widest

from adcompiler.emit import spelling
from adcompiler.emit.source import load_module, print_module, remark
from adcompiler.errors import InternalError

# ---------------------------------------------------------------- spelling: as a careful person writes
AS_WRITTEN = r'''
return 0.5 * np.sum((h - y) ** 2)
return dw, db
return (dw,)
return ()
return
A[i, :j]
A[i + 1:n]
x[::-1]
x[:, None]
x[..., 0]
x[()]
x[(i,)]
x[:,]
x[*index]
x[*index, 0]
x[(a, b):c]
x[a:b, c:d:e]
x[-1]
x[-n:]
x[[0, 1], [1, 0]]
x[a if c else b]
x[x > 0]
-x ** 2
(-x) ** 2
(-2.0) ** y
x ** -y
2 ** -1
(a ** b) ** c
a ** b ** c
-(a * b)
-a * b
-(-x)
~(-x)
-x.T @ y
a @ b @ c
a @ (b @ c)
a - (b - c)
a - b - c
a / (b * c)
a / b / c
a * (b / c)
(a + b).T
(a + b)[0]
(-x).sum()
a < b < c
(a < b) == c
not a == b
not (a and b)
a and (b or c)
a or b and c
(a and b) and c
a if b else c
a if b else c if d else e
(a if b else c) if d else e
(a if b else c) + d
(lambda x: x)(1)
lambda: 0
lambda i, c: (i + 1, c)
lambda *a, k=1, **kw: (a, kw)
lambda a, /, b=2, *, c=3: a
f(lambda x: x, 1)
f(x for x in y)
f((x for x in y), 1)
f(*args, **keywords)
f(*a, b, key=c)
f(a if b else c)
f((a, b), key=(c, d))
[x if a else y for x in z]
[(a, b) for a, b in c]
[x for x in xs if x > 0 if x < 1]
[x for x in (a if b else c)]
[x for row in rows for x in row]
{a: b for a, b in c}
{a for a in c}
{1: 2, -1: (3, 4)}
{**a, "b": 1}
[a, *b]
x = (a, b)
x = (a,)
a, b = b, a
(a, b), c = d
(a,) = b
*a, b = c
a = b = c
dlayers[k] = (dW, db)
x[i, j] += y
x @= y
x += (1, 2)
x: int = 1
x: tuple[int, ...] = (1, 2)
assert x > 0, "x must be positive"
del a, b
raise ValueError("x") from error
import numpy as np
from . import x
from a.b import c as d, e
for k, (a, b) in enumerate(z): pass
for i in reversed(range(1, n)): pass
for x in (a, b): pass
for x in a if b else c: pass
while True: pass
while a and not b: pass
while (n := f()) > 0: pass
with a as b, c: pass
if not x: pass
x = (y := 1)
"""it is \\ a \"\"\"docstring\""""
x = 'it is "quoted"'
x = "it's"
x = "both ' and \""
x = "a\nb\\c"
x = "0123456789 é \x00"
x = b"abc"
0.1
1e-6
1e16
1j * x
1.5 + 2j
...
(1).real
a << b
a & b | c ^ d
a & (b == c)
a is not None
a not in b
await x
def f(a, b=1, *c, d, e=2, **g): pass
def f(a: int, /, b: int = 1) -> int: pass
async def f(): pass
class A(B, metaclass=C): pass
@jax.jit\ndef f(): pass
print(x, end="")
f"a{b}c{d!r}e{g:.3f}"
f"{x:{w}.{p}}"
f"{d['k']} it's"
f"{{}}{a}"
f"{ {1: 2}}"
f"{x!r:>10}"
'''.strip().split("\n")


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_reprints_what_a_careful_person_writes(text: str) -> None:
    text = text.replace("\\ndef", "\ndef")
    assert printed(parsed(text)).strip().replace("\n    pass", " pass") == text


OPERATORS: tuple[type[ast.operator], ...] = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.FloorDiv, ast.MatMult, ast.Pow, ast.LShift, ast.RShift,
    ast.BitOr, ast.BitXor, ast.BitAnd,
)  # fmt: skip
COMPARISONS: tuple[type[ast.cmpop], ...] = (
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn,
)  # fmt: skip
UNARY: tuple[type[ast.unaryop], ...] = (ast.USub, ast.UAdd, ast.Invert, ast.Not)
CONSTANTS: tuple[object, ...] = (0, 1, 2.5, 1e-12, True, None, 2j, "text", ...)


def arguments(*names: str) -> ast.arguments:
    args = [ast.arg(arg=n) for n in names]
    return ast.arguments(posonlyargs=[], args=args, kwonlyargs=[], kw_defaults=[], defaults=[])


def random_expression(rng: random.Random, depth: int) -> ast.expr:
    """A tree of at most that depth, over all kinds of expression that numeric code uses."""

    def sub() -> ast.expr:
        return random_expression(rng, depth - 1)

    def generators() -> list[ast.comprehension]:
        target = rng.choice((ast.Name(id="i", ctx=ast.Store()), parsed("for a, b in c: pass").target))
        conditions = [sub() for _ in range(rng.randrange(2))]
        return [ast.comprehension(target=target, iter=sub(), ifs=conditions, is_async=0)]

    def index() -> ast.expr:
        def bound() -> ast.expr | None:
            return rng.choice((None, sub()))

        return rng.choice((sub(), ast.Slice(lower=bound(), upper=bound(), step=bound())))

    def subscript() -> ast.expr:
        several = ast.Tuple(elts=[index() for _ in range(rng.randrange(1, 4))], ctx=ast.Load())
        return ast.Subscript(value=sub(), slice=rng.choice((index(), several)), ctx=ast.Load())

    def call() -> ast.expr:
        starred = ast.Starred(value=sub(), ctx=ast.Load())
        args = [rng.choice((sub(), sub(), starred)) for _ in range(rng.randrange(3))]
        keywords = [ast.keyword(arg=rng.choice(("axis", None)), value=sub()) for _ in range(rng.randrange(2))]
        return ast.Call(func=sub(), args=args, keywords=keywords)

    def unary() -> ast.expr:
        return ast.UnaryOp(op=rng.choice(UNARY)(), operand=sub())

    def binary() -> ast.expr:
        return ast.BinOp(left=sub(), op=rng.choice(OPERATORS)(), right=sub())

    def comparison() -> ast.expr:
        ops = [rng.choice(COMPARISONS)() for _ in range(rng.randrange(1, 3))]
        return ast.Compare(left=sub(), ops=ops, comparators=[sub() for _ in ops])

    def boolean() -> ast.expr:
        values = [sub() for _ in range(rng.randrange(2, 4))]
        return ast.BoolOp(op=rng.choice((ast.And, ast.Or))(), values=values)

    def dictionary() -> ast.expr:
        return ast.Dict(keys=[rng.choice((None, sub())) for _ in range(2)], values=[sub(), sub()])

    makers: tuple[Callable[[], ast.expr], ...] = (
        unary, binary, binary, binary, comparison, boolean, subscript, call, dictionary,
        lambda: ast.IfExp(test=sub(), body=sub(), orelse=sub()),
        lambda: ast.Lambda(args=arguments(*"ij"[: rng.randrange(3)]), body=sub()),
        lambda: ast.Attribute(value=sub(), attr="T", ctx=ast.Load()),
        lambda: ast.Tuple(elts=[sub() for _ in range(rng.randrange(3))], ctx=ast.Load()),
        lambda: ast.List(elts=[sub() for _ in range(rng.randrange(3))], ctx=ast.Load()),
        lambda: ast.Set(elts=[sub(), sub()]),
        lambda: ast.ListComp(elt=sub(), generators=generators()),
        lambda: ast.SetComp(elt=sub(), generators=generators()),
        lambda: ast.GeneratorExp(elt=sub(), generators=generators()),
        lambda: ast.DictComp(key=sub(), value=sub(), generators=generators()),
    )  # fmt: skip
    if depth == 0 or rng.random() < 0.1:
        return rng.choice((name("x"), name("y"), constant(rng.choice(CONSTANTS))))
    return rng.choice(makers)()


def redundant(text: str, opening: int) -> bool:
    """Whether the tree stays the same without the parenthesis there, one that calls nothing."""
    if opening and (text[opening - 1].isidentifier() or text[opening - 1] in ")]}'\""):
        return False
    depth, closing = 0, opening
    while True:
        depth += (text[closing] in "([{") - (text[closing] in ")]}")
        if not depth:
            break
        closing += 1
    try:
        bare = ast.parse(text[:opening] + " " + text[opening + 1 : closing] + text[closing + 1 :])
    except SyntaxError:
        return False
    return ast.dump(bare) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("seed", range(8))
def test_random_expressions_print_back_through_astor(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(150):
        tree = random_expression(rng, rng.randrange(1, 5))
        statement = rng.choice((ast.Expr(value=tree), assign("z", tree), ast.Return(value=tree)))
        text = printed(statement)
        assert ast.dump(ast.parse(text).body[0]) == ast.dump(statement)


def test_all_pairs_of_operators_print_back_without_a_redundant_parenthesis() -> None:
    x, y, z = name("x"), name("y"), name("z")
    makers: list[Callable[[ast.expr, ast.expr], ast.expr]] = [
        *(lambda a, b, op=op: ast.BinOp(left=a, op=op(), right=b) for op in OPERATORS),
        *(lambda a, b, op=op: ast.Compare(left=a, ops=[op()], comparators=[b]) for op in COMPARISONS),
        *(lambda a, b, op=op: ast.BoolOp(op=op(), values=[a, b]) for op in (ast.And, ast.Or)),
        *(lambda a, b, op=op: ast.UnaryOp(op=op(), operand=a) for op in UNARY),
        lambda a, b: ast.IfExp(test=a, body=b, orelse=z),
        lambda a, b: ast.IfExp(test=z, body=a, orelse=b),
        lambda a, b: ast.Lambda(args=arguments("i"), body=a),
        lambda a, b: ast.Subscript(value=a, slice=b, ctx=ast.Load()),
        lambda a, b: ast.Call(func=a, args=[b], keywords=[]),
        lambda a, b: ast.Call(func=z, args=[a, b], keywords=[]),
        lambda a, b: ast.Tuple(elts=[a, b], ctx=ast.Load()),
        lambda a, b: ast.Slice(lower=a, upper=b),
    ]
    trees: list[ast.expr] = []
    for outer in makers:
        for inner in makers:
            trees += [outer(inner(x, y), z), outer(z, inner(x, y))]
    text = printed(*(ast.Expr(value=tree) for tree in trees if not has_stray_slice(tree)))
    statements = [assign("z", t) for t in trees if not has_stray_slice(t)]
    assert len(statements) > 1800
    for statement in statements:
        text = printed(statement)
        assert ast.dump(ast.parse(text).body[0]) == ast.dump(statement)
        wanted = [f"{a}({b}" for a in "-+~" for b in "-+~"]  # clearer than two signs in a row
        kept = {text.index(pair) + 1 for pair in wanted if pair in text}
        tuple_value = {4} if isinstance(statement.value, ast.Tuple) else set()  # `pair = (a, b)`
        for opening in (i for i, c in enumerate(text) if c == "("):
            assert opening in kept | tuple_value or not redundant(text, opening), text


def has_stray_slice(tree: ast.expr) -> bool:
    """Whether a slice stands elsewhere than directly in a subscript."""
    indices = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    inside = {id(part) for index in indices for part in (index, *getattr(index, "elts", []))}
    return any(isinstance(n, ast.Slice) and id(n) not in inside for n in ast.walk(tree))


def test_all_statements_print_back_to_the_same_text() -> None:
    assert printed(*ast.parse(STATEMENTS).body) == STATEMENTS


def test_prints_this_package_and_numpy_code_back() -> None:
    files = [spelling.__file__, __file__, inspect.getfile(np.polynomial.Polynomial)]
    for file in files:
        tree = ast.parse(pathlib.Path(file).read_text(encoding="utf-8"))
        text = print_module(tree)
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(ast.unparse(tree)))


def test_does_not_change_its_input_and_repeats_itself() -> None:
    power = ast.BinOp(left=constant(-2), op=ast.Pow(), right=name("y"))
    tree = module(remark(assign("x", power), "c"))
    before = ast.dump(tree), [vars(node).keys() for node in ast.walk(tree)]
    assert print_module(tree) == print_module(tree) == "x = (-2) ** y  # c\n"
    assert (ast.dump(tree), [vars(node).keys() for node in ast.walk(tree)]) == before


def test_a_node_used_twice_is_printed_right_in_both_places() -> None:
    minus = ast.UnaryOp(op=ast.USub(), operand=name("x"))
    assert printed(ast.BinOp(left=minus, op=ast.Pow(), right=minus)) == "(-x) ** -x\n"


def test_fields_left_out_are_filled_in() -> None:
    make: Any = ast
    call = make.Call(func=make.Name("f"), args=[make.Name("x")])
    function = make.FunctionDef(name="g", args=make.arguments(args=[make.arg("x")]), body=[make.Return(call)])
    assert printed(function) == "def g(x):\n    return f(x)\n"


def test_same_bytes_for_every_hash_seed() -> None:
    program = (
        "import ast, sys; from adcompiler.emit.source import print_module; "
        "sys.stdout.write(print_module(ast.parse(open(sys.argv[1]).read())))"
    )
    root = str(pathlib.Path(spelling.__file__).parents[2])
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, spelling.__file__],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert outputs[0] == outputs[1] != b""


def test_a_sum_of_a_thousand_terms_prints_and_loads() -> None:
    tree = name("a")
    for _ in range(1000):
        tree = ast.BinOp(left=tree, op=ast.Add(), right=name("b"))
    text = printed(assign("c", tree))
    assert widest(text) <= WIDTH
    assert load_module("a = b = 1\n" + text, "sum")["c"] == 1001


def test_a_tree_too_deep_to_print_is_an_internal_error() -> None:
    tree = name("a")
    for _ in range(20_000):
        tree = ast.UnaryOp(op=ast.USub(), operand=tree)
    with pytest.raises(InternalError, match="nested too deeply"):
        print_module(module(tree))


@pytest.mark.parametrize("seed", range(4))
def test_random_long_expressions_stay_within_the_width(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        tree = random_expression(rng, 6)
        text = printed(rng.choice((assign("z", tree), ast.Return(value=tree), ast.Expr(value=tree))))
        assert widest(text) <= WIDTH, text
