"""Functions that yield: their bodies run in the loop that goes over what they give.

    def halves(x):                        v = x / 1
        for k in range(3):                total += v
            yield x / 2**k                ...
    for v in halves(x):
        total += v

Python runs the two functions in turn: at each `yield` the body of the loop, in the frame of the function that loops.
So the loops and branches of the function that yields have to carry the names of both. While it runs, those of the
function that loops stand among its own, each with `CARRIED` in front of it.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from adcompiler.frontend import prelude
from adcompiler.frontend.bindings import (
    CARRIED,
    Binding,
    Cell,
    Frame,
    Lazy,
    ListRef,
    Ref,
    Static,
    carried,
    cells_in,
)
from adcompiler.frontend.context import OWN, Lowering
from adcompiler.frontend.normalise import generated_names, normalise, stop_flag
from adcompiler.frontend.scopes import boxed
from adcompiler.frontend.special import iterator_of, special_method
from adcompiler.frontend.unpacking import known_items

# names that the source cannot use
ITEM = "item?"
GIVEN = "given?"
FIRST = "first?"
STOPPED = "stopped?"


@dataclass(slots=True, eq=False)
class Yielding(Lazy):
    """What a call of a function that yields gives: its frame, with the arguments."""

    frame: Frame
    tree: ast.FunctionDef
    arguments: Mapping[str, Binding]
    over: tuple[Binding, ...] = field(init=False)

    once = True

    def __post_init__(self) -> None:
        self.over = tuple(self.arguments.values())

    def items(self, low: Lowering) -> list[Binding]:
        """All items, where their number is known while compiling."""
        low.store.spent -= {self}  # who asks has noted that it is gone over
        return known_items(low, collected(low, Static(self)), "that are yielded")


def generator(low: Lowering, node: ast.GeneratorExp) -> Static:
    """A generator expression, which goes over its first iterable when it is gone over itself."""
    outer = low.frame
    frame = Frame(outer.source, {}, outer.globals, outer.cells, outer, None)
    return Static(Yielding(frame, _as_function(node), {FIRST: low.expression(node.generators[0].iter)}))


@functools.cache
def _as_function(node: ast.GeneratorExp) -> ast.FunctionDef:
    body: ast.stmt = ast.Expr(ast.Yield(node.elt))
    for number, clause in reversed(list(enumerate(node.generators))):
        for test in reversed(clause.ifs):
            body = ast.If(test, [body], [])
        over = clause.iter if number else ast.Name(FIRST, ast.Load())
        body = ast.For(clause.target, over, [body], [])
    tree = ast.parse("def generator(): pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.body = [ast.fix_missing_locations(ast.copy_location(body, node))]
    return ast.copy_location(tree, node)


def iterator(low: Lowering, binding: Binding) -> Binding:
    """What the `__iter__` of an object gives, the elements of x.flat; any other binding as it is."""
    match binding:
        case Ref(cell) if cell.flat:
            return _from_start(low, cell)
    if special_method(binding, "__iter__") is None:
        return binding
    return iterator(low, iterator_of(low, binding))


def _from_start(low: Lowering, flat: Cell) -> Binding:
    """The elements of x.flat, of which nothing can have been taken yet: it has no name."""
    held = (binding for frame in low.frames for binding in frame.names.values())
    if any(flat in cells_in(binding, low.store) for binding in held):
        low.stop(
            "x.flat goes on where it was left, and one that has a name may have been gone over before",
            "loop over x.flat itself, or over x.ravel()",
        )
    return low.view(flat, lambda base: base, lambda base, new: new)


def is_yielded(binding: Binding) -> bool:
    """Whether a generator gives the items."""
    return isinstance(binding, Static) and isinstance(binding.value, Yielding)


def collected(low: Lowering, given: Binding) -> ListRef:
    """The list of what a generator gives."""
    made = low.call(Static(prelude.listed), [given])
    assert isinstance(made, ListRef)
    return made


@functools.cache
def first_yield(tree: ast.FunctionDef) -> ast.AST | None:
    """A `yield` of the function itself, not of those inside it."""
    stack: list[ast.AST] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        match node:
            case ast.Yield() | ast.YieldFrom():
                return node
            case ast.FunctionDef() | ast.Lambda():
                continue
        stack.extend(reversed(list(ast.iter_child_nodes(node))))
    return None


def go_over(low: Lowering, node: ast.For, given: Yielding) -> None:
    """The loop over what a function yields."""
    low.spend(given)
    consumer, frame, before = low.frame, given.frame, low.frame.names
    stop = stop_flag(node)
    if stop is not None and any(map(_ends_late, ast.walk(given.tree))):
        low.refuse(
            node.iter,
            "the loop may be left early, and a `try` or `with` around the `yield` ends when nothing holds the generator",
            "go over all items, or yield behind it",
        )
    body = _normalised(given.tree, stop is not None)
    bind = ast.copy_location(ast.Assign([node.target], ast.Name(GIVEN, ast.Load())), node.target)

    def consume(item: Binding) -> None:
        frames = list(low.frames)
        low.frames.remove(consumer)
        low.frames.append(consumer)
        own = {name: held for name, held in frame.names.items() if not name.startswith(CARRIED)}
        consumer.names, consumer.within, frame.names, low.frame = carried(frame.names), None, own, consumer
        flag: Binding = Static(False)
        try:
            consumer.names[GIVEN] = item
            low.block([ast.fix_missing_locations(bind)])
            consumer.names.pop(GIVEN, None)
            low.block(node.body)
            flag = consumer.names[stop] if stop is not None else flag
        finally:
            frame.names = own | _carrying(consumer.names)
            consumer.names, consumer.within, low.frame = {}, frame, frame
            low.frames[:] = frames
        frame.names[STOPPED] = flag

    frame.names = boxed(low, given.tree, dict(given.arguments)) | _carrying(before)
    frame.generated = generated_names(body).union(CARRIED + name for name in consumer.generated)
    frame.caller, frame.consume = low.builder.location, consume
    consumer.names, consumer.within, low.frame = {}, frame, frame
    low.frames.append(frame)
    ours = str(frame.globals.get("__name__")).startswith(OWN)
    low.iterated.append(tuple(one.cell for one in given.over if ours and isinstance(one, ListRef)))
    after = before
    try:
        low.block(body.body[:-1])
        after = carried(frame.names)
    finally:
        low.iterated.pop()
        low.frames.pop()
        frame.ended = True
        consumer.names, consumer.within, low.frame = after, None, consumer


def _ends_late(node: ast.AST) -> bool:
    """Whether a statement does something at its end, and a `yield` may be the last of it that runs."""
    return isinstance(node, ast.Try | ast.With) and any(isinstance(n, ast.Yield) for n in ast.walk(node))


def _carrying(names: Mapping[str, Binding]) -> dict[str, Binding]:
    return {CARRIED + name: binding for name, binding in names.items()}


@functools.cache
def _normalised(tree: ast.FunctionDef, stops: bool) -> ast.FunctionDef:
    """The function without jumps; where the loop over what it gives can stop early, it returns then."""
    plain = copy.copy(tree)
    plain.body = _Yields(stops).visit(ast.Module(copy.deepcopy(tree.body), [])).body
    return normalise(plain)


class _Yields(ast.NodeTransformer):
    """`yield from items` as a loop, and a `return` behind each `yield` where what it gives may be the last."""

    def __init__(self, stops: bool) -> None:
        self.stops = stops

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Functions inside are their own."""
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """A statement that yields."""
        match node.value:
            case ast.YieldFrom(items):
                each = ast.Expr(ast.Yield(ast.Name(ITEM, ast.Load())))
                loop = ast.For(ast.Name(ITEM, ast.Store()), items, self._followed(each), [])
                return ast.fix_missing_locations(ast.copy_location(loop, node))
            case ast.Yield():
                return [
                    ast.fix_missing_locations(ast.copy_location(one, node)) for one in self._followed(node)
                ]
        return node

    def _followed(self, node: ast.Expr) -> list[ast.stmt]:
        leave = ast.If(ast.Name(STOPPED, ast.Load()), [ast.Return()], [])
        return [node, leave] if self.stops else [node]
