"""A thing that is one with another in Python, and has other values here."""

from __future__ import annotations

from collections.abc import Sequence

from adcompiler.frontend.bindings import Binding, Cell, Ref
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.structure import leaves, rebuild


def twin(low: Lowering, tree: Binding, values: Sequence[Binding], function: str) -> Binding:
    """What a function gives that returns its argument: the tree with these leaves.

    Neither may be written while the other is read: a write to what it gives is refused, and so is a read of it after a
    write to the argument.
    """
    watched: list[tuple[Cell, Cell]] = []
    for old, new in zip(leaves(low, tree, low.store), values, strict=True):
        if isinstance(old, Ref) and isinstance(new, Ref) and new is not old:
            new.cell.shared = f"is also the array that {function} was given"
            watched.extend((new.cell, root) for root in low.roots(old.cell))

    def container(cell: Cell) -> Cell:
        fresh = Cell(shared=f"is also what {function} was given")
        watched.append((fresh, cell))
        return fresh

    result = rebuild(low, tree, values, low.store, container)
    for cell, base in watched:
        for root in low.roots(base):
            low.watch(cell, root)
    return result
