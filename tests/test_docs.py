"""The documents: examples run, what is generated from tests and tables is up to date.

pytest tests/test_docs.py tests/test_readme.py --update-docs      # writes them anew
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import test_errors
import test_golden
from documents import ROOT, assert_up_to_date, filled, refreshed

from adcompiler import primitives, rules  # noqa: F401  (fills the tables)
from adcompiler.frontend.builtin import BUILTINS
from adcompiler.frontend.definitions import DEFINITIONS
from adcompiler.frontend.lax import NAMES as OF_LAX
from adcompiler.frontend.pieces import FUNCTIONS as PIECES
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.registry import RULES
from adcompiler.verify.judge import ORACLES

DOCS = ROOT / "docs"
TABLE = dict(PRIMITIVES)  # as it is before tests add rows


# ---------------------------------------------------------------- docs/language.md
def cell(text: str) -> str:
    """Text for a cell of a table."""
    return " ".join(text.split()).replace("|", r"\|")


def code(text: str) -> str:
    """Source text for a cell of a table."""
    return f"`{cell(text)}`"


def programs() -> str:
    """The golden programs, with the sentence that says what each shows."""
    rows = ["| program | | runs on |", "|---|---|---|"]
    for name in test_golden.NAMES:
        case = test_golden.load(name)
        says = ast.get_docstring(ast.parse(case.text)) or ""
        backends = "NumPy, XLA" if "jax" in case.backends else "NumPy"
        rows.append(f"| [{name}](../tests/golden/{name}.py) | {cell(says)} | {backends} |")
    return "\n".join(rows)


def refusals() -> str:
    """The refused programs, with what the compiler says about each marked place."""
    rows = ["| | refused | because | instead |", "|---|---|---|---|"]
    for name in test_errors.NAMES:
        _, error = test_errors.refusal(name)
        for diagnostic in error.diagnostics:
            link = f"[{name}](../tests/errors/{name}.py)"
            line = code(
                test_errors.MARK.sub("", diagnostic.location.text).removesuffix("#").split("  #")[0].strip()
            )
            rows.append(f"| {link} | {line} | {cell(diagnostic.message)} | {cell(diagnostic.hint)} |")
    return "\n".join(rows)


def functions() -> str:
    """The functions of the tables: those with a derivative, those whose derivative is zero, and the rest."""
    groups: dict[str, set[str]] = {"differentiated": set(), "derivative zero": set(), "no rule": set()}
    for name, row in TABLE.items():
        rule = RULES.get(name)
        group = "no rule" if rule is None else "derivative zero" if rule.constant else "differentiated"
        groups[group].update(
            p for p in row.paths if p.startswith(("numpy.", "math.", "builtins.", "scipy.", "jax."))
        )
    groups["written out"] = {
        f"{module}.{name}" for module, names in DEFINITIONS.items() for name in names
    } - groups["differentiated"]
    groups["written out"] |= set(OF_LAX)
    groups["written out"] |= {f"numpy.{getattr(function, '__name__', '')}" for function in PIECES}
    titles = {
        "written out": "Written out with these, and so differentiated",
        "differentiated": "Differentiated",
        "derivative zero": "Computed; their derivative is zero wherever it exists",
        "no rule": "Computed, but refused where a derivative has to pass through",
    }
    own = sorted(name for name in map(_name, BUILTINS) if not name.endswith("__call__"))
    parts = [f"Python: {', '.join(f'`{name}`' for name in own)}."]
    for group, paths in groups.items():
        names = sorted(spelled(path) for path in paths)
        if names:
            parts.append(f"{titles[group]}: {', '.join(f'`{name}`' for name in names)}.")
    return "\n\n".join(parts)


def _name(function: object) -> str:
    """How a function of Python's is called: `len`, `functools.reduce`."""
    owner = getattr(function, "__self__", None)  # of a class method, which has no module of its own
    module = getattr(owner if isinstance(owner, type) else function, "__module__", "")
    name = getattr(function, "__qualname__", "")
    return name if module == "builtins" else f"{module.lstrip('_')}.{name}"


def spelled(path: str) -> str:
    """A path as users write it."""
    return re.sub(r"^numpy\.", "np.", path.removeprefix("builtins."))


def test_language(update_docs: bool) -> None:
    """docs/language.md lists what the tests prove."""
    path = DOCS / "language.md"
    sections = {"programs": programs(), "functions": functions(), "refusals": refusals()}
    assert_up_to_date(path, filled(path.read_text(), sections), update_docs)


# ---------------------------------------------------------------- docs/checking.md
ERROR = re.compile(r"\b\d\.\de[-+]\d+")


def essence(output: str) -> list[list[str]]:
    """What is the same on every machine: not errors, nor what is worst among rounding, nor JAX's words."""
    lines = [re.split(r"\s{2,}", ERROR.sub("", line).strip()) for line in output.splitlines()]
    return [[*line[:2], *line[-2:]] if {"✓ ok", "- cannot see"} & {*line} else line for line in lines]


def checked(text: str, folder: Path) -> str:
    """The document with what its commands print now; errors alone are no change."""
    for name, code in re.findall(r"^```python\n# (\w+)\.py\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (folder / f"{name}.py").write_text(code)
    block = re.compile(
        r"^```sh\nadcompiler (check .*?)\n```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
    )

    def now(found: re.Match[str]) -> str:
        command = [sys.executable, "-m", "adcompiler", *shlex.split(found[1])]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
        assert done.stdout, done.stderr
        same = essence(done.stdout) == essence(found[2])
        return found[0] if same else f"```sh\nadcompiler {found[1]}\n```\n\n```text\n{done.stdout}```"

    assert len(block.findall(text)) == 2
    return block.sub(now, text)


def test_checking(update_docs: bool, tmp_path: Path) -> None:
    """docs/checking.md shows what the command prints, and what each oracle sees."""
    path = DOCS / "checking.md"
    rows = ["| oracle | sees | cannot see |", "|---|---|---|"]
    rows += [f"| {oracle.name} | {oracle.sees} | {oracle.blind} |" for oracle in ORACLES]
    text = filled(path.read_text(), {"oracles": "\n".join(rows)})
    assert all(
        f"**{oracle.name[0].upper()}{oracle.name[1:]}.**" in text
        for oracle in ORACLES
        if oracle.name != "jax.grad"
    )
    assert_up_to_date(path, checked(text, tmp_path), update_docs)


# ---------------------------------------------------------------- all documents
DOCUMENTS = ["architecture", "checkpointing", "interoperation", "language", "rules", "transformations"]
NEEDS = {"interoperation.md": ("optax", "equinox", "jaxtyping"), "transformations.md": ("networkx",)}


@pytest.mark.parametrize("name", [f"{name}.md" for name in DOCUMENTS])
def test_examples(name: str, update_docs: bool) -> None:
    """What the examples print is what the documents show."""
    for package in NEEDS.get(name, ()):
        pytest.importorskip(package)
    assert_up_to_date(DOCS / name, refreshed(DOCS / name), update_docs)


def test_backends(update_docs: bool) -> None:
    """docs/backends.md, where Numba is installed."""
    pytest.importorskip("numba")
    assert_up_to_date(DOCS / "backends.md", refreshed(DOCS / "backends.md"), update_docs)
