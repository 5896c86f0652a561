"""Refusals: every construct that the compiler does not take is reported with place, reason and way out.

A file of tests/errors holds a function `f`, `args`, and optionally `argnums`, `backend` and `chain`: the
source lines of the call chain that the message must show.

A line that is refused carries `# E: column: text`. The caret stands under that column, counted from 1, and
the message contains the text. Statements and definitions are marked at their first character, expressions and
keyword arguments at theirs, a wrong argument at its parameter.
"""

from __future__ import annotations

import linecache
import re
from pathlib import Path
from types import ModuleType

import pytest
from modules import module_at

from adcompiler import CompileError, grad

FOLDER = Path(__file__).parent / "errors"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
MARK = re.compile(r"# E: (\d+): ([^#]+)")


def load(name: str) -> ModuleType:
    """The file of that name as a module."""
    return module_at(FOLDER / f"{name}.py", f"refused_{name}")


def marks(lines: list[str]) -> list[tuple[int, int, str]]:
    """The line, column and text of each mark."""
    found = []
    for number, line in enumerate(lines, 1):
        found += [(number, int(mark[1]), mark[2].strip()) for mark in MARK.finditer(line)]
    return found


def refusal(name: str) -> tuple[ModuleType, CompileError]:
    """The module, and the error that compiling its function raises."""
    module = load(name)
    argnums, backend = getattr(module, "argnums", 0), getattr(module, "backend", "numpy")
    gradient = grad(module.f, argnums=argnums, backend=backend)
    with pytest.raises(CompileError) as caught:
        gradient(*module.args)
    return module, caught.value


def assert_caret(text: str, source: str, column: int) -> None:
    """Fail unless the report shows the source line with a caret under the column."""
    lines = text.splitlines()
    shown = [k for k, line in enumerate(lines) if source.strip() in line and k + 1 < len(lines)]
    offset = column - 1 - (len(source) - len(source.lstrip()))
    carets = [lines[k + 1].find("^") - lines[k].index(source.strip()) for k in shown]
    assert offset in carets, text


def test_there_are_enough() -> None:
    """At least 44 refusals, each with a mark."""
    assert len(NAMES) >= 44
    assert all(marks((FOLDER / f"{name}.py").read_text().splitlines()) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_refused(name: str) -> None:
    """All marked places are reported, and no other, each with line, column, caret, reason and hint."""
    module, error = refusal(name)
    path = FOLDER / f"{name}.py"
    lines = path.read_text().splitlines()
    expected = marks(lines)
    report = "\n".join(f"{d.location}: {d.message}" for d in error.diagnostics)
    places = sorted((d.location.line, d.location.column) for d in error.diagnostics)
    assert places == sorted((line, column) for line, column, _ in expected), report
    for line, column, text in expected:
        at = (line, column)
        diagnostic = next(d for d in error.diagnostics if (d.location.line, d.location.column) == at)
        assert text.lower() in diagnostic.message.lower(), report
        assert diagnostic.hint.strip(), report
        assert diagnostic.location.text.rstrip() == lines[line - 1].rstrip()
        assert Path(diagnostic.location.file).name == path.name
        assert f"{path.name}:{line}:{column}" in str(error)
        assert diagnostic.hint in str(error)
        assert_caret(str(error), lines[line - 1], column)
    for call in getattr(module, "chain", ()):
        assert call in str(error)
    assert "site-packages" not in str(error)
    assert "Traceback" not in str(error)


@pytest.mark.parametrize("name", ["try_statement", "in_helper", "shapes_do_not_match"])
def test_source_refuses_too(name: str) -> None:
    """Asking for the source meets the same error as calling."""
    module, error = refusal(name)
    with pytest.raises(CompileError) as caught:
        grad(module.f).source(*module.args, backend="numpy")
    assert str(caught.value) == str(error)


def test_without_source() -> None:
    """A function typed at a prompt has no source to compile."""
    scope: dict[str, object] = {}
    exec("def typed(x):\n    return x * x\n", scope)  # noqa: S102
    with pytest.raises(CompileError, match="source") as caught:
        grad(scope["typed"], backend="numpy")(2.0)
    assert "typed" in str(caught.value)
    assert all(d.hint for d in caught.value.diagnostics)


def test_helper_without_source() -> None:
    """A helper without source is refused at the call."""
    scope: dict[str, object] = {}
    exec("def typed(x):\n    return x * x\n", scope)  # noqa: S102
    typed = scope["typed"]

    def cost(x):
        return typed(x) + 1

    with pytest.raises(CompileError, match="source") as caught:
        grad(cost, backend="numpy")(2.0)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.location.text.strip().startswith("return typed(x) + 1")
    assert diagnostic.location.column == 16


def test_edited_source(tmp_path: Path) -> None:
    """A file edited after its import is refused or compiled as it was then, never as it now reads."""
    path = tmp_path / "edited_module.py"
    path.write_text("def cost(x):\n    return x * x\n")
    module = module_at(path)
    path.write_text("def other(x):\n    return x\n\n\ndef cost(x):\n    return x * x * x\n")
    linecache.checkcache(str(path))
    try:
        assert float(grad(module.cost, backend="numpy")(3.0)) == 6.0
    except CompileError as error:
        assert "source" in str(error)


def test_two_lambdas_on_one_line() -> None:
    """Two lambdas on one line are told apart."""
    square, cube = (lambda x: x * x), (lambda x: x * x * x)
    assert float(grad(square, backend="numpy")(2.0)) == 4.0
    assert float(grad(cube, backend="numpy")(2.0)) == 12.0


def test_same_lambda_twice_on_one_line() -> None:
    """Two lambdas of one text on one line, with other defaults."""
    pair = [lambda x, k=k: k * x * x for k in (1.0, 5.0)]
    assert [float(grad(f, backend="numpy")(2.0)) for f in pair] == [4.0, 20.0]


def test_lambda_error_in_the_right_lambda() -> None:
    """The caret stands under the lambda that was given, not under its neighbour."""
    good, bad = (lambda x: x * 2.0), (lambda x: x * eval("2.0"))  # caret at eval
    assert float(grad(good, backend="numpy")(1.0)) == 2.0
    with pytest.raises(CompileError) as caught:
        grad(bad, backend="numpy")(1.0)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.location.column == diagnostic.location.text.index("eval") + 1
