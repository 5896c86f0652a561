"""Whether what the rules of a user's give agrees with the function that they are for; refused at their `return` if not."""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping
from typing import NoReturn

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    Items,
    ListRef,
    Record,
    Static,
    Store,
    Tup,
)
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.source import get_source
from adcompiler.frontend.structure import leaf_operand, leaves, skeleton
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import same
from adcompiler.ir.types import Array, Type, differentiable

Writes = tuple[set[Cell], dict[Cell, int]]  # memory, and how often it had been written


def operands_of(low: Lowering, binding: Binding) -> list[Operand]:
    """The operands of the leaves."""
    return [leaf_operand(leaf, low.store, low) for leaf in leaves(low, binding, low.store)]


def stop_at(low: Lowering, rule: object, message: str, hint: str) -> NoReturn:
    """Refuse what a rule returns, at its return."""
    where = low.builder.location
    if isinstance(rule, types.FunctionType):
        source = get_source(rule)
        returns = [node for node in ast.walk(source.tree) if isinstance(node, ast.Return)]
        last = max(returns, key=lambda node: node.lineno, default=source.tree)
        where = source.locate(last).inlined_at(where)
    raise CompileError.at(where, message, hint)


def refuse_writes(low: Lowering, what: str, before: Writes) -> None:
    """A function with a rule of its own may not change what the rest of the program sees."""
    cells, versions = before
    if any(low.store.versions.get(cell, 0) != versions.get(cell, 0) for cell in cells):
        low.stop(
            f"{what} writes into an array or a container that it did not make",
            "let it make new ones, and return these; print shows what it computes",
        )


def _alike(a: Type, b: Type) -> bool:
    """Whether two types are one, but for sizes that only a run can tell."""
    if not isinstance(a, Array) or not isinstance(b, Array):
        return type(a) is type(b)
    return a.dtype == b.dtype and _same_shape(a, b)


def _same_shape(a: Array, b: Array) -> bool:
    return a.rank == b.rank and all(same(m, n) is not False for m, n in zip(a.shape, b.shape, strict=True))


def _in_words(low: Lowering, binding: Binding) -> str:
    found = [str(operand.type) for operand in operands_of(low, binding)]
    return found[0] if len(found) == 1 else f"{describe(binding)} of {', '.join(found) or 'nothing'}"


def refuse_another(
    low: Lowering, rule: object, name: str, found: Binding, expected: Binding, store: Store
) -> None:
    """The result of a rule must be what the function itself gives, which `store` holds."""
    here = low.store
    kinds = [operand.type for operand in operands_of(low, found)]
    structure = skeleton(found, here)
    low.store = store
    try:
        wanted = [operand.type for operand in operands_of(low, expected)]
        if structure == skeleton(expected, store) and all(map(_alike, kinds, wanted)):
            return
        words = _in_words(low, expected)
    finally:
        low.store = here
    stop_at(
        low,
        rule,
        f"the rule of `{name}` gives {_in_words(low, found)} as its result, and the function itself {words}",
        "return the result of the function first",
    )


def cotangents_for(low: Lowering, rule: object, what: str, tree: Binding, part: Binding) -> list[Operand]:
    """The cotangents of the leaves of a tree, of its structure and shapes; None where a rule gives none."""
    if part == Static(None):
        return [Const(None) for _ in leaves(low, tree, low.store)]
    part = low.present(part)
    pairs = _children(low, tree, part)
    if pairs is not None:
        return [one for a, b in pairs for one in cotangents_for(low, rule, what, a, b)]
    below = operands_of(low, tree)
    if not below:
        return []
    given = operands_of(low, part)
    single = len(below) == len(given) == 1
    if single and not differentiable(below[0].type):
        return [Const(None)]
    if single and fits(given[0].type, below[0].type):
        return given
    stop_at(
        low,
        rule,
        f"{what} is {_in_words(low, part)}, and what it belongs to is {_in_words(low, tree)}",
        "a cotangent has the structure and the shape of its argument; None stands for none",
    )


def fits(given: Type, argument: Type) -> bool:
    """Whether a value has the shape of another, as far as is known before a run."""
    if not isinstance(given, Array) or not isinstance(argument, Array):
        return type(given) is type(argument)
    return _same_shape(given, argument)


def _children(low: Lowering, argument: Binding, part: Binding) -> list[tuple[Binding, Binding]] | None:
    """The items of two containers of one kind and length; None for all else."""
    match argument, part:
        case (Tup(items=a), Tup(items=b)) if len(a) == len(b):
            return list(zip(a, b, strict=True))
        case (Record(kind, _, a), Record(other, _, b)) if kind is other:
            return list(zip(a, b, strict=True))
        case ListRef(a), ListRef(b):
            left, right = low.listed(a), low.listed(b)
            if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
                return list(zip(left, right, strict=True))
            if isinstance(left, Items) and isinstance(right, Items):
                if len(left.sequences) == len(right.sequences):
                    return [
                        (x, y)
                        for x, y in zip(left.sequences, right.sequences, strict=True)
                        if isinstance(x, Value) and isinstance(y, Value)
                    ]
        case DictRef(a), DictRef(b):
            return _by_key(low.store.mapping(a), low.store.mapping(b))
        case (Instance(a, kind), Instance(b, other)) if kind is other:
            return _by_key(low.store.mapping(a), low.store.mapping(b))
    return None


def _by_key(a: Mapping[object, Binding], b: Mapping[object, Binding]) -> list[tuple[Binding, Binding]] | None:
    return [(item, b[key]) for key, item in a.items()] if a.keys() == b.keys() else None
