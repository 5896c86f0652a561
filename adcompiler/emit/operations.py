"""Primitives as NumPy expressions: what the template of a row does not say by itself.

Sizes, arrays of a shape, lists and tapes, conversions. An expression is built from the variables of its
operands, with those values inside it that the plan of `folding.py` puts there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from adcompiler.analysis.liveness import index_of
from adcompiler.emit.template import call_expr, dotted, index_expr, literal
from adcompiler.emit.variables import Names
from adcompiler.errors import CompileError, InternalError
from adcompiler.ir.core import Apply, Call, Const, Function, If, Op, Operand, Value, walk
from adcompiler.ir.types import Array, Seq, Shape, Type
from adcompiler.primitives.registry import PRIMITIVES
from adcompiler.primitives.traced import callee, function_of
from adcompiler.runtime import HELPERS

_Each: TypeAlias = Callable[[ast.expr], ast.expr]
_SINGLE = frozenset(map(np.dtype, (np.float16, np.float32, np.complex64)))


@dataclass(slots=True)
class Speller:
    """Operands and ops of a function as expressions; `helpers` collects the helpers that they call."""

    names: Names
    helpers: dict[str, None] = field(default_factory=dict)
    single: bool = field(init=False)

    def __post_init__(self) -> None:
        self.single = _has_single(self.names.function)

    # ---------------------------------------------------------------- operands
    def operand(self, operand: Operand) -> ast.expr:
        """The variable of a value, its expression if it is printed inside its users, or a literal."""
        if isinstance(operand, Const):
            return literal(operand.value)
        if operand in self.names.unbound:
            return nothing(operand.type)
        made = self.names.folding.inline.get(operand)
        if made is not None:
            return self.op(made)
        if operand in self.names.paths:
            return items_at(self.names.paths[operand])
        return name(self.names.of[operand])

    def op(self, op: Op) -> ast.expr:
        """An op with one result as an expression."""
        match op:
            case Apply():
                return self.apply(op)
            case If():
                return self.conditional(op)
            case Call():
                return ast.Call(name(op.callee), [self.operand(operand) for operand in op.operands], [])
        raise InternalError(f"emit: a {type(op).__name__} is no expression")

    def conditional(self, op: If) -> ast.expr:
        """`a if c else b`, or `a and b`, `a or b` where the other arm is False or True."""
        condition = self.operand(op.condition)
        then, orelse = op.then.results[0], op.orelse.results[0]
        if is_bool(op.condition) and is_bool(then) and is_bool(orelse):
            match then, orelse:
                case _, Const(value=False):
                    return _bool_op(ast.And(), condition, self.operand(then))
                case Const(value=True), _:
                    return _bool_op(ast.Or(), condition, self.operand(orelse))
        return ast.IfExp(condition, self.operand(then), self.operand(orelse))

    # ---------------------------------------------------------------- primitives
    def apply(self, op: Apply) -> ast.expr:
        """A primitive applied to its operands; a part of an array is copied where writes would show."""
        expression = self._apply(op)
        if _is_view_without_axes(op):
            # a number, which does not change with the memory that it was read from
            return ast.Subscript(expression, ast.Tuple([], ast.Load()), ast.Load())
        if op in self.names.buffers.copied_views:
            return _copy(expression, op.result.type, ordered=not op.location.adjoint)
        return expression

    def _apply(self, op: Apply) -> ast.expr:
        operands = op.operands
        match op.primitive:
            case "tape" if op.attr("places"):
                return ast.BinOp(
                    ast.List([ast.Constant(None)], ast.Load()), ast.Mult(), self.operand(operands[0])
                )
            case "tape":
                return ast.List([], ast.Load())
            case "shape" if not _rank(operands[0].type):
                return ast.Tuple([], ast.Load())
            case "size":
                return self._size(op)
            case "zeros_of":
                return self.zeros(operands[0], op.result.type)
            case "traced":
                raise CompileError.at(
                    op.location,
                    f"`{callee(function_of(op))}` is not compiled: JAX traces it, and NumPy code cannot call it",
                    'backend="jax", or write it with NumPy functions',
                )
            case "full_of":
                return self._full(operands[0], operands[1], op.result.type)
            case "expand":
                return self._expand(op)
            case helper if helper in HELPERS:
                self.helpers[helper] = None
                return call(helper, *map(self.operand, operands))
            case "transpose" if op.attr("axes") is None and _rank(operands[0].type) > 1:
                return ast.Attribute(self.operand(operands[0]), "T", ast.Load())
            case "astype" | "exactly":
                return self._astype(op)
            case "where" if op.location.adjoint and (chosen := self._chosen(op)):
                return chosen
            case "setitem":
                return call(f"np.{_number(op.result.type)}", self.operand(operands[1]))
            case "add_at":
                return ast.BinOp(self.operand(operands[0]), ast.Add(), self.operand(operands[1]))
            case "python":
                return call(_python_type(op.attr("kind")), self.operand(operands[0]))
            case "copy" if not isinstance(operands[0].type, Array) or not operands[0].type.rank:
                return self.copied(operands[0])
            case "array":
                return self._array(op)
            case "seq_make":
                return ast.List([self.stored(op, number) for number in range(len(operands))], ast.Load())
            case "seq_get" | "recall":
                return self._item(op)
            case "seq_length":
                return call("len", self._list(operands[0]))
            case "seq_plus" if isinstance(op.result.type, Seq) and isinstance(op.result.type.item, Seq):
                return self.added(*map(self.operand, operands))
            case "seq_zeros":
                return self.zero_items(operands[0])
            case "seq_blank":
                return ast.BinOp(
                    ast.List([_blank(op.result.type)], ast.Load()),
                    ast.Mult(),
                    call("len", self._list(operands[0])),
                )
            case "seq_slice":
                bounds = [self.operand(bound) for bound in operands[1:]]
                return ast.Subscript(self.operand(operands[0]), index_expr(index_of(op), bounds), ast.Load())
        return _simple(
            call_expr(PRIMITIVES[op.primitive], op, [self.operand(operand) for operand in operands], "numpy")
        )

    def _chosen(self, op: Apply) -> ast.expr | None:
        """`a if c else b` for a number of the adjoint sweep, of which np.where would make an array.

        Not where Python's own numbers are compared: a zero of Python's divided by another raises. Nor beside single
        precision, which a number of Python's would leave as it is.
        """
        condition, *arms = op.operands
        double = np.dtype(np.float64)
        arms = [Const.of(arm.value, double) if isinstance(arm, Const) else arm for arm in arms]
        plain = isinstance(condition.type, Array) and condition.type.weak
        if plain or self.single or not all(map(_is_double, (op.result, *arms))):
            return None
        return ast.IfExp(self.operand(condition), *map(self.operand, arms))

    def stored(self, op: Apply, number: int) -> ast.expr:
        """What a list takes in: the operand, or a copy where its memory will be written to."""
        if (op, number) not in self.names.buffers.copied_items:
            return self.operand(op.operands[number])
        return self.copied(op.operands[number], ordered=op.primitive != "record" and not op.location.adjoint)

    def _array(self, op: Apply) -> ast.expr:
        type = op.result.type
        given = op.attr("dtype") is not None and isinstance(type, Array)
        keywords = [ast.keyword("dtype", literal(type.dtype))] if given and isinstance(type, Array) else []
        return ast.Call(dotted("np.array"), [self._nested(op.attr("nesting"), op.operands)], keywords)

    def _nested(self, nesting: object, items: Sequence[Operand]) -> ast.expr:
        if isinstance(nesting, int):
            return self.operand(items[nesting])
        assert isinstance(nesting, tuple | list)
        return ast.List([self._nested(inner, items) for inner in nesting], ast.Load())

    def copied(self, operand: Operand, ordered: bool = False) -> ast.expr:
        """A copy of an array or list; a number is its own copy."""
        return _copy(self.operand(operand), operand.type, ordered)

    def _size(self, op: Apply) -> ast.expr:
        array, axis = self.operand(op.operands[0]), op.attr("axis")
        if axis == 0 and (op.location.adjoint or ".shape" not in op.location.text):
            return call("len", array)
        return ast.Subscript(ast.Attribute(array, "shape", ast.Load()), literal(axis), ast.Load())

    def _astype(self, op: Apply) -> ast.expr:
        array, type = self.operand(op.operands[0]), op.result.type
        if isinstance(type, Array) and type.rank:
            return ast.Call(ast.Attribute(array, "astype", ast.Load()), [literal(type.dtype)], [])
        return call(f"np.{_number(type)}", array)

    # ---------------------------------------------------------------- arrays of a shape
    def _like(self, shape: Operand, type: Type) -> ast.expr | None:
        """The array whose shape is meant, if its dtype is that of `type`: then np.zeros_like will do."""
        made = self.names.folding.inline.get(shape) if isinstance(shape, Value) else None
        if not isinstance(made, Apply) or made.primitive != "shape" or not isinstance(type, Array):
            return None
        source = made.operands[0]
        if not _rank(source.type) or not isinstance(source.type, Array) or source.type.dtype != type.dtype:
            return None
        if self.single and type.dtype == np.dtype(np.float64):
            return None  # what is double on one path may be single on another
        return self.operand(source)

    def zeros(self, shape: Operand, type: Type) -> ast.expr:
        """Zeros of a shape."""
        assert isinstance(type, Array)
        if not type.rank:
            return zero(type)
        like = self._like(shape, type)
        if like is not None:
            return call("np.zeros_like", like)
        dtype = [literal(type.dtype)] if type.dtype != np.dtype(np.float64) else []
        match self.operand(shape):
            case ast.Tuple(elts=[size]):
                return call("np.zeros", size, *dtype)
            case sizes:
                return call("np.zeros", sizes, *dtype)

    def _full(self, shape: Operand, value: Operand, type: Type) -> ast.expr:
        assert isinstance(type, Array)
        if not type.rank:
            return self.operand(value)
        like = self._like(shape, type)
        one = isinstance(value, Const) and value.value == 1
        if like is not None:
            return call("np.ones_like", like) if one else call("np.full_like", like, self.operand(value))
        if one and type.dtype == np.dtype(np.float64):
            return call("np.ones", self.operand(shape))
        return call("np.full", self.operand(shape), self.operand(value))

    def _expand(self, op: Apply) -> ast.expr:
        value, shape = op.operands
        axis = op.attr("axis")
        if not _rank(value.type):
            return self._full(shape, value, op.result.type)
        leading = axis == 0 or (isinstance(axis, tuple) and sorted(axis) == list(range(len(axis))))
        array = self.operand(value)
        if not op.attr("keepdims") and not leading:
            array = call("np.expand_dims", array, literal(axis))
        return call("np.broadcast_to", array, self.operand(shape))

    # ---------------------------------------------------------------- lists
    def _list(self, operand: Operand) -> ast.expr:
        """A list as far as its length matters."""
        if operand in self.names.paths:
            assert isinstance(operand, Value)
            return list_at(self.names.paths[operand])
        return self.operand(operand)

    def _item(self, op: Apply) -> ast.expr:
        source, k = op.operands
        if isinstance(source, Value) and source in self.names.paths:
            return item_at(self.names.paths[source], self.operand(k))
        return ast.Subscript(self.operand(source), self.operand(k), ast.Load())

    def added(self, a: ast.expr, b: ast.expr) -> ast.expr:
        """The sum of two lists, item by item at every depth: a + b would be one list after the other."""
        self.helpers["added"] = None
        return call("added", a, b)

    def zero_items(self, operand: Operand) -> ast.expr:
        """Zeros like every item of a list."""
        kind = operand.type
        assert isinstance(kind, Seq)
        if isinstance(kind.item, Array) and not kind.item.rank:
            return ast.BinOp(
                ast.List([zero(kind.item)], ast.Load()), ast.Mult(), call("len", self._list(operand))
            )
        if isinstance(operand, Value) and operand in self.names.paths:
            text = self.names.paths[operand]
            return items_at(text, lambda item: zeros_like(item, kind.item))
        return zeros_like(self.operand(operand), kind)


# ---------------------------------------------------------------- small trees
SHAPED = ("zeros", "ones", "empty", "full", "reshape", "tile")


def _simple(expression: ast.expr) -> ast.expr:
    """np.zeros(n) for np.zeros((n,))."""
    match expression:
        case ast.Call(func=ast.Attribute(attr=function), args=arguments) if function in SHAPED:
            expression.args = [
                _only(a) if k == (function in ("reshape", "tile")) else a for k, a in enumerate(arguments)
            ]
    return expression


def _only(argument: ast.expr) -> ast.expr:
    match argument:
        case ast.Tuple(elts=[element]) if not isinstance(element, ast.Starred):
            return element
    return argument


def name(text: str) -> ast.expr:
    """A name that is read."""
    return ast.Name(text, ast.Load())


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """A call of a dotted name."""
    return ast.Call(dotted(function), list(arguments), [])


def is_bool(operand: Operand) -> bool:
    """Whether an operand is one truth value."""
    return isinstance(operand.type, Array) and operand.type.dtype.kind == "b" and not operand.type.rank


def _copy(expression: ast.expr, type: Type, ordered: bool) -> ast.expr:
    """A copy of an array or list; a number is its own copy.

    `ordered` if the program goes on with the copy: it lies in memory in the order of the array (np.copy
    keeps it, x.copy() does not), because it decides in which order sums over several axes are rounded.
    """
    if isinstance(type, Seq):
        return call("list", expression)
    if not _rank(type):
        return expression
    if _rank(type) > 1 and ordered:
        return call("np.copy", expression)
    return ast.Call(ast.Attribute(expression, "copy", ast.Load()), [], [])


def _bool_op(op: ast.boolop, left: ast.expr, right: ast.expr) -> ast.expr:
    values: list[ast.expr] = []
    for side in (left, right):
        # a and (b and c) is a and b and c
        values += side.values if isinstance(side, ast.BoolOp) and type(side.op) is type(op) else [side]
    return ast.BoolOp(op, values)


def _rank(type: Type) -> int:
    return type.rank if isinstance(type, Array) else 0


def _number(type: Type) -> str:
    assert isinstance(type, Array)
    return "bool_" if type.dtype.kind == "b" else type.dtype.name


def _has_single(function: Function) -> bool:
    """Whether a value is in single precision or less."""
    values = (*function.body.params, *(result for op in walk(function.body) for result in op.results))
    return any(isinstance(value.type, Array) and value.type.dtype in _SINGLE for value in values)


def _is_double(operand: Operand) -> bool:
    """Whether a value is one double."""
    return (
        isinstance(operand.type, Array)
        and not operand.type.rank
        and operand.type.dtype == np.dtype(np.float64)
    )


def _python_type(kind: object) -> str:
    assert isinstance(kind, Array)
    return {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}[kind.dtype.kind]


def zero(type: Array) -> ast.expr:
    """The number zero of a type; of the common dtypes a Python number."""
    if type.dtype in (np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.bool_), np.dtype(np.complex128)):
        return literal(type.dtype.type(0).item())
    return literal(type.dtype.type(0))


def _blank(type: Type) -> ast.expr:
    """What stands in a list until its items are there: a number for numbers."""
    assert isinstance(type, Seq)
    number = isinstance(type.item, Array) and not type.item.rank
    return zero(type.item) if number and isinstance(type.item, Array) else literal(None)


def zeros_like(expression: ast.expr, type: Type) -> ast.expr:
    """Zeros like an array, or like every item of a list."""
    match type:
        case Seq(item):
            return ast.ListComp(zeros_like(name("item"), item), [_each("item", expression)])
        case Array() if type.rank:
            return call("np.zeros_like", expression)
        case Array():
            return zero(type)
    raise InternalError(f"emit: no zeros of {type}")


def _is_view_without_axes(op: Apply) -> bool:
    """Whether NumPy gives an array without axes that is part of another one, where the IR has a number."""
    if not PRIMITIVES[op.primitive].view or op.primitive == "getitem" or not op.operands:
        return False
    kinds = op.operands[0].type, op.result.type
    return (
        isinstance(kinds[0], Array)
        and kinds[0].rank > 0
        and isinstance(kinds[1], Array)
        and not kinds[1].rank
    )


def nothing(type: Type) -> ast.expr:
    """Some value of a type, for a path on which it is never used."""
    match type:
        case Seq():
            return ast.List([], ast.Load())
        case Shape():
            return ast.Tuple([], ast.Load())
        case Array() if type.rank:
            return call("np.empty", literal((0,) * type.rank))
        case Array():
            return zero(type)
    return literal(None)


# ---------------------------------------------------------------- lists by path
def _each(variable: str, iterable: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(variable, ast.Store()), iterable, [], 0)


def _continued(expression: ast.expr, rest: str) -> ast.expr:
    """The expression followed by text such as [0]['W']."""
    tree = ast.parse(f"_{rest}", mode="eval").body

    class Filled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return expression if node.id == "_" else node

    result: ast.expr = Filled().visit(tree)
    return result


def list_at(text: str) -> ast.expr:
    """The list of "layers[*][0]": layers."""
    return ast.parse(text.partition("[*]")[0], mode="eval").body


def item_at(text: str, k: ast.expr) -> ast.expr:
    """The item k of "layers[*][0]": layers[k][0]; a list where a further star is left."""
    head, _, rest = text.partition("[*]")
    return _items(ast.Subscript(ast.parse(head, mode="eval").body, k, ast.Load()), rest)


def items_at(text: str, each: _Each | None = None) -> ast.expr:
    """The whole of "layers[*][0]": [item[0] for item in layers], with a function applied to each."""
    head, _, rest = text.partition("[*]")
    source = ast.parse(head, mode="eval").body
    if not rest and each is None:
        return call("list", source)
    element = _items(name("item"), rest)
    return ast.ListComp(each(element) if each else element, [_each("item", source)])


def _items(expression: ast.expr, rest: str) -> ast.expr:
    before, star, after = rest.partition("[*]")
    reached = _continued(expression, before)
    if not star:
        return reached
    return ast.ListComp(_items(name("item"), after), [_each("item", reached)])
