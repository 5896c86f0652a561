"""The cotangents of a function that JAX traces: those of jax.vjp."""

from __future__ import annotations

from adcompiler.ir.types import Array
from adcompiler.primitives.traced import Function, Pulled
from adcompiler.rules.language import Sym, call, several
from adcompiler.rules.registry import NoDerivative, rule
from adcompiler.rules.structure import zeros_like

# why results of two kinds are refused, and what to write instead
MIXED = (
    "a function that is not compiled here gives integers beside floats, of which JAX is not asked for a derivative",
    "give them in a call of their own",
)


def pulled_back(
    g: Sym | tuple[Sym | None, ...],
    y: Sym | tuple[Sym, ...],
    operands: tuple[Sym, ...],
    function: Function,
    **rest: object,
) -> list[Sym | None]:
    """One call of jax.vjp for all operands that are no integers."""
    made = y if isinstance(y, tuple) else (y,)
    given = g if isinstance(g, tuple) else (g,)
    if not all(_varies(value) for value in made):
        raise NoDerivative(*MIXED)
    seeds = [
        zeros_like(value) if part is None else _full(part, value)
        for value, part in zip(made, given, strict=True)
    ]
    moved = tuple(number for number, operand in enumerate(operands) if _varies(operand))
    parts = iter(several("traced", *operands, *seeds, function=Pulled(function, moved, len(made))))
    return [next(parts) if number in moved else None for number in range(len(operands))]


def _varies(value: Sym) -> bool:
    return isinstance(value.type, Array) and value.type.inexact


def _full(part: Sym, value: Sym) -> Sym:
    """A cotangent that is one number for all elements, at each element."""
    have, want = part.type, value.type
    assert isinstance(have, Array) and isinstance(want, Array)
    return call("expand", part, call("shape", value)) if have.rank < want.rank else part


rule("traced(*operands)", every=pulled_back)
