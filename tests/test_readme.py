"""The README: its examples give what is shown, and its commands are those that CI runs."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

from documents import ROOT, assert_up_to_date, examples, refreshed

README = ROOT / "README.md"
CI = ROOT / ".ci" / "run"


def commands(path: Path) -> list[str]:
    """The lines of the sh blocks of a document."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_examples(update_docs: bool) -> None:
    """What the examples print is what the README shows."""
    assert len(examples(README.read_text())) >= 2
    assert_up_to_date(README, refreshed(README), update_docs)


def test_emitted_source_stands_alone() -> None:
    """The adjoints that are shown are modules that import NumPy or JAX, and nothing else."""
    text = README.read_text()
    shown = [text[slice(*e.shown)] for e in examples(text) if e.shown]
    modules = [t for t in shown if t.startswith("import")]
    assert modules
    for module in modules:
        tree = ast.parse(module)
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert names <= {"numpy", "math", "jax", "jax.numpy"}


def test_two_commands() -> None:
    """One command installs and shows, one installs and tests; CI takes the second from here."""
    first, second = [line for line in commands(README) if "pip install" in line]
    assert "adcompiler show examples/quickstart.py:" in first
    assert "pytest" in second and "[test]" in second
    assert """grep -m 1 -F '".[test]"' README.md""" in CI.read_text()
    assert os.access(CI, os.X_OK)


def test_files_are_there() -> None:
    """Every file that a document links to exists."""
    for document in (README, *sorted((ROOT / "docs").glob("*.md"))):
        prose = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
