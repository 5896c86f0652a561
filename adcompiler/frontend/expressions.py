"""Expressions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence

from adcompiler.frontend.assignment import assign
from adcompiler.frontend.attributes import attribute
from adcompiler.frontend.bindings import Binding, Poison, Ref, Static, Tup
from adcompiler.frontend.calls import call
from adcompiler.frontend.choice import both, choose, either
from adcompiler.frontend.comparisons import compare, negation, truth_of
from adcompiler.frontend.comprehensions import comprehension
from adcompiler.frontend.conditions import truth
from adcompiler.frontend.context import CHOSEN, Lowering
from adcompiler.frontend.inlining import closure
from adcompiler.frontend.interrupts import Poisoned
from adcompiler.frontend.names import lookup
from adcompiler.frontend.operators import arithmetic, binary
from adcompiler.frontend.special import special
from adcompiler.frontend.static import static_call, static_key
from adcompiler.frontend.subscripts import load_subscript
from adcompiler.frontend.text import formatted
from adcompiler.frontend.unpacking import dict_items, evaluated
from adcompiler.frontend.yielding import generator
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.types import Array


def expression(low: Lowering, node: ast.expr) -> Binding:
    """Lower one expression."""
    with low.at(node):
        match node:
            case ast.Constant(value=value):
                return Static(value)
            case ast.Name(id=name):
                return low.bound(lookup(low, node, name))
            case ast.BinOp(left=left, op=op, right=right):
                return binary(low, node, op, low.expression(left), low.expression(right))
            case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp() as operand):
                return negation(low, truth(low, operand))
            case ast.UnaryOp(op=op, operand=operand):
                return unary(low, op, low.expression(operand))
            case ast.BoolOp(op=op, values=values):
                return boolean(low, op, values)
            case ast.Compare():
                return comparison(low, node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return conditional(low, test, body, orelse)
            case ast.Call():
                return call(low, node)
            case ast.Attribute(value=value, attr=attr):
                return attribute(low, low.expression(value), attr)
            case ast.Subscript():
                return load_subscript(low, node)
            case ast.Set(elts=elements):
                return low.call(Static(set, "set"), [Tup(tuple(evaluated(low, elements)))])
            case ast.SetComp(item, generators):
                items = ast.copy_location(ast.ListComp(item, generators), node)
                return low.call(Static(set, "set"), [low.expression(items)])
            case ast.GeneratorExp():
                return generator(low, node)
            case ast.Tuple(elts=elements):
                return Tup(tuple(evaluated(low, elements)))
            case ast.List(elts=elements):
                return low.new_list(evaluated(low, elements))
            case ast.Dict(keys=keys, values=values):
                return dictionary(low, keys, values)
            case ast.Lambda():
                return closure(low, node)
            case ast.ListComp() | ast.DictComp():
                return comprehension(low, node)
            case ast.NamedExpr(target=target, value=value):
                result = low.expression(value)
                assign(low, target, result)
                return low.bound(lookup(low, target, target.id))
            case ast.JoinedStr():
                return Static(formatted(low, node))
            case ast.Slice():
                low.refuse(node, "a slice may only stand in a subscript", "use it inside [...]")
    low.refuse(node, f"`{type(node).__name__}` expressions are not supported", "write it in another way")


def dictionary(low: Lowering, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> Binding:
    """A dict display."""
    content: dict[object, Binding] = {}
    for key, value in zip(keys, values, strict=True):
        if key is None:
            content.update(dict_items(low, low.expression(value)))
        else:
            with low.at(key):
                place = static_key(low, low.expression(key))
            content[place] = low.expression(value)
    return low.new_dict(content)


def unary(low: Lowering, op: ast.unaryop, binding: Binding) -> Binding:
    """op binding."""
    match op:
        case ast.Not():
            return negation(low, binding)
        case ast.USub():
            return _arithmetic_of_one(low, "negative", "operator.neg", operator.neg, binding)
        case ast.UAdd():
            return _arithmetic_of_one(low, "positive", "operator.pos", operator.pos, binding)
    return _arithmetic_of_one(low, "invert", "operator.invert", operator.invert, binding)


def _arithmetic_of_one(
    low: Lowering, name: str, path: str, function: Callable[..., object], binding: Binding
) -> Binding:
    if isinstance(binding, Static):
        return static_call(low, function, binding)
    made = special(low, low.present(binding), f"__{path.rpartition('.')[2]}__")
    return arithmetic(low, name, path, binding) if made is None else made


def comparison(low: Lowering, node: ast.Compare) -> Binding:
    """a < b < c: every operand once, and the later ones only while the comparisons hold."""
    left = low.expression(node.left)

    def chain(left: Binding, k: int) -> Binding:
        right = _compared(low, node.ops[k], node.comparators[k])
        first = compare(low, node.ops[k], left, right)
        if k + 1 == len(node.ops):
            return first
        if isinstance(first, Static):
            return chain(right, k + 1) if first.value else first
        if isinstance(first, Ref):
            low.stop("a chained comparison asks whether an array is true", "write (a < x) & (x < b)")
        condition = low.operand(truth_of(low, first))
        return low.wrap(both(low, condition, lambda: low.operand(truth_of(low, chain(right, k + 1)))))

    return chain(left, 0)


def _compared(low: Lowering, op: ast.cmpop, node: ast.expr) -> Binding:
    """An operand of a comparison: a set behind `in` may hold what only a run knows."""
    if isinstance(node, ast.Set) and isinstance(op, ast.In | ast.NotIn):
        return Tup(tuple(evaluated(low, node.elts)))
    return low.expression(node)


def boolean(low: Lowering, op: ast.boolop, nodes: Sequence[ast.expr]) -> Binding:
    """a and b, a or b: one of the operands."""
    first = low.expression(nodes[0])
    if len(nodes) == 1:
        return first
    if isinstance(first, Ref):
        word, sign = ("and", "&") if isinstance(op, ast.And) else ("or", "|")
        low.stop(f"`{word}` asks whether an array is true", f"write (a > 0) {sign} (b > 0)")
    condition = truth_of(low, first)
    if isinstance(condition, Static):
        keep_first = bool(condition.value) is isinstance(op, ast.Or)
        return first if keep_first else boolean(low, op, nodes[1:])
    a = low.operand(condition)

    def others() -> Binding:
        return boolean(low, op, nodes[1:])

    def rest() -> Operand:
        return _truth_value(low, others())

    if not _is_truth_value(first):
        arms = (lambda: first), others
        return _either(low, a, *(arms if isinstance(op, ast.Or) else arms[::-1]))
    if isinstance(op, ast.And):
        return low.wrap(both(low, a, rest))
    return low.wrap(choose(low, a, lambda: Const(True), rest))


def _is_truth_value(binding: Binding) -> bool:
    match binding:
        case Static(bool()):
            return True
        case Value(type=Array(dtype=dtype, shape=())):
            return dtype.kind == "b"
    return False


def _truth_value(low: Lowering, binding: Binding) -> Operand:
    if _is_truth_value(binding):
        return low.operand(binding)
    low.stop("`and` and `or` give a truth value or a number here", "compare the number: a and b != 0")


def conditional(low: Lowering, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Binding:
    """body if test else orelse."""
    condition = truth(low, test)
    if isinstance(condition, Static):
        return low.expression(body if condition.value else orelse)
    return _either(low, low.operand(condition), lambda: low.expression(body), lambda: low.expression(orelse))


def _either(
    low: Lowering, condition: Operand, then: Callable[[], Binding], orelse: Callable[[], Binding]
) -> Binding:
    """What one of both gives."""
    name = CHOSEN

    def arm(value: Callable[[], Binding]) -> Callable[[], None]:
        def run() -> None:
            try:
                low.frame.names[name] = value()
            except Poisoned:
                if not low.discovering:
                    raise
                low.frame.names[name] = Poison(bottom=True)

        return run

    either(low, condition, arm(then), arm(orelse))
    return low.bound(low.frame.names.pop(name))
