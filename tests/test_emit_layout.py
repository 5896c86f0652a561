"""The page: comments and their column, blank lines, and the breaking of long lines."""

from __future__ import annotations

import ast

import pytest

from adcompiler.emit.source import Blank, Comment, normalise_constants, remark, render
from adcompiler.emit.spelling import Generator

WIDTH = 110


def module(*statements: ast.stmt | ast.expr) -> ast.Module:
    body = [ast.Expr(value=s) if isinstance(s, ast.expr) else s for s in statements]
    return ast.Module(body=body, type_ignores=[])


def name(identifier: str) -> ast.Name:
    return ast.Name(id=identifier, ctx=ast.Load())


def parsed(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def printed(*statements: ast.stmt | ast.expr) -> str:
    """The text, which astor alone must have spelled."""
    result = render(module(*statements))
    assert result.unparsed == ()
    return result.text


def widest(text: str) -> int:
    return max(map(len, text.split("\n")))


# ---------------------------------------------------------------- comments
def commented(*pairs: tuple[str, str]) -> list[ast.stmt]:
    statements = []
    for text, comment in pairs:
        statement = parsed(text)
        statements.append(remark(statement, comment) if comment else statement)
    return statements


def test_comments_stand_two_spaces_after_the_longest_statement() -> None:
    first = commented(("x = 1", "one   1\nand more"), ("longer_name = 2", "two"))
    text = printed(*first, *commented(("y = 3", ""), ("z = 4", "four")))
    assert (
        text
        == """\
x = 1            # one   1 and more
longer_name = 2  # two
y = 3
z = 4            # four
"""
    )


def test_comments_keep_their_column_through_nested_blocks_and_lose_it_at_an_empty_or_comment_line() -> None:
    loop = parsed("for k in reversed(range(n)):\n    W, b = layers[k]\n    db = da")
    assert isinstance(loop, ast.For)
    loop = remark(loop, "line 3: for W, b in layers")
    remark(loop.body[1], "line 4: a = W @ h + b")
    first = commented(("dh = h - y", "line 6"))
    last, separate = commented(("a = 1", "x"), ("bb = 1", "x"))
    text = printed(*first, loop, Comment("rest"), last, Blank(), separate)
    assert (
        text
        == """\
dh = h - y                    # line 6
for k in reversed(range(n)):  # line 3: for W, b in layers
    W, b = layers[k]
    db = da                   # line 4: a = W @ h + b
# rest
a = 1  # x

bb = 1  # x
"""
    )


def test_a_far_longer_statement_does_not_push_the_comments_of_the_others_away() -> None:
    long = "total = first_of_the_summands + second_of_the_summands + third_of_the_summands"
    assert (
        printed(*commented(("x = 1", "one"), (long, "sum"), ("y = 2", "two")))
        == f"""\
x = 1  # one
# sum
{long}
y = 2  # two
"""
    )


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
    assert (
        printed(chain, function)
        == """\
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
    )


def test_comment_lines_blank_lines_and_blocks_of_nothing_else() -> None:
    branch = ast.If(test=name("a"), body=[Comment("nothing to do")], orelse=[])
    text = printed(Comment("two\nlines"), Blank(), Blank(), Blank(), branch, Comment(""), Blank())
    assert (
        text
        == """\
# two
# lines


if a:
    # nothing to do
    pass
#
"""
    )


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
    no_arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.FunctionDef(name="f", args=no_arguments, body=body, decorator_list=[])
    assert (
        printed(parsed("import jax"), parsed("c = 1"), function, parsed("x = 1"))
        == '''\
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
    )


# ---------------------------------------------------------------- long lines
LONG = """
dx_0, dx_rest = jax.lax.scan(
    adjoint_step, jnp.ones_like(x[0]), (x[1:], y_prev_tape), state_of_the_loop, reverse=True
)

dA[i, j] = (
    d * 0.5 * A[i + 1, j]
    + e * np.cos(A[i, j - 1] * A[i - 1, j]) * B[i, j]
    + d * 0.5 * A[i, j]
    + alpha * beta[i]
)

return 0.5 * np.sum(
    (h_tape[k + 1] - y_tape[k + 1]) ** 2 * weights[k + 1] + regularisation * np.sum(W_tape[k] ** 2)
)

return jnp.concatenate([
    dx_0[None], dx_rest, jnp.zeros_like(something_very_long_here), jnp.ones_like(another_thing)
])

y[i] += (
    x[i] * np.cos(y[i - 1]) * some_other_factor_here[i, j, k] * yet_another_factor_here[i, j]
    * last_one_here[i]
)

step = lambda i, carry: (
    carry[0] + jnp.sin(carry[1][i]) * carry[2][i], jnp.where(carry[1], carry[3], carry[4] + 1)
)

position = next(
    index for index, line in enumerate(formatted_lines_of_the_text) if line.startswith(line_prefixes_seen)
)

raise ValueError(
    f"the size of x is {x.shape}, of y is {y.shape}; compiled for {expected_rows + 1} and {expected_columns}"
)

assert x.shape == expected_shape_of_the_first_argument, (
    f"x has the shape {x.shape}, not {expected_shape_of_the_first}"
)

out = (
    value_of_the_first_branch * scale_first
    if condition_number_one and condition_number_two
    else value_of_the_second
)
""".strip("\n").split("\n\n")


@pytest.mark.parametrize("text", LONG)
def test_long_lines_break_at_their_loosest_joints(text: str) -> None:
    statement = parsed(text)
    assert len(Generator().spell(normalise_constants(statement))) > WIDTH
    assert printed(statement) == text + "\n"


def test_headers_and_targets_break_too() -> None:
    names = ", ".join(f"carried_{i}" for i in range(12))
    source = f"""
def long_name({names}):
    {names} = jax.lax.while_loop(keep_going, step, ({names}))
    for {names} in enumerate(zip(rows_of_the_matrix, columns_of_it)):
        pass
    if {" or ".join(f"carried_{i} > 0" for i in range(9))}:
        return {names}
    elif f({names}):
        pass
"""
    text = printed(*ast.parse(source).body)
    assert widest(text) <= WIDTH
    assert (
        text
        == """\
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
        carried_0 > 0 or carried_1 > 0 or carried_2 > 0 or carried_3 > 0 or carried_4 > 0 or carried_5 > 0
        or carried_6 > 0 or carried_7 > 0 or carried_8 > 0
    ):
        return (
            carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
            carried_9, carried_10, carried_11
        )
    elif f(
        carried_0, carried_1, carried_2, carried_3, carried_4, carried_5, carried_6, carried_7, carried_8,
        carried_9, carried_10, carried_11
    ):
        pass
"""
    )


def test_long_strings_are_cut_at_spaces() -> None:
    words = "a message of some length with \\ and \n and 'quotes' " * 8
    text = printed(ast.Call(func=name("f"), args=[ast.Constant(value=words)], keywords=[]))
    assert widest(text) <= WIDTH
    assert eval(text, {"f": str}) == words
