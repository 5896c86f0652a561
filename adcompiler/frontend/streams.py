"""itertools and its kin as Python writes them: functions that yield, in the language itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def counted(items: Any, start: Any) -> Iterator[Any]:
    """enumerate(items, start)."""
    number = start
    for item in items:
        yield number, item
        number += 1


def called(function: Any, items: Any) -> Iterator[Any]:
    """map(function, items)."""
    for item in items:
        yield function(item)


def beside(items: Any, before: Any, after: Any, count: Any, held: Any) -> Iterator[Any]:
    """zip(*before, items, *after), of which all but `items` give an item by its number, and the shortest has `count`.

    `held` is what these read.
    """
    number = 0
    if count > 0:
        for item in items:
            yield (*[one(number) for one in before], item, *[one(number) for one in after])
            number += 1
            if number >= count:
                return


def kept(function: Any, items: Any) -> Iterator[Any]:
    """filter(function, items)."""
    for item in items:
        if function(item):
            yield item


def true(items: Any) -> Iterator[Any]:
    """filter(None, items)."""
    for item in items:
        if item:
            yield item


def dropped(function: Any, items: Any) -> Iterator[Any]:
    """itertools.filterfalse(function, items)."""
    for item in items:
        if not function(item):
            yield item


def accumulated(items: Any, function: Any) -> Iterator[Any]:
    """itertools.accumulate(items, function)."""
    if len(items) > 0:
        total = items[0]
        yield total
        for place in range(1, len(items)):
            total = function(total, items[place])
            yield total


def accumulated_from(items: Any, function: Any, initial: Any) -> Iterator[Any]:
    """itertools.accumulate(items, function, initial=initial)."""
    total = initial
    yield total
    for item in items:
        total = function(total, item)
        yield total


def pairs(items: Any) -> Iterator[Any]:
    """itertools.pairwise(items)."""
    for place in range(len(items) - 1):
        yield items[place], items[place + 1]


def sliced(items: Any, start: Any, stop: Any, step: Any) -> Iterator[Any]:
    """itertools.islice(items, start, stop, step)."""
    place = 0
    if stop > 0:
        for item in items:
            if place >= start and (place - start) % step == 0:
                yield item
            place += 1
            if place >= stop:
                return


def first(items: Any, stop: Any) -> Iterator[Any]:
    """itertools.islice(items, stop)."""
    place = 0
    if stop > 0:
        for item in items:
            yield item
            place += 1
            if place >= stop:
                return


def while_true(function: Any, items: Any) -> Iterator[Any]:
    """itertools.takewhile(function, items)."""
    for item in items:
        if not function(item):
            return
        yield item


def after_true(function: Any, items: Any) -> Iterator[Any]:
    """itertools.dropwhile(function, items)."""
    dropping = True
    for item in items:
        if dropping and not function(item):
            dropping = False
        if not dropping:
            yield item


def spread(function: Any, items: Any) -> Iterator[Any]:
    """itertools.starmap(function, items)."""
    for item in items:
        yield function(*item)


def numbers(start: Any = 0, step: Any = 1) -> Iterator[Any]:
    """itertools.count(start, step)."""
    number = start
    while True:
        yield number
        number += step


def again(items: Any) -> Iterator[Any]:
    """itertools.cycle(items)."""
    while True:
        yield from items


def repeated(item: Any, times: Any) -> Iterator[Any]:
    """itertools.repeat(item, times)."""
    for _ in range(times):
        yield item


def for_ever(item: Any) -> Iterator[Any]:
    """itertools.repeat(item)."""
    while True:
        yield item


def chosen(items: Any, selectors: Any) -> Iterator[Any]:
    """itertools.compress(items, selectors)."""
    for item, selector in zip(items, selectors, strict=False):
        if selector:
            yield item


def one_after_another(parts: Any) -> Iterator[Any]:
    """itertools.chain.from_iterable(parts)."""
    for part in parts:
        yield from part


def longest(*parts: Any, fillvalue: Any = None) -> Iterator[Any]:
    """itertools.zip_longest(*parts, fillvalue=None)."""
    lists = [list(part) for part in parts]
    for k in range(max([len(items) for items in lists])):
        yield tuple([items[k] if k < len(items) else fillvalue for items in lists])
