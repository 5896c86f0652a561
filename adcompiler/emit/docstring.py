"""The docstring of an emitted function: what it gives, with respect to what, and the types that it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcompiler.frontend.arguments import Structure
from adcompiler.frontend.lower import Lowered
from adcompiler.ir.types import Array, Seq


def docstring(lowered: Lowered, suffix: str, active: Sequence[str]) -> str:
    """Gradient of loss with respect to w.   w: f64[n], x: f64[m,n]"""
    names = ", ".join(active)
    what = {
        "grad": "Gradient",
        "value_and_grad": "Value and gradient",
        "vjp": "Pullback",
        "jvp": "Value and tangent",
    }[suffix]
    sizes = _size_names(lowered)
    kinds = [f"{name}: {_kind(structure, lowered, sizes)}" for name, structure in lowered.arguments.items()]
    kinds += [f"{array.name}: {_type(array.value.type, sizes)}" for array in lowered.arrays]
    return f"{what} of {lowered.name} with respect to {names}.   {', '.join(kinds)}"


def _kind(structure: Structure, lowered: Lowered, sizes: Mapping[str, str]) -> str:
    """An argument in words: f64[n], list of (f64[n,m], f64[n]), {'W': f64[n,m]}, float."""
    inner = [_kind(child, lowered, sizes) for child in structure.children]
    match structure.kind:
        case "leaf":
            type = lowered.leaves[structure.leaf].value.type
            return _type(type.item if isinstance(type, Seq) else type, sizes)
        case "const":
            return repr(structure.const) if structure.const is None else structure.const.__class__.__name__
        case "tuple":
            return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
        case "list":
            return f"[{', '.join(inner)}]"
        case "dict":
            return "{" + ", ".join(f"{k!r}: {v}" for k, v in zip(structure.keys, inner, strict=True)) + "}"
        case "items":
            return f"list of {inner[0]}"
    name = structure.node.type.__name__ if structure.node is not None else "record"
    return f"{name}({', '.join(inner)})"


def _size_names(lowered: Lowered) -> dict[str, str]:
    """Letters for the sizes of the arguments; sizes that a guard found equal share one."""
    letters = iter([*"nmklpqrstuvwxyz", *(f"n{k}" for k in range(1000))])
    equal: dict[str, str] = {}
    for guard in lowered.guards:
        left, equals, right = guard.text.partition(" == ")
        if equals and guard.expected is True and ".shape[" in left and ".shape[" in right:
            equal[left], equal[right] = right, left
    names: dict[str, str] = {}
    for leaf in lowered.leaves:
        type = leaf.value.type
        while isinstance(type, Seq):
            type = type.item
        for size in type.shape if isinstance(type, Array) else ():
            text = str(size)
            if size.known is None and text not in names:
                names[text] = names[equal[text]] if equal.get(text) in names else next(letters)
    return names


def _type(type: object, sizes: Mapping[str, str]) -> str:
    match type:
        case Array(shape=shape, dtype=dtype) if shape:
            return f"{Array(dtype)}[{','.join(sizes.get(str(size), str(size)) for size in shape)}]"
        case Array(weak=True, dtype=dtype):
            return {"f": "float", "i": "int", "b": "bool", "c": "complex"}[dtype.kind]
    return str(type)
