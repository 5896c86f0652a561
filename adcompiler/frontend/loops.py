"""What a loop carries: its body is lowered until nothing new is found to change in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Poison,
    Ref,
    Store,
    Unbound,
    as_written,
    passing,
)
from adcompiler.frontend.changes import Changes
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.items import item_type
from adcompiler.frontend.memory import is_array
from adcompiler.frontend.merge import referenced
from adcompiler.frontend.slots import Slot
from adcompiler.frontend.structure import (
    as_joined,
    containers,
    leaf_operand,
    leaves,
    rebuild,
)
from adcompiler.ir.core import Const, Operand, Region, Value
from adcompiler.ir.types import Array


class Carried:
    """Lowers a loop body repeatedly until it knows what the loop carries.

    `run(body)` gives the region's carried params and results; afterwards the names and the store are those after the
    loop, with `results` as the values that the loop op gives.
    """

    def __init__(self, low: Lowering, runs: bool = False) -> None:
        self.low = low
        self.runs = runs  # at least once
        self.changes = Changes(low)
        self.watching: list[tuple[Cell, Cell]] = []

    def run(self, body: Callable[[], tuple[Operand, ...]]) -> tuple[list[Operand], Region, list[Value]]:
        """Inits, body region over the carried values, results. `body` gives extra results (a while condition)."""
        low = self.low
        for _ in range(40):
            low.frame.names = dict(self.changes.entry_names)
            low.store = self.changes.entry_store.copy()
            with low.region() as builder:
                self._bind()
                params = [p for slot in self.changes.slots.values() for p in slot.params]
                extra = body()
                if self.changes.grow():
                    continue
                results = self._results()
                region = builder.region(params, (*extra, *results))
            return self._leave(region)
        low.stop(
            "the types of the names in this loop do not settle", "give the names one type before the loop"
        )

    # -------------------------------------------------------------------------------------------- one attempt

    def replaceable(self, index: Value, peelable: bool) -> None:
        """To read what cannot be carried asks for the first trip to stand before the loop, or for all to be unrolled.

        If the first trip may stand there (`peelable`), so does to read what that trip binds.
        """
        if peelable:
            self.low.peelable.add(index)
        lost = self.changes.poisoned.items()
        self.low.frame.names.update((name, replace(poison, trip=index)) for name, poison in lost)

    def _bind(self) -> None:
        low = self.low
        for slot in self.changes.slots.values():
            slot.params = []
            new: list[Binding] = []
            for number, (leaf, type) in enumerate(
                zip(slot.leaves(low, self.changes.entry_store), slot.types, strict=True)
            ):
                if type is None:
                    new.append(leaf)
                    continue
                param = Value(type, slot.leaf_name(number, low, self.changes.entry_store))
                slot.params.append(param)
                new.append(self._fresh(param, slot, number))
            self._place(slot, new)
        low.frame.names.update(self.changes.poisoned)
        self._watch()

    def _watch(self) -> None:
        """Arrays that may be one from before the loop must not be read once that is written."""
        for cell, root in self.watching:
            self.low.watch(cell, root)
        self.watching.clear()

    def _fresh(self, param: Value, slot: Slot, number: int) -> Binding:
        if not is_array(param.type):
            entry = slot.leaves(self.low, self.changes.entry_store)[number]
            sources = [entry] if isinstance(entry, Value) else []
            if number in slot.doubtful:
                self.low.mutable_numbers[param] = None
            else:
                self.low.number_from(param, *sources)
            return param
        if slot.array is not None:
            self.low.store.put(slot.array, param)
            return Ref(slot.array)
        cell = Cell(param.name, shared=slot.shared.get(number, ""))
        self.low.store.put(cell, param)
        self.watching.extend((cell, root) for root in slot.roots.get(number, ()))
        return Ref(cell)

    def _place(self, slot: Slot, new: list[Binding]) -> None:
        low = self.low
        if slot.array is not None:
            return
        cells = iter(
            [
                self._container(slot, *one)
                for one in enumerate(containers(slot.entry, self.changes.entry_store))
            ]
        )
        made = rebuild(low, slot.entry, new, self.changes.entry_store, lambda cell: next(cells))
        if isinstance(slot.key, str):
            low.frame.names[slot.key] = made

    def _container(self, slot: Slot, number: int, cell: Cell) -> Cell:
        if number not in slot.moved:
            return cell
        fresh = Cell(cell.name, shared=slot.held.get(number, ""))
        self.watching.extend((fresh, root) for root in slot.moved[number])
        return fresh

    # -------------------------------------------------------------------------------------------- the end

    def _results(self) -> list[Operand]:
        low = self.low
        results: list[Operand] = []
        self.late: dict[str, tuple[Binding, list[Operand]]] = {}
        for slot in self.changes.slots.values():
            key = slot.key
            if isinstance(key, Cell):
                now: Binding = slot.entry
            else:
                now = low.frame.names[key]
            ended = [now] if isinstance(now, Ref) else leaves(low, now, low.store)
            for leaf, type in zip(ended, slot.types, strict=True):
                if type is not None:
                    results.append(as_joined(low, leaf_operand(leaf, low.store, low), type))
        self.lost: dict[str, Poison] = {}
        for name, binding in low.frame.names.items():
            if name in self.changes.entry_names and not (self.runs and name in self.changes.poisoned):
                continue
            if isinstance(binding, Poison):
                self.lost[name] = replace(binding, trip=None)
                continue
            if isinstance(binding, Unbound):
                self.lost[name] = Poison(binding.why, hint="give it a value before the loop")
                continue
            if isinstance(binding, Closure) or passing(binding, low.store):
                why = f"{as_written(name)!r} is bound to {describe(binding)} in the loop, which cannot be used after it"
                self.lost[name] = Poison(why, hint="bind it after the loop, or before it")
                continue
            found = leaves(low, binding, low.store)
            self.late[name] = (binding, [leaf_operand(leaf, low.store, low) for leaf in found])
            results.extend(self.late[name][1])
        results.append(Const(True))
        return results

    def _leave(self, region: Region) -> tuple[list[Operand], Region, list[Value]]:
        """Names and store after the loop; the region gets params for what is first bound inside."""
        low = self.low
        inside, self.ended = low.store, low.frame.names
        low.frame.names = dict(self.changes.entry_names)
        low.store = self.changes.entry_store.copy()
        inits: list[Operand] = []
        results: list[Value] = []
        params: list[Value] = []
        for slot in self.changes.slots.values():
            new: list[Binding] = []
            for number, (leaf, type) in enumerate(
                zip(slot.leaves(low, self.changes.entry_store), slot.types, strict=True)
            ):
                if type is None:
                    new.append(leaf)
                    continue
                inits.append(as_joined(low, self.changes.at_entry(leaf), type))
                result = Value(type, slot.leaf_name(number, low, self.changes.entry_store))
                results.append(result)
                new.append(self._fresh(result, slot, number))
            params.extend(slot.params)
            self._place(slot, new)
        low.frame.names.update(self.changes.poisoned)
        ran = Value(Array(Const(True).type.dtype, (), True))
        low.frame.names.update(self.lost)
        for name, (binding, operands) in self.late.items():
            self._late(name, binding, operands, inside, ran, inits, params, results)
        self._watch()
        inits.append(Const(False))
        params.append(Value(ran.type))
        results.append(ran)
        return inits, Region(tuple(params), region.ops, region.results), results

    def _late(
        self,
        name: str,
        binding: Binding,
        operands: list[Operand],
        inside: Store,
        ran: Value,
        inits: list[Operand],
        params: list[Value],
        results: list[Value],
    ) -> None:
        """A name first bound inside the loop has, after it, the value of the last trip, if there was one.

        So has a name whose value from before the loop cannot be carried, of a loop that runs.
        """
        low = self.low
        new: list[Binding] = []
        shown = as_written(name)
        found = leaves(low, binding, inside)
        for number, (leaf, operand) in enumerate(zip(found, operands, strict=True)):
            label = f"{self.changes.label}.{name}.{number}"
            inits.append(low.apply("undefined", type=item_type(operand.type, f"{label}'")))
            type = item_type(operand.type, label)
            params.append(Value(type, shown))
            result = Value(type, shown)
            results.append(result)
            low.number_from(result, operand, None)
            new.append(
                result
                if not is_array(result.type)
                else self._last(result, leaf, name, [*found[:number], *found[number + 1 :]], inside)
            )
        after = rebuild(low, binding, new, inside, lambda cell: self._last_container(cell, name, inside))
        if self.runs:
            low.frame.names[name] = after
            return
        why = f"{shown!r} gets its value in a loop that may run zero times"
        low.frame.names[name] = Unbound(after, ran, why, name in low.frame.generated)

    def _last_container(self, cell: Cell, name: str, inside: Store) -> Cell:
        """The list, dict or object that a name was bound to in the last trip."""
        low = self.low
        known = cell.shared or cell in self.changes.entry_store.contents
        known = known or cell in referenced(low, (self.ended,), name, store=inside)
        shown, why = as_written(name), ""
        if cell.kept:
            why = "a list holds too"
        elif known:
            why = f"may have another name ({shown!r} was bound in a loop)"
        fresh = Cell(shown, shared=why)
        self.watching.extend(
            (fresh, root) for root in low.roots(cell) if root in self.changes.entry_store.contents
        )
        return fresh

    def _last(
        self, result: Value, leaf: Binding, name: str, others: Sequence[Binding], inside: Store
    ) -> Binding:
        """The array that a name was bound to in the last trip; it may not be written through that if others see it.

        others: what else is part of what the name was bound to.
        """
        low, shown, why = self.low, as_written(name), ""
        roots = low.roots(leaf.cell) if isinstance(leaf, Ref) else set()
        if isinstance(leaf, Ref):
            known = referenced(low, (self.ended,), name, store=inside)
            known |= {root for other in others if isinstance(other, Ref) for root in low.roots(other.cell)}
            if leaf.cell.view or leaf.cell.shared or leaf.cell in self.changes.entry_store.contents:
                why = f"is part of another array ({shown!r} was bound in a loop)"
            elif leaf.cell.kept:
                why = "a list holds too"
            elif not known.isdisjoint(roots):
                why = f"may have another name ({shown!r} was bound in a loop)"
        cell = Cell(shown, shared=why)
        low.store.put(cell, result)
        self.watching.extend((cell, root) for root in roots if root in self.changes.entry_store.contents)
        return Ref(cell)
