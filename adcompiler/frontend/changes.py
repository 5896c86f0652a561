"""What changes from trip to trip of a loop: known when lowering its body finds nothing new."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from adcompiler.errors import CompileError
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Content,
    DictRef,
    Items,
    Lazy,
    ListRef,
    Maybe,
    Places,
    Poison,
    Ref,
    Static,
    Store,
    Unbound,
    reached,
)
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.interrupts import Peel, Unroll
from adcompiler.frontend.items import common_types, item_types, make_items
from adcompiler.frontend.merge import referenced
from adcompiler.frontend.slots import Slot
from adcompiler.frontend.structure import (
    computed,
    containers,
    joined,
    leaf_operand,
    leaves,
    mixed,
    rebuild,
    same,
    skeleton,
)
from adcompiler.ir.core import Const, Operand, Value
from adcompiler.ir.dims import opaque, own_sizes
from adcompiler.ir.types import Array, join


class Changes:
    """The slots of a loop, which grow with each time that its body is lowered; names and store are those before it."""

    def __init__(self, low: Lowering) -> None:
        self.low = low
        self.outer = low.builder
        self.entry_names = dict(low.frame.names)
        self.entry_store = low.store.copy()
        self.slots: dict[str | Cell, Slot] = {}
        self.poisoned: dict[str, Poison] = {}
        self.location = low.builder.location
        self.label = f"loop{next(low.labels)}"
        self.index: Value | None = None  # of a loop that may be unrolled

    def grow(self) -> bool:
        """Compare the end of the body with its start; True when the body must be lowered again."""
        low = self.low
        self._check_spent()
        grown = self._late_conditional()
        # lists first: what holds a list that grows has another structure from then on
        for cell, content in list(self.entry_store.contents.items()):
            if isinstance(content, tuple) and _other_length(content, low.store.contents.get(cell, content)):
                grown |= self._grow_cell(cell, content)
        if grown:
            return True
        for name, entry in self.entry_names.items():
            now = low.frame.names.get(name, entry)
            first, last = self._alike(name, entry, now)
            if first is not entry:
                self.entry_names[name] = first
                self.slots.pop(name, None)
                return True
            if last is not now:
                now = low.frame.names[name] = last
            if name in self.poisoned or (name not in self.slots and same(entry, now)):
                continue
            if isinstance(entry, Poison):
                continue
            grown |= self._grow_slot(name, entry, now)
        for cell, content in list(self.entry_store.contents.items()):
            if cell.view is None and low.store.contents.get(cell) is not content:
                grown |= self._grow_cell(cell, content)
        return grown

    def _check_spent(self) -> None:
        """An iterator from before the loop has nothing left in the second trip."""
        low = self.low
        spent = low.store.spent - self.entry_store.spent
        names = [self.entry_names, *(frame.names for frame in low.frames if frame is not low.frame)]
        for binding in (binding for bound in names for binding in bound.values()):
            for one in reached(binding, self.entry_store):
                if isinstance(one, Static) and isinstance(one.value, Lazy) and one.value in spent:
                    low.stop(
                        "this loop goes over an iterator from before it, which gives nothing in the second trip",
                        "make a list of it before the loop: list(zip(x, y))",
                    )

    def _alike(self, name: str, entry: Binding, now: Binding) -> tuple[Binding, Binding]:
        """What a name is before the loop and after a trip: unbound, or perhaps None, on both sides if on one."""
        match entry, now:
            case (Poison(), _) | (_, Poison()) | (Maybe(), Maybe()):
                return entry, now
            case Unbound(binding, Value() | Const()), Unbound(inner, Value() | Const()):
                first, last = self._alike(name, binding, inner)
                return (
                    entry if first is binding else replace(entry, binding=first),
                    now if last is inner else replace(now, binding=last),
                )
            case Unbound(_, Value() | Const()), _:
                return self._alike(name, entry, Unbound(now, Const(True), entry.why, entry.sure))
            case Maybe(binding), Static(None):
                return entry, Maybe(binding, Const(False))
            case Maybe(), _ if computed(now):
                return entry, Maybe(now, Const(True))
            case Static(None), Maybe(inner):
                return Maybe(self._undefined(inner, name), Const(False)), now
            case Static(None), _ if computed(now):
                return Maybe(self._undefined(now, name), Const(False)), now
            case _, (Maybe() | Static(None)) if computed(entry):
                return Maybe(entry, Const(True)), now
        return entry, now

    def _undefined(self, binding: Binding, name: str) -> Binding:
        """A binding of the same structure before the loop, whose leaves have no values."""
        low = self.low
        store, inner = low.store, low.builder
        held = leaves(low, binding, store)
        low.store, low.builder = self.entry_store, self.outer
        undefined = []
        for number, leaf in enumerate(held):
            type = leaf_operand(leaf, store, low).type
            if isinstance(type, Array):
                # its sizes in a trip are not those before the loop
                type = replace(type, shape=own_sizes(type.shape, f"{self.label}.{name}.{number}"))
            undefined.append(low.wrap(low.apply("undefined", type=type), name))
        made = rebuild(low, binding, undefined, store, lambda cell: Cell(cell.name))
        low.store, low.builder = store, inner
        return made

    def _late_conditional(self) -> bool:
        """A name that only some trips bind keeps its value in the others: it is carried, unbound at first."""
        low = self.low
        grown = False
        for name, binding in low.frame.names.items():
            if name in self.entry_names or not isinstance(binding, Unbound) or binding.defined is None:
                continue
            start = self._undefined(binding.binding, name)
            self.entry_names[name] = Unbound(start, Const(False), binding.why, binding.sure)
            grown = True
        return grown

    def _grow_cell(self, cell: Cell, content: Content) -> bool:
        low = self.low
        now = low.store.contents[cell]
        if isinstance(content, Value):
            return self._grow_slot(cell, Ref(cell), Ref(cell))
        entry: Binding = DictRef(cell) if isinstance(content, dict) else ListRef(cell)
        if isinstance(content, Places) and isinstance(now, Items):
            inner, low.builder = low.builder, self.outer
            made = [
                low.value("seq_places", content.count, item=type, hint=cell.name) for type in item_types(now)
            ]
            low.builder = inner
            self.entry_store.contents[cell] = Items(tuple(made), now.item, now.store)
            return True
        if isinstance(content, tuple) and _other_length(content, now):
            self.entry_store.contents[cell] = self._as_items(cell, content, now)
            self.slots.pop(cell, None)
            return True
        if isinstance(content, dict) and self._grow_keys(cell, content):
            return True
        return self._grow_slot(cell, entry, entry)

    def _grow_keys(self, cell: Cell, content: dict[object, Binding]) -> bool:
        """What a dict or an object holds may be None on some trips, as names may."""
        now = self.low.store.mapping(cell)
        for key in content.keys() & now.keys():
            first, last = self._alike(str(key), content[key], now[key])
            if first is not content[key]:
                self.entry_store.contents[cell] = {**content, key: first}
                self.slots.pop(cell, None)
                return True
            now = {**now, key: last}
        self.low.store.contents[cell] = now
        return False

    def _as_items(self, cell: Cell, content: tuple[Binding, ...], now: Content) -> Items:
        """The list as IR sequences, made before the loop."""
        low = self.low
        if isinstance(now, Items):
            prototype, store = now.item, now.store
            types = item_types(now)
        else:
            assert isinstance(now, tuple)
            if not now:
                low.stop("a list that is emptied in a loop cannot be followed", "make a new list instead")
            appended = now[len(content) :] or now[-1:]
            prototype, store = appended[0], low.store.copy()
            types = common_types(low, appended, store, f"{self.label}.{cell.name}")
        inner, low.builder = low.builder, self.outer
        if not types:
            self._unroll(f"the items of the list {cell.name!r} are no numbers")
        made = make_items(low, cell.name, content, prototype, types, self.entry_store, self.label)
        low.builder = inner
        return replace(made, store=store)

    def _unroll(self, why: str) -> NoReturn:
        """This loop cannot stay one; where its trips are known it is unrolled."""
        problem = CompileError.at(
            self.low.builder.location, f"{why} in a loop", "loop a constant number of times"
        )
        raise Unroll(self.index, problem) if self.index is not None else problem

    def _grow_slot(self, key: str | Cell, entry: Binding, now: Binding) -> bool:
        low = self.low
        if isinstance(now, Poison) and isinstance(key, str):
            return self._poison(key, now)
        if skeleton(entry, self.entry_store) != skeleton(now, self.low.store):
            before, after = describe(entry), describe(now)
            other = " of another structure" if before == after else ""
            return self._clash(key, f"{before} before the loop and {after}{other} after a trip")
        slot = self.slots.get(key)
        if slot is None:
            slot = self.slots[key] = Slot(key, entry)
            slot.types = [None] * len(slot.leaves(low, self.entry_store))
        grown = slot.array is None and self._mark_moved(slot, now)
        started = slot.leaves(low, self.entry_store)
        ended: list[Binding] = leaves(low, now, low.store)
        if isinstance(key, Cell) and isinstance(now, Ref):
            ended = [now]
        for number, (first, last) in enumerate(zip(started, ended, strict=True)):
            if slot.types[number] is None and slot.array is None and same(first, last):
                continue
            a, b = self.at_entry(first), leaf_operand(last, low.store, low)
            if slot.types[number] is None and a is b:
                continue
            label = f"{self.label}.{slot.name}.{number}"
            try:
                type = join(joined(a, b, label), slot.types[number] or a.type, label)
            except ValueError as problem:
                return self._clash(key, str(problem))
            if isinstance(type, Array) and type.dtype.kind == "i" and not type.rank:
                type = replace(type, size=opaque(f"?{label}", None))
            if type != slot.types[number]:
                slot.types[number] = type
                grown = True
            if number not in slot.shared and (why := mixed(type, a, b)):
                slot.shared[number] = why
                grown = True
            grown |= self._mark_shared(slot, number, first, self.entry_names, started)
            grown |= self._mark_shared(slot, number, last, self.low.frame.names, ended)
            grown |= self._mark_roots(slot, number, first, last)
            grown |= self._mark_numbers(slot, number, first, last)
        return grown

    def _mark_roots(self, slot: Slot, number: int, *was: Binding) -> bool:
        """Note which arrays from before the loop an array may be."""
        if slot.array is not None:
            return False
        known = slot.roots.setdefault(number, set())
        before = len(known)
        for leaf in was:
            if isinstance(leaf, Ref):
                known |= {root for root in self.low.roots(leaf.cell) if root in self.entry_store.contents}
        return len(known) > before

    def _mark_numbers(self, slot: Slot, number: int, first: Binding, last: Binding) -> bool:
        """Note that a number may be another array without axes than at the start."""
        known = self.low.mutable_numbers
        if not isinstance(last, Value) or last not in known or number in slot.doubtful:
            return False
        if isinstance(first, Value) and first in known and known[first] is known[last]:
            return False
        slot.doubtful.add(number)
        return True

    def _clash(self, key: str | Cell, why: str) -> bool:
        if isinstance(key, Cell):
            problem = CompileError.at(
                self.low.builder.location,
                f"{key.name or 'a container'!r} changes its structure in the loop: it is {why}",
                "keep the same keys, lengths and kinds of items from trip to trip",
            )
            raise Peel(self.index, problem) if self.index is not None else problem
        return self._poison(key, self.low.clash(key, why, self.location))

    def _poison(self, key: str, poison: Poison) -> bool:
        self.slots.pop(key, None)
        if key in self.poisoned:
            return False
        self.poisoned[key] = poison
        return True

    def _mark_shared(
        self, slot: Slot, number: int, last: Binding, names: dict[str, Binding], siblings: list[Binding]
    ) -> bool:
        """An array that another name can reach when a trip starts must not be written through this one."""
        if not isinstance(last, Ref) or number in slot.shared:
            return False
        if slot.array is not None:
            return False
        root = last.cell
        while root.view is not None:
            root = root.view.base
        if isinstance(slot.key, Cell):
            others = referenced(self.low, (names,), "", slot.key)
        else:
            others = referenced(self.low, (names,), slot.key)
        for k, other in enumerate(siblings):
            if k != number and isinstance(other, Ref):
                others |= self.low.roots(other.cell)
        if last.cell.kept or root.kept:
            slot.shared[number] = "a list holds too"
            return True
        if not last.cell.shared and root not in others:
            return False
        name = slot.key if isinstance(slot.key, str) else slot.key.name
        slot.shared[number] = (
            last.cell.shared or f"another name may also stand for ({name!r} is bound anew in this loop)"
        )
        return True

    def _mark_moved(self, slot: Slot, now: Binding) -> bool:
        """Note which lists, dicts and objects are others after a trip, and which may be one of several."""
        low, grown = self.low, False
        before, after = containers(slot.entry, self.entry_store), containers(now, low.store)
        for number, (first, last) in enumerate(zip(before, after, strict=True)):
            if first is last and number not in slot.moved:
                continue
            known = slot.moved.setdefault(number, set())
            roots = {
                root
                for cell in (first, last)
                for root in low.roots(cell)
                if root in self.entry_store.contents
            }
            grown = grown or number not in slot.held or not roots <= known
            known |= roots
            if not slot.held.setdefault(number, ""):
                slot.held[number] = self._held(slot, first, self.entry_names, self.entry_store) or self._held(
                    slot, last, low.frame.names, low.store
                )
                grown = grown or bool(slot.held[number])
        return grown

    def _held(self, slot: Slot, cell: Cell, names: dict[str, Binding], store: Store) -> str:
        if cell.shared:
            return cell.shared
        if cell.kept:
            return "a list holds too"
        holder, name = (slot.key, "") if isinstance(slot.key, Cell) else (None, slot.key)
        others = referenced(self.low, (names,), name, holder, store)
        return (
            f"another name may also stand for ({slot.name!r} changes in this loop)" if cell in others else ""
        )

    def at_entry(self, leaf: Binding) -> Operand:
        """The operand of a leaf before the loop; a view that is read again is read there."""
        inner, self.low.builder = self.low.builder, self.outer
        try:
            return leaf_operand(leaf, self.entry_store, self.low)
        finally:
            self.low.builder = inner


def _other_length(content: tuple[Binding, ...], now: Content) -> bool:
    """Whether a list has, or may have, another length than it had."""
    return not (isinstance(now, tuple) and len(now) == len(content))
