"""Finding the source of a function: files, text of `exec`, lambdas, decorators, edited files, and columns."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import fractions
import functools
import importlib.util
import linecache
import os
import random
import statistics
import subprocess
import sys
import textwrap
import typing
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from adcompiler.errors import CompileError
from adcompiler.frontend.mangling import written_name
from adcompiler.frontend.source import Source, get_source

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a module to a file (or write it anew) and import it."""
    times = iter(range(1_000_000_000, 2_000_000_000, 10))

    def load(text: str, name: str = "module_under_test") -> ModuleType:
        file = tmp_path / f"{name}.py"
        write(file, text, next(times))
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def write(file: Path, text: str, time: int) -> None:
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    os.utime(file, (time, time))


def written(function: Callable[..., Any]) -> str:
    return ast.unparse(get_source(function).tree)


def first(source: Source, kind: type[ast.AST]) -> Any:
    return next(n for n in ast.walk(source.tree) if isinstance(n, kind))


def under(source: Source, node: ast.AST) -> str:
    """What the caret underlines."""
    at = source.locate(node)
    return at.text[at.column - 1 : at.column - 1 + at.width]


# --- functions in files ---


def module_level(x: float) -> float:
    return x * 2


def test_a_function_of_this_file() -> None:
    source = get_source(module_level)
    assert source.file == __file__
    assert source.lines[source.tree.lineno - 1] == "def module_level(x: float) -> float:"
    assert source.function is module_level
    at = source.locate(source.tree)
    assert (at.function, at.column) == ("module_level", 1)


def test_an_indented_function_has_the_columns_of_the_file() -> None:
    def inner(x: float) -> float:
        return x + 1

    source = get_source(inner)
    assert source.locate(source.tree).column == 5
    assert under(source, first(source, ast.BinOp)) == "x + 1"


def test_a_function_whose_asserts_pytest_rewrote() -> None:
    def inner(x: float) -> float:
        assert x > 0, "positive"
        return x + 1

    assert "assert x > 0" in written(inner)


def test_a_function_around_rewritten_asserts() -> None:
    def outer(x: float) -> float:
        def inner(y: float) -> float:
            assert y > 0
            return y

        return inner(x)

    assert "assert y > 0" in written(outer)


def test_decorators_are_passed_over(load: Load) -> None:
    module = load("""
        def keep(*arguments):
            return lambda f: f

        @keep(
            1,
            2,
        )
        @keep(lambda x: x)
        def f(x):
            return x
        """)
    source = get_source(module.f)
    assert isinstance(source.tree, ast.FunctionDef)
    assert source.locate(source.tree).line == 10
    assert source.locate(source.tree).text == "def f(x):"


def test_methods_private_names_super_and_closures(load: Load) -> None:
    module = load("""
        from __future__ import annotations

        class A:
            __scale = 2

            def f(self, x: int) -> int:
                def g(y: int) -> int:
                    return y * self.__scale
                return g(x)

            def h(self, x):
                return super().h(x) + __class__.__scale

        def make(a):
            def f(x, *, b=lambda: 1, **rest):
                nonlocal a
                a = a + x
                return [a * y for y in range(3)], f

            return f
        """)
    assert written(module.A.f).startswith("def f(self, x: int)")
    assert "y * self._A__scale" in written(module.A.f)
    assert written(module.A.h).startswith("def h(self, x)")
    assert written(module.make(1)).startswith("def f(x, *, b=")


def test_private_names_are_those_that_run(load: Load) -> None:
    """The names in the tree are those in the code, in every place where a name may stand."""
    module = load("""
        __outer = 1.0

        class _Base:
            def __step(self, __x, *, __y=2.0, **__rest):
                global __outer
                def __inner(__a):
                    nonlocal __x
                    __x = __x + __a
                    return __x
                try:
                    import math as __math
                except ImportError as __error:
                    raise __error
                self.__total: float = __math.sin(__x)
                return self.__step(__x, __y=__inner(__y)), [__k for __k in __rest], f"{__outer}"

        class Derived(_Base):
            class __Part:
                def get(self):
                    return self.__v + self.__dunder__ + self._single + __class__.__v

            def other(self):
                return lambda __z: self.__Part(__z)

        class __:
            def get(self):
                return self.__v
        """)
    step = get_source(module._Base._Base__step)
    names = {getattr(node, "id", "") for node in ast.walk(step.tree)}
    assert {"_Base__x", "_Base__outer", "_Base__math", "_Base__k", "_Base__rest"} <= names
    assert not any(name.startswith("__") for name in names)
    assert [arg.arg for arg in step.tree.args.args] == ["self", "_Base__x"]
    assert "_Base__step(_Base__x, __y=_Base__inner(_Base__y))" in written(step.function)
    assert written_name(step.tree) == "__step"
    assert under(step, first(step, ast.AnnAssign)) == "self.__total: float = __math.sin(__x)"
    part = written(module.Derived._Derived__Part.get)
    assert part.endswith("return self._Part__v + self.__dunder__ + self._single + __class__._Part__v")
    assert "lambda _Derived__z: self._Derived__Part(_Derived__z)" in written(module.Derived.other)
    assert written(module.Derived().other()) == "lambda _Derived__z: self._Derived__Part(_Derived__z)"
    assert written(module.__.get).endswith("return self.__v")


def test_definitions_of_one_name_are_told_apart(load: Load) -> None:
    module = load("""
        def f(x): return x + 1
        one = f
        def f(x): return x + 2
        """)
    assert "x + 1" in written(module.one)
    assert "x + 2" in written(module.f)


def test_what_is_around_a_function_changes_its_code_and_is_allowed_for(load: Load) -> None:
    module = load("""
        import math, os as system

        def recursive(n):
            return recursive(n - 1) if n else math.exp(n)

        class A:
            def own(self):
                return A() if isinstance(self, A) else math.cos(0.0)

            def inside(self):
                class B:
                    pass
                return B

        def shadowing(math):
            return math.exp(0) + system.getpid()

        def closure():
            class C:
                def own(self):
                    return C, __class__
            def own(n):
                return own(n)
            return C.own, own
        """)
    for f in (module.recursive, module.A.own, module.A.inside, module.shadowing, *module.closure()):
        assert written(f).startswith(f"def {f.__name__}(")


@pytest.mark.parametrize("library", [ast, dataclasses, fractions, random, statistics, textwrap, typing])
def test_every_function_of_a_library(library: ModuleType) -> None:
    scopes = [library, *(v for v in vars(library).values() if isinstance(v, type))]
    functions = [v for s in scopes for v in vars(s).values() if isinstance(v, FunctionType)]
    written_there = [f for f in functions if f.__code__.co_filename == library.__file__]
    assert len(written_there) > 5
    for f in written_there:
        assert isinstance(get_source(f).tree, (ast.FunctionDef, ast.Lambda)), f


def test_the_tree_is_cached_per_code_object_and_not_the_function() -> None:
    def make(a: float) -> Callable[[float], float]:
        def inner(x: float) -> float:
            return a * x

        return inner

    one, two = make(1.0), make(2.0)
    assert get_source(one).tree is get_source(two).tree
    assert get_source(two).function is two


# --- lambdas ---


def test_two_lambdas_on_one_line() -> None:
    a, b = 1.0, 2.0
    f, g = lambda x: x + a, lambda x: x + b
    assert (written(f), written(g)) == ("lambda x: x + a", "lambda x: x + b")


def test_lambdas_on_one_line_that_differ_in_a_constant_alone() -> None:
    fs = [lambda x: x * 0.0, lambda x: x * -0.0, lambda x: x * 0, lambda x: x * False]  # fmt: skip
    assert [written(f) for f in fs] == [
        "lambda x: x * 0.0",
        "lambda x: x * -0.0",
        "lambda x: x * 0",
        "lambda x: x * False",
    ]


def test_identical_lambdas_on_one_line_have_their_own_columns() -> None:
    f, g = lambda x: x + 1, lambda x: x + 1
    columns = [s.locate(s.tree).column for s in map(get_source, (f, g))]
    assert columns == [12, 29]


def test_a_lambda_in_a_lambda() -> None:
    f = lambda x: lambda y: x * y  # noqa: E731
    assert written(f) == "lambda x: lambda y: x * y"
    assert written(f(1)) == "lambda y: x * y"


def test_lambdas_on_several_lines_in_calls_and_as_defaults() -> None:
    def call(f: Callable[..., Any], **more: Callable[..., Any]) -> list[Callable[..., Any]]:
        return [f, *more.values()]

    def default(x: float, f: Callable[[float], float] = lambda x: x - 1) -> Callable[[float], float]:
        return f

    # fmt: off
    f, g = call(
        lambda x:
            x
            + 1, k=lambda x:
        x + 2)
    # fmt: on
    assert (written(f), written(g)) == ("lambda x: x + 1", "lambda x: x + 2")
    assert written(default(1.0)) == "lambda x: x - 1"


def test_a_lambda_in_a_comprehension() -> None:
    f = [lambda x: x * i for i in range(2)][1]  # noqa: B023
    assert written(f) == "lambda x: x * i"


# --- text that is not in a file ---


def defined(text: str, name: str, register: bool = True) -> Any:
    """The name `f` of executed text, with the text known to linecache or not."""
    if register:
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    names: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names)
    return names["f"]


@pytest.mark.parametrize("name", ["<ipython-input-3-0a1b>", "<adcompiler f 1>", "/tmp/ipykernel_1/2.py"])
def test_executed_text_that_linecache_knows(name: str) -> None:
    f = defined("\n\ndef f(x):\n    return x + 1\n", name)
    source = get_source(f)
    assert (source.locate(source.tree).file, source.locate(source.tree).line) == (name, 3)


def test_a_notebook_compiles_each_statement_alone() -> None:
    text = "import math\ndef f(x):\n    return math.exp(x)\n"
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    names: dict[str, Any] = {}
    for statement in ast.parse(text).body:
        exec(compile(ast.Module([statement], []), "<cell 1>", "exec"), names)
    assert "math.exp" in written(names["f"])


def test_a_cell_with_top_level_await() -> None:
    text = "def f(x):\n    return x\nasync def g(): pass\n"
    f = defined(text, "<cell>")
    linecache.cache["<cell>"] = (1, None, [*text.splitlines(True), "await g()\n"], "<cell>")
    assert written(f).startswith("def f(x)")


def test_equal_code_of_different_files_is_not_confused() -> None:
    f, g = (defined("def f(x): return x\n", name) for name in ("<one>", "<two>"))
    assert f.__code__ == g.__code__
    assert [get_source(f).file, get_source(g).file] == ["<one>", "<two>"]


def test_a_function_of_a_doctest() -> None:
    text = """
    >>> from adcompiler.frontend.source import get_source
    >>> def f(x):
    ...     return x + 1
    >>> get_source(f).lines[0]
    'def f(x):'
    """
    test = doctest.DocTestParser().get_doctest(text, {}, "example", None, None)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


# --- no source, or no longer the source ---


def refusal(function: Callable[..., Any]) -> str:
    with pytest.raises(CompileError) as caught:
        get_source(function)
    assert all(d.hint for d in caught.value.diagnostics)
    return str(caught.value)


def test_what_has_no_source() -> None:
    assert "`len` has no Python source" in refusal(len)
    assert "built in or compiled" in refusal("".join)
    assert "a class" in refusal(dict)
    assert "partial" in refusal(functools.partial(len))
    message = refusal(defined("def f(x): return x\n", "<string>", register=False))
    assert "typed at a prompt" in message and "put the function in a file" in message
    assert "its file cannot be read" in refusal(defined("def f(x): return x\n", "/gone/m.py", register=False))


def test_another_text_under_the_same_name() -> None:
    f = defined("def f(x): return x\n", "<again>", register=False)
    linecache.cache["<again>"] = (1, None, ["y = 1\n"], "<again>")
    assert "typed at a prompt" in refusal(f)


def test_a_bare_prompt() -> None:
    program = """
        from adcompiler.errors import CompileError
        from adcompiler.frontend.source import get_source
        def f(x): return x

        try: print(get_source(f).lines[0])
        except CompileError as error: print(error)

    """
    run = subprocess.run(
        [sys.executable, "-i", "-q"],
        input=textwrap.dedent(program).lstrip(),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert "`f` has no source to read" in run.stdout or "def f(x): return x" in run.stdout, run.stderr


def test_an_async_def(load: Load) -> None:
    assert "is an `async def`" in refusal(load("async def f(x): return x\n").f)


def test_a_changed_file_is_refused(load: Load) -> None:
    f = load("def f(x):\n    return x + 1\n").f
    load("def f(x):\n    return x - 1\n")
    assert "the source of `f` changed since it was imported" in refusal(f)


def test_a_file_that_does_not_parse_any_more_is_refused(load: Load) -> None:
    f = load("def f(x):\n    return x + 1\n").f
    file = Path(f.__code__.co_filename)
    write(file, "def f(x:\n", 5)
    assert "changed since it was imported" in refusal(f)


def test_a_function_that_moved_is_found(load: Load) -> None:
    f = load("def f(x):\n    return x + 1\n").f
    load("import os\n\ndef f(x):\n    return x - 1\n\ndef f(x):\n    return x + 1\n")
    source = get_source(f)
    assert source.locate(source.tree).line == 6


def test_what_was_found_before_the_file_changed_stays(load: Load) -> None:
    f = load("def f(x):\n    return x + 1\n").f
    tree = get_source(f).tree
    load("y = 2\n")
    assert get_source(f).tree is tree


# --- columns ---


def test_columns_count_characters_not_bytes(load: Load) -> None:
    module = load("""
        def f(x):
            é = "ünï" and x; y = é + 1; return y * é  # naïve
        """)
    source = get_source(module.f)
    add, multiply = (n for n in ast.walk(source.tree) if isinstance(n, ast.BinOp))
    assert (under(source, add), under(source, multiply)) == ("é + 1", "y * é")
    assert source.locate(add).column == source.locate(add).text.index("é + 1") + 1


def test_the_caret_line_of_a_diagnostic(load: Load) -> None:
    source = get_source(load('def f(x):\n    return "日本" + x.é\n').f)
    error = CompileError.at(source.locate(first(source, ast.Attribute)), "no")
    assert str(error).splitlines()[2] == " " * 4 + " " * 18 + "^^^"


def test_what_spans_lines_is_underlined_to_the_end_of_the_first() -> None:
    def inner(x: float) -> float:
        # fmt: off
        return (x +
                1)
        # fmt: on

    source = get_source(inner)
    assert under(source, first(source, ast.BinOp)) == "x +"


def test_nodes_without_a_position_of_their_own() -> None:
    def inner(xs: list[float]) -> float:
        return sum(x for x in xs)

    source = get_source(inner)
    assert under(source, first(source, ast.comprehension)) == "x"
    assert under(source, ast.Load()).startswith("def inner")


def test_line_ends_and_form_feeds() -> None:
    f = defined("x = 1\x0c\r\ny = '\u2028'\r\ndef f(x):\r\n    return x + 1\r\n", "<ends>")
    source = get_source(f)
    assert source.locate(source.tree).text == "def f(x):"
