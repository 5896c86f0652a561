"""Expressions."""

from __future__ import annotations

import ast
import builtins
import difflib
import functools
import importlib
import operator
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Frame,
    Items,
    ListRef,
    Method,
    Places,
    Poison,
    Record,
    Ref,
    Static,
    Tup,
    Unbound,
)
from adcompiler.frontend.context import CHOSEN, NUMBERS, Lowering, Poisoned, describe
from adcompiler.frontend.outside import lift
from adcompiler.frontend.static import static_call, static_key
from adcompiler.ir.core import Const, If, Operand, Value
from adcompiler.ir.dims import dim, record
from adcompiler.ir.types import Array, join

BINARY: dict[type[ast.operator], tuple[str, str, Callable[[object, object], object]]] = {
    ast.Add: ("add", "operator.add", operator.add),
    ast.Sub: ("subtract", "operator.sub", operator.sub),
    ast.Mult: ("multiply", "operator.mul", operator.mul),
    ast.Div: ("divide", "operator.truediv", operator.truediv),
    ast.FloorDiv: ("floor_divide", "operator.floordiv", operator.floordiv),
    ast.Mod: ("remainder", "operator.mod", operator.mod),
    ast.Pow: ("power", "operator.pow", operator.pow),
    ast.MatMult: ("matmul", "operator.matmul", operator.matmul),
    ast.BitAnd: ("bitwise_and", "operator.and_", operator.and_),
    ast.BitOr: ("bitwise_or", "operator.or_", operator.or_),
    ast.BitXor: ("bitwise_xor", "operator.xor", operator.xor),
    ast.LShift: ("left_shift", "operator.lshift", operator.lshift),
    ast.RShift: ("right_shift", "operator.rshift", operator.rshift),
}
COMPARE: dict[type[ast.cmpop], tuple[str, str, Callable[[object, object], object]]] = {
    ast.Lt: ("less", "operator.lt", operator.lt),  # type: ignore[dict-item]
    ast.LtE: ("less_equal", "operator.le", operator.le),  # type: ignore[dict-item]
    ast.Gt: ("greater", "operator.gt", operator.gt),  # type: ignore[dict-item]
    ast.GtE: ("greater_equal", "operator.ge", operator.ge),  # type: ignore[dict-item]
    ast.Eq: ("equal", "operator.eq", operator.eq),
    ast.NotEq: ("not_equal", "operator.ne", operator.ne),
}
BINARY_NAMES = {
    name: (name, path, function) for name, path, function in (*BINARY.values(), *COMPARE.values())
}


SYMBOLS = dict(
    zip(
        (path for _, path, _ in (*BINARY.values(), *COMPARE.values())),
        "+ - * / // % ** @ & | ^ << >> < <= > >= == !=".split(),
        strict=True,
    )
)


def expression(low: Lowering, node: ast.expr) -> Binding:
    """Lower one expression."""
    with low.at(node):
        match node:
            case ast.Constant(value=value):
                return Static(value)
            case ast.Name(id=name):
                return low.bound(lookup(low, node, name))
            case ast.BinOp(left=left, op=op, right=right):
                return binary(low, node, op, expression(low, left), expression(low, right))
            case ast.UnaryOp(op=op, operand=operand):
                return unary(low, op, expression(low, operand))
            case ast.BoolOp(op=op, values=values):
                return boolean(low, op, values)
            case ast.Compare():
                return comparison(low, node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return conditional(low, test, body, orelse)
            case ast.Call():
                from adcompiler.frontend.calls import call

                return call(low, node)
            case ast.Attribute(value=value, attr=attr):
                from adcompiler.frontend.attributes import attribute

                return attribute(low, expression(low, value), attr)
            case ast.Subscript():
                from adcompiler.frontend.subscripts import load_subscript

                return load_subscript(low, node)
            case ast.Tuple(elts=elements):
                return Tup(tuple(expressions(low, elements)))
            case ast.List(elts=elements):
                return new_list(low, expressions(low, elements))
            case ast.Dict(keys=keys, values=values):
                return dictionary(low, keys, values)
            case ast.Lambda():
                from adcompiler.frontend.statements import closure

                return closure(low, node)
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                from adcompiler.frontend.comprehensions import comprehension

                return comprehension(low, node)
            case ast.NamedExpr(target=target, value=value):
                from adcompiler.frontend.statements import assign

                result = expression(low, value)
                assign(low, target, result)
                return low.bound(low.frame.names[target.id])
            case ast.JoinedStr():
                return formatted(low, node)
            case ast.Slice():
                low.refuse(node, "a slice may only stand in a subscript", "use it inside [...]")
    low.refuse(node, f"`{type(node).__name__}` expressions are not supported", "write it in another way")


def expressions(low: Lowering, nodes: Sequence[ast.expr]) -> list[Binding]:
    """The values of several expressions, stars expanded."""
    from adcompiler.frontend.unpacking import known_items

    values: list[Binding] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            with low.at(node):
                values.extend(known_items(low, expression(low, node.value), "behind a star"))
        else:
            values.append(expression(low, node))
    return values


def new_list(low: Lowering, items: Sequence[Binding]) -> ListRef:
    """A fresh list."""
    cell = Cell()
    low.store.put(cell, tuple(items))
    return ListRef(cell)


def dictionary(low: Lowering, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> DictRef:
    """A dict display."""
    content: dict[object, Binding] = {}
    for key, value in zip(keys, values, strict=True):
        if key is None:
            content.update(dict_items(low, expression(low, value)))
        else:
            with low.at(key):
                place = static_key(low, expression(low, key))
            content[place] = expression(low, value)
    cell = Cell()
    low.store.put(cell, content)
    return DictRef(cell)


def dict_items(low: Lowering, binding: Binding) -> dict[object, Binding]:
    """The content of a dict."""
    match binding:
        case DictRef(cell):
            content = low.store.contents[cell]
            assert isinstance(content, dict)
            return dict(content)
        case Static(dict() as value, origin):
            return {
                key: lift(low, item, f"{origin}[{key!r}]", lambda key=key: value[key])  # type: ignore[misc]
                for key, item in value.items()
            }
    low.stop(f"{describe(binding)} is no dict", "use a dict with constant keys")


# ---------------------------------------------------------------------------------------------------- names


def lookup(low: Lowering, node: ast.expr, name: str) -> Binding:
    """What a name stands for: local, enclosing, global, builtin."""
    scope: Frame | None = low.frame
    while scope is not None:
        if name in scope.names:
            return scope.names[name]
        if scope.tree is not None and name in local_names(scope.tree):
            low.refuse(node, f"{name!r} has no value here", "give it a value before this line, on every path")
        frame, scope = scope, scope.outer
    if name in frame.cells:
        held = frame.cells[name]
        assert callable(held.value)
        try:
            value = held.value()
        except ValueError:
            low.refuse(node, f"the enclosing variable {name!r} has no value yet", "bind it before the call")
        return lift(low, value, name, held.value)
    if name in frame.globals:
        space = frame.globals
        return lift(low, space[name], name, lambda: space[name])
    if hasattr(builtins, name):
        return Static(getattr(builtins, name), name)
    like = difflib.get_close_matches(name, [*low.frame.names, *frame.globals], 1)
    hint = f"did you mean {like[0]!r}?" if like else "define it before this line"
    low.refuse(node, f"the name {name!r} is not defined", hint)


@functools.cache
def local_names(tree: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that a function binds itself: read before that, they are no names of the scopes around it."""
    arguments = tree.args
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    names = {a.arg for a in every if a is not None}
    stack: list[ast.AST] = list(tree.body) if isinstance(tree, ast.FunctionDef) else [tree.body]
    while stack:
        match stack.pop():
            case ast.FunctionDef(name=name):
                names.add(name)
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
            case node:
                stack.extend(ast.iter_child_nodes(node))
    return frozenset(names)


def import_names(low: Lowering, node: ast.Import | ast.ImportFrom) -> dict[str, object]:
    """The names that an import inside the function binds."""
    names: dict[str, object] = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            module = importlib.import_module(alias.name)
            root = importlib.import_module(alias.name.partition(".")[0])
            names[alias.asname or alias.name.partition(".")[0]] = module if alias.asname else root
        return names
    package = low.frame.globals.get("__package__")
    module = importlib.import_module(
        "." * node.level + (node.module or ""), package if isinstance(package, str) else None
    )
    for alias in node.names:
        value = getattr(module, alias.name, None)
        names[alias.asname or alias.name] = (
            value if value is not None else importlib.import_module(f"{module.__name__}.{alias.name}")
        )
    return names


# ---------------------------------------------------------------------------------------------------- operators


def binary(low: Lowering, node: ast.AST, op: ast.operator, left: Binding, right: Binding) -> Binding:
    """left op right."""
    name, path, function = BINARY[type(op)]
    left, right = (_as_tuple(low.bound(side)) for side in (left, right))
    if isinstance(left, Static) and isinstance(right, Static) and not isinstance(left.value, ModuleType):
        return static_call(low, function, left, right)
    sequences = (Tup, ListRef)
    if isinstance(left, sequences) or isinstance(right, sequences):
        joined = _sequence_operator(low, op, left, right)
        if joined is not None:
            return joined
    return arithmetic(low, name, path, left, right)


def _as_tuple(binding: Binding) -> Binding:
    """A named tuple is a tuple to operators."""
    match binding:
        case Record(kind, _, items) if issubclass(kind, tuple):
            return Tup(items)
    return binding


def _sequence_operator(low: Lowering, op: ast.operator, left: Binding, right: Binding) -> Binding | None:
    from adcompiler.frontend.unpacking import known_items

    match op, left, right:
        case ast.Add(), Tup(a), Tup(b):
            return Tup(a + b)
        case ast.Add(), ListRef(), ListRef():
            return new_list(
                low, known_items(low, left, "of this list") + known_items(low, right, "of this list")
            )
        case ast.Mult(), (Tup() | ListRef()) as items, count if not isinstance(count, Ref):
            return _repeated(low, items, count)
        case ast.Mult(), count, (Tup() | ListRef()) as items if not isinstance(count, Ref):
            return _repeated(low, items, count)
    return None


def _repeated(low: Lowering, items: Binding, count: Binding) -> Binding:
    from adcompiler.frontend.unpacking import known_items

    match count:
        case Static(value):
            whole = isinstance(value, (int, np.integer))
        case Value(type=Array(dtype=dtype)):
            whole = dtype.kind in "iub"
        case _:
            whole = False
    if not whole:
        low.stop(
            f"{describe(items)} cannot be multiplied by {describe(count)}", "use np.array(...) for arithmetic"
        )
    if isinstance(count, Value) and isinstance(items, ListRef):
        many_times = _list_of_unknown_length(low, items, count)
        if many_times is not None:
            return many_times
    times = low.static_int(count, "the number of repetitions")
    many = known_items(low, items, "of this list") * times
    return Tup(tuple(many)) if isinstance(items, Tup) else new_list(low, many)


def _list_of_unknown_length(low: Lowering, items: ListRef, count: Value) -> Binding | None:
    """[0.0] * n and [None] * n, whose items a loop writes."""
    match low.store.contents[items.cell]:
        case (Static(value=None),):
            content: object = Places(count)
        case ((Value() | Static()) as item,) if isinstance(item, Value) or isinstance(item.value, NUMBERS):
            content = Items((low.value("seq_repeat", low.operand(item), count),), item, low.store.copy())
        case _:
            return None
    cell = Cell()
    low.store.put(cell, content)
    return ListRef(cell)


def arithmetic(low: Lowering, name: str, path: str, *operands: Binding) -> Binding:
    """An elementwise primitive of bindings; lists and tuples become arrays as NumPy makes them."""
    from adcompiler.frontend.arrays import make_array

    values: list[Operand] = []
    arrays = any(
        isinstance(b, Ref) or (isinstance(b, Value) and not _weak(b)) for b in operands
    ) or path.startswith("numpy.")
    for binding in operands:
        if isinstance(binding, (ListRef, Tup)) and arrays:
            binding = make_array(low, binding, None)
        if isinstance(binding, Static) and isinstance(binding.value, (list, tuple)) and arrays:
            binding = make_array(low, binding, None)
        values.append(low.operand(binding, f"an operand of `{SYMBOLS.get(path, path.rpartition('.')[2])}`"))
    return low.wrap(low.apply(name, *values, path=path))


def _weak(value: Value) -> bool:
    return isinstance(value.type, Array) and value.type.weak


def unary(low: Lowering, op: ast.unaryop, binding: Binding) -> Binding:
    """op binding."""
    match op:
        case ast.Not():
            if isinstance(binding, Ref):
                low.stop("`not` asks whether an array is true", "write ~x, or np.logical_not(x)")
            condition = truth_of(low, binding)
            if isinstance(condition, Static):
                return Static(not condition.value)
            return low.wrap(low.apply("logical_not", low.operand(condition), path="operator.not_"))
        case ast.USub():
            name, path, function = "negative", "operator.neg", operator.neg
        case ast.UAdd():
            name, path, function = "positive", "operator.pos", operator.pos  # type: ignore[assignment]
        case _:
            name, path, function = "invert", "operator.invert", operator.invert  # type: ignore[assignment]
    if isinstance(binding, Static):
        return static_call(low, function, binding)
    return arithmetic(low, name, path, binding)


def comparison(low: Lowering, node: ast.Compare) -> Binding:
    """a < b < c: every operand once, and the later ones only while the comparisons hold."""
    left = expression(low, node.left)

    def chain(left: Binding, k: int) -> Binding:
        right = expression(low, node.comparators[k])
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


def compare(low: Lowering, op: ast.cmpop, left: Binding, right: Binding) -> Binding:
    """One comparison."""
    if isinstance(op, (ast.Is, ast.IsNot)):
        return Static(identical(low, left, right) is isinstance(op, ast.Is))
    if isinstance(op, (ast.In, ast.NotIn)):
        return Static(contains(low, left, right) is isinstance(op, ast.In))
    name, path, function = COMPARE[type(op)]
    if isinstance(left, Static) and isinstance(right, Static):
        return static_call(low, function, left, right)
    if isinstance(op, (ast.Eq, ast.NotEq)):
        ours, theirs = _parts(low, left), _parts(low, right)
        if type(left) is type(right) and ours is not None and theirs is not None:
            equal = _all_equal(low, ours, theirs)
            return equal if isinstance(op, ast.Eq) else unary(low, ast.Not(), equal)
        if isinstance(left, DictRef) and isinstance(right, DictRef):
            low.stop("dicts cannot be compared here", "compare their items one by one")
        if not _numeric(left, right):
            from adcompiler.frontend.merge import same

            return Static(same(left, right) is isinstance(op, ast.Eq))
    known = _by_size(low, left, right, function)
    if known is not None:
        return Static(known)
    return arithmetic(low, name, path, left, right)


def _parts(low: Lowering, binding: Binding) -> Sequence[Binding] | None:
    """The items of a container of known length, as `==` compares them."""
    match binding:
        case Tup(items=items):
            return items
        case Record(kind, _, items) if kind.__eq__ is tuple.__eq__ or getattr(  # type: ignore[comparison-overlap]
            kind, "__dataclass_fields__", None
        ):
            return items
        case ListRef(cell) if isinstance(content := low.store.contents[cell], tuple):
            return content
    return None


def _all_equal(low: Lowering, left: Sequence[Binding], right: Sequence[Binding]) -> Binding:
    """Whether all items are equal; what data decides is decided when the program runs."""
    if len(left) != len(right):
        return Static(False)
    result: Binding = Static(True)
    for a, b in zip(left, right, strict=True):
        equal = truth_of(low, compare(low, ast.Eq(), a, b))
        if isinstance(equal, Static):
            if not equal.value:
                return equal
            continue
        result = (
            equal
            if isinstance(result, Static)
            else arithmetic(low, "bitwise_and", "operator.and_", result, equal)
        )
    return result


def _numeric(*bindings: Binding) -> bool:
    return all(
        isinstance(b, (Value, Ref, Tup, ListRef))
        or (isinstance(b, Static) and isinstance(b.value, (*NUMBERS, list, tuple)))
        for b in bindings
    )


def _by_size(
    low: Lowering, left: Binding, right: Binding, function: Callable[[object, object], object]
) -> bool | None:
    """A comparison of sizes, decided by the values seen; the decision is recorded as a guard."""
    sizes = []
    for binding in (left, right):
        match binding:
            case Static(value) if type(value) is int:
                sizes.append(dim(value))
            case Value(type=Array(size=size)) if size is not None:
                sizes.append(size)
            case _:
                return None
    a, b = sizes
    if (a - b).known is not None:
        return bool(function((a - b).known, 0))
    if a.hint is None or b.hint is None or not (a.printable and b.printable):
        return None
    symbol = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}[function.__name__]
    outcome = bool(function(a.hint, b.hint))
    record(f"{a} {symbol} {b}", outcome)
    return outcome


def identical(low: Lowering, left: Binding, right: Binding) -> bool:
    """left is right, which must be known while compiling."""
    from adcompiler.frontend.merge import same

    if isinstance(left, Static) and isinstance(right, Static):
        return left.value is right.value
    if Static(None) in (left, right) or isinstance(left, Static) or isinstance(right, Static):
        return False
    if isinstance(left, Ref) and isinstance(right, Ref):
        return same(left, right)
    low.stop("`is` between numbers or arrays asks where they lie in memory", "use ==")


def contains(low: Lowering, left: Binding, right: Binding) -> bool:
    """left in right, for things known while compiling."""
    match right:
        case Static(value) if isinstance(left, Static):
            return left.value in value  # type: ignore[operator]
        case DictRef(cell) if isinstance(left, Static):
            return left.value in low.store.contents[cell]  # type: ignore[operator]
        case Tup(items) if isinstance(left, Static) and all(isinstance(item, Static) for item in items):
            return left.value in [item.value for item in items]  # type: ignore[union-attr]
    if isinstance(right, Ref):
        low.stop("whether a value is `in` an array depends on data", "write np.any(x == value)")
    low.stop(
        f"whether {describe(left)} is `in` {describe(right)} is not known while compiling",
        "write x == a or x == b",
    )


# ---------------------------------------------------------------------------------------------------- truth and choice


def truth(low: Lowering, node: ast.expr) -> Binding:
    """The truth of an expression: Static(bool), or a boolean value."""
    with low.at(node):
        return truth_of(low, expression(low, node))


def truth_of(low: Lowering, binding: Binding) -> Binding:
    """bool(binding)."""
    match low.bound(binding):
        case Static(value) if isinstance(value, np.ndarray) and value.size > 1:
            low.stop(
                "an array of several elements is neither true nor false", "use np.any(...) or np.all(...)"
            )
        case Static(value):
            return Static(bool(value))
        case Tup(items) | Record(items=items):
            return Static(bool(items))
        case ListRef(cell) if isinstance(low.store.contents[cell], Items):
            items = low.store.contents[cell]  # type: ignore[assignment]
            assert isinstance(items, Items)
            return truth_of(low, low.wrap(low.apply("seq_length", items.sequences[0])))
        case ListRef(cell) | DictRef(cell):
            return Static(bool(low.store.contents[cell]))
        case Closure() | Method():
            return Static(True)
        case Value(type=Array(dtype=dtype, size=size)) as value:
            if dtype.kind == "b":
                return value
            if size is not None:
                return compare(low, ast.NotEq(), value, Static(0))
            return low.wrap(low.apply("not_equal", value, Const(0), path="operator.ne"))
        case Ref(cell):
            low.stop("an array is neither true nor false", "use np.any(...) or np.all(...)")
    low.stop(f"{describe(binding)} is neither true nor false", "compare it with something")


def both(low: Lowering, a: Operand, b: Callable[[], Operand]) -> Operand:
    """a and b(), with b looked at only where a holds."""
    return choose(low, a, b, lambda: Const(False))


def choose(
    low: Lowering, condition: Operand, then: Callable[[], Operand], orelse: Callable[[], Operand]
) -> Operand:
    """An If with one result."""
    from adcompiler.frontend.merge import convert

    if isinstance(condition, Const):
        return then() if condition.value else orelse()
    regions, values = [], []
    for action in (then, orelse):
        with low.region() as builder:
            values.append(action())
        regions.append(builder)
    match values:
        case [Const(value=bool() as a), Const(value=bool() as b)] if a is b and not any(r.ops for r in regions):
            return values[0]
        case [Const(value=True), Const(value=False)] if not any(r.ops for r in regions):
            return condition
    try:
        type = join(values[0].type, values[1].type, f"if{next(low.labels)}")
    except ValueError as problem:
        low.stop(f"the values of the two paths cannot be joined: {problem}", "give both one rank")
    for builder, k in zip(regions, (0, 1), strict=True):
        low.builder, outer = builder, low.builder
        values[k] = convert(low, values[k], type)
        low.builder = outer
    result = Value(type)
    low.builder.ops.append(
        If(
            condition,
            regions[0].region((), (values[0],)),
            regions[1].region((), (values[1],)),
            (result,),
            next(low.tags),
            None,
            low.builder.location,
        )
    )
    return result


def boolean(low: Lowering, op: ast.boolop, nodes: Sequence[ast.expr]) -> Binding:
    """a and b, a or b; only truth values can be chosen while the program runs."""
    first = expression(low, nodes[0])
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

    def rest() -> Operand:
        return low.operand(truth_of(low, boolean(low, op, nodes[1:])))

    if isinstance(first, Value) and isinstance(first.type, Array) and first.type.dtype.kind != "b":
        low.stop(
            "`and` and `or` between numbers choose one of them", "compare them, or write a if a != 0 else b"
        )
    if isinstance(op, ast.And):
        return low.wrap(both(low, a, rest))
    return low.wrap(choose(low, a, lambda: Const(True), rest))


def conditional(low: Lowering, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Binding:
    """body if test else orelse."""
    condition = truth(low, test)
    if isinstance(condition, Static):
        return expression(low, body if condition.value else orelse)
    from adcompiler.frontend.statements import either

    name = CHOSEN

    def arm(node: ast.expr) -> Callable[[], None]:
        def run() -> None:
            try:
                low.frame.names[name] = expression(low, node)
            except Poisoned:
                if not low.discovering:
                    raise
                low.frame.names[name] = Poison(bottom=True)

        return run

    either(low, low.operand(condition), arm(body), arm(orelse))
    return low.bound(low.frame.names.pop(name))


# ---------------------------------------------------------------------------------------------------- text


def formatted(low: Lowering, node: ast.JoinedStr) -> Binding:
    """An f-string of things known while compiling; others may stand in print and in messages only."""
    parts: list[str] = []
    for piece in node.values:
        match piece:
            case ast.Constant(value=value):
                parts.append(str(value))
            case ast.FormattedValue(value=value, conversion=conversion, format_spec=spec):
                found = low.settled(expression(low, value), "a number in a text")
                if not isinstance(found, Static):
                    low.refuse(
                        node,
                        "this f-string shows values that the program computes",
                        "f-strings of such values may stand in print and in messages only",
                    )
                shown = {115: str, 114: repr, 97: ascii}.get(conversion, lambda x: x)(found.value)  # type: ignore[operator]
                layout = formatted(low, spec).value if isinstance(spec, ast.JoinedStr) else ""  # type: ignore[union-attr]
                parts.append(format(shown, str(layout)))
    return Static("".join(parts))


def template(low: Lowering, node: ast.expr) -> tuple[str, list[Operand]]:
    """An expression for print or a message, with the program's values as numbered holes, as source text."""
    parts: list[Operand] = []

    def hole(inner: ast.expr) -> ast.expr:
        return ast.copy_location(shown(expression(low, inner)), inner)

    def shown(found: Binding) -> ast.expr:
        match found:
            case Static(value) if isinstance(value, (str, *NUMBERS, type(None))):
                return ast.Constant(value)  # type: ignore[arg-type]
            case Value() | Ref() | Unbound():
                parts.append(low.operand(found))
                return ast.Name(f"_{len(parts) - 1}_", ast.Load())
            case Tup(items):
                return ast.Tuple([shown(item) for item in items], ast.Load())
            case ListRef(cell) if isinstance(content := low.store.contents[cell], tuple):
                return ast.List([shown(item) for item in content], ast.Load())
            case DictRef(cell):
                held = low.store.contents[cell]
                assert isinstance(held, dict)
                return ast.Dict([ast.Constant(key) for key in held], [shown(item) for item in held.values()])
        return ast.Constant(describe(found))

    class Holes(ast.NodeTransformer):
        def visit_FormattedValue(self, piece: ast.FormattedValue) -> ast.AST:
            return ast.FormattedValue(hole(piece.value), piece.conversion, piece.format_spec)

    if isinstance(node, ast.JoinedStr):
        filled: ast.expr = Holes().visit(ast.JoinedStr(list(node.values)))
    else:
        filled = hole(node)
    return ast.unparse(ast.fix_missing_locations(ast.copy_location(filled, node))), parts
