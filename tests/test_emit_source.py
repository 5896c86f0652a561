"""Printing of ast trees: spelling, layout, constants, the fallback, and loading of what was printed."""

from __future__ import annotations

import ast
import inspect
import linecache
import math
import os
import pathlib
import random
import subprocess
import sys
import traceback
from collections.abc import Callable

import numpy as np
import pytest

from adcompiler.emit import spelling
from adcompiler.emit.source import (
    Blank,
    Comment,
    load_module,
    normalise_constants,
    print_module,
    remark,
    render,
)
from adcompiler.errors import InternalError

WIDTH = 110


def module(*statements: ast.stmt | ast.expr) -> ast.Module:
    body = [ast.Expr(value=s) if isinstance(s, ast.expr) else s for s in statements]
    return ast.Module(body=body, type_ignores=[])


def name(identifier: str) -> ast.Name:
    return ast.Name(id=identifier, ctx=ast.Load())


def assign(target: str, value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def parsed(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def printed(*statements: ast.stmt | ast.expr) -> str:
    """The text, which astor alone must have spelled."""
    result = render(module(*statements))
    assert result.unparsed == ()
    return result.text


def widest(text: str) -> int:
    return max(map(len, text.split("\n")))


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
        target = rng.choice(
            (ast.Name(id="i", ctx=ast.Store()), parsed("for a, b in c: pass").target)  # type: ignore[attr-defined]
        )
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
        return ast.BoolOp(op=rng.choice((ast.And, ast.Or))(), values=[sub() for _ in range(rng.randrange(2, 4))])

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
        return rng.choice((name("x"), name("y"), ast.Constant(value=rng.choice(CONSTANTS))))
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
        wanted = ("-(-", "-(+", "-(~", "+(-", "+(+", "+(~", "~(-", "~(+", "~(~")  # clearer than two signs in a row
        kept = {text.index(pair) + 1 for pair in wanted if pair in text}
        tuple_value = {4} if isinstance(statement.value, ast.Tuple) else set()  # `pair = (a, b)`
        for opening in (i for i, c in enumerate(text) if c == "("):
            assert opening in kept | tuple_value or not redundant(text, opening), text


def has_stray_slice(tree: ast.expr) -> bool:
    """Whether a slice stands elsewhere than directly in a subscript."""
    inside = {id(n.slice) for n in ast.walk(tree) if isinstance(n, ast.Subscript)}
    inside |= {id(e) for n in ast.walk(tree) if isinstance(n, ast.Subscript) for e in getattr(n.slice, "elts", [])}
    return any(isinstance(n, ast.Slice) and id(n) not in inside for n in ast.walk(tree))


STATEMENTS = """
import jax
from jax import lax


def outer(a, /, b: int = 2, *rest, key=None, **others) -> tuple[int, ...]:
    \"\"\"A docstring.

    With \\\\ and "quotes".
    \"\"\"
    x = [a for a in b if a]
    if a:
        x = 1
    elif b:
        x = 2
    else:
        x = 3
    for i, (p, q) in enumerate(zip(a, b)):
        if p:
            continue
        break
    else:
        pass
    while x > 0:
        x -= 1
    else:
        x = None
    with open(x) as f, g:
        pass
    try:
        del x
    except (A, B) as error:
        raise
    except C:
        pass
    else:
        y = 1
    finally:
        z: int = 2

    @decorator
    @other(1)
    def inner():
        nonlocal x
        global w
        yield x
        yield from y
        return lambda: x

    class C(Base, key=1):
        field: int

        def method(self):
            assert self, "message"

        async def other(self):
            async with a as b:
                await b
            async for i in a:
                pass

    return inner, C


if __name__ == "__main__":
    outer()
""".lstrip()


def test_all_statements_print_back_to_the_same_text() -> None:
    assert printed(*ast.parse(STATEMENTS).body) == STATEMENTS


def test_prints_this_package_and_numpy_code_back() -> None:
    files = [spelling.__file__, __file__, inspect.getfile(np.linalg.norm.__wrapped__)]
    for file in files:
        tree = ast.parse(pathlib.Path(file).read_text(encoding="utf-8"))
        text = print_module(tree)
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(ast.unparse(tree)))


def test_does_not_change_its_input_and_repeats_itself() -> None:
    tree = module(remark(assign("x", ast.BinOp(left=ast.Constant(value=-2), op=ast.Pow(), right=name("y"))), "c"))
    before = ast.dump(tree), [vars(node).keys() for node in ast.walk(tree)]
    assert print_module(tree) == print_module(tree) == "x = (-2) ** y  # c\n"
    assert (ast.dump(tree), [vars(node).keys() for node in ast.walk(tree)]) == before


def test_a_node_used_twice_is_printed_right_in_both_places() -> None:
    minus = ast.UnaryOp(op=ast.USub(), operand=name("x"))
    assert printed(ast.BinOp(left=minus, op=ast.Pow(), right=minus)) == "(-x) ** -x\n"


def test_fields_left_out_are_filled_in() -> None:
    call = ast.Call(func=ast.Name("f"), args=[ast.Name("x")])
    arguments = ast.arguments(args=[ast.arg("x")])
    function = ast.FunctionDef(name="g", args=arguments, body=[ast.Return(call)])
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
        tree = ast.BinOp(left=tree, op=ast.Add(), right=name("b"))  # type: ignore[assignment]
    text = printed(assign("c", tree))
    assert widest(text) <= WIDTH
    assert load_module("a = b = 1\n" + text, "sum")["c"] == 1001


def test_a_tree_too_deep_to_print_is_an_internal_error() -> None:
    tree = name("a")
    for _ in range(20_000):
        tree = ast.UnaryOp(op=ast.USub(), operand=tree)  # type: ignore[assignment]
    with pytest.raises(InternalError, match="nested too deeply"):
        print_module(module(tree))


# ---------------------------------------------------------------- constants
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.5), "0.5"),
        (np.float64(1e-12), "1e-12"),
        (np.float32(0.5), "0.5"),
        (np.float32(0.1), "0.10000000149011612"),
        (np.int64(3), "3"),
        (np.int8(-3), "-3"),
        (np.bool_(True), "True"),
        (np.str_("a"), '"a"'),
        (np.complex128(2j), "2j"),
        (np.longdouble(0.5), "0.5"),
        (-1, "-1"),
        (0.1, "0.1"),
        (1 / 3, "0.3333333333333333"),
        (1e22, "1e22"),
        (123456789.125, "123456789.125"),
        (-0.0, "-0.0"),
        (math.inf, "np.inf"),
        (-math.inf, "-np.inf"),
        (math.nan, "np.nan"),
        (np.float64("nan"), "np.nan"),
        (2j, "2j"),
        (-2j, "-2j"),
        (1 + 2j, "1.0 + 2j"),
        (1 - 2j, "1.0 - 2j"),
        (-1 + 2j, "-1.0 + 2j"),
        (complex(0.0, -2.0), "complex(0.0, -2.0)"),
        (complex(1.0, -0.0), "complex(1.0, -0.0)"),
        (complex(math.inf, 1.0), "np.inf + 1j"),
        (complex(math.nan, -1.0), "np.nan - 1j"),
        (complex(1.0, math.inf), "complex(1.0, np.inf)"),
        (complex(0.0, math.nan), "complex(0.0, np.nan)"),
        ((1, -2.0), "1, -2.0"),
        (10**400, str(10**400)),
    ],
)
def test_constants_are_readable_and_exact(value: object, text: str) -> None:
    out = printed(ast.Constant(value=value)).replace("\n", "").replace("( ", "(")
    assert out == text
    again = eval(out, {"np": np})
    assert repr(again) == repr(value.item() if isinstance(value, np.generic) else value) or np.isnan(again) or (
        isinstance(value, np.longdouble)
    )


def test_negative_base_keeps_its_meaning() -> None:
    for base in (-2, -2.0, np.float64(-2.0), -2j, 1 - 2j, -math.inf):
        tree = ast.BinOp(left=ast.Constant(value=base), op=ast.Pow(), right=ast.Constant(value=2))
        assert eval(printed(tree), {"np": np}) == complex(base) ** 2


@pytest.mark.parametrize("constants", ["np", "jnp", "math"])
def test_inf_and_nan_come_from_the_module_asked_for(constants: str) -> None:
    tree = module(assign("x", ast.Constant(value=(math.inf, -math.inf, math.nan))))
    text = f"x = ({constants}.inf, -{constants}.inf, {constants}.nan)\n"
    assert print_module(tree, constants) == text


@pytest.mark.parametrize("value", [np.dtype("f8"), np.datetime64("2020-01-01"), object(), frozenset({1})])
def test_what_has_no_literal_is_an_internal_error(value: object) -> None:
    with pytest.raises(InternalError, match="constant"):
        print_module(module(ast.Constant(value=value)))


def test_a_longdouble_that_a_float_cannot_hold_is_an_internal_error() -> None:
    value = np.longdouble(1) / np.longdouble(3)
    if value == float(value):
        pytest.skip("long double is double on this platform")
    with pytest.raises(InternalError, match="no exact Python constant"):
        print_module(module(ast.Constant(value=value)))


def test_normalised_constants_are_positive_python_numbers() -> None:
    tree = normalise_constants(parsed("x = [-1, 2.5, -0.0]"))
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert sorted(values) == [0.0, 1, 2.5]
    assert ast.unparse(normalise_constants(ast.Constant(value=-2))) == "-2"


# ---------------------------------------------------------------- comments
def commented(*pairs: tuple[str, str]) -> list[ast.stmt]:
    statements = []
    for text, comment in pairs:
        statement = parsed(text)
        statements.append(remark(statement, comment) if comment else statement)
    return statements


def test_comments_stand_two_spaces_after_the_longest_statement() -> None:
    text = printed(*commented(("x = 1", "one"), ("longer_name = 2", "two"), ("y = 3", ""), ("z = 4", "four")))
    assert text == """\
x = 1            # one
longer_name = 2  # two
y = 3
z = 4            # four
"""


def test_comments_keep_their_column_through_nested_blocks_and_lose_it_at_an_empty_or_comment_line() -> None:
    loop = parsed("for k in reversed(range(n)):\n    W, b = layers[k]\n    db = da")
    assert isinstance(loop, ast.For)
    loop = remark(loop, "line 3: for W, b in layers")
    remark(loop.body[1], "line 4: a = W @ h + b")
    first = commented(("dh = h - y", "line 6"))
    text = printed(*first, loop, Comment("rest"), *commented(("a = 1", "x")), Blank(), *commented(("bb = 1", "x")))
    assert text == """\
dh = h - y                    # line 6
for k in reversed(range(n)):  # line 3: for W, b in layers
    W, b = layers[k]
    db = da                   # line 4: a = W @ h + b
# rest
a = 1  # x

bb = 1  # x
"""


def test_a_far_longer_statement_does_not_push_the_comments_of_the_others_away() -> None:
    long = "total = first_of_the_summands + second_of_the_summands + third_of_the_summands"
    assert printed(*commented(("x = 1", "one"), (long, "sum"), ("y = 2", "two"))) == f"""\
x = 1  # one
# sum
{long}
y = 2  # two
"""


def test_a_comment_that_does_not_fit_beside_stands_above_and_is_cut_if_it_must_be() -> None:
    statement = "x = " + " + ".join(["summand"] * 7)
    text = printed(*commented((statement, "line 7: " + "y = f(x) " * 6)))
    assert text.splitlines() == ["# line 7: " + ("y = f(x) " * 6).strip(), statement]
    text = printed(*commented(("x = 1", "word " * 40)))
    first, second = text.splitlines()
    assert (first, second) == ("# " + "word " * 20 + "...", "x = 1")
    assert widest(text) <= WIDTH


def test_comments_of_headers_and_their_branches() -> None:
    chain = parsed("if a:\n    pass\nelif b:\n    pass\nelse:\n    pass")
    assert isinstance(chain, ast.If)
    remark(chain, "first")
    remark(chain.orelse[0], "second")
    function = remark(parsed("@d\ndef f(x):\n    return x"), "header")
    assert printed(chain, function) == """\
if a:    # first
    pass
elif b:  # second
    pass
else:
    pass


@d
def f(x):  # header
    return x
"""


def test_comment_lines_blank_lines_and_blocks_of_nothing_else() -> None:
    branch = ast.If(test=name("a"), body=[Comment("nothing to do")], orelse=[])
    text = printed(Comment("two\nlines"), Blank(), Blank(), Blank(), branch, Comment(""), Blank())
    assert text == """\
# two
# lines


if a:
    # nothing to do
    pass
#
"""


def test_a_long_comment_line_goes_on_below() -> None:
    text = printed(Comment("word " * 50), parsed("x = 1"))
    assert widest(text) <= WIDTH
    assert " ".join(line.removeprefix("# ") for line in text.splitlines()[:-1]) == ("word " * 50).strip()


def test_a_comment_after_else_keeps_the_nested_if_below_it() -> None:
    tree = parsed("if a:\n    pass\nelse:\n    if b:\n        pass")
    assert isinstance(tree, ast.If)
    tree.orelse.insert(0, Comment("why"))
    assert printed(tree) == "if a:\n    pass\nelse:\n    # why\n    if b:\n        pass\n"


def test_a_wrapped_statement_carries_its_comment_on_the_first_line() -> None:
    long = f"x = f({', '.join(['argument_of_the_call'] * 6)})"
    first, *_, last = printed(*commented((long, "line 3"))).splitlines()
    assert (first, last) == ("x = f(  # line 3", ")")


def test_a_statement_that_begins_an_open_string_has_its_comment_above() -> None:
    docstring = remark(parsed('"""one\ntwo"""'), "about")
    assert printed(docstring) == '# about\n"""one\ntwo"""\n'


# ---------------------------------------------------------------- blank lines
def test_blank_lines_around_definitions_and_imports() -> None:
    nested = parsed("def step(c):\n    return c")
    assert isinstance(nested, ast.FunctionDef)
    body: list[ast.stmt] = [
        parsed('"""Doc."""'), parsed("import numpy as np"), Comment("primal"), nested, parsed("x = 1"),
        parsed("y = 2"), Blank(), Comment("adjoint"), nested,
    ]  # fmt: skip
    function = ast.FunctionDef(name="f", args=arguments(), body=body, decorator_list=[])
    assert printed(parsed("import jax"), parsed("c = 1"), function, parsed("x = 1")) == '''\
import jax

c = 1


def f():
    """Doc."""
    import numpy as np

    # primal
    def step(c):
        return c

    x = 1
    y = 2

    # adjoint
    def step(c):
        return c


x = 1
'''


# ---------------------------------------------------------------- long lines
LONG = {
    "dx_0, dx_rest = jax.lax.scan(adjoint_step, jnp.ones_like(x[0]), (x[1:], y_prev_tape), state_of_the_loop, reverse=True)": """\
dx_0, dx_rest = jax.lax.scan(
    adjoint_step, jnp.ones_like(x[0]), (x[1:], y_prev_tape), state_of_the_loop, reverse=True
)
""",
    "dA[i, j] = d * 0.5 * A[i + 1, j] + e * np.cos(A[i, j - 1] * A[i - 1, j]) * B[i, j] + d * 0.5 * A[i, j] + alpha * beta": """\
dA[i, j] = (
    d * 0.5 * A[i + 1, j]
    + e * np.cos(A[i, j - 1] * A[i - 1, j]) * B[i, j]
    + d * 0.5 * A[i, j]
    + alpha * beta
)
""",
    "return 0.5 * np.sum((h_tape[k + 1] - y_tape[k + 1]) ** 2 * weights[k + 1] + regularisation * np.sum(W_tape[k] ** 2))": """\
return 0.5 * np.sum(
    (h_tape[k + 1] - y_tape[k + 1]) ** 2 * weights[k + 1] + regularisation * np.sum(W_tape[k] ** 2)
)
""",
    "return jnp.concatenate([dx_0[None], dx_rest, jnp.zeros_like(something_very_long_here), jnp.ones_like(another_thing)])": """\
return jnp.concatenate([
    dx_0[None], dx_rest, jnp.zeros_like(something_very_long_here), jnp.ones_like(another_thing)
])
""",
    "y[i] += x[i] * np.cos(y[i - 1]) * some_other_factor_here[i, j, k] * yet_another_factor_here[i, j] * last_one_here[i]": """\
y[i] += (
    x[i] * np.cos(y[i - 1]) * some_other_factor_here[i, j, k] * yet_another_factor_here[i, j]
    * last_one_here[i]
)
""",
    "step = lambda i, carry: (carry[0] + jnp.sin(carry[1][i]) * carry[2][i], jnp.where(carry[1], carry[3], carry[4] + 1))": """\
step = lambda i, carry: (
    carry[0] + jnp.sin(carry[1][i]) * carry[2][i], jnp.where(carry[1], carry[3], carry[4] + 1)
)
""",
    "position = next(index for index, line in enumerate(formatted_lines_of_the_text) if line.startswith(line_prefixes_seen))": """\
position = next(
    index for index, line in enumerate(formatted_lines_of_the_text) if line.startswith(line_prefixes_seen)
)
""",
    "raise ValueError(f'the size of x is {x.shape}, of y is {y.shape}; compiled for {expected_rows + 1} and {expected_columns}')": """\
raise ValueError(
    f"the size of x is {x.shape}, of y is {y.shape}; compiled for {expected_rows + 1} and {expected_columns}"
)
""",
    "assert x.shape == expected_shape_of_the_first_argument, f'x has the shape {x.shape}, not {expected_shape_of_the_first}'": """\
assert x.shape == expected_shape_of_the_first_argument, (
    f"x has the shape {x.shape}, not {expected_shape_of_the_first}"
)
""",
    "out = value_of_the_first_branch * scale_first if condition_number_one and condition_number_two else value_of_the_second": """\
out = (
    value_of_the_first_branch * scale_first
    if condition_number_one and condition_number_two
    else value_of_the_second
)
""",
}  # fmt: skip


@pytest.mark.parametrize(("text", "wrapped"), LONG.items())
def test_long_lines_break_at_their_loosest_joints(text: str, wrapped: str) -> None:
    assert len(text) > WIDTH
    assert printed(parsed(text)) == wrapped


def test_headers_and_targets_break_too() -> None:
    names = ", ".join(f"carried_{i}" for i in range(12))
    source = f"""
def long_name({names}):
    {names} = jax.lax.while_loop(keep_going, step, ({names}))
    for {names} in enumerate(zip(rows_of_the_matrix, columns_of_it)):
        pass
    if {" or ".join(f"carried_{i} > 0" for i in range(12))}:
        return {names}
    elif f({names}):
        pass
"""
    text = printed(*ast.parse(source).body)
    assert widest(text) <= WIDTH
    assert text == """\
def long_name(
    carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
    carried_9, carried_10, carried_11
):
    (
        carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
        carried_9, carried_10, carried_11
    ) = jax.lax.while_loop(
        keep_going,
        step,
        (
            carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
            carried_9, carried_10, carried_11
        ),
    )
    for (
        carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
        carried_9, carried_10, carried_11
    ) in enumerate(zip(rows_of_the_matrix, columns_of_it)):
        pass
    if (
        carried_0 > 0
        or carried_1 > 0
        or carried_2 > 0
    ):
        pass
"""


@pytest.mark.parametrize("seed", range(4))
def test_random_long_expressions_stay_within_the_width(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        tree = random_expression(rng, 6)
        text = printed(rng.choice((assign("z", tree), ast.Return(value=tree), ast.Expr(value=tree))))
        assert widest(text) <= WIDTH, text


def test_long_strings_are_cut_at_spaces() -> None:
    words = "a message of some length with \\ and \n and 'quotes' " * 8
    text = printed(ast.Call(func=name("f"), args=[ast.Constant(value=words)], keywords=[]))
    assert widest(text) <= WIDTH
    assert eval(text, {"f": str}) == words


# ---------------------------------------------------------------- fallback
def test_match_falls_back_alone() -> None:
    source = """
x = (a, "text")  # by astor
match x:
    case [1, y] if y > 0:
        z = f(x, "text")
    case _:
        pass
"""
    result = render(ast.parse(source))
    assert [text.split("\n")[0] for text in result.unparsed] == ["match x:", "match _:", "match _:"]
    assert result.text == """\
x = (a, "text")
match x:
    case [1, y] if y > 0:
        z = f(x, "text")
    case _:
        pass
"""


def test_a_statement_that_astor_prints_wrongly_falls_back_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: spelling.Generator, node: ast.BinOp) -> None:
        self.write("wrong") if isinstance(node.op, ast.Mod) else original(self, node)

    original = spelling.Generator.visit_BinOp
    monkeypatch.setattr(spelling.Generator, "visit_BinOp", wrong)
    loop = remark(parsed("for i in a % b:\n    c = 'd' + e\n    c = 'd' % e"), "loop")
    result = render(module(loop))
    assert result.unparsed == ("for i in a % b:\n    pass", "c = 'd' % e")
    assert result.text == "for i in a % b:  # loop\n    c = \"d\" + e\n    c = 'd' % e\n"


def test_a_generator_that_raises_falls_back_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: spelling.Generator, statement: ast.stmt) -> str:
        raise AttributeError("no handler")

    monkeypatch.setattr(spelling.Generator, "spell", fails)
    text = print_module(ast.parse(STATEMENTS))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(STATEMENTS))


def test_what_no_spelling_can_say_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="does not parse back"):
        print_module(module(assign("x", name("None"))))
    with pytest.raises(InternalError, match="does not parse back"):
        print_module(module(ast.For(target=name("i"), iter=name("x"), body=[], orelse=[])))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes within an f-string of the same quotes")
def test_f_strings_with_nested_quotes() -> None:
    statement = parsed('''x = f"{d["a'b"]} {f'{y["k"]}'} it's"''')
    assert ast.dump(ast.parse(print_module(module(statement))).body[0]) == ast.dump(statement)


# ---------------------------------------------------------------- loading
def test_tracebacks_show_the_emitted_line() -> None:
    namespace = load_module("def f(x):\n    y = x + 1\n    return y / 0  # here\n", "f_grad")
    linecache.checkcache()
    function = namespace["f"]
    assert callable(function)
    with pytest.raises(ZeroDivisionError) as caught:
        function(1)
    report = "".join(traceback.format_exception(caught.value))
    assert "return y / 0  # here" in report
    assert "<adcompiler f_grad " in report


def test_source_of_a_loaded_function_is_the_emitted_text() -> None:
    text = print_module(ast.parse("import math\ndef f(x):\n    return math.sin(x)\ndef g():\n    pass"))
    first, second = load_module(text, "same"), load_module(text, "same")
    assert first["f"] is not second["f"]
    for namespace in (first, second):
        linecache.checkcache()
        function = namespace["f"]
        assert callable(function)
        assert inspect.getsource(function) == "def f(x):\n    return math.sin(x)\n"
        assert function(0.0) == 0.0


def test_text_is_compiled_without_the_future_of_this_package() -> None:
    function = load_module("def f(x: int): pass\n", "annotated")["f"]
    assert getattr(function, "__annotations__", None) == {"x": int}


def test_text_that_does_not_compile_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="does not compile"):
        load_module("return 1\n", "wrong")
