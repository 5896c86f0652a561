"""Memory while lowering: what cells hold, which of them are parts of others, and who sees what a write changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeGuard

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Frame,
    Items,
    Lazy,
    ListRef,
    Places,
    Ref,
    Static,
    Store,
    View,
    held_numbers,
)
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.types import Array, Type

# primitives whose results lie in C order, whatever the order of their operands
IN_C_ORDER = frozenset({"zeros", "ones", "empty", "full", "array", "eye", "identity"})
# primitives that give an array where a number would do
WITHOUT_AXES = frozenset(
    "where select asarray reshape squeeze transpose copy zeros_like ones_like full_like broadcast_to tensordot "
    "i0".split()
)
# these give a number of NumPy for one
PERHAPS_WITHOUT_AXES = frozenset({"reshape", "squeeze", "transpose"})


@dataclass(slots=True)
class Memory:
    """The store and the names at this point of the program, and what is known of arrays without axes."""

    builder: Builder
    store: Store
    frame: Frame
    frames: list[Frame] = field(default_factory=list)  # of the functions that called this one
    # arrays without axes, which NumPy changes in place: the value that each was made as, or None if that is not known
    mutable_numbers: dict[Value, Value | None] = field(default_factory=dict)
    kept_numbers: set[Value | None] = field(default_factory=set)  # those of them that lists and views hold
    number_paths: dict[Value, str] = field(default_factory=dict)  # those of them that are arguments
    parted: set[Cell] = field(default_factory=set)  # arrays of which some number may be a part without axes
    written_arguments: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.store.watch.stale = self._stale

    def stop(self, message: str, hint: str) -> NoReturn:
        """Raise a CompileError at the node being lowered."""
        raise CompileError.at(self.builder.location, message, hint)

    def wrap(self, operand: Operand, name: str = "") -> Binding:
        """A binding for a fresh result: arrays get a cell, constants become static."""
        if isinstance(operand, Const):
            return Static(operand.value)
        made = self.builder.ops[-1] if self.builder.ops else None
        if not is_array(operand.type):
            if isinstance(made, Apply) and made.primitive in WITHOUT_AXES and operand in made.results:
                self.mutable_numbers[operand] = None if made.primitive in PERHAPS_WITHOUT_AXES else operand
            return operand
        fresh = isinstance(made, Apply) and made.results[0] is operand and made.primitive in IN_C_ORDER
        cell = Cell(name or operand.name, ordered=fresh or operand.type.rank == 1)
        self.store.contents[cell] = operand
        return Ref(cell)

    def view(
        self, base: Cell, read: Callable[[Value], Value], write: Callable[[Value, Value], Value]
    ) -> Binding:
        """A binding for a part of another array's memory."""
        value = read(self.content(base))
        if not is_array(value.type):
            made = self.builder.ops[-1] if self.builder.ops else None
            if isinstance(made, Apply) and made.primitive != "getitem":
                self.is_part(value, base)
            return value
        cell = Cell(view=View(base, read, write), shared=base.shared, path=base.path)
        self.store.contents[cell] = value
        self.store.seen[cell] = self.version(base)
        return Ref(cell)

    def is_part(self, number: Value, base: Cell) -> None:
        """Note that a number of the program is an array without axes that is part of another array."""
        self.mutable_numbers[number] = None
        self.kept_numbers.add(None)
        self.parted |= self.roots(base)

    def is_item(self, number: Value) -> None:
        """Note that a number read out of a list of unknown length may be an array without axes that a list holds."""
        if self.kept_numbers and isinstance(number.type, Array) and not number.type.weak:
            self.mutable_numbers[number] = None

    def version(self, cell: Cell) -> int:
        """How often the memory behind a cell has been written."""
        return self.version(cell.view.base) if cell.view else self.store.versions.get(cell, 0)

    def content(self, cell: Cell) -> Value:
        """The array in a cell now; a view whose base was written since is read again."""
        link: Cell | None = cell
        while link is not None:
            for base, version in self.store.watch.bases.get(link, ()):
                if self.version(base) != version:
                    self._stale(cell, base)
            link = link.view.base if link.view else None
        if cell.view and self.store.seen.get(cell) != self.version(cell.view.base):
            value = cell.view.read(self.content(cell.view.base))
            self.store.contents[cell] = value
            self.store.seen[cell] = self.version(cell.view.base)
        content = self.store.contents[cell]
        assert isinstance(content, Value)
        return content

    def write(self, cell: Cell, value: Value) -> None:
        """Replace the content of a cell, and of the memory that it is a view of."""
        which = f"`{cell.name}`, an array" if cell.name else "an array"
        if cell.shared:
            self.stop(
                f"this writes into {which} that {cell.shared}, so what the write changes cannot be followed",
                f"write into a copy: {cell.name or 'y'}_new = {cell.name or 'y'}.copy() before the write",
            )
        if cell.kept:
            self.stop(
                f"this writes into {which} that a list holds too, so the list's item would change as well",
                f"append a copy: items.append({cell.name or 'y'}.copy())",
            )
        if not self.parted.isdisjoint(self.roots(cell)) and any(
            self.mutable_numbers.get(v, v) is None
            for v in held_numbers([*self.frames, self.frame], self.store)
        ):
            self.stop(
                f"this writes into {which} of which a name may hold a part without axes, that changes with it",
                "make it a number where it is read: float(np.squeeze(x)), x[0]",
            )
        if cell.path:
            self.written_arguments.add(cell.path)
        if cell.view is None:
            self.store.put(cell, value)
            return
        base = cell.view.base
        self.write(base, cell.view.write(self.content(base), value))
        self.store.contents[cell] = value
        self.store.seen[cell] = self.version(base)

    def own(self, cell: Cell) -> None:
        """Refuse to change a list, dict or object where it cannot be followed who else sees the change."""
        if cell.path:
            self.written_arguments.add(cell.path)
        what = f"`{cell.name}`, a container" if cell.name else "a container"
        if cell.shared:
            self.stop(
                f"this changes {what} that {cell.shared}, so who sees the change cannot be followed",
                "make a new one",
            )
        if cell.kept:
            self.stop(
                f"this changes {what} that a list holds too, so the list's item would change as well",
                "append a copy: items.append(dict(d)), items.append(list(xs))",
            )

    def _stale(self, cell: Cell, base: Cell) -> NoReturn:
        array = isinstance(self.store.contents[base], Value)
        what = f"`{cell.name}`" if cell.name else "this array" if array else "this container"
        other = f"`{base.name}`" if base.name else "an array" if array else "a container"
        same = "share its memory with" if array else "be the same as"
        copied = f"{base.name or 'x'}.copy()" if array else "copy the list, dict or object"
        self.stop(
            f"{what} may {same} {other}, which was written since, so what it holds cannot be known",
            f"let it have memory of its own from the start: {copied}",
        )

    def number_from(self, value: Value, *sources: Operand | None) -> None:
        """Note that a number of the program is an array without axes if one of its sources is."""
        known = [self.mutable_numbers.get(source) for source in sources if source in self.mutable_numbers]
        if known:
            one = known[0] if len(known) == len(sources) and all(root is known[0] for root in known) else None
            self.mutable_numbers[value] = one

    def change_number(self, old: Value, new: Value) -> None:
        """An array without axes is changed in place, which every other name and container of it would see."""
        root = self.mutable_numbers[old]

        def alike(other: Value | None) -> bool:
            return root is None or other is None or other is root

        held = held_numbers([*self.frames, self.frame], self.store)
        if sum(1 for v in held if v in self.mutable_numbers and alike(self.mutable_numbers[v])) > 1 or any(
            map(alike, self.kept_numbers)
        ):
            self.stop(
                "this changes an array without axes that has another name, or that a container holds too",
                "start from a number: 0.0, or float(x)",
            )
        self.mutable_numbers[new] = root
        self.written_arguments |= {path for value, path in self.number_paths.items() if alike(value)}

    def roots(self, cell: Cell) -> set[Cell]:
        """The arrays that an array is, or may be, a part of."""
        return {one for one in self.reaches(cell) if one.view is None}

    def reaches(self, cell: Cell) -> set[Cell]:
        """The array, and those that it is, or may be, a part of, views among them."""
        found: set[Cell] = set()
        rest = [cell]
        while rest:
            one = rest.pop()
            if one in found:
                continue
            found.add(one)
            if one.view is not None:
                rest.append(one.view.base)
            rest.extend(base for base, _ in self.store.watch.bases.get(one, ()))
        return found

    def watch(self, view: Cell, base: Cell) -> None:
        """After a write to `base`, `view` (which may or may not share its memory) must not be read."""
        self.store.watch.bases.setdefault(view, []).append((base, self.version(base)))

    def spend(self, iterator: Lazy) -> None:
        """Go over an iterator, which can be done once."""
        if iterator in self.store.spent:
            self.stop(
                "this iterator has been gone over before, and may have nothing left to give",
                "make a list of it first, list(zip(x, y)), or make it anew",
            )
        self.store.spent |= {iterator}

    def listed(self, cell: Cell) -> tuple[Binding, ...] | Items:
        """What a list holds."""
        content = self.store.listed(cell)
        if isinstance(content, Places):
            self.stop(
                "this reads a list of which no item has been written yet",
                "write its items first, by number, in a loop",
            )
        return content

    def new_list(self, items: Sequence[Binding] | Items | Places) -> ListRef:
        """A fresh list."""
        cell = Cell()
        self.store.put(cell, items if isinstance(items, (Items, Places)) else tuple(items))
        return ListRef(cell)

    def new_dict(self, content: dict[object, Binding]) -> DictRef:
        """A fresh dict."""
        cell = Cell()
        self.store.put(cell, content)
        return DictRef(cell)


def is_array(type: Type) -> TypeGuard[Array]:
    """Whether values of the type are mutable memory in NumPy."""
    return isinstance(type, Array) and type.rank > 0
