"""Modules that definitions call and that `import adcompiler` does not import."""

from __future__ import annotations

import importlib
from typing import Any


class Imported:
    """A module, imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._name), name)


special = Imported("scipy.special")
linalg = Imported("scipy.linalg")
lax = Imported("jax.lax")
