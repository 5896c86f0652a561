"""Loops inside one another that the source writes as one: itertools.product and its kin, np.ndindex, np.ndenumerate.

Over ranges they stay loops:

    for i, j in itertools.product(range(n), range(m)):      for i in range(n):
        body                                                    for j in range(m):
                                                                    body

Over anything else the tuples are made while compiling, as Python makes them when the iterator is.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from adcompiler.frontend.attributes import array_attribute
from adcompiler.frontend.bindings import Binding, Lazy, Range, Ref, Static, Tup, as_range
from adcompiler.frontend.comprehensions import LISTED
from adcompiler.frontend.context import Handler, Lowering, describe
from adcompiler.frontend.iteration import Iteration, iterate, iterated
from adcompiler.frontend.parts import part
from adcompiler.frontend.static import static_key
from adcompiler.frontend.subscripts import build
from adcompiler.ir.core import Const, Operand

MOST = 512  # tuples that are made while compiling


@dataclass(slots=True, eq=False)
class Nest(Lazy):
    """Ranges, each gone over inside the one before it.

    `step`: every index but the first starts this much after the one before it, and not at its range's start.
    `array`: the items are pairs of the indices and of its element there.
    """

    ranges: tuple[Range, ...]
    step: int | None = None
    array: Ref | None = None
    over: tuple[Binding, ...] = field(init=False)

    once = True

    def __post_init__(self) -> None:
        self.over = () if self.array is None else (self.array,)

    def items(self, low: Lowering) -> list[Binding]:
        """All items, the ranges fixed while compiling."""
        bounds = [
            [low.static_int(low.wrap(x), "a bound") for x in (r.start, r.stop, r.step)] for r in self.ranges
        ]
        every = itertools.product(*(range(*bound) for bound in bounds))
        chosen = (one for one in every if self._rises(one))
        return [self._item(low, Tup(tuple(map(Static, one)))) for one in _limited(low, chosen)]

    def _rises(self, indices: tuple[int, ...]) -> bool:
        return self.step is None or all(b >= a + self.step for a, b in itertools.pairwise(indices))

    def _item(self, low: Lowering, indices: Tup) -> Binding:
        if self.array is None:
            return indices
        return Tup((indices, part(low, self.array, build(low, self.array, list(indices.items)))))


def nested(low: Lowering, node: ast.For, nest: Nest) -> None:
    """The loops that a loop over a nest stands for."""
    low.spend(nest)
    ranges = nest.ranges
    if _is_empty(low, nest):
        return
    names, body = _indices(node.target, len(ranges), nest), list(node.body)
    given: dict[str, Binding] = {"range?": Static(range)}
    indices: ast.expr = ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load())
    if nest.array is not None:
        given["array?"] = nest.array
        element = ast.Subscript(ast.Name("array?", ast.Load()), indices, ast.Load())
        indices = ast.Tuple([indices, element], ast.Load())
    if not isinstance(node.target, ast.Tuple) or names[0].endswith("?"):
        body.insert(0, ast.Assign([node.target], indices))
    for k in reversed(range(len(ranges))):
        if k and nest.step is not None:
            start: ast.expr = ast.Name(names[k - 1], ast.Load())
            if nest.step:
                start = ast.BinOp(start, ast.Add(), ast.Constant(nest.step))
            given[f"stop{k}?"] = low.wrap(ranges[k].stop)
            over: ast.expr = ast.Call(
                ast.Name("range?", ast.Load()), [start, ast.Name(f"stop{k}?", ast.Load())], []
            )
        else:
            given[f"range{k}?"] = Static(ranges[k])
            over = ast.Name(f"range{k}?", ast.Load())
        loop = ast.For(ast.Name(names[k], ast.Store()), over, body, [], None)
        for attribute in ("stop", LISTED):
            if hasattr(node, attribute):
                setattr(loop, attribute, getattr(node, attribute))
        body = [loop]
    before = {name: low.frame.names[name] for name in given if name in low.frame.names}
    low.frame.names.update(given)
    try:
        low.block([ast.fix_missing_locations(ast.copy_location(body[0], node))])
    finally:
        for name in given:
            low.frame.names.pop(name, None)
        low.frame.names.update(before)


def _indices(target: ast.expr, count: int, nest: Nest) -> list[str]:
    """The names of the indices: those of the source where it names each, else names that it cannot use."""
    match target:
        case ast.Tuple(elts=elements) if len(elements) == count and nest.array is None:
            names = [element.id for element in elements if isinstance(element, ast.Name)]
            if len(set(names)) == count:
                return names
    return [f"i{k}?" for k in range(count)]


def _is_empty(low: Lowering, nest: Nest) -> bool:
    """Whether some range is empty, decided by the sizes seen and guarded: then Python binds none of the indices."""
    if nest.step is not None:
        return False  # where the first index of a combination has a value, so have the others
    runs = [iterate(low, Static(one)).runs(low) for one in nest.ranges]
    if False in runs:
        return True
    if None in runs[1:]:
        low.stop("how often the inner of these loops runs depends on data", "write nested loops over ranges")
    return False


def _as_range(binding: Binding) -> Range | None:
    if isinstance(binding, Static) and isinstance(binding.value, Range | range):
        return as_range(binding.value)
    return None


def _made(low: Lowering, pools: list[list[Binding]], make: Callable[..., Iterable[Any]]) -> Binding:
    """The tuples that an iterator gives, made while compiling."""
    return Static(Given(tuple(Tup(items) for items in _limited(low, make(*pools)))))


def _limited(low: Lowering, tuples: Iterable[Any]) -> list[Any]:
    found = list(itertools.islice(tuples, MOST + 1))
    if len(found) > MOST:
        low.stop(f"this makes more than {MOST} tuples while compiling", "write nested loops over ranges")
    return found


@dataclass(slots=True, eq=False)
class Given(Lazy):
    """Items that were made when the iterator was."""

    over: tuple[Binding, ...]

    once = True

    def items(self, low: Lowering) -> list[Binding]:
        """The items."""
        return list(self.over)


def product(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.product(*items, repeat=1)."""
    repeat = static_key(low, keywords.get("repeat", Static(1)), "`repeat`")
    assert isinstance(repeat, int)
    several = arguments * repeat
    ranges = [_as_range(a) for a in several]
    if ranges and None not in ranges:
        return Static(Nest(tuple(r for r in ranges if r is not None)))
    return _made(low, [iterated(low, a) for a in arguments] * repeat, itertools.product)


def chosen(make: Callable[..., Iterable[Any]], step: int | None) -> Handler:
    """itertools.combinations(items, r) and its kin."""

    def handler(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        items = arguments[0]
        size = arguments[1] if len(arguments) > 1 else keywords.get("r", Static(None))
        count = static_key(low, size, "`r`")
        pool = _as_range(items)
        if (
            step is not None
            and pool is not None
            and pool.step == Const(1)
            and isinstance(count, int)
            and count > 0
        ):
            # an index leaves room for those behind it
            stops = [_less(low, pool, (count - 1 - k) * step) for k in range(count)]
            return Static(Nest(tuple(Range(pool.start, stop, pool.step) for stop in stops), step))
        return _made(low, [iterated(low, items)], lambda items: make(items, count))

    return handler


def _less(low: Lowering, pool: Range, count: int) -> Operand:
    if not count:
        return pool.stop
    return low.apply("subtract", pool.stop, Const(count), path="operator.sub")


def chain(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.chain(*items), which reads each item when it comes to it."""
    parts = [iterate(low, argument) for argument in arguments]
    counts = [part.count(low) for part in parts]
    if None in counts:
        low.stop("how many items this chains depends on data", "loop over one after the other")
    places = [(part, k) for part, count in zip(parts, counts, strict=True) for k in range(count or 0)]

    def item(low: Lowering, k: Binding) -> Binding:
        part, number = places[low.static_int(k, "the number of an item")]
        return part.item(low, Static(number))

    over = tuple(binding for part in parts for binding in part.over)
    return Static(Iteration(item, lambda low: Const(len(places)), unrolled=True, over=over))


def ndindex(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """np.ndindex(*shape)."""
    sizes = arguments
    if len(arguments) == 1 and isinstance(arguments[0], (Tup, Static)):
        one = arguments[0]
        if isinstance(one, Tup) or not isinstance(one.value, int):
            sizes = iterated(low, one)
    if not sizes:
        low.stop("np.ndindex without sizes gives one empty tuple", "leave the loop out")
    return Static(Nest(tuple(Range(Const(0), low.operand(size), Const(1)) for size in sizes)))


def ndenumerate(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """np.ndenumerate(array)."""
    (array,) = arguments
    if not isinstance(array, Ref):
        low.stop(f"np.ndenumerate goes over arrays, not over {describe(array)}", "use enumerate")
    sizes = array_attribute(low, array, "shape")
    assert isinstance(sizes, Tup)
    if not sizes.items:
        low.stop("np.ndenumerate of an array without axes gives one element", "leave the loop out")
    return Static(Nest(tuple(Range(Const(0), low.operand(s), Const(1)) for s in sizes.items), array=array))
