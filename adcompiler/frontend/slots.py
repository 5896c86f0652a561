"""What changes from trip to trip of a loop: a name that is bound anew, or a cell that is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    Maybe,
    Ref,
    Store,
    Unbound,
    as_written,
)
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.structure import leaves
from adcompiler.ir.core import Value
from adcompiler.ir.types import Type


@dataclass(slots=True)
class Slot:
    """One such thing, with what is carried for each leaf of it."""

    key: str | Cell
    entry: Binding
    types: list[Type | None] = field(default_factory=list)  # None: a constant that stays one
    shared: dict[int, str] = field(default_factory=dict)
    params: list[Value] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)  # numbers that some trip makes an array without axes
    roots: dict[int, set[Cell]] = field(default_factory=dict)  # arrays from before the loop that it may be
    # of the containers that are others after a trip: what they may be, and why they must not be written
    moved: dict[int, set[Cell]] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)

    @property
    def array(self) -> Cell | None:
        """The cell of an array that is written; None for names and containers."""
        return self.key if isinstance(self.key, Cell) and isinstance(self.entry, Ref) else None

    @property
    def name(self) -> str:
        """What the source calls it."""
        return as_written(self.key).rstrip("?") if isinstance(self.key, str) else self.key.name

    def leaves(self, low: Lowering, store: Store) -> list[Binding]:
        """Its leaves before the loop."""
        return leaves(low, self.entry, store) if self.array is None else [self.entry]

    def leaf_name(self, number: int, low: Lowering, store: Store) -> str:
        """The name of a carried value; the last of something that may be missing says whether it is there."""
        if isinstance(self.entry, DictRef | Instance):
            items = store.mapping(self.entry.cell).items()
            keys = [key for key, item in items for _ in leaves(low, item, store)]
            return str(keys[number]) if str(keys[number]).isidentifier() else self.name
        flag = isinstance(self.entry, (Maybe, Unbound)) and number == len(self.types) - 1
        return f"has_{self.name}" if flag and self.name else self.name
