"""Owns how the emitted function's results become what the user gets: the classes of the user's function, and float0."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.frontend.arguments import Structure


def rebuilt(structure: Structure, result: Any) -> Any:
    """The emitted function's result with the classes that the user's function has."""
    match structure.kind:
        case "tuple" if any(map(has_record, structure.children)):
            return tuple(rebuilt(child, part) for child, part in zip(structure.children, result, strict=True))
        case "list" if any(map(has_record, structure.children)):
            return [rebuilt(child, part) for child, part in zip(structure.children, result, strict=True)]
        case "dict" if any(map(has_record, structure.children)):
            return {
                key: rebuilt(child, result[key])
                for key, child in zip(structure.keys, structure.children, strict=True)
            }
        case "record":
            parts = [rebuilt(child, part) for child, part in zip(structure.children, result, strict=True)]
            if structure.node is not None:
                return structure.node.rebuild(parts)
            kind: Any = structure.const
            return kind(*parts)
        case "items":
            parts = [rebuilt(structure.children[0], part) for part in result]
            return structure.node.rebuild(parts) if structure.node is not None else parts
        case "const":
            return structure.const if result is None else result
    return result


def as_tuples(tree: Any) -> Any:
    """A tree with a tuple for each dataclass in it, as emitted code takes it."""
    node = pytree.node(tree)
    if node is None:
        return tree
    if node.kind == "dataclass":
        return tuple(as_tuples(getattr(tree, field.name)) for field in dataclasses.fields(tree))
    return node.rebuild([as_tuples(child) for child in node.children])


def has_record(structure: Structure) -> bool:
    """Whether a result holds what has to be rebuilt."""
    return structure.kind in ("record", "items", "const") or any(map(has_record, structure.children))


# the dtype of cotangents that carry no number, as jax.dtypes.float0
FLOAT0 = np.dtype([("float0", np.void, 0)])


def cotangent_of(primal: Any, varying: object) -> Any:
    """The cotangent of a primal, from a container that has None where there is nothing to vary."""
    leaves, tree = pytree.flatten(primal)
    if all(map(varies, leaves)):
        return varying
    given = iter(pytree.flatten(varying)[0])

    def cotangent(leaf: Any) -> object:
        if varies(leaf):
            return next(given)
        number = isinstance(leaf, (bool, int)) or _kind(leaf) in ("b", "i", "u")
        return np.zeros(np.shape(leaf), FLOAT0) if number else None

    return tree.unflatten([cotangent(leaf) for leaf in leaves])


def varies(leaf: object) -> bool:
    """Whether a leaf has a derivative."""
    return isinstance(leaf, (float, complex)) or _kind(leaf) in ("f", "c")


def _kind(leaf: object) -> str:
    """The kind of a leaf's dtype: "f", "i", ...; empty where it has none."""
    return str(getattr(getattr(leaf, "dtype", None), "kind", ""))
