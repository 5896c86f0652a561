"""Python files brought in as modules: cases of the corpora, and sources that the compiler emitted."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def module_at(path: Path, name: str = "") -> ModuleType:
    """The module in a file, under its own name or another."""
    spec = importlib.util.spec_from_file_location(name or path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def saved(text: str, path: Path) -> ModuleType:
    """The module of a source that is written to a file first."""
    path.write_text(text)
    return module_at(path)
