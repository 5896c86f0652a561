"""The table of derivatives.

    rule("divide(a, b)", a="g / b", b="-(g / b) * y")

`g` is the cotangent of the result and `y` the result; the formulas are the vector-Jacobian product with respect to each
operand (Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.2). An operand without a formula is not
differentiated: its derivative is zero wherever it exists (indices, shapes, conditions) or must be declared so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import TypeAlias

from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.rules.language import Sym, namespace

Formula: TypeAlias = "CodeType | Callable[..., object]"


@dataclass(frozen=True, slots=True)
class Rule:
    """The VJP of one primitive: for each differentiable operand a formula."""

    primitive: str
    formulas: Mapping[str, Formula]
    variadic: Callable[..., list[Sym | None]] | None = None
    constant: bool = field(default=False)
    same: Callable[..., Sym | None] | None = None
    composed: Callable[..., Sym | None] | None = None


class NoDerivative(Exception):
    """Raised by a rule for what it cannot differentiate; it is reported where the primitive was called."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


RULES: dict[str, Rule] = {}
_namespace: dict[str, object] = {}


def rule(
    signature: str,
    every: Callable[..., list[Sym | None]] | None = None,
    **formulas: str | Callable[..., object],
) -> None:
    """Add the VJP of a primitive.

    signature: the primitive with the names of its operands, as in its own row.
    formulas:  for each operand, an expression over the operands, the static arguments, `g` and `y`, calling primitives
               by name; or a function of these by keyword.
               Of a primitive with several results `g` and `y` are tuples; in `g` a result without influence is None.
    every:     for primitives with a starred operand: a function of the same keywords that gives the cotangents of all
               operands in order.
    """
    name = signature.partition("(")[0].strip()
    row = PRIMITIVES[name]
    unknown = set(formulas) - set(row.operands)
    if unknown:
        raise ValueError(f"{name} has no operand {', '.join(sorted(unknown))}")
    compiled = {
        operand: compile(ast.parse(text, mode="eval"), f"<rule {name}:{operand}>", "eval")
        if isinstance(text, str)
        else text
        for operand, text in formulas.items()
    }
    RULES[name] = Rule(name, compiled, every)


def same(name: str, expression: Callable[..., Sym | None]) -> None:
    """Give a primitive the derivative of an expression that has its value.

    expression: a function of the operands and static arguments by keyword. What it computes is differentiated in the
                primitive's stead, by the rules of what it is made of, and only in the adjoint; the primal stays as it is.
                Where it gives None, the formulas of the primitive's rule serve.
    """
    RULES[name] = replace(RULES.get(name, Rule(name, {})), same=expression)


def composed(name: str, expression: Callable[..., Sym | None]) -> None:
    """Give XLA an expression that has the value of a primitive that it does not have: by default that of `same`."""
    RULES[name] = replace(RULES.get(name, Rule(name, {})), composed=expression)


def constant(*names: str) -> None:
    """Declare primitives whose derivative is zero wherever it exists."""
    for name in names:
        RULES[name] = Rule(name, {}, None, constant=True)


def evaluate(formula: Formula, names: Mapping[str, object]) -> Sym | None:
    """The cotangent that a formula gives, its ops appended to the builder of its symbols."""
    if not _namespace or len(_namespace) < len(PRIMITIVES):
        _namespace.update(namespace())
    result = eval(formula, {**_namespace, **names}) if isinstance(formula, CodeType) else formula(**names)
    if result is None or isinstance(result, Sym):
        return result
    raise TypeError(f"a rule gave {result!r}, not an expression over its symbols")
