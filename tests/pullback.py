"""Primitives applied to values, their rules as the reverse pass applies them, and a check by differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
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


def slope(f: Callable[[float], Any], h: float = 1e-4) -> Any:
    """df/dt at 0 by five points; the error is of order h ** 4."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def unwrap(values: list[Any]) -> list[Any]:
    """The values with constants as what they stand for."""
    return [v.value if isinstance(v, Lit) else v for v in values]


def is_float(value: Any) -> bool:
    """Whether an operand can be differentiated."""
    return not isinstance(value, (Lit, list)) and np.asarray(value).dtype.kind == "f"


def check_differences(name: str, values: list[Any], path: str = "", **attrs: Any) -> None:
    """<g, J v> is <J^T g, v> for each operand, with J v from differences."""
    rule = vjp(name, values, path, **attrs)
    plain = unwrap(values)
    y = rule.primal(*plain)
    g = np.asarray(normal(*np.shape(y)) if np.shape(y) else 0.7)[()]
    cotangents = rule.pull_back(g, *plain)
    for k, value in enumerate(values):
        if not is_float(value):
            continue
        v = np.asarray(normal(*np.shape(value)) if np.shape(value) else 1.3)
        moved = lambda t, k=k, v=v: rule_value(rule, plain, k, t, v)  # noqa: E731
        forward = np.sum(g * slope(moved))
        found = cotangents[k]
        assert found is None or np.shape(found) == np.shape(value), (
            f"{name}: shape of the cotangent of operand {k}"
        )
        backward = 0.0 if found is None else np.sum(found * v)
        assert backward == pytest.approx(forward, rel=1e-8, abs=1e-9), f"{name}: operand {k}"


def rule_value(rule: Vjp, plain: list[Any], k: int, t: float, v: Any) -> Any:
    """The result with operand k moved."""
    moved = list(plain)
    moved[k] = type(plain[k])(plain[k] + t * v) if not isinstance(plain[k], np.ndarray) else plain[k] + t * v
    return rule.primal(*moved)
