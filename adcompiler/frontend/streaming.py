"""Calls that go over what yields: itertools, filter, and enumerate, zip and map of a generator."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass

from adcompiler.frontend import streams
from adcompiler.frontend.arity import MANY, Takes
from adcompiler.frontend.bindings import Binding, Lazy, Static, Tup
from adcompiler.frontend.context import Handler, Lowering
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.iteration import Iteration, iterate, zipped
from adcompiler.frontend.yielding import is_yielded


def stream(low: Lowering, function: Callable[..., object], *arguments: Binding) -> Binding:
    """What a function of `streams` gives."""
    return call_function(low, function, list(arguments), {})


@dataclass(frozen=True, slots=True, eq=False)
class Nth:
    """Gives an item of what a loop can go over, by its number."""

    over: Iteration

    def inline_call(self, low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
        """The item."""
        return self.over.item(low, arguments[0])


def as_called(function: Callable[..., object]) -> Handler:
    """A function of `streams` with the arguments of the call."""
    return lambda low, arguments, keywords: call_function(low, function, arguments, keywords)


def beside(low: Lowering, parts: list[Binding]) -> Binding:
    """zip(*parts), one of which is a generator."""
    (at, *more) = [k for k, part in enumerate(parts) if is_yielded(part)]
    others = [part for k, part in enumerate(parts) if k != at]
    if more or any(isinstance(part, Static) and isinstance(part.value, Lazy) for part in others):
        low.stop("zip goes over several generators or iterators at once", "make lists of them: list(...)")
    if not others:
        low.stop("zip of one generator", "leave zip out")
    over = [iterate(low, part) for part in others]
    count = low.wrap(zipped(low, over).length(low))
    before, after = (Tup(tuple(Static(Nth(one)) for one in some)) for some in (over[:at], over[at:]))
    return stream(low, streams.beside, parts[at], before, after, count, Tup(tuple(others)))


def filtered(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """filter(function, items)."""
    function, items = arguments
    if function == Static(None):
        return stream(low, streams.true, items)
    return stream(low, streams.kept, function, items)


def accumulated(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.accumulate(items, function, initial=None)."""
    items, *rest = arguments
    function = rest[0] if rest else keywords.get("func", Static(None))
    function = Static(operator.add, "operator.add") if function == Static(None) else function
    initial = keywords.get("initial", Static(None))
    if initial != Static(None):
        return stream(low, streams.accumulated_from, items, function, initial)
    return stream(low, streams.accumulated, _indexed(low, items), function)


def pairs(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.pairwise(items)."""
    return stream(low, streams.pairs, _indexed(low, arguments[0]))


def sliced(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.islice(items, stop), itertools.islice(items, start, stop, step)."""
    items, *bounds = arguments
    if len(bounds) == 1 and bounds[0] != Static(None):
        return stream(low, streams.first, items, bounds[0])
    start, stop, step = (
        (*bounds, Static(None))[:3] if len(bounds) > 1 else (Static(0), Static(None), Static(1))
    )
    start, step = (Static(d) if b == Static(None) else b for b, d in ((start, 0), (step, 1)))
    return stream(low, streams.sliced, items, start, Static(1 << 62) if stop == Static(None) else stop, step)


def repeated(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """itertools.repeat(item, times)."""
    times = keywords.get("times", arguments[1] if len(arguments) > 1 else None)
    if times is None:
        return stream(low, streams.for_ever, arguments[0])
    return stream(low, streams.repeated, arguments[0], times)


def _indexed(low: Lowering, items: Binding) -> Binding:
    if isinstance(items, Static) and isinstance(items.value, Lazy):
        low.stop(
            "this goes over an iterator, of which an item is needed twice", "make a list of it: list(...)"
        )
    return items


STREAMS: dict[object, tuple[Handler, Takes]] = {
    filter: (filtered, Takes(2, 2)),
    itertools.filterfalse: (as_called(streams.dropped), Takes(2, 2)),
    itertools.accumulate: (accumulated, Takes(1, 2, ("func", "initial"))),
    itertools.pairwise: (pairs, Takes(1, 1)),
    itertools.islice: (sliced, Takes(2, 4)),
    itertools.takewhile: (as_called(streams.while_true), Takes(2, 2)),
    itertools.dropwhile: (as_called(streams.after_true), Takes(2, 2)),
    itertools.starmap: (as_called(streams.spread), Takes(2, 2)),
    itertools.count: (as_called(streams.numbers), Takes(0, 2, ("start", "step"))),
    itertools.cycle: (as_called(streams.again), Takes(1, 1)),
    itertools.repeat: (repeated, Takes(1, 2, ("times",))),
    itertools.compress: (as_called(streams.chosen), Takes(2, 2)),
    itertools.zip_longest: (as_called(streams.longest), Takes(1, MANY, ("fillvalue",))),
    itertools.chain.from_iterable: (as_called(streams.one_after_another), Takes(1, 1)),
}
