"""Primitives applied to values, and their rules as the reverse pass applies them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from interpreter import run

from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.types import Array, Seq, Type, strong, type_of
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.language import Sym
from adcompiler.rules.registry import RULES, evaluate
from adcompiler.rules.structure import unbroadcast

rng = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    """Normal numbers, none of them near zero or near another one."""
    count = math.prod(shape)
    spread = np.linspace(0.3, 2.0, count) * np.where(np.arange(count) % 2, 1, -1)
    return rng.permutation(spread + 0.01 * rng.random(count)).reshape(shape)[()]


@dataclass(frozen=True)
class Lit:
    """An operand that is a constant of the program."""

    value: Any


def typed(value: Any, label: str) -> Type:
    """The type that the front end gives an argument: sizes are atoms with the values seen."""
    if isinstance(value, list):
        # the items may have any sizes
        item = typed(value[0], label + "[0]")
        assert isinstance(item, Array)
        sizes = tuple(dim(Atom(f"?{label}[0].shape[{k}]")) for k in range(item.rank))
        return Seq(replace(item, shape=sizes), dim(Atom(f"len({label})", len(value))))
    plain = type_of(value)
    shape = tuple(dim(Atom(f"{label}.shape[{k}]", n)) for k, n in enumerate(np.shape(value)))
    size = dim(Atom(label, int(value))) if plain == type_of(value) and type(value) is int else None
    return Array(plain.dtype, shape, plain.weak, size)


@dataclass
class Vjp:
    """A primitive applied to operands, and the ops of its rule."""

    name: str
    operands: list[Operand]
    forward: list[Any]
    backward: list[Any]
    y: Operand
    g: Value
    cotangents: list[Sym | None]

    def primal(self, *values: Any) -> Any:
        """The result for values of the operands."""
        env = self.env(values)
        run(self.forward, env)
        return env[self.y]

    def env(self, values: tuple[Any, ...]) -> dict[Any, Any]:
        """The operands with values."""
        return {o: v for o, v in zip(self.operands, values, strict=True) if isinstance(o, Value)}

    def pull_back(self, g: Any, *values: Any) -> list[Any]:
        """The cotangents of the operands."""
        env = self.env(values)
        run(self.forward, env)
        env[self.g] = g
        run(self.backward, env)
        results: list[Any] = []
        for cotangent in self.cotangents:
            match cotangent:
                case Sym(operand=Const(value=value)):
                    results.append(value)
                case Sym(operand=Value() as value):
                    results.append(env[value])
                case _:
                    results.append(None)
        return results


def vjp(name: str, values: list[Any], path: str = "", **attrs: Any) -> Vjp:
    """Apply a primitive to operands of the types of these values, then its rule as the reverse pass does."""
    builder = Builder()
    operands: list[Operand] = [
        Const(v.value) if isinstance(v, Lit) else Value(typed(v, f"x{k}")) for k, v in enumerate(values)
    ]
    y = apply(builder, name, *operands, path=path, **attrs)
    forward, builder.ops = builder.ops, []
    g = Value(strong(y.type) if isinstance(y.type, Array) else y.type)
    row, rule = PRIMITIVES[name], RULES[name]
    symbols = [Sym(builder, operand) for operand in operands]
    fixed = len(row.operands)
    names: dict[str, Any] = dict(zip(row.operands, symbols, strict=False))
    if row.variadic:
        names[row.variadic] = tuple(symbols[fixed:])
    names |= {**row.defaults, **attrs, "g": Sym(builder, g), "y": Sym(builder, y)}
    cotangents: list[Sym | None] = [None] * len(values)
    if rule.variadic is not None:
        cotangents = rule.variadic(**names)
    for k, operand_name in enumerate(row.operands):
        formula = rule.formulas.get(operand_name)
        type = operands[k].type
        if formula is None or not isinstance(type, Seq) and not (isinstance(type, Array) and type.inexact):
            continue
        found = evaluate(formula, names)
        if found is not None and row.elementwise:
            found = unbroadcast(found, symbols[k])
        cotangents[k] = found
    return Vjp(name, operands, forward, builder.ops, y, g, cotangents)


def unwrap(values: list[Any]) -> list[Any]:
    """The values with constants as what they stand for."""
    return [v.value if isinstance(v, Lit) else v for v in values]
