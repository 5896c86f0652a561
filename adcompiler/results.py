"""Owns how the emitted function's results become instances of the classes that the user's function gives."""

from __future__ import annotations

from typing import Any

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


def has_record(structure: Structure) -> bool:
    """Whether a result holds what has to be rebuilt."""
    return structure.kind in ("record", "items", "const") or any(map(has_record, structure.children))
