"""Printing of ast trees: constants, the fallback, and loading of what was printed."""

from __future__ import annotations

import ast
import inspect
import linecache
import math
import sys
import traceback

import numpy as np
import pytest
from trees import STATEMENTS, assign, constant, module, name, parsed, printed

from adcompiler.emit import spelling
from adcompiler.emit.source import load_module, normalise_constants, print_module, remark, render
from adcompiler.errors import InternalError


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
