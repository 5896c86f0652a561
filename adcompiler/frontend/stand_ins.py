"""Classes of collections, and sets of what is known while compiling, written in the language itself."""

from __future__ import annotations

import collections
import contextlib
import functools
from collections.abc import Iterator
from typing import Any


class Deque:
    """collections.deque: a list that can be changed at both ends, and keeps at most `maxlen` items."""

    stands_for: Any = collections.deque

    def __init__(self, iterable: Any = (), maxlen: Any = None) -> None:
        self.items = list(iterable)
        self.maxlen = maxlen
        if maxlen is not None:
            while len(self.items) > maxlen:
                self.items.pop(0)

    def append(self, item: Any) -> None:
        self.items.append(item)
        if self.maxlen is not None and len(self.items) > self.maxlen:
            self.items.pop(0)

    def appendleft(self, item: Any) -> None:
        self.items.insert(0, item)
        if self.maxlen is not None and len(self.items) > self.maxlen:
            self.items.pop()

    def extend(self, iterable: Any) -> None:
        for item in iterable:
            self.append(item)

    def extendleft(self, iterable: Any) -> None:
        for item in iterable:
            self.appendleft(item)

    def pop(self) -> Any:
        return self.items.pop()

    def popleft(self) -> Any:
        return self.items.pop(0)

    def clear(self) -> None:
        self.items.clear()

    def copy(self) -> Any:
        return collections.deque(self.items, self.maxlen)

    def rotate(self, n: Any = 1) -> None:
        if len(self.items) > 0:
            start = (len(self.items) - n) % len(self.items)
            self.items = self.items[start:] + self.items[:start]

    def __len__(self) -> Any:
        return len(self.items)

    def __iter__(self) -> Any:
        return self.items

    def __getitem__(self, k: Any) -> Any:
        return self.items[k]

    def __setitem__(self, k: Any, item: Any) -> None:
        self.items[k] = item

    def __contains__(self, item: Any) -> Any:
        return item in self.items

    def __iadd__(self, iterable: Any) -> Any:
        self.extend(iterable)
        return self

    def __eq__(self, other: Any) -> Any:
        return isinstance(other, collections.deque) and list(self) == list(other)


class DefaultDict:
    """collections.defaultdict: a dict that makes what it is asked for and does not have."""

    stands_for: Any = collections.defaultdict

    def __init__(self, default_factory: Any = None, *items: Any, **named: Any) -> None:
        self.default_factory = default_factory
        self.held = dict(*items, **named)

    def __getitem__(self, key: Any) -> Any:
        if key not in self.held:
            if self.default_factory is None:
                raise KeyError(key)
            self.held[key] = self.default_factory()
        return self.held[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.held[key] = value

    def __delitem__(self, key: Any) -> None:
        self.held.pop(key)

    def __contains__(self, key: Any) -> Any:
        return key in self.held

    def __len__(self) -> Any:
        return len(self.held)

    def __iter__(self) -> Any:
        return self.held.keys()

    def __eq__(self, other: Any) -> Any:
        if not isinstance(other, dict) or len(self.held) != len(other):
            return False
        return all(key in other and self.held[key] == other[key] for key in self.held)

    def keys(self) -> Any:
        return self.held.keys()

    def values(self) -> Any:
        return self.held.values()

    def items(self) -> Any:
        return self.held.items()

    def get(self, key: Any, default: Any = None) -> Any:
        return self.held.get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        return self.held.pop(key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        return self.held.setdefault(key, default)

    def update(self, *items: Any, **named: Any) -> None:
        self.held.update(*items, **named)

    def clear(self) -> None:
        self.held.clear()


class Counter(DefaultDict):
    """collections.Counter: how often each item comes."""

    stands_for: Any = collections.Counter

    def __init__(self, iterable: Any = (), **named: Any) -> None:
        self.held = dict(**named)
        self.update(iterable)

    def __getitem__(self, key: Any) -> Any:
        return self.held.get(key, 0)

    def update(self, iterable: Any = ()) -> None:
        if isinstance(iterable, dict):
            for key in iterable:
                self.held[key] = self.held.get(key, 0) + iterable[key]
        else:
            for item in iterable:
                self.held[item] = self.held.get(item, 0) + 1

    def total(self) -> Any:
        return sum(self.held.values())


class Frozen:
    """frozenset: of what is known while compiling. It has no order, and so cannot be gone over."""

    stands_for: Any = frozenset

    def __init__(self, iterable: Any = ()) -> None:
        self.held: Any = {}
        for item in members(iterable):
            self.held[item] = None

    def copy(self) -> Any:
        return set(members(self))

    def union(self, *others: Any) -> Any:
        both = set(members(self))
        both.update(*others)
        return both

    def intersection(self, other: Any) -> Any:
        return {item for item in self.held if item in other}

    def difference(self, other: Any) -> Any:
        return {item for item in self.held if item not in other}

    def issubset(self, other: Any) -> Any:
        return all(item in other for item in self.held)

    def issuperset(self, other: Any) -> Any:
        return all(item in self.held for item in members(other))

    def isdisjoint(self, other: Any) -> Any:
        return not any(item in other for item in self.held)

    def __or__(self, other: Any) -> Any:
        return self.union(other)

    def __and__(self, other: Any) -> Any:
        return self.intersection(other)

    def __sub__(self, other: Any) -> Any:
        return self.difference(other)

    def __le__(self, other: Any) -> Any:
        return self.issubset(other)

    def __eq__(self, other: Any) -> Any:
        if not isinstance(other, (set, frozenset)):
            return False
        return len(self.held) == len(other) and self.issubset(other)

    def __len__(self) -> Any:
        return len(self.held)

    def __contains__(self, item: Any) -> Any:
        return item in self.held


class Set(Frozen):
    """set: as a frozenset, and it can be changed."""

    stands_for: Any = set

    def add(self, item: Any) -> None:
        self.held[item] = None

    def discard(self, item: Any) -> None:
        if item in self.held:
            self.held.pop(item)

    def remove(self, item: Any) -> None:
        self.held.pop(item)

    def update(self, *others: Any) -> None:
        for other in others:
            for item in members(other):
                self.held[item] = None

    def clear(self) -> None:
        self.held.clear()

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __iand__(self, other: Any) -> Any:
        self.held = self.intersection(other).held
        return self

    def __isub__(self, other: Any) -> Any:
        self.held = self.difference(other).held
        return self


class Iterator_:
    """iter(items): what has been given stands before `place`."""

    stands_for: Any = type(iter([]))

    def __init__(self, items: Any) -> None:
        self.items = items
        self.place = 0

    def __iter__(self) -> Iterator[Any]:
        while self.place < len(self.items):
            self.place += 1
            yield self.items[self.place - 1]


def members(items: Any) -> Any:
    """The items of a set, or of anything that can be gone over."""
    held: Any = items
    return held.held if isinstance(items, (set, frozenset)) else items


def next_of(items: Any) -> Any:
    """next(items)."""
    if items.place >= len(items.items):
        raise StopIteration
    items.place += 1
    return items.items[items.place - 1]


def next_or(items: Any, default: Any) -> Any:
    """next(items, default)."""
    if items.place >= len(items.items):
        return default
    items.place += 1
    return items.items[items.place - 1]


def first_of(items: Any) -> Any:
    """next(items), of a generator that is used for nothing else."""
    for item in items:
        return item
    raise StopIteration


def first_or(items: Any, default: Any) -> Any:
    """next(items, default), of a generator that is used for nothing else."""
    for item in items:
        return item
    return default


def partial(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """functools.partial(function, *arguments, **keywords)."""
    return lambda *more, **others: function(*arguments, *more, **{**keywords, **others})


def itemgetter(item: Any, *items: Any) -> Any:
    """operator.itemgetter(item, *items)."""
    if items:
        return lambda owner: tuple([owner[k] for k in (item, *items)])
    return lambda owner: owner[item]


def attrgetter(attr: Any) -> Any:
    """operator.attrgetter(attr)."""
    if "." in attr:
        raise ValueError("attributes of attributes are not supported")
    return lambda owner: getattr(owner, attr)


def methodcaller(name: Any, *arguments: Any, **keywords: Any) -> Any:
    """operator.methodcaller(name, *arguments, **keywords)."""
    return lambda owner: getattr(owner, name)(*arguments, **keywords)


class NullContext:
    """contextlib.nullcontext."""

    stands_for: Any = contextlib.nullcontext

    def __init__(self, enter_result: Any = None) -> None:
        self.enter_result = enter_result

    def __enter__(self) -> Any:
        return self.enter_result

    def __exit__(self, *error: Any) -> None:
        pass


class Closing:
    """contextlib.closing."""

    stands_for: Any = contextlib.closing

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __enter__(self) -> Any:
        return self.thing

    def __exit__(self, *error: Any) -> None:
        self.thing.close()


def contextmanager(func: Any) -> Any:
    """contextlib.contextmanager(func)."""
    return lambda *arguments, **keywords: contextlib._GeneratorContextManager(func, arguments, keywords)


def wraps(wrapped: Any, assigned: Any = None, updated: Any = None) -> Any:
    """functools.wraps(wrapped)."""
    return lambda function: named_after(wrapped, function)


def named_after(wrapped: Any, function: Any) -> Any:
    """A function under the name of another."""
    return functools.update_wrapper(function, wrapped)


STAND_INS = (Deque, DefaultDict, Counter, Frozen, Set, NullContext, Closing)
