"""Signatures: what about a leaf of the arguments decides which code runs, and arrays made for a signature as text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.frontend.structure import same_static
from adcompiler.ir.types import generator_of

_TEXT = frozenset({str})
_PYTHON = frozenset({float, int, bool, str, list, tuple, dict})
_VALUED = frozenset({int, bool, str})


def leaf_key(leaf: object) -> object:
    """What about a leaf changes the code: dtype, rank, which axes have size 1; the value of anything static."""
    kind = type(leaf)
    if kind is float or kind is int or kind is complex:
        return kind
    dtype = getattr(leaf, "dtype", None)
    shape = getattr(leaf, "shape", None)
    if dtype is not None and isinstance(shape, tuple):
        return (str(dtype), tuple(min(n, 2) for n in shape), isinstance(leaf, np.generic))
    if kind in (bool, str, bytes) or leaf is None or leaf is ...:
        return (kind, leaf)
    return generator_of(leaf) or _Identity(leaf)


def direct_key(args: tuple[object, ...], integers: bool) -> tuple[tuple[object, ...], list[object]] | None:
    """What about arguments decides which code runs, found cheaply, and their leaves.

    Types and whole shapes of arrays and numbers, values of bools and text, in tuples, lists and dicts of Python; None
    for other arguments. integers: also the values of Python's integers.
    """
    key: list[object] = []
    leaves: list[object] = []
    return (tuple(key), leaves) if _describe(args, key, leaves, integers) else None


def _describe(values: Iterable[object], key: list[object], leaves: list[object], integers: bool) -> bool:
    """Whether only arrays, numbers and plain containers are among the values; adds to what is known of them."""
    for value in values:
        kind = type(value)
        if kind not in _PYTHON:
            try:
                key.append((kind, value.dtype, value.shape))  # type: ignore[attr-defined]
            except AttributeError:
                return False
        elif kind is float:
            key.append(kind)
        elif kind is int:
            key.append((kind, value) if integers else kind)
        elif kind is bool or kind is str:
            key.append((kind, value))
        elif kind is list or kind is tuple:
            key.append((kind, len(value)))  # type: ignore[arg-type]
            if not _describe(value, key, leaves, integers):  # type: ignore[arg-type]
                return False
            continue
        else:
            names: tuple[object, ...] = tuple(value)  # type: ignore[arg-type]
            key.append(names)
            if not _TEXT.issuperset(map(type, names)) or not _describe(value.values(), key, leaves, integers):  # type: ignore[attr-defined]
                return False
            continue
        leaves.append(value)
    return True


def valued(leaf: object) -> bool:
    """Whether `direct_key` looks at the value of a leaf, if it looks at those of integers."""
    return type(leaf) in _VALUED


@dataclass(frozen=True, slots=True)
class _Identity:
    """A static object in a signature: known by its identity, or by equality where it is a plain value."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and same_static(self.value, other.value)

    def __hash__(self) -> int:
        return hash(type(self.value))


_SIGNATURE = re.compile(r"^(bool|[fiuc])(8|16|32|64|128)?(\[[^\]]*\])?$")


def examples(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments in which signatures are replaced by arrays of such a type; one letter is one size."""
    sizes: dict[str, int] = {}

    def example(leaf: object) -> object:
        found = _SIGNATURE.match(leaf) if isinstance(leaf, str) else None
        if found is None:
            return leaf
        kind, bits, shape = found.groups()
        dtype = np.dtype(bool) if kind == "bool" else np.dtype(f"{kind}{int(bits or 64) // 8}")
        if shape is None:
            return 1.0 if dtype == np.float64 else 2 if dtype == np.int64 else dtype.type(1)
        dims = []
        for text in filter(None, (part.strip() for part in shape[1:-1].split(","))):
            if text.isdigit():
                dims.append(int(text))
                continue
            tree = ast.parse(text, mode="eval")
            for node in ast.walk(tree):
                if isinstance(node, ast.Name):
                    sizes.setdefault(node.id, 5 + 2 * len(sizes))
            dims.append(int(eval(compile(tree, "<signature>", "eval"), {}, dict(sizes))))
        return np.ones(dims, dtype)

    return pytree.tree_map(example, args), pytree.tree_map(example, kwargs)
