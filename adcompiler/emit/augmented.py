"""Augmented assignments, `s += x`, where the source has them; and `-` for `+` where that saves a minus."""

from __future__ import annotations

import ast

from adcompiler.errors import Location

AUGMENTED: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "subtract": ast.Sub,
    "multiply": ast.Mult,
    "divide": ast.Div,
    "floor_divide": ast.FloorDiv,
    "remainder": ast.Mod,
    "power": ast.Pow,
    "matmul": ast.MatMult,
    "bitwise_and": ast.BitAnd,
    "bitwise_or": ast.BitOr,
    "bitwise_xor": ast.BitXor,
    "left_shift": ast.LShift,
    "right_shift": ast.RShift,
}


SYMBOLS = dict(zip(AUGMENTED, "+= -= *= /= //= %= **= @= &= |= ^= <<= >>=".split(), strict=True))


def added_to(target: ast.Name | ast.Subscript, value: ast.expr) -> ast.AugAssign:
    """target += value, or target -= value where that saves a minus."""
    positive = _negated_product(value)
    if positive is None:
        return ast.AugAssign(target, ast.Add(), value)
    return ast.AugAssign(target, ast.Sub(), positive)


def less(node: ast.expr) -> ast.expr:
    """a - b for a + -b, as far as it is such a sum."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right) if (
            positive := _negated_product(right)
        ) is not None:
            return ast.BinOp(left, ast.Sub(), positive)
    return node


def _negated_product(value: ast.expr) -> ast.expr | None:
    """The product or quotient without the minus in front of it; rounding is the same for either sign."""
    match value:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return inner
        case ast.Constant(value=float() | int() as number) if not isinstance(number, bool) and number < 0:
            return ast.Constant(-number)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            positive = _negated_product(left)
            return None if positive is None else ast.BinOp(positive, op, right)
    return None


def reproduces(location: Location, primitive: str) -> bool:
    """Whether an augmented assignment belongs here: not where the source of the primal has none."""
    return location.adjoint or "=" not in location.text or SYMBOLS[primitive] in location.text
