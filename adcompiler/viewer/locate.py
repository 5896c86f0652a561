"""From `FILE.py:FUNCTION` to the module and the object in it."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


class NotFound(Exception):
    """What was named is not there, or its file cannot be imported; the message says what is there instead."""


@dataclass(frozen=True)
class Located:
    """The object that a target names, and the module that it stands in."""

    name: str
    value: Any
    module: ModuleType
    path: Path


def locate(target: str) -> Located:
    """Import the file of `FILE.py:NAME` and look NAME up in it; NAME may be dotted (`Class.method`)."""
    text, colon, name = target.rpartition(":")
    if not colon or not name.replace(".", "").isidentifier():
        text, name = target, ""
    path = Path(text)
    if not path.is_file():
        raise NotFound(f"there is no file {text}")
    module = _imported(path)
    if not name:
        raise NotFound(f"which function of {text}? {_offer(text, _functions(module))}")
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            raise NotFound(f"there is no {name} in {text}; {_suggestion(part, text, value)}")
        value = getattr(value, part)
    if not callable(value):
        raise NotFound(f"{name} in {text} is no function but {type(value).__name__}")
    return Located(name, value, module, path)


def _imported(path: Path) -> ModuleType:
    """The file as a module, with its folder on the import path as when Python runs it."""
    folder, parts = path.resolve().parent, [path.stem]
    while (folder / "__init__.py").exists():  # inside a package, so that its relative imports work
        parts.insert(0, folder.name)
        folder = folder.parent
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(".".join(parts)) if len(parts) > 1 else _standalone(path)
    except Exception as error:  # the file runs, and may raise anything
        raise NotFound(f"{path} cannot be imported: {_reason(error, path)}") from error


def _standalone(path: Path) -> ModuleType:
    # Not under its plain name: a file called `copy.py` must not replace the module of that name for others.
    name = path.stem if path.stem not in sys.modules else f"_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise NotFound(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by its name
    spec.loader.exec_module(module)
    return module


def _reason(error: Exception, path: Path) -> str:
    """The error in a line, with the line of the file that led to it."""
    said = "".join(traceback.format_exception_only(error)).strip()
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path.resolve()]
    return f"line {lines[-1]}: {said}" if lines else said


def _functions(module: ModuleType) -> list[str]:
    """The functions and gradient objects that the file itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and callable(value)
        and not inspect.isclass(value)
        and getattr(value, "__module__", None) == module.__name__
    ]


def _suggestion(part: str, text: str, value: object) -> str:
    close = difflib.get_close_matches(part, dir(value), n=1)
    if close:
        return f"did you mean {close[0]}?"
    if isinstance(value, ModuleType):
        return _offer(text, _functions(value))
    return f"it has {', '.join(name for name in dir(value) if not name.startswith('_'))}"


def _offer(text: str, names: Sequence[str]) -> str:
    return f"it has {', '.join(f'{text}:{name}' for name in names)}" if names else "it defines none"
