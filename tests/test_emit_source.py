"""Printing of ast trees: spelling, constants, the fallback, and loading of what was printed."""

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
from typing import Any

import numpy as np
import pytest

from adcompiler.emit import spelling
from adcompiler.emit.source import load_module, normalise_constants, print_module, remark, render
from adcompiler.errors import InternalError

WIDTH = 110


def module(*statements: ast.stmt | ast.expr) -> ast.Module:
    body = [ast.Expr(value=s) if isinstance(s, ast.expr) else s for s in statements]
    return ast.Module(body=body, type_ignores=[])


def name(identifier: str) -> ast.Name:
    return ast.Name(id=identifier, ctx=ast.Load())


def assign(target: str, value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def constant(value: Any) -> ast.Constant:
    """A Constant of anything, as a printer may make it."""
    return ast.Constant(value=value)


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


@pytest.mark.parametrize("seed", range(4))
def test_random_long_expressions_stay_within_the_width(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        tree = random_expression(rng, 6)
        text = printed(rng.choice((assign("z", tree), ast.Return(value=tree), ast.Expr(value=tree))))
        assert widest(text) <= WIDTH, text


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
        ((1, -2.0), "(1, -2.0)"),
        (10**400, str(10**400)),
    ],
)
def test_constants_are_readable_and_exact(value: object, text: str) -> None:
    call = ast.Call(func=name("f"), args=[name("x"), constant(value)], keywords=[])
    out = printed(call)
    assert out.replace("\n", "").replace("    ", "") in (f"f(x, {text})", f"f(x,{text},)")
    again = eval(out, {"np": np, "f": lambda x, y: y, "x": None})
    same = value.item() if isinstance(value, np.generic) and not isinstance(value, np.longdouble) else value
    assert repr(again) == repr(same) or isinstance(value, np.longdouble)


def test_negative_base_keeps_its_meaning() -> None:
    for base in (-2, -2.0, np.float64(-2.0), -2j, 1 - 2j):
        tree = ast.BinOp(left=ast.Constant(value=base), op=ast.Pow(), right=constant(2))
        assert eval(printed(tree), {"np": np}) == complex(base) ** 2


@pytest.mark.parametrize("constants", ["np", "jnp", "math"])
def test_inf_and_nan_come_from_the_module_asked_for(constants: str) -> None:
    tree = module(assign("x", constant((math.inf, -math.inf, math.nan))))
    text = f"x = ({constants}.inf, -{constants}.inf, {constants}.nan)\n"
    assert print_module(tree, constants) == text


@pytest.mark.parametrize("value", [np.dtype("f8"), np.datetime64("2020-01-01"), object(), frozenset({1})])
def test_what_has_no_literal_is_an_internal_error(value: object) -> None:
    with pytest.raises(InternalError, match="constant"):
        print_module(module(constant(value)))


def test_a_longdouble_that_a_float_cannot_hold_is_an_internal_error() -> None:
    value = np.longdouble(1) / np.longdouble(3)
    if value == float(value):
        pytest.skip("long double is double on this platform")
    with pytest.raises(InternalError, match="no exact Python constant"):
        print_module(module(constant(value)))


def test_normalised_constants_are_positive_python_numbers() -> None:
    tree = normalise_constants(parsed("x = [-1, 2.5, -0.0]"))
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert sorted(map(repr, values)) == ["0.0", "1", "2.5"]
    assert ast.unparse(normalise_constants(constant(-2))) == "-2"


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
    assert (
        result.text
        == """\
x = (a, "text")
match x:
    case [1, y] if y > 0:
        z = f(x, "text")
    case _:
        pass
"""
    )


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
