"""Golden cases: the emitted text is pinned, runs by itself, and is right.

A file of tests/golden is a runnable case (a function `f`, `args`, and optionally `more_args`, `argnums`,
`backends`, `order` and `bitwise`), followed by the sections `# %% ir`, `# %% numpy` and `# %% jax` with
what the compiler emits for it. `pytest --update-golden` rewrites the sections.
"""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from differences import assert_gradient, assert_same, fresh, snapshot
from modules import saved

from adcompiler import grad, value_and_grad

FOLDER = Path(__file__).parent / "golden"
SECTIONS = ("ir", "numpy", "jax")
IMPORTS = {"numpy": {"numpy", "math", "scipy"}, "jax": {"jax", "jax.numpy", "jax.lax", "numpy", "math"}}
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


@dataclass(frozen=True, eq=False)
class Case:
    """One file: the function with its arguments, the text of the case, and the sections as they stand."""

    path: Path
    text: str
    sections: dict[str, str]
    f: Callable[..., Any]
    args: tuple[Any, ...]
    more_args: list[tuple[Any, ...]]
    argnums: int | tuple[int, ...]
    backends: tuple[str, ...]
    order: int
    bitwise: bool

    @property
    def runs(self) -> list[tuple[Any, ...]]:
        """All argument tuples."""
        return [self.args, *self.more_args]


def split(text: str) -> tuple[str, dict[str, str]]:
    """The case, and the text under each marker."""
    case, *rest = text.split("\n# %% ")
    bodies = {block.partition("\n")[0].strip(): block.partition("\n")[2].strip("\n") for block in rest}
    return case.rstrip() + "\n", {name: bodies.get(name, "") for name in SECTIONS}


@cache
def load(name: str) -> Case:
    """The case of that name, executed up to its first marker."""
    path = FOLDER / f"{name}.py"
    text, sections = split(path.read_text())
    module = ModuleType(f"golden_{name}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102
    return Case(
        path,
        text,
        sections,
        module.f,
        module.args,
        getattr(module, "more_args", []),
        getattr(module, "argnums", 0),
        getattr(module, "backends", ("numpy", "jax")),
        getattr(module, "order", 1),
        getattr(module, "bitwise", True),
    )


@cache
def gradient_of(name: str, backend: str) -> Any:
    """The gradient object, one for all tests of a case."""
    case = load(name)
    return grad(case.f, argnums=case.argnums, backend=backend)


def emitted(name: str) -> dict[str, str]:
    """What the compiler says today, a section each."""
    case, gradient = load(name), gradient_of(name, "numpy")
    dump = str(gradient.ir(*case.args)).strip("\n")
    texts = {"ir": "\n".join(f"# {line}".rstrip() for line in dump.splitlines())}
    for backend in case.backends:
        texts[backend] = gradient.source(*case.args, backend=backend).strip("\n")
    return {section: texts.get(section, "") for section in SECTIONS}


def imported(text: str) -> set[str]:
    """The modules that a source imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=module):
                found.add(module or ".")
    return found


def run_emitted(text: str, name: str, backend: str, folder: Path) -> Callable[..., Any]:
    """The gradient function of an emitted source, imported from a file of its own."""
    assert imported(text) <= IMPORTS[backend]
    number = len(list(folder.iterdir()))
    module = saved(text, folder / f"emitted_{name}_{backend}_{number}.py")
    function: Callable[..., Any] = getattr(module, f"{load(name).f.__name__}_grad")
    return function


def test_there_are_enough() -> None:
    """The corpus covers the language: at least 48 programs, each with a sentence that says what it shows."""
    assert len(NAMES) >= 48
    assert all(ast.get_docstring(ast.parse(load(name).text)) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_text(name: str, update_golden: bool) -> None:
    """The emitted text is the one on file."""
    case, texts = load(name), emitted(name)
    if update_golden:
        blocks = [f"# %% {section}\n{texts[section]}".rstrip() + "\n" for section in SECTIONS]
        case.path.write_text(case.text + "\n\n" + "\n".join(blocks))
        return
    for section in SECTIONS:
        expected = section == "ir" or section in case.backends
        assert bool(case.sections[section]) == expected, f"section {section}: run pytest --update-golden"
        lines = [text.splitlines() for text in (case.sections[section], texts[section])]
        diff = difflib.unified_diff(*lines, f"golden {section}", f"emitted {section}", lineterm="")
        assert lines[0] == lines[1], f"{name} changed\n" + "\n".join(diff)


@pytest.mark.parametrize("name", NAMES)
def test_numpy(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The NumPy flavour stands alone, agrees with differences and prints what the function prints."""
    case, gradient = load(name), gradient_of(name, "numpy")
    for args in case.runs:
        before = snapshot(args)
        function = run_emitted(gradient.source(*args, backend="numpy"), name, "numpy", tmp_path)
        capsys.readouterr()
        case.f(*fresh(args))
        printed = capsys.readouterr().out
        result = function(*args)
        assert capsys.readouterr().out == printed
        assert snapshot(args) == before
        assert_same(gradient(*args), result, rtol=1e-15)
        assert snapshot(args) == before
        with jax.enable_x64(True):
            assert_gradient(case.f, args, result, case.argnums)


@pytest.mark.parametrize("name", NAMES)
def test_value(name: str) -> None:
    """The primal value is that of the function, bit for bit."""
    case = load(name)
    both = value_and_grad(case.f, argnums=case.argnums, backend="numpy")
    for args in case.runs:
        before = snapshot(args)
        value, slope = both(*args)
        with jax.enable_x64(True):
            expected = np.asarray(case.f(*fresh(args)))
        assert snapshot(args) == before
        assert np.asarray(value).dtype == expected.dtype
        if case.bitwise:
            assert np.asarray(value).tobytes() == expected.tobytes()
        assert_same(value, expected, rtol=1e-14)
        assert_same(slope, gradient_of(name, "numpy")(*args), rtol=1e-15)


@pytest.mark.parametrize("name", [name for name in NAMES if "jax" in load(name).backends])
def test_jax(name: str, tmp_path: Path) -> None:
    """The JAX flavour stands alone, and agrees with the NumPy flavour and with its compiled self."""
    case, gradient = load(name), gradient_of(name, "numpy")
    for args in case.runs:
        before = snapshot(args)
        function = run_emitted(gradient.source(*args, backend="jax"), name, "jax", tmp_path)
        with jax.enable_x64(True):
            result = function(*args)
        assert_same(result, gradient(*args))
        assert snapshot(args) == before
    assert_same(gradient_of(name, "jax")(*case.args), gradient(*case.args))


@pytest.mark.parametrize("name", [name for name in NAMES if load(name).order > 1])
def test_second_derivative(name: str, backend: str) -> None:
    """The gradient of the gradient, of functions of scalars."""
    case = load(name)
    first = case.argnums if isinstance(case.argnums, int) else case.argnums[0]
    inner = grad(case.f, argnums=first, backend="numpy")
    outer = grad(grad(case.f, argnums=first, backend=backend), argnums=case.argnums, backend=backend)
    assert_gradient(inner, case.args, outer(*case.args), case.argnums)
