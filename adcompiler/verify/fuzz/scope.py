"""What is known of a program while it is written: its lines, its names with their types, and the sizes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeVar

Shape = tuple[int, ...]
Kind = Literal["float", "int", "bool"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A number or an array; the sizes are those of the example arguments."""

    shape: Shape = ()
    kind: Kind = "float"


@dataclass(frozen=True, slots=True)
class Integer:
    """A number that may be an index: between `low` and `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values of one type, with at least so many items."""

    item: Number
    least: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A tuple, a dict or a record: the subscripts or attributes that reach its parts."""

    suffixes: tuple[str, ...]
    types: tuple[Type, ...]
    record: str = ""

    @property
    def writable(self) -> bool:
        """Whether a part can be replaced: in a dict or an object, but not in a tuple, be it a named one."""
        return bool(self.suffixes) and (self.suffixes[0].startswith("['") or self.record in ("State", "Box"))


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the program defines; what writes is called as a statement alone."""

    parameters: tuple[Type, ...]
    result: Type | None
    writes: bool = False
    recursive: bool = False


Type = Number | Integer | Items | Parts | Function


class Term(NamedTuple):
    """An expression, and about how large its value may be."""

    text: str
    bound: float


class Place(NamedTuple):
    """A name or a part of a container, as it is reached, with its type."""

    text: str
    type: Type


@dataclass
class Writer:
    """A function being written: lines so far, and what is in scope at this place."""

    random: random.Random
    names: dict[str, Type]
    sizes: dict[int, list[str]]
    counters: dict[str, int]
    result: Type | None = field(default_factory=Number)
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    loops: int = 0  # how many loops are around this place
    locked: set[str] = field(default_factory=set)  # names that may not be bound anew here
    records: tuple[tuple[str, Parts], ...] = ()
    budget: int = 12  # statements that may still be written
    nested: int = 0  # how many functions are around this one

    # ------------------------------------------------------------ choosing
    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.random.randrange(len(options))]

    def weighted(self, options: Sequence[tuple[float, T]]) -> T:
        """One of the options, by weight."""
        left = self.random.random() * sum(weight for weight, _ in options)
        for weight, option in options:
            left -= weight
            if left < 0:
                return option
        return options[-1][1]

    def constant(self, low: float = 0.3, high: float = 1.5) -> str:
        """A literal with two digits."""
        return f"{self.random.uniform(low, high):.2f}"

    # ------------------------------------------------------------ text
    def emit(self, text: str) -> None:
        """Append a line at the present depth."""
        self.lines.append("    " * self.depth + text)

    def fresh(self, prefix: str) -> str:
        """A name that has not been used in this program."""
        self.counters[prefix] = self.counters.get(prefix, 0) + 1
        return f"{prefix}{self.counters[prefix]}"

    def size(self, length: int) -> str:
        """A length as it is written: a name, an attribute of an argument, or a literal."""
        return self.pick([*self.sizes.get(length, []), *self.sizes.get(length, []), str(length)])

    def extents(self, shape: Shape) -> str:
        """The argument of np.zeros for a shape."""
        if len(shape) == 1:
            return self.size(shape[0])
        return f"({', '.join(map(self.size, shape))})"

    # ------------------------------------------------------------ names
    def define(self, prefix: str, type: Type) -> str:
        """A fresh name, from here on bound to a value of that type."""
        name = self.fresh(prefix)
        self.names[name] = type
        return name

    def places(self, wanted: Callable[[Type], bool]) -> list[Place]:
        """All names, and parts of containers in names, whose type is wanted; names of late statements first."""
        found: list[Place] = []
        for name, type in self.names.items():
            found += [place for place in reached(name, type) if wanted(place.type)]
        return found

    def numbers(self, shape: Shape, kind: Kind = "float") -> list[str]:
        """The places that hold a number or an array of that shape."""
        return [text for text, _ in self.places(lambda type: type == Number(shape, kind))]

    def arrays(self, kind: Kind = "float", rank: int | None = None) -> list[Place]:
        """The places that hold an array."""
        return self.places(
            lambda type: (
                isinstance(type, Number)
                and type.kind == kind
                and bool(type.shape)
                and (rank is None or len(type.shape) == rank)
            )
        )

    def rebindable(self, wanted: Callable[[Type], bool]) -> list[str]:
        """The names that may be bound anew here, by type."""
        return [name for name, type in self.names.items() if wanted(type) and name not in self.locked]

    @contextmanager
    def block(self, head: str, loop: bool = False) -> Iterator[None]:
        """An indented block; what it binds is gone afterwards."""
        self.emit(head)
        names, locked = dict(self.names), set(self.locked)
        self.depth += 1
        self.loops += loop
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.emit("pass")
        self.loops -= loop
        self.depth -= 1
        kept = {name: weakest(type, self.names.get(name, type)) for name, type in names.items()}
        self.names, self.locked = kept, locked


def weakest(before: Type, after: Type) -> Type:
    """What is certain of a name after a block that may or may not have run."""
    if isinstance(before, Items) and isinstance(after, Items):
        return replace(before, least=min(before.least, after.least))
    return before


def reached(text: str, type: Type) -> Iterator[Place]:
    """A place and all parts of it, with a constant subscript for lists."""
    yield Place(text, type)
    match type:
        case Parts(suffixes=suffixes, types=types):
            for suffix, part in zip(suffixes, types, strict=True):
                yield from reached(text + suffix, part)
        case Items(item=item, least=least) if least:
            yield from reached(f"{text}[-1]", item)
            yield from reached(f"{text}[0]", item)
