"""What a name of the source may stand for while a function is being lowered.

Static things are Python objects; numbers and arrays of the program are IR values; containers hold both. Arrays and
lists are mutable in Python, so names refer to cells, and the store says what a cell holds at this point of the program.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeAlias

from adcompiler.errors import Location
from adcompiler.ir.core import Const, Operand, Value


@dataclass(frozen=True, slots=True)
class Static:
    """A Python object known while compiling; `origin` is the text that reads it, for messages and parameter names."""

    value: object
    origin: str = ""

    def __eq__(self, other: object) -> bool:
        # NumPy's float64 == None
        if not isinstance(other, Static) or (self.value is None) != (other.value is None):
            return False
        return (self.value, self.origin) == (other.value, other.origin)


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
    flat: bool = False  # whether it is the `flat` of an array, whose parts are copies
    site: Location | None = None  # of a list, or a row of one, that could be a table: where it is made


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
class Table:
    """A list of lists of numbers, all of one length, that an array holds, or, by the indices `at`, a row of it.

    `site` is the place of the comprehension that made it.
    """

    array: Ref
    at: tuple[Binding, ...]
    site: Location


@dataclass(frozen=True, slots=True)
class DictRef:
    """A name for a dict; its cell holds a dict of bindings."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Instance:
    """A name for an object that the program has made; its cell holds a dict of its attributes."""

    cell: Cell
    kind: type


@dataclass(frozen=True, slots=True)
class Super:
    """super(): an object, seen as one of the classes behind `kind`."""

    instance: Instance
    kind: type


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


def as_range(value: Range | range) -> Range:
    """A range of known numbers as one of operands."""
    if isinstance(value, Range):
        return value
    return Range(Const(value.start), Const(value.stop), Const(value.step))


class Lazy(ABC):
    """What reads arrays and containers when it is gone over, like a zip or the values of a dict: a value of a `Static`."""

    __slots__ = ()
    __match_args__ = ("over",)
    over: tuple[Binding, ...]  # what it reads
    once: bool  # whether it can be gone over only once, as an iterator

    @abstractmethod
    def items(self, low: Any) -> list[Binding]:
        """What it gives now, as many as are known while compiling."""


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function or lambda defined inside the function that is compiled; its free names are those of its frame."""

    source: Place
    tree: ast.FunctionDef | ast.Lambda
    frame: Frame
    defaults: tuple[Binding, ...]
    keyword_defaults: Mapping[str, Binding]
    checkpointed: bool = False
    named: str = ""  # by functools.wraps, after another function


@dataclass(frozen=True, slots=True)
class Method:
    """A method not yet called: of an array or container by its name, of an object as the function that it is."""

    owner: Binding
    name: str
    function: object = None


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
    `trip` is the index of the loop around that has made it so, if its first trip, which still has the value from before,
    may be written before it.
    """

    why: str = ""
    bottom: bool = False
    where: Location | None = None
    hint: str = ""
    trip: Value | None = None


Binding: TypeAlias = (
    Value
    | Static
    | Ref
    | Tup
    | Record
    | ListRef
    | Table
    | DictRef
    | Instance
    | Super
    | Closure
    | Method
    | Unbound
    | Maybe
    | Poison
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


@dataclass(slots=True, eq=False)
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
    entry: object = None  # what its ops were appended to where it was called
    generated: frozenset[str] = frozenset()  # names that normalisation introduced
    consume: Callable[[Binding], None] | None = None  # what a `yield` does: the body of the loop around
    within: Frame | None = None  # the function that yields to a loop here, and carries the names meanwhile
    ended: bool = False  # whether the function has returned; what was defined in it still has its names


# in front of the names of a function that loops, among those of the function that yields to it
CARRIED = "^"


def carried(names: Mapping[str, Binding]) -> dict[str, Binding]:
    """What the names of a function that yields tell of those of the function that loops."""
    return {name[len(CARRIED) :]: held for name, held in names.items() if name.startswith(CARRIED)}


def visible(frame: Frame) -> dict[str, Binding]:
    """The names of a function, wherever they are while it waits for another."""
    return frame.names if frame.within is None else carried(visible(frame.within))


def as_written(name: str) -> str:
    """A name as the source has it."""
    return name.lstrip(CARRIED)


def _unwatched(cell: Cell, base: Cell) -> NoReturn:
    raise AssertionError(f"{cell.name} may be {base.name}")


@dataclass(slots=True, eq=False)
class Watch:
    """Cells that may be others, each with those and their versions then; `stale` refuses to read one."""

    bases: dict[Cell, list[tuple[Cell, int]]] = field(default_factory=dict)
    stale: Callable[[Cell, Cell], NoReturn] = _unwatched


@dataclass(slots=True)
class Store:
    """What every cell holds here: an operand, or a tuple or dict of bindings; the version counts writes."""

    contents: dict[Cell, Content] = field(default_factory=dict)
    versions: dict[Cell, int] = field(default_factory=dict)
    seen: dict[Cell, int] = field(default_factory=dict)
    spent: frozenset[Lazy] = frozenset()  # the iterators that have been gone over
    watch: Watch = field(default_factory=lambda: Watch())

    def copy(self) -> Store:
        """The store as it is now."""
        return Store(dict(self.contents), dict(self.versions), dict(self.seen), self.spent, self.watch)

    def held(self, cell: Cell) -> Content:
        """What the cell of a container holds, unless it may be another's that has been written since."""
        for base, version in self.watch.bases.get(cell, ()):
            if self.versions.get(base, 0) != version:
                self.watch.stale(cell, base)
        return self.contents[cell]

    def put(self, cell: Cell, content: Content) -> None:
        """Replace what a cell holds."""
        self.contents[cell] = content
        self.versions[cell] = self.versions.get(cell, 0) + 1

    def listed(self, cell: Cell) -> Listed:
        """What the cell of a list holds."""
        content = self.held(cell)
        assert isinstance(content, (tuple, Items, Places))
        return content

    def items(self, cell: Cell) -> Items | None:
        """What the cell of a list holds whose length depends on the program; None for others."""
        content = self.held(cell)
        return content if isinstance(content, Items) else None

    def mapping(self, cell: Cell) -> dict[object, Binding]:
        """What the cell of a dict holds."""
        content = self.held(cell)
        assert isinstance(content, dict)
        return content


def reached(binding: Binding, store: Store, skip: Cell | None = None) -> Iterator[Binding]:
    """All bindings that are reachable from one, itself first; not what the container `skip` holds.

    What a function defined in a running function holds is not among them: its free names are names of that function.
    """
    seen: set[object] = {skip}
    rest = [binding]
    while rest:
        one = rest.pop()
        yield one
        match one:
            case ListRef(cell) | DictRef(cell) | Instance(cell) if cell not in seen:
                seen.add(cell)
                content = store.contents.get(cell)
                if isinstance(content, (tuple, dict)):
                    rest.extend(content.values() if isinstance(content, dict) else content)
            case Tup(items=items) | Record(items=items) | Static(Lazy(items)):
                rest.extend(items)
            case Unbound(inner) | Maybe(inner) | Method(inner) | Super(inner):
                rest.append(inner)
            case Table(array, at):
                rest.extend((array, *at))
            case Closure(frame=frame) if one not in seen:
                seen.add(one)
                rest.extend((*one.defaults, *one.keyword_defaults.values()))
                scope: Frame | None = frame
                while scope is not None:
                    rest.extend(scope.names.values() if scope.ended else ())
                    scope = scope.outer


def passing(binding: Binding, store: Store) -> bool:
    """Whether a binding holds what cannot be carried out of the branch or loop that made it, as numbers and arrays are."""
    for one in reached(binding, store):
        match one:
            case Method() | Super() | Static(Lazy()):
                return True
            case Static(Range(start, stop, step)) if not all(
                isinstance(x, Const) for x in (start, stop, step)
            ):
                return True
            case Closure(frame=frame) if frame.ended or one.defaults or one.keyword_defaults:
                return True
    return False


def cells_in(binding: Binding, store: Store, skip: Cell | None = None) -> Iterator[Cell]:
    """All cells that are reachable from a binding, but not what the container `skip` holds."""
    for one in reached(binding, store, skip):
        if isinstance(one, (Ref, ListRef, DictRef, Instance)):
            yield one.cell


def numbers_in(binding: Binding, store: Store) -> Iterator[Value]:
    """All numbers that a binding is or holds."""
    return (one for one in reached(binding, store) if isinstance(one, Value))


def held_numbers(frames: Iterable[Frame], store: Store) -> list[Value]:
    """All numbers that the names of some functions are or hold."""
    each = {id(frame): frame for frame in frames}.values()
    bindings = [binding for frame in each for binding in frame.names.values()]
    return [number for binding in bindings for number in numbers_in(binding, store)]


def type_name(value: object) -> str:
    """The name of a Python object's type, with an article."""
    if value is None:
        return "None"
    if isinstance(value, Range):
        return "a range"
    if isinstance(value, Lazy):
        return "something to loop over"
    name = getattr(value, "__name__", None) if callable(value) else None
    return f"the function {name}" if name else f"a {type(value).__name__}"
