"""The truth of an expression, where a statement or another expression asks for it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from adcompiler.frontend.bindings import Binding, Static
from adcompiler.frontend.choice import both, choose
from adcompiler.frontend.comparisons import truth_of
from adcompiler.frontend.context import Lowering
from adcompiler.ir.core import Const, Operand


def truth(low: Lowering, node: ast.expr) -> Binding:
    """Static(bool), or a boolean value. `a and b` need not be one itself: only its truth counts here."""
    with low.at(node):
        if isinstance(node, ast.BoolOp):
            return _of_several(low, node.op, node.values)
        return truth_of(low, low.expression(node))


def _of_several(low: Lowering, op: ast.boolop, nodes: Sequence[ast.expr]) -> Binding:
    first = truth(low, nodes[0])
    if len(nodes) == 1:
        return first
    if isinstance(first, Static):
        return first if bool(first.value) is isinstance(op, ast.Or) else _of_several(low, op, nodes[1:])

    def rest() -> Operand:
        return low.operand(_of_several(low, op, nodes[1:]))

    condition = low.operand(first)
    if isinstance(op, ast.And):
        return low.wrap(both(low, condition, rest))
    return low.wrap(choose(low, condition, lambda: Const(True), rest))
