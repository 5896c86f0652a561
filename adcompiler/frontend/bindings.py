"""What a name of the source may stand for while a function is being lowered.

Static things are Python objects; numbers and arrays of the program are IR values; containers hold both. Arrays and
lists are mutable in Python, so names refer to cells, and the store says what a cell holds at this point of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from adcompiler.errors import Location
from adcompiler.ir.core import Operand, Value


@dataclass(frozen=True, slots=True)
class Static:
    """A Python object known while compiling; `origin` is the text that reads it, for messages and parameter names."""

    value: object
    origin: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How a cell's memory is part of another cell's: reading and writing back through the base."""

    base: Cell
    read: Callable[[Value], Value]
    write: Callable[[Value, Value], Value]


@dataclass(slots=True, eq=False)
class Cell:
    """The memory of one array, list or dict, named after the first name bound to it.

    `shared` says why a write to it cannot be followed.
    """

    name: str = ""
    view: View | None = None
    shared: str = ""
    path: str = ""  # the text of the argument whose memory it is, if it is one's
    kept: bool = (
        False  # whether a list of unknown length holds it too, so that it must not be written any more
    )
    ordered: bool = (
        False  # whether its elements surely lie in C order without gaps, so that ravel gives a view
    )


@dataclass(frozen=True, slots=True)
class Ref:
    """A name for an array: its cell."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Tup:
    """A tuple; `path` is the text of the argument that it is, if it is one."""

    items: tuple[Binding, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An instance of a named tuple, dataclass or registered pytree class, by its fields."""

    type: type
    names: tuple[str, ...]
    items: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class ListRef:
    """A name for a list; its cell holds a tuple of bindings, or `Items`."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class DictRef:
    """A name for a dict; its cell holds a dict of bindings."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Items:
    """What the cell of a list holds once its length depends on the program: an IR sequence for each leaf of an item."""

    sequences: tuple[Operand, ...]
    item: Binding  # an item to take the structure from
    store: Store  # where the cells of that item are found


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What the cell of `[None] * n` holds until an item is written."""

    count: Operand


@dataclass(frozen=True, slots=True)
class Range:
    """range(start, stop, step), the value of a `Static`."""

    start: Operand
    stop: Operand
    step: Operand


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function or lambda defined inside the function that is compiled; its free names are those of its frame."""

    source: Place
    tree: ast.FunctionDef | ast.Lambda
    frame: Frame
    defaults: tuple[Binding, ...]
    keyword_defaults: Mapping[str, Binding]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of an array or container, not yet called."""

    owner: Binding
    name: str


@dataclass(frozen=True, slots=True)
class Unbound:
    """A name that some path leaves without a value; `defined` tells at run time whether it has one.

    `sure` marks the names that the front end itself introduces: they are read only where they have a value.
    """

    binding: Binding
    defined: Operand | None
    why: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value on some paths and None on the others; `present` tells at run time whether it is a value."""

    binding: Binding
    present: Operand


@dataclass(frozen=True, slots=True)
class Poison:
    """A name whose value cannot be represented, or that follows an error already reported (empty reason).

    `where` is the statement after which it cannot; an error points there, not at the place where the name is read.
    `bottom` marks what a recursive call gives while its type is being found: any other path decides.
    """

    why: str = ""
    bottom: bool = False
    where: Location | None = None
    hint: str = ""


Binding: TypeAlias = (
    Value | Static | Ref | Tup | Record | ListRef | DictRef | Closure | Method | Unbound | Maybe | Poison
)
# what the cells of lists hold, and what all cells hold: those of arrays a value, those of dicts a dict
Listed: TypeAlias = tuple[Binding, ...] | Items | Places
Content: TypeAlias = Value | Listed | dict[object, Binding]


class Place(Protocol):
    """Where nodes stand: the source of a function, or what stands for it where a call has none."""

    @property
    def file(self) -> str:
        """The file."""

    def locate(self, node: ast.AST) -> Location:
        """The place of a node."""


@dataclass(slots=True)
class Frame:
    """The names of one function that is being lowered, and where it was called from."""

    source: Place
    names: dict[str, Binding]
    globals: Mapping[str, object]
    cells: Mapping[str, Static]
    outer: Frame | None
    caller: Location | None
    tree: ast.FunctionDef | ast.Lambda | None = None
    kind: object = None
    generated: frozenset[str] = frozenset()  # names that normalisation introduced


@dataclass(slots=True)
class Store:
    """What every cell holds here: an operand, or a tuple or dict of bindings; the version counts writes."""

    contents: dict[Cell, Content] = field(default_factory=dict)
    versions: dict[Cell, int] = field(default_factory=dict)
    seen: dict[Cell, int] = field(default_factory=dict)

    def copy(self) -> Store:
        """The store as it is now."""
        return Store(dict(self.contents), dict(self.versions), dict(self.seen))

    def put(self, cell: Cell, content: Content) -> None:
        """Replace what a cell holds."""
        self.contents[cell] = content
        self.versions[cell] = self.versions.get(cell, 0) + 1

    def listed(self, cell: Cell) -> Listed:
        """What the cell of a list holds."""
        content = self.contents[cell]
        assert isinstance(content, (tuple, Items, Places))
        return content

    def items(self, cell: Cell) -> Items | None:
        """What the cell of a list holds whose length depends on the program; None for others."""
        content = self.contents[cell]
        return content if isinstance(content, Items) else None

    def mapping(self, cell: Cell) -> dict[object, Binding]:
        """What the cell of a dict holds."""
        content = self.contents[cell]
        assert isinstance(content, dict)
        return content


def cells_in(binding: Binding, store: Store, skip: Cell | None = None) -> Iterator[Cell]:
    """All cells that are reachable from a binding, but not what the container `skip` holds."""
    match binding:
        case Ref(cell):
            yield cell
        case ListRef(cell) | DictRef(cell):
            yield cell
            if cell is skip:
                return
            content = store.contents[cell]
            if isinstance(content, (tuple, dict)):
                for item in content.values() if isinstance(content, dict) else content:
                    yield from cells_in(item, store, skip)
        case Tup(items=items) | Record(items=items):
            for item in items:
                yield from cells_in(item, store, skip)
        case Unbound(inner) | Maybe(inner):
            yield from cells_in(inner, store, skip)


def numbers_in(binding: Binding, store: Store, seen: set[Cell]) -> Iterator[Value]:
    """All numbers that a binding is or holds, each container once."""
    match binding:
        case Value():
            yield binding
        case ListRef(cell) | DictRef(cell):
            content = store.contents.get(cell)
            if cell in seen or not isinstance(content, (tuple, dict)):
                return
            seen.add(cell)
            for item in content.values() if isinstance(content, dict) else content:
                yield from numbers_in(item, store, seen)
        case Tup(items=items) | Record(items=items):
            for item in items:
                yield from numbers_in(item, store, seen)
        case Unbound(inner) | Maybe(inner):
            yield from numbers_in(inner, store, seen)


def held_numbers(frames: Iterable[Frame], store: Store) -> list[Value]:
    """All numbers that the names of some functions are or hold."""
    each = {id(frame): frame for frame in frames}.values()
    bindings = [binding for frame in each for binding in frame.names.values()]
    return [number for binding in bindings for number in numbers_in(binding, store, set())]


def type_name(value: object) -> str:
    """The name of a Python object's type, with an article."""
    if value is None:
        return "None"
    if isinstance(value, Range):
        return "a range"
    if type(value).__name__ == "Iteration":
        return "something to loop over"
    name = getattr(value, "__name__", None) if callable(value) else None
    return f"the function {name}" if name else f"a {type(value).__name__}"
