"""Functions that call themselves on data: compiled apart, once for each kind of arguments.

The types of the results are found as for loops: the body is lowered with the recursive calls left open, which gives the
types of the other paths, and again with these until they settle.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    DictRef,
    Frame,
    Instance,
    ListRef,
    Maybe,
    Method,
    Record,
    Ref,
    Static,
    Store,
    Tup,
    Unbound,
    cells_in,
)
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import SIZES, Poisoned, Restart
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.mixtures import settled
from adcompiler.frontend.scopes import held_in
from adcompiler.frontend.structure import as_joined, containers, leaf_operand, leaves, rebuild, skeleton
from adcompiler.ir.core import Apply, Call, Function, Op, Operand, Param, Region, Value, free_values, walk
from adcompiler.ir.dims import Dim, is_one, opaque
from adcompiler.ir.rewrite import map_regions, rename, substitute
from adcompiler.ir.types import Array, Seq, Type, join

REPEATS = 128  # calls of a function by itself on paths that data decides
WRITTEN_OUT = 512  # and on all paths, where sizes end it
_MARK = "<recursive "


@dataclass(slots=True)
class Callee:
    """A recursive function for one kind of arguments."""

    name: str
    key: object
    types: list[Type] | None = (
        None  # of the leaves of the result; None until a path without a recursive call is known
    )
    result: Binding | None = None
    store: Store = field(default_factory=Store)
    params: list[Value] = field(default_factory=list)
    captured: list[Value] = field(default_factory=list)
    aliases: list[bool] = field(default_factory=list)  # which leaves of the result may be arrays from outside
    outside: set[Cell] = field(default_factory=set)  # those that are no arguments
    region: Region | None = None


def mark(frame: Frame) -> str:
    """How a restart names a function that is compiled apart."""
    tree = frame.tree
    assert tree is not None
    return f"{_MARK}{frame.source.file}:{tree.lineno}:{tree.col_offset}>"


def is_mark(path: str) -> bool:
    """Whether a restart asks for a function apart, or for one of its numbers as the program computes it."""
    return path.startswith(_MARK)


def kind_of(low: Lowering, frame: Frame, names: Mapping[str, Binding]) -> object:
    """What tells two calls of one function apart.

    Structures, dtypes, ranks, sizes of 1, everything static, and what it reads from around it.
    """

    def leaf(binding: Binding) -> object:
        operand = leaf_operand(binding, low.store, low)
        match operand.type:
            case Array(dtype=dtype, shape=shape, weak=weak, size=size):
                fixed = (binding.value, True) if isinstance(binding, Static) else None
                seen = size.hint if size is not None else None
                return (dtype, tuple(n.known for n in shape), weak, fixed, seen)
        return str(operand.type)

    arguments = tuple(
        (name, skeleton(binding, low.store), tuple(leaf(b) for b in leaves(low, binding, low.store)))
        for name, binding in names.items()
    )
    return arguments, environment(low, frame)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A thing that is equal to itself alone."""

    thing: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


@cache
def _mentioned(tree: ast.AST) -> tuple[str, ...]:
    return tuple(sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}))


def environment(low: Lowering, frame: Frame) -> object:
    """What the names that a function reads from the functions around it stand for now."""
    seen: set[tuple[int, int]] = set()

    def around(tree: ast.AST | None, outer: Frame | None) -> object:
        if tree is None or outer is None or (id(tree), id(outer)) in seen:
            return ()
        seen.add((id(tree), id(outer)))
        found = []
        for name in _mentioned(tree):
            place: Frame | None = outer
            while place is not None and held_in(low, place, name) is None:
                place = place.outer
            bound = None if place is None else held_in(low, place, name)
            if bound is not None:
                found.append((name, held(bound)))
        return (_Same(outer), tuple(found))

    def held(binding: Binding) -> object:
        match binding:
            case Closure(tree=tree, frame=outer):
                return (_Same(tree), around(tree, outer))
            case Ref(cell):
                content = [_Same(low.store.contents.get(cell))]
                while cell.view is not None:
                    cell = cell.view.base
                    content.append(_Same(low.store.contents.get(cell)))
                return (binding.cell, *content)
            case ListRef(cell) | DictRef(cell) | Instance(cell):
                match low.store.held(cell):
                    case dict() as pairs:
                        return (cell, *pairs, *map(held, pairs.values()))
                    case tuple() as parts:
                        return (cell, *map(held, parts))
                    case other:
                        return (cell, _Same(other))
            case Tup(items=items) | Record(items=items):
                return tuple(map(held, items))
            case Method(owner, name):
                return (name, held(owner))
            case Unbound(inner) | Maybe(inner):
                return held(inner)
            case Static(value):
                return (type(value), value) if isinstance(value, (bool, int, str)) else _Same(value)
        return _Same(binding)

    return around(frame.tree, frame.outer)


def is_recursive(low: Lowering, frame: Frame, names: Mapping[str, Binding]) -> bool:
    """Whether a call must be compiled apart: it would be inlined into itself for ever."""
    if mark(frame) in low.sequences:
        return True
    outer = [other for other in low.frames if other.tree is frame.tree]
    if outer and frame.kind in [other.kind for other in outer]:
        raise Restart(mark(frame))
    return False


def limit_repeats(low: Lowering, frame: Frame, names: Mapping[str, Binding]) -> None:
    """A function that calls itself, on paths that data decides or until its sizes end it, is inlined so often at most."""
    outer = [other for other in low.frames if other.tree is frame.tree]
    assert frame.tree is not None
    by_sizes = SIZES in low.sequences
    if not outer or mark(frame) in low.sequences or (low.builder is outer[-1].entry and not by_sizes):
        return
    low.repeats[frame.tree] = low.repeats.get(frame.tree, 0) + 1
    if low.repeats[frame.tree] <= (WRITTEN_OUT if by_sizes else REPEATS):
        return
    if by_sizes:
        low.stop(
            f"{getattr(frame.tree, 'name', 'the lambda')} calls itself more than {WRITTEN_OUT} times for these sizes",
            "give results of one kind on every path, or write it as a loop",
        )
    compute_numbers(low, frame, names)
    low.endless.add(frame.tree)
    low.stop(
        f"{getattr(frame.tree, 'name', 'the lambda')} calls itself too often on paths that data decides,"
        " each time with arguments of another kind, or after changing what is outside of it",
        "give it arguments of one kind and let it return what it changes, or write it as a loop",
    )


def compute_numbers(low: Lowering, frame: Frame, names: Mapping[str, Binding]) -> None:
    """Take a number that the calls of a function change (a depth that counts down) for one that the program computes.

    Known while compiling, it would have the function inlined anew at each depth; with arguments of one kind the
    function is compiled apart.
    """
    first = next(other for other in low.frames if other.tree is frame.tree)
    for name, binding in names.items():
        if _is_number(binding) and _arguments(first).get(name) != _arguments(frame)[name]:
            raise Restart(_computed(frame, name))


def with_computed(low: Lowering, frame: Frame, names: dict[str, Binding]) -> dict[str, Binding]:
    """The arguments of a function, with the numbers that `compute_numbers` asked for as the program computes them."""
    made = dict(names)
    for name, binding in names.items():
        if _computed(frame, name) in low.sequences and _is_number(binding):
            number = low.operand(binding)
            type = number.type
            if isinstance(type, Array) and type.size is not None:
                type = replace(type, size=opaque(f"?{name}", None))
            value = made[name] = Value(type, name)
            low.builder.ops.append(
                Apply("positive", (number,), (value,), path="operator.pos", location=low.builder.location)
            )
    return made


def _is_number(binding: Binding) -> bool:
    """Whether this is a number that is known while compiling, as itself or as a size."""
    match binding:
        case Static(value):
            return type(value) in (int, float)
        case Value(type=Array(shape=(), size=size)):
            return size is not None
    return False


def _computed(frame: Frame, name: str) -> str:
    return f"{mark(frame)} {name}"


def _arguments(frame: Frame) -> dict[str, object]:
    """What `kind_of` tells of each argument."""
    assert isinstance(frame.kind, tuple)
    return {name: rest for name, *rest in frame.kind[0]}


def call_apart(
    low: Lowering, frame: Frame, names: Mapping[str, Binding], body: Callable[[dict[str, Binding]], Binding]
) -> Binding:
    """A Call; the function is lowered by `body` when it is met for the first time."""
    key = (frame.tree, frame.kind)
    callee = low.functions.get(key)
    if callee is None:
        tree = frame.tree
        name = tree.name if isinstance(tree, ast.FunctionDef) else "recursive"
        callee = low.functions[key] = Callee(low.new_name(name), key)
        _settle(low, callee, names, body)
    if callee.types is None:
        raise Poisoned
    operands: list[Operand] = []
    for binding in names.values():
        operands.extend(leaf_operand(leaf, low.store, low) for leaf in _dynamic(low, binding))
    results = [Value(type) for type in callee.types]
    low.builder.ops.append(
        Call(callee.name, (*operands, *callee.captured), tuple(results), next(low.tags), low.builder.location)
    )
    assert callee.result is not None
    made = [low.wrap(r) for r in results]
    roots = callee.outside.union(*(_roots(low, binding) for binding in names.values()))
    for binding, alias in zip(made, callee.aliases, strict=True):
        if isinstance(binding, Ref) and alias:
            binding.cell.shared = "may be an argument of a function that calls itself"
            for root in roots:
                low.watch(binding.cell, root)

    def container(cell: Cell) -> Cell:
        fresh = Cell(cell.name)
        if cell.shared or cell in callee.outside:  # an inner call gives one that is shared
            fresh.shared = "may be an argument of a function that calls itself"
            for root in roots:
                low.watch(fresh, root)
        return fresh

    return rebuild(low, callee.result, made, callee.store, container)


def _roots(low: Lowering, binding: Binding) -> set[Cell]:
    """The arrays and containers that a binding holds, or holds parts of."""
    return set[Cell]().union(*(low.roots(cell) for cell in cells_in(binding, low.store)))


def _dynamic(low: Lowering, binding: Binding) -> list[Binding]:
    return [leaf for leaf in leaves(low, binding, low.store) if not isinstance(leaf, Static)]


def _settle(
    low: Lowering, callee: Callee, names: Mapping[str, Binding], body: Callable[[dict[str, Binding]], Binding]
) -> None:
    """Lower the body until the types of the result no longer change."""
    before, reported = low.store, len(low.diagnostics)
    around, low.discovering = low.discovering, 1
    for _ in range(8):
        low.store = before.copy()
        with low.region() as builder:
            inner = {
                name: _parameter(low, callee, name, binding, k == 0)
                for k, (name, binding) in enumerate(names.items())
            }
            result = _ended(low, callee, around, functools.partial(body, inner))
            if len(low.diagnostics) > reported:
                low.store, low.discovering = before, around
                raise Poisoned
            _refuse_writes(low, callee, before)
            found = leaves(low, result, low.store)
            roots = [low.roots(leaf.cell) if isinstance(leaf, Ref) else set[Cell]() for leaf in found]
            callee.outside = {root for some in roots for root in some if root in before.contents}
            held = [root for cell in containers(result, low.store) for root in low.roots(cell)]
            callee.outside |= {root for root in held if root in before.contents}
            callee.aliases = [any(root.shared or root in before.contents for root in some) for some in roots]
            operands = [leaf_operand(leaf, low.store, low) for leaf in found]
            types = [_general(operand.type, f"{callee.name}.{k}") for k, operand in enumerate(operands)]
            if callee.types is not None:
                types = [
                    join(a, b, f"{callee.name}.{k}")
                    for k, (a, b) in enumerate(zip(callee.types, types, strict=True))
                ]
                operands = [
                    as_joined(low, operand, type) for operand, type in zip(operands, types, strict=True)
                ]
            settled = callee.types == types
            callee.types, callee.result, callee.store = types, result, low.store.copy()
            callee.region = builder.region(callee.params, operands)
        low.discovering = around
        if settled:
            break
    else:
        low.stop(
            f"the types of what `{callee.name}` returns do not settle",
            "return one rank and dtype on every path",
        )
    low.store = before
    _refuse_draws(low, callee)
    _close(low, callee)


def _ended(low: Lowering, callee: Callee, around: int, action: Callable[[], Binding]) -> Binding:
    """The result of a body, some path of which has to end without a call of itself."""
    location = low.builder.location
    try:
        return action()
    except Poisoned:
        if around or low.diagnostics or callee.types is not None:
            raise
        low.builder.location = location
        low.stop(
            f"{callee.name} calls itself without an end that is known while compiling",
            "end the recursion on a size or a constant, or write it as a loop",
        )


def _refuse_writes(low: Lowering, callee: Callee, before: Store) -> None:
    """A function that is compiled apart gives results; what it changes besides would be lost."""
    for cell in before.contents:
        if low.store.versions.get(cell, 0) != before.versions.get(cell, 0):
            name = f"`{cell.name}`" if cell.name else "what is outside of it"
            low.stop(
                f"`{callee.name}` calls itself and writes into {name}, which it does not return",
                "return the new value, and assign it where the function is called",
            )


def _refuse_draws(low: Lowering, callee: Callee) -> None:
    """The pullback of a function that is compiled apart runs it again, and would draw again."""
    assert callee.region is not None
    if any(isinstance(op, Apply) and op.primitive == "draw" for op in walk(callee.region)):
        low.stop(
            f"`{callee.name}` calls itself and draws random numbers",
            "draw them before, and pass them as an argument",
        )


def _parameter(low: Lowering, callee: Callee, name: str, binding: Binding, first: bool) -> Binding:
    """The argument inside the function, with parameters as its leaves."""
    if first:
        callee.params = []
    new: list[Binding] = []
    for k, leaf in enumerate(leaves(low, binding, low.store)):
        if isinstance(leaf, Static):
            new.append(leaf)
            continue
        operand = leaf_operand(leaf, low.store, low)
        param = Value(_general(operand.type, f"{callee.name}.{name}.{k}"), name)
        callee.params.append(param)
        if not is_array(param.type):
            new.append(param)
            continue
        cell = Cell(name, shared="is an argument of a function that calls itself")
        low.store.put(cell, param)
        new.append(Ref(cell))
    return rebuild(
        low,
        binding,
        new,
        low.store,
        lambda cell: Cell(cell.name, shared="is an argument of a recursive function"),
    )


def _general(type: Type, label: str) -> Type:
    """The type with sizes of its own."""
    match type:
        case Array(shape=shape, size=size):
            dims = tuple(
                n
                if n.known is not None
                else opaque(f"?{label}.{k}{'!' if _many(n) else ''}", None, many=_many(n))
                for k, n in enumerate(shape)
            )
            own = size if size is not None and size.known is not None else None
            if size is not None and own is None:
                own = opaque(f"?{label}", None)
            return replace(type, shape=dims, size=own)
        case Seq(item, _):
            return Seq(_general(item, label), None)
    return type


def _many(size: Dim) -> bool:
    return is_one(size) is False


def _close(low: Lowering, callee: Callee) -> None:
    """What the body reads from around it becomes further parameters, handed on by its own calls."""
    region = callee.region
    assert region is not None
    free = list(free_values(Region(region.params, region.ops, region.results)))
    if not free:
        return
    own = {value: Value(value.type, value.name or low.value_names.get(value, "")) for value in free}

    def extend(op: Op) -> Op:
        match op:
            case Call() if op.callee == callee.name:
                return replace(op, operands=(*op.operands, *own.values()))
            case Apply() | Call():
                return op
        return map_regions(op, lambda part: replace(part, ops=tuple(map(extend, part.ops))))

    closed = substitute(region, dict(own))
    callee.region = Region((*region.params, *own.values()), tuple(map(extend, closed.ops)), closed.results)
    callee.captured = free


def function_of(callee: Callee, names: Mapping[Value, str]) -> Function:
    """A callee as an IR function: its leaves are its parameters."""
    assert callee.region is not None
    region = rename(settled(callee.region), {value: name for value, name in names.items() if not value.name})
    texts: list[str] = []
    for k, param in enumerate(region.params):
        wanted = param.name or f"x{k}"
        texts.append(wanted if wanted not in texts else f"{wanted}_{k}")
    results = list(range(len(region.results)))
    output: object = results[0] if len(results) == 1 else ("tuple", results)
    return Function(callee.name, tuple(texts), tuple(Param(text) for text in texts), region, output)
